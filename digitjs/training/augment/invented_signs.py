"""Signs that nobody has invented before, as control points: many classes of shapes to learn from. NumPy only.

A sign is one to four strokes, each a line, a polyline with corners, an arc or circle, or a free curve, as the signs of
most scripts are; where they lie is random. A network that tells thousands of them apart has learnt what small loops,
tails and crossings look like, whatever script it then meets.
"""

from collections.abc import Callable

import numpy as np
from numpy.random import Generator

from digitjs.training.augment.glyph import CONTROLS, Floats, Glyph, GlyphTable, table

STROKES = (0.30, 0.35, 0.25, 0.10)  # the share of signs with one, two, three and four
SHORTEST = 0.3  # of the unit box, a line
KINDS = (0.35, 0.25, 0.15, 0.25)  # the shares of lines, polylines, arcs and curves among strokes


def invent(count: int, seed: int) -> GlyphTable:
    """So many signs; the label of each is its place."""
    random = np.random.default_rng(seed)
    signs: list[Glyph] = []
    while len(signs) < count:
        number = int(random.choice(len(STROKES), p=STROKES)) + 1
        strokes = [_stroke(random) for _ in range(number)]
        if sum(map(len, strokes)) <= CONTROLS:
            points = tuple(tuple((float(x), float(y)) for x, y in stroke) for stroke in strokes)
            signs.append(Glyph(str(len(signs)), len(signs), points))
    return table(tuple(signs))


def _stroke(random: Generator) -> Floats:
    """Control points (n, 2) of one stroke."""
    kinds: tuple[Callable[[Generator], Floats], ...] = (_line, _polyline, _arc, _curve)
    return kinds[int(random.choice(len(kinds), p=KINDS))](random)


def _line(random: Generator) -> Floats:
    start, end = random.random((2, 2)).astype(np.float32)
    length = max(float(np.hypot(*(end - start))), 1e-3)
    if length < SHORTEST:
        end = start + (end - start) / length * (SHORTEST + 0.1)
    points: Floats = np.stack([start, end]).astype(np.float32)
    return points


def _polyline(random: Generator) -> Floats:
    """Two or three lines; a point given twice is a corner."""
    points = random.random((int(random.integers(3, 5)), 2)).astype(np.float32)
    return np.repeat(points, [1, *[2] * (len(points) - 2), 1], axis=0)


def _arc(random: Generator) -> Floats:
    """A quarter of a circle to somewhat more than a whole one."""
    centre, radius = 0.25 + 0.5 * random.random(2), 0.12 + 0.3 * random.random()
    turn = float(random.choice([-1, 1])) * (1.5 + 5 * random.random())
    angles = 2 * np.pi * random.random() + np.linspace(0, turn, max(5, int(abs(turn) / 0.8) + 1))
    circle = np.stack([np.cos(angles), np.sin(angles) * (0.7 + 0.6 * random.random())], axis=1)
    points: Floats = (centre + radius * circle).astype(np.float32)
    return points


def _curve(random: Generator) -> Floats:
    """A smooth walk."""
    points = np.cumsum(random.normal(0, 0.35, (int(random.integers(3, 6)), 2)), axis=0)
    points = (points - points.min(0)) / np.maximum(np.ptp(points, axis=0), SHORTEST) * (0.4 + 0.6 * random.random())
    moved: Floats = (points + 0.3 * random.random(2)).astype(np.float32)
    return moved
