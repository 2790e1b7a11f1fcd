"""Pen shapes as control points: digit styles that MNIST hardly has, and shapes that are no digits. Data and NumPy only.

A glyph is strokes of control points in a unit box, y down. A stroke is a Catmull-Rom curve through its points; a point
given twice is a corner. Catmull-Rom is linear in its control points, so that a whole table of glyphs becomes one
array of weights, and jittering and sampling thousands of glyphs is one matrix product.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

SAMPLES = 72  # points a glyph: 0.6 to 0.9 pixels apart, so that a pen shows no beads
CONTROLS = 32  # the most control points a glyph may have


@dataclass(frozen=True)
class Glyph:
    """A named shape; `digit` is what it reads as, or None where it is no digit."""

    name: str
    digit: int | None
    strokes: tuple[tuple[tuple[float, float], ...], ...]


@dataclass(frozen=True)
class GlyphTable:
    """Glyphs as arrays: points = weights @ controls."""

    weights: Floats  # (glyphs, samples, CONTROLS)
    controls: Floats  # (glyphs, CONTROLS, 2), as (x, y)
    labels: NDArray[np.int32]  # (glyphs,), -1 for no digit


def parse(name: str, digit: int | None, drawing: str) -> Glyph:
    """A glyph from text: strokes parted by '/', points 'x,y' in hundredths, '*' after a point makes it a corner."""
    strokes = []
    for text in drawing.split("/"):
        points: list[tuple[float, float]] = []
        for word in text.split():
            x, y = word.rstrip("*").split(",")
            points += [(int(x) / 100, int(y) / 100)] * (2 if word.endswith("*") else 1)
        strokes.append(tuple(points))
    return Glyph(name, digit, tuple(strokes))


def _basis(t: float) -> Floats:
    """Catmull-Rom weights of the four points around a span, at t in [0, 1] within it."""
    return np.array(
        [-t + 2 * t**2 - t**3, 2 - 5 * t**2 + 3 * t**3, t + 4 * t**2 - 3 * t**3, t**3 - t**2], dtype=np.float32
    ) / np.float32(2)


def _stroke_weights(points: Floats, count: int) -> Floats:
    """(count, len(points)): samples spread evenly over the stroke's length."""
    last = len(points) - 1
    out = np.zeros((count, last + 1), dtype=np.float32)
    if last == 0:
        out[:, 0] = 1
        return out
    lengths = np.hypot(*np.diff(points, axis=0).T) + 1e-9
    ends = np.concatenate([[0], np.cumsum(lengths)])
    for row, at in enumerate(np.linspace(0, ends[-1], count)):
        span = min(int(np.searchsorted(ends, at, side="right")) - 1, last - 1)
        basis = _basis(float((at - ends[span]) / lengths[span]))
        for weight, i in zip(basis, range(span - 1, span + 3), strict=True):
            out[row, min(max(i, 0), last)] += weight
    return out


def _arrays(glyph: Glyph, samples: int) -> tuple[Floats, Floats]:
    strokes = [np.array(s, dtype=np.float32) for s in glyph.strokes]
    lengths = np.array([np.hypot(*np.diff(s, axis=0).T).sum() + 0.02 for s in strokes])
    ends = np.round(np.cumsum(lengths) / lengths.sum() * samples).astype(int)
    weights = np.zeros((samples, CONTROLS), dtype=np.float32)
    controls = np.zeros((CONTROLS, 2), dtype=np.float32)
    row = column = 0
    for points, end in zip(strokes, ends, strict=True):
        weights[row:end, column : column + len(points)] = _stroke_weights(points, end - row)
        controls[column : column + len(points)] = points
        row, column = int(end), column + len(points)
    return weights, controls


def table(glyphs: tuple[Glyph, ...], samples: int = SAMPLES) -> GlyphTable:
    """All glyphs as arrays."""
    arrays = [_arrays(glyph, samples) for glyph in glyphs]
    return GlyphTable(
        np.stack([weights for weights, _ in arrays]),
        np.stack([controls for _, controls in arrays]),
        np.array([-1 if glyph.digit is None else glyph.digit for glyph in glyphs], dtype=np.int32),
    )
