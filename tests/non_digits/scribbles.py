"""Scribbles to test refusal with, as pen strokes, y down: kinds that training has none of. NumPy only."""

import math
from collections.abc import Callable
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Stroke = list[list[float]]
Pen = Callable[[np.random.Generator], list[Stroke]]


def arc(x: float, y: float, rx: float, ry: float, start: float, end: float) -> Stroke:
    """An arc about (x, y); degrees clockwise from 3 o'clock, as y points down."""
    angles = np.radians(np.linspace(start, end, max(6, int(abs(end - start) / 12))))
    return [[x + rx * math.cos(a), y + ry * math.sin(a)] for a in angles]


def line(*points: tuple[float, float]) -> Stroke:
    """A broken line through points in percent of the letter's box."""
    corners = np.array(points, dtype=float) / 100
    t = np.linspace(0, 1, 8)[:, None]
    parts = [a + (b - a) * t for a, b in pairwise(corners)]
    return [[float(x), float(y)] for part in parts for x, y in part]


def turned(points: NDArray[np.float64], angle: float) -> Stroke:
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    return (points @ turn.T).tolist()  # type: ignore[no-any-return]


def _lissajous(rng: np.random.Generator) -> list[Stroke]:
    a, b = ((3, 2), (3, 4), (5, 4), (5, 3))[rng.integers(4)]
    t, phase = np.linspace(0, 2 * np.pi, 160), rng.uniform(0.4, 1.2)
    return [np.stack([np.sin(a * t + phase), np.sin(b * t)], axis=1).tolist()]


def _harmonics(rng: np.random.Generator) -> list[Stroke]:
    t = np.linspace(0, rng.uniform(1.5, 2.0) * np.pi, 160)
    amounts, phases = rng.normal(size=(2, 5)), rng.uniform(0, 7, (2, 5))
    waves = [[np.sin((k + 2) * t + p) * amounts[i, k] for k, p in enumerate(phases[i])] for i in range(2)]
    return [np.sum(waves, axis=1).T.tolist()]


def _hatching(rng: np.random.Generator) -> list[Stroke]:
    turns = int(rng.integers(7, 14))
    x = np.linspace(0, 1, turns) + rng.normal(0, 0.02, turns)
    y = (np.arange(turns) % 2) * rng.uniform(0.5, 1.0) + rng.normal(0, 0.06, turns)
    return [turned(np.stack([x, y], axis=1), rng.uniform(0, np.pi))]


def _spiral(rng: np.random.Generator) -> list[Stroke]:
    t = np.linspace(0, rng.uniform(3, 4.5) * 2 * np.pi, 200)
    points = np.stack([t * np.cos(t), t * np.sin(t) * rng.uniform(0.7, 1.3)], axis=1)
    return [turned(points, rng.uniform(0, 2 * np.pi))]


def _dashes(rng: np.random.Generator) -> list[Stroke]:
    starts, angles = rng.uniform(0, 1, (int(rng.integers(8, 14)), 2)), rng.uniform(0, np.pi, 14)
    return [
        [p.tolist(), (p + 0.3 * np.array([np.cos(a), np.sin(a)])).tolist()]
        for p, a in zip(starts, angles, strict=False)
    ]


def _grid(rng: np.random.Generator) -> list[Stroke]:
    n = int(rng.integers(3, 5))
    at = np.linspace(0.05, 0.95, n)
    return [line((100 * a, 0), (100 * a, 100)) for a in at] + [line((0, 100 * a), (100, 100 * a)) for a in at]


def _rings(rng: np.random.Generator) -> list[Stroke]:
    centres = rng.uniform(0, 1, (int(rng.integers(4, 7)), 2))
    return [arc(x, y, rng.uniform(0.2, 0.45), rng.uniform(0.2, 0.45), 0, 360) for x, y in centres]


def _tangle(rng: np.random.Generator) -> list[Stroke]:
    path = rng.uniform(0, 1, (int(rng.integers(9, 15)), 2))
    for _ in range(4):  # Chaikin: corners cut until the path is smooth
        a, b = path[:-1], path[1:]
        path = np.stack([0.75 * a + 0.25 * b, 0.25 * a + 0.75 * b], axis=1).reshape(-1, 2)
    return [path.tolist()]


SCRIBBLES: dict[str, Pen] = {
    "lissajous": _lissajous,
    "harmonics": _harmonics,
    "hatching": _hatching,
    "spiral": _spiral,
    "dashes": _dashes,
    "grid": _grid,
    "rings": _rings,
    "tangle": _tangle,
}
