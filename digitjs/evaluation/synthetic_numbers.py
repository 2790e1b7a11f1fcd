"""Numbers composed of single drawings: digits side by side, as one hand would write them on one canvas."""

import random
from dataclasses import dataclass

from digitjs.data.stroke_file import Drawing, Stroke

LENGTHS = (2, 3, 4, 5)  # digits in a number
EACH = 1000  # numbers of each length
SIZE = (0.8, 1.2)  # of a digit, where 1 is the height of the line
SLANT = (-0.2, 0.35)  # of a whole number: how far the top leans to the right, for each unit of height
GAP = (0.08, 0.6)  # between the boxes of neighbours
OVERLAP = (0.0, 0.12)  # of the boxes of neighbours, where they overlap
OVERLAPPING = 0.15  # the share of neighbours that do
RISE = 0.08  # how far a digit leaves the line, up or down


@dataclass(frozen=True)
class Number:
    """A number and how it was drawn."""

    text: str
    strokes: tuple[Stroke, ...]  # the height of the line is 1, y down


def numbers(drawings: tuple[Drawing, ...], *, seed: int, each: int = EACH) -> tuple[Number, ...]:
    """So many numbers of each length; the same drawings of single digits and seed give the same numbers."""
    generator = random.Random(seed)
    return tuple(number(generator.choices(drawings, k=length), generator) for length in LENGTHS for _ in range(each))


def number(digits: list[Drawing], generator: random.Random) -> Number:
    """Drawings side by side, with a slant of the whole and a size, a gap and a height of each."""
    slant, right = generator.uniform(*SLANT), 0.0
    strokes: list[Stroke] = []
    for place, digit in enumerate(digits):
        leaning = _lean(_unit(digit.strokes, generator.uniform(*SIZE)), slant)
        if place:
            overlapping = generator.random() < OVERLAPPING
            right += -generator.uniform(*OVERLAP) if overlapping else generator.uniform(*GAP)
        left = min(x for stroke in leaning for x, _ in stroke)
        rise = generator.uniform(-RISE, RISE)
        moved = [tuple((x - left + right, y + rise) for x, y in stroke) for stroke in leaning]
        strokes += moved
        right = max(x for stroke in moved for x, _ in stroke)
    return Number("".join(str(digit.label) for digit in digits), tuple(strokes))


def _unit(strokes: tuple[Stroke, ...], size: float) -> tuple[Stroke, ...]:
    """Scaled to this longest side and centred on the line."""
    xs, ys = [x for stroke in strokes for x, _ in stroke], [y for stroke in strokes for _, y in stroke]
    scale = size / (max(max(xs) - min(xs), max(ys) - min(ys)) or 1.0)
    x0, y0 = min(xs), (min(ys) + max(ys)) / 2
    return tuple(tuple(((x - x0) * scale, (y - y0) * scale) for x, y in stroke) for stroke in strokes)


def _lean(strokes: tuple[Stroke, ...], slant: float) -> tuple[Stroke, ...]:
    return tuple(tuple((x - slant * y, y) for x, y in stroke) for stroke in strokes)
