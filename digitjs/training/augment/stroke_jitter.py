"""Few drawings as many: each slanted and stretched as a whole, each of its strokes turned, scaled, moved and bent a
little by itself. NumPy, and Node to draw them.

`warp.bend` moves a drawing as it was inked; what people vary is also their proportions, how their strokes lie to one
another and where they end. What each piece is worth is in README.md.
"""

import json

import msgspec
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from digitjs.data import rasterize
from digitjs.data.samples import Dataset, Samples

Floats = NDArray[np.float64]

COPIES = 40  # of each drawing
MOST = 20_000  # drawings, with their copies
SLANT = 0.15  # horizontal shear of the whole drawing; this and what follows are standard deviations
STRETCH = 0.15  # of the logarithm of its width, and of its height
TURN = 0.14  # radians, of a stroke
SCALE = 0.11  # of the logarithm, across and down
SHIFT = 0.04  # of the drawing's longest side
BEND = 0.025  # of the drawing's longest side, of each wave
WAVES = (1.5, 2.5)  # the most periods of each along a stroke; half of one at least
CUT = 0.08  # of a stroke's points, at most, at an end that is cut: half of the ends are


def grown(dataset: Dataset, seed: int) -> Samples:
    """The training samples of a small set with copies, the same each time; as they are where strokes are not known."""
    samples = dataset.train
    if samples.strokes is None:
        return samples
    copies = min(COPIES, MOST // len(samples))
    random = np.random.default_rng(seed)
    drawings = [json.loads(drawing) for drawing in samples.strokes]
    moved = [msgspec.json.encode(jittered(drawing, random)) for _ in range(copies) for drawing in drawings]
    images = np.concatenate([samples.images[:], rasterize.images(moved, tidy=dataset.task.is_digits)])
    return Samples(images, np.tile(samples.labels, copies + 1))


def jittered(strokes: list[list[tuple[float, float]]], random: Generator) -> list[list[list[float]]]:
    """Another drawing of the same; points as x, y in the drawing's unit."""
    points = [np.array(stroke, dtype=np.float64) for stroke in strokes]
    side = max(float(np.ptp(np.concatenate(points), axis=0).max()), 1e-6)
    stretched = np.diag(np.exp(random.normal(0, STRETCH, 2)))
    slanted = np.array([[1, random.normal(0, SLANT)], [0, 1]]) @ stretched
    return [(_jittered(stroke, side, random) @ slanted.T).tolist() for stroke in points]


def _jittered(points: Floats, side: float, random: Generator) -> Floats:
    """One stroke (n, 2)."""
    angle, scale = random.normal(0, TURN), np.exp(random.normal(0, SCALE, 2))
    turned = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    middle = points.mean(axis=0)
    moved: Floats = (points - middle) * scale @ turned.T + middle + random.normal(0, SHIFT, 2) * side
    if len(points) < 4:
        return moved
    at = 2 * np.pi * np.linspace(0, 1, len(points))[:, None]
    for most in WAVES:
        waves = np.sin(at * random.uniform(0.5, most, 2) + random.uniform(0, 2 * np.pi, 2))
        moved = moved + side * BEND * random.normal(0, 1, 2) * waves
    first, last = (len(points) * random.uniform(0, CUT, 2) * random.integers(0, 2, 2)).astype(int)
    return moved[first : max(len(points) - last, first + 2)]
