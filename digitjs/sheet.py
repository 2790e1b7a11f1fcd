"""A page that shows what was misread, to be looked at: the drawings themselves, as lines."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from digitjs import project, templates
from digitjs.evaluate import Misread

TEMPLATE = "mistakes.html"


@dataclass(frozen=True)
class Figure:
    """One drawing, as an SVG shows it."""

    misread: Misread
    box: str  # the viewBox, with a margin
    width: float  # of the pen, in the drawing's units
    path: str


def write(path: Path, misread: Iterable[Misread]) -> None:
    """Write the sheet, network by network, the commonest labels' confusions side by side.

    Raises:
        DigitjsError: the file cannot be written.
    """
    ordered = sorted(misread, key=lambda one: (one.network, one.label, one.digit, -one.probability))
    networks = {name: [_figure(one) for one in some] for name, some in groupby(ordered, key=lambda one: one.network)}
    project.write(path, templates.render(TEMPLATE, {"networks": networks}))


def _figure(one: Misread) -> Figure:
    xs, ys = [x for stroke in one.strokes for x, _ in stroke], [y for stroke in one.strokes for _, y in stroke]
    side = max(max(xs) - min(xs), max(ys) - min(ys)) or 1.0
    left, top = (min(xs) + max(xs) - side) / 2 - 0.1 * side, (min(ys) + max(ys) - side) / 2 - 0.1 * side
    lines = ("M" + "L".join(f"{x:g} {y:g}" for x, y in [*stroke, stroke[-1]]) for stroke in one.strokes)
    return Figure(one, f"{left:g} {top:g} {1.2 * side:g} {1.2 * side:g}", side * 0.1, "".join(lines))
