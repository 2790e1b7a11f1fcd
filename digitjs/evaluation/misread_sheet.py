"""A page that shows what was misread, to be looked at: the drawings themselves, as lines."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from digitjs import templates
from digitjs.evaluation.evaluate import Misread
from digitjs.filesystem import paths

TEMPLATE = "mistakes.html"


@dataclass(frozen=True)
class Figure:
    """One drawing, as an SVG shows it."""

    misread: Misread
    path: str  # in a square of 100 units a side


def write(path: Path, misread: Iterable[Misread]) -> None:
    """Write the sheet, network by network, the same confusions side by side.

    Raises:
        OSError: the file cannot be written.
    """
    ordered = sorted(misread, key=lambda one: (one.network, one.label, one.said, -one.probability))
    networks = {name: [_figure(one) for one in some] for name, some in groupby(ordered, key=lambda one: one.network)}
    paths.write(path, templates.render(TEMPLATE, {"networks": networks}))


def _figure(one: Misread) -> Figure:
    xs, ys = [x for stroke in one.strokes for x, _ in stroke], [y for stroke in one.strokes for _, y in stroke]
    side = max(max(xs) - min(xs), max(ys) - min(ys)) or 1.0
    left, top = (min(xs) + max(xs) - side) / 2, (min(ys) + max(ys) - side) / 2
    scaled = ([(100 * (x - left) / side, 100 * (y - top) / side) for x, y in stroke] for stroke in one.strokes)
    lines = ("M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in [*stroke, stroke[-1]]) for stroke in scaled)
    return Figure(one, "".join(lines))
