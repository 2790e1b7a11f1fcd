"""Geometry: frame, affine and elastic in one bilinear resampling. Pure functions over batches, TensorFlow.

Framing is part of the warp: however a digit is slanted, stretched or drawn over, its ink is brought to MNIST's box and
centre again, as the page does with strokes; then a little jitter is added to that.
"""

import numpy as np
import tensorflow as tf

from digitjs.networks.recipe import Warp

SIZE = 28
CENTRE = 14.0  # pixel index of MNIST's centre of mass (median of 20,000 digits: 14.01, 13.99)
INK_SIDE = 19.6  # pixels, the longest side of ink darker than INK: MNIST 20, the page's strokes 19 to 20
INK = 0.3  # darkness beyond which a pixel counts as ink
KNOTS = 5  # elastic displacements are drawn on 5 x 5 knots, 7 pixels apart, and interpolated smoothly


def _grid() -> tf.Tensor:
    """(784, 2): x and y of every pixel, from the centre."""
    y, x = np.mgrid[:SIZE, :SIZE].astype(np.float32)
    return tf.constant(np.stack([x.ravel(), y.ravel()], axis=1) - CENTRE)


def _knot_weights() -> tf.Tensor:
    """(784, KNOTS * KNOTS): a normalised Gaussian around each knot, smooth enough to need no spline."""
    at = np.linspace(0, SIZE - 1, KNOTS)
    spread = at[1] * 0.6
    one = np.exp(-(((np.arange(SIZE)[:, None] - at) / spread) ** 2) / 2)
    one /= one.sum(axis=1, keepdims=True)
    return tf.constant(np.kron(one, one).astype(np.float32))


def shapes(warp: Warp, much: tf.Tensor, seed: tf.Tensor) -> tf.Tensor:
    """(n, 2, 2) matrices that turn, slant and stretch points [x, y], each `much` (n,) of the way."""
    turn, slant, stretch = tf.unstack(tf.random.stateless_normal((3, much.shape[0]), seed) * much)
    turn, slant = turn * warp.rotation, slant * warp.slant
    stretch = tf.exp(stretch * warp.stretch / 2)
    cos, sin = tf.cos(turn), tf.sin(turn)
    sheared = tf.stack([tf.stack([stretch, slant], 1), tf.stack([tf.zeros_like(turn), 1 / stretch], 1)], 1)
    return tf.stack([tf.stack([cos, -sin], 1), tf.stack([sin, cos], 1)], 1) @ sheared


def frames(images: tf.Tensor, shape: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
    """The scale (n,) that brings the shaped ink to MNIST's box, and the ink's centre of mass (n, 2) before shaping.

    A row's outermost ink pixels are enough to find the box of the shaped ink: half the work of looking at all.
    """
    flat = tf.reshape(images, (-1, SIZE * SIZE))
    centre = flat @ _grid() / (tf.reduce_sum(flat, axis=1, keepdims=True) + 1e-3)
    at = tf.range(SIZE, dtype=tf.float32) - CENTRE
    inside = images[..., 0] > INK
    left = tf.reduce_min(tf.where(inside, at, 99.0), axis=2)  # (n, 28)
    right = tf.reduce_max(tf.where(inside, at, -99.0), axis=2)
    side = tf.fill((images.shape[0],), 2.0)
    for across, down in ((shape[:, axis, :1], shape[:, axis, 1:]) for axis in (0, 1)):
        ends = tf.stack([across * left, across * right]) + down * at
        low = tf.reduce_min(tf.where(right >= left, ends, 999.0), axis=(0, 2))
        high = tf.reduce_max(tf.where(right >= left, ends, -999.0), axis=(0, 2))
        side = tf.maximum(side, high - low + 1)
    return INK_SIDE / side, centre


def resample(images: tf.Tensor, x: tf.Tensor, y: tf.Tensor) -> tf.Tensor:
    """Images read at x, y (n, 784), in pixel indices, bilinear, paper outside.

    The four neighbours of a pixel are laid side by side first, so that one gather fetches them: three times as fast.
    """
    count, wide = images.shape[0], SIZE + 2
    flat = tf.reshape(tf.pad(images[..., 0], [[0, 0], [1, 1], [1, 1]]), (-1,))
    cells = count * wide * wide
    after = tf.pad(flat, [[0, wide + 1]])
    corners = tf.stack([after[k : k + cells] for k in (0, 1, wide, wide + 1)], axis=1)
    x, y = (tf.clip_by_value(at + 1, 0.0, wide - 1.001) for at in (x, y))
    left, top = tf.floor(x), tf.floor(y)
    first = tf.range(count)[:, None] * (wide * wide)
    found = tf.gather(corners, first + tf.cast(top * wide + left, tf.int32))
    a, b, c, d = tf.unstack(found, axis=2)
    x, y = x - left, y - top
    upper, lower = a + x * (b - a), c + x * (d - c)
    return tf.reshape(upper + y * (lower - upper), (count, SIZE, SIZE, 1))


def bend(images: tf.Tensor, warp: Warp, seed: tf.Tensor, strength: tf.Tensor | float = 1.0) -> tf.Tensor:
    """Images turned, slanted, stretched, framed again, shifted and bent, resampled once.

    Each image by a different share of `strength`, from none at all: digits as they are must stay the commonest.
    """
    count = images.shape[0]
    seeds = tf.random.experimental.stateless_split(seed, 5)
    much = strength * tf.random.stateless_uniform((count,), seeds[4])
    shape = shapes(warp, much, seeds[0])
    scale, centre = frames(images, shape) if warp.framed else (tf.ones((count,)), tf.zeros((count, 2)))
    scale *= tf.exp(tf.random.stateless_normal((count,), seeds[1]) * warp.scale * much)
    shift = tf.random.stateless_normal((count, 1, 2), seeds[2]) * warp.shift * much[:, None, None]
    knots = tf.random.stateless_normal((count, KNOTS * KNOTS, 2), seeds[3]) * warp.elastic * much[:, None, None]
    back = _inverse(shape * scale[:, None, None])  # (n, 2, 2), from the new image to the old
    knots += (centre + CENTRE)[:, None] - shift @ tf.linalg.matrix_transpose(back)  # weights add up to 1
    basis = tf.transpose(tf.concat([_grid(), _knot_weights()], axis=1))  # affine and elastic are one matrix product
    x, y = (tf.concat([back[:, axis], knots[:, :, axis]], axis=1) @ basis for axis in (0, 1))
    return resample(images, x, y)


def _inverse(matrix: tf.Tensor) -> tf.Tensor:
    """Of (n, 2, 2), written out: tf.linalg.inv takes 20 times as long."""
    (a, b), (c, d) = ([matrix[:, i, j] for j in range(2)] for i in range(2))
    area = a * d - b * c
    return tf.stack([tf.stack([d, -b], 1), tf.stack([-c, a], 1)], 1) / area[:, None, None]
