"""Pen styles drawn onto MNIST's own digits.

Each style is a small pure function from the ink's landmarks to one stroke: the control points (n, 4, 2) of a cubic
Bezier.
"""

from collections.abc import Callable

import numpy as np
import tensorflow as tf

from digitjs.training.augment import rasterize
from digitjs.training.augment.warp import INK, SIZE

SAMPLES = 24  # points a stroke: less than a pixel apart

Style = Callable[[tf.Tensor, tf.Tensor], tf.Tensor]  # landmarks (n, 6), uniform numbers (9, n) -> (n, 4, 2)


def _marks(images: tf.Tensor) -> tf.Tensor:
    """(n, 6): left, top, right, bottom of the ink, and the mean x of its top and its bottom two rows."""
    ink = tf.cast(images[..., 0] > INK, tf.float32)
    at = tf.range(SIZE, dtype=tf.float32)
    rows, columns = tf.reduce_max(ink, axis=2), tf.reduce_max(ink, axis=1)
    top = tf.reduce_min(tf.where(rows > 0, at, 99.0), axis=1)
    bottom = tf.reduce_max(tf.where(rows > 0, at, -99.0), axis=1)
    left = tf.reduce_min(tf.where(columns > 0, at, 99.0), axis=1)
    right = tf.reduce_max(tf.where(columns > 0, at, -99.0), axis=1)
    ends = []
    for row, sign in ((top, 1.0), (bottom, -1.0)):
        near = ink * tf.cast(sign * (at - row[:, None]) < 2, tf.float32)[:, :, None]
        ends.append(tf.reduce_sum(near * at, axis=(1, 2)) / (tf.reduce_sum(near, axis=(1, 2)) + 1e-3))
    return tf.stack([left, top, right, bottom, *ends], axis=1)


def _points(*pairs: tuple[tf.Tensor, tf.Tensor]) -> tf.Tensor:
    return tf.stack([tf.stack(pair, axis=1) for pair in pairs], axis=1)


def flag(marks: tf.Tensor, u: tf.Tensor) -> tf.Tensor:
    """On 1: from the top down to the left, short to three quarters of the height."""
    _, top, _, bottom, x, _ = tf.unstack(marks, axis=1)
    length = (bottom - top) * (0.15 + 0.6 * u[0] ** 1.3)
    angle = 0.35 + 0.85 * u[1]  # radians below the horizontal
    end = (x - length * tf.cos(angle), top + length * tf.sin(angle))
    bow = (u[2] - 0.3) * 0.25 * length
    middle = ((x + end[0]) / 2 + bow * 0.3, (top + end[1]) / 2 + bow)
    return _points((x, top), middle, middle, end)


def base(marks: tf.Tensor, u: tf.Tensor) -> tf.Tensor:
    """Under 1: a bar that reaches out to both sides, not always evenly."""
    _, top, _, bottom, _, x = tf.unstack(marks, axis=1)
    height = bottom - top
    left, right = x - height * (0.12 + 0.35 * u[3]), x + height * (0.12 + 0.35 * u[4])
    tilt = (u[5] - 0.5) * 3
    return _points((left, bottom + tilt), (x, bottom), (x, bottom), (right, bottom - tilt))


def bar(marks: tf.Tensor, u: tf.Tensor) -> tf.Tensor:
    """Through 7, across the middle of its leg."""
    _, top, right, bottom, _, x = tf.unstack(marks, axis=1)
    y = top + (bottom - top) * (0.4 + 0.25 * u[0])
    leg = x + (right - x) * (bottom - y) / (bottom - top + 1e-3) * 0.8
    half = (bottom - top) * (0.15 + 0.25 * u[1])
    tilt = half * (u[2] - 0.35) * 0.8
    return _points((leg - half, y + tilt), (leg, y), (leg, y), (leg + half * (0.6 + 0.6 * u[3]), y - tilt))


def curl(marks: tf.Tensor, u: tf.Tensor) -> tf.Tensor:
    """On 7: the top bar begins with a short hook downwards."""
    left, top, _, bottom, _, _ = tf.unstack(marks, axis=1)
    depth = (bottom - top) * (0.12 + 0.22 * u[4])
    x = left + 1
    return _points(
        (x, top + 1.5), (x - 2 * u[5], top + 1), (x - 2 * u[6], top + depth * 0.7), (x - 1.5 * u[7], top + depth)
    )


def slash(marks: tf.Tensor, u: tf.Tensor) -> tf.Tensor:
    """Through 0: from the lower left to the upper right, inside it or far past it."""
    left, top, right, bottom, _, _ = tf.unstack(marks, axis=1)
    x, y = (left + right) / 2, (top + bottom) / 2
    reach = 0.55 + 0.65 * u[0]
    across = ((right - left) / 2 + 1) * reach * (0.6 + 0.5 * u[1])
    along = (bottom - top) / 2 * reach
    return _points((x - across, y + along), (x, y), (x, y), (x + across, y - along * (0.8 + 0.2 * u[2])))


def tail(marks: tf.Tensor, u: tf.Tensor) -> tf.Tensor:
    """On 9 (and 7's cousin, the hooked 1): the leg ends in a curl to the left and up."""
    _, top, _, bottom, _, x = tf.unstack(marks, axis=1)
    height = bottom - top
    out, up = height * (0.25 + 0.6 * u[0]), height * (0.3 * u[1] - 0.05)
    deep = height * 0.25 * u[2]
    y = bottom - 0.5
    return _points((x, y - 2), (x - 0.1 * out, y + deep), (x - 0.8 * out, y + deep), (x - out, y - up))


def gap_right(marks: tf.Tensor, u: tf.Tensor) -> tf.Tensor:
    """Of 8 and 9: where the loop should close, at the upper right, it stays open. Erased."""
    _, top, right, bottom, _, _ = tf.unstack(marks, axis=1)
    x, y = right - 0.5 - 4 * u[0], top + (bottom - top) * 0.22 * u[1]
    return _points((x - 1, y - 1), (x, y), (x, y), (x + 2, y + 3 * u[2]))


def gap_top(marks: tf.Tensor, u: tf.Tensor) -> tf.Tensor:
    """Of 0: the ring stays open at the top. Erased."""
    left, top, right, _, x, _ = tf.unstack(marks, axis=1)
    x = x + (right - left) * 0.5 * (u[0] - 0.5)
    return _points((x - 2 * u[1], top - 1), (x, top), (x, top), (x + 2 * u[2], top + 1))


def _bezier() -> tf.Tensor:
    t = np.linspace(0, 1, SAMPLES)[:, None]
    return tf.constant(np.hstack([(1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t**2 * (1 - t), t**3]).astype(np.float32))


def tapped(images: tf.Tensor, share: float, seed: tf.Tensor) -> tf.Tensor:
    """Images (n, 28, 28, 1), a share of them with a stray tap of the pen anywhere: a dot of 1 to 3 pixels."""
    lot, x, y, size = tf.unstack(tf.random.stateless_uniform((4, images.shape[0]), seed))
    at = tf.stack([x, y], axis=1)[:, None] * (SIZE - 4) + 2
    dots = rasterize.draw(at, 1 + 2 * size) * tf.cast(lot < share, tf.float32)[:, None, None, None]
    return tf.maximum(images, dots)


STROKES: tuple[Style, ...] = (flag, base, bar, curl, slash, tail, gap_right, gap_top)
ERASED = (gap_right, gap_top)
WAYS: dict[int, tuple[tuple[Style, ...], ...]] = {
    0: ((slash,), (slash,), (gap_top,)),
    1: ((flag,), (base,), (flag, base)),
    7: ((bar,), (curl,), (bar, curl)),
    8: ((gap_right,),),
    9: ((tail,), (tail,), (gap_right,), (gap_right, tail)),
}
"""Which strokes are drawn on which digit, one way or another."""


def _ways() -> tuple[tf.Tensor, tf.Tensor]:
    """(10, most ways, 2) numbers of strokes, a lone one twice, and how many ways each digit has."""
    most = max(len(ways) for ways in WAYS.values())
    numbers = np.zeros((10, most, 2), dtype=np.int32)
    for digit, ways in WAYS.items():
        for i, way in enumerate(ways):
            numbers[digit, i] = [STROKES.index(way[0]), STROKES.index(way[-1])]
    return tf.constant(numbers), tf.constant([len(WAYS.get(digit, ())) for digit in range(10)])


def apply(style: Style, images: tf.Tensor, pen: tf.Tensor, u: tf.Tensor) -> tf.Tensor:
    """Digits (n, 28, 28, 1) with one style drawn on or erased, `pen` (n,) pixels wide; u (9, n) in 0..1 varies it."""
    drawn = rasterize.draw(tf.einsum("pk,nkc->npc", _bezier(), style(_marks(images), u)), pen)
    return images * (1 - drawn) if style in ERASED else tf.maximum(images, drawn)


def restyle(images: tf.Tensor, labels: tf.Tensor, pen: tf.Tensor, seed: tf.Tensor) -> tf.Tensor:
    """Digits (n, 28, 28, 1) with one of their styles drawn on, `pen` (n,) pixels wide; digits without one stay."""
    numbers, many = _ways()
    many = tf.gather(many, labels)
    u = tf.random.stateless_uniform((9, images.shape[0]), seed)
    way = tf.cast(u[8] * tf.cast(many, tf.float32), tf.int32)
    chosen = tf.gather_nd(numbers, tf.stack([labels, way], axis=1))
    marks = _marks(images)
    controls = tf.stack([style(marks, u) for style in STROKES], axis=1)  # (n, strokes, 4, 2)
    curves = tf.einsum("pk,nskc->nspc", _bezier(), tf.gather(controls, chosen, batch_dims=1))
    erased = tf.reduce_any(chosen[:, :, None] == [STROKES.index(style) for style in ERASED], axis=2)
    styled = images
    for i in range(2):
        drawn = rasterize.draw(curves[:, i], pen)
        styled = tf.where(erased[:, i, None, None, None], styled * (1 - drawn), tf.maximum(styled, drawn))
    return tf.where((many > 0)[:, None, None, None], styled, images)
