"""Drawing with a round pen, as the page does: points in, 28 x 28 out. Pure functions over batches, TensorFlow."""

import numpy as np
import tensorflow as tf

from digitjs.training.augment.glyph import GlyphTable
from digitjs.training.augment.warp import CENTRE, SIZE

MIDDLE = (SIZE - 1) / 2  # pixel index of the image's middle; distances from it lose little to rounding
BOX = 20.0  # pixels, MNIST's box around the ink
SOFTNESS = 1.2  # pixels, the width of the edge from full ink to paper; `ink.soften` varies it around the page's 1.6


def _pixels() -> tf.Tensor:
    """(784, 2): x and y of every pixel's index."""
    y, x = np.mgrid[:SIZE, :SIZE].astype(np.float32)
    return tf.constant(np.stack([x.ravel(), y.ravel()], axis=1))


def draw(points: tf.Tensor, pen: tf.Tensor) -> tf.Tensor:
    """Ink (n, 28, 28, 1) around points (n, p, 2) less than a pixel apart, pen (n,) pixels wide.

    The squared distances of all pixels to all points are one matrix product, not one for each image: that would take
    half as long again.
    """
    pixels = _pixels() - MIDDLE
    points = points - MIDDLE
    count, samples = points.shape[:2]
    terms = tf.concat([-2.0 * points, tf.reduce_sum(points**2, axis=2, keepdims=True)], axis=2)
    basis = tf.concat([tf.transpose(pixels), tf.ones((1, SIZE * SIZE))], axis=0)
    cross = tf.reshape(tf.reshape(terms, (-1, 3)) @ basis, (count, samples, SIZE * SIZE))
    near = tf.reduce_min(cross, axis=1)
    distance = tf.sqrt(tf.nn.relu(near + tf.reduce_sum(pixels**2, axis=1)) + 1e-6)
    ink = ((pen[:, None] + SOFTNESS) / 2 - distance) / SOFTNESS
    return tf.reshape(tf.clip_by_value(ink, 0.0, 1.0), (-1, SIZE, SIZE, 1))


def fit_box(points: tf.Tensor, pen: tf.Tensor) -> tf.Tensor:
    """Points (n, p, 2) of any unit scaled so that their ink's longest side is 20 pixels, centred."""
    low, high = tf.reduce_min(points, axis=1, keepdims=True), tf.reduce_max(points, axis=1, keepdims=True)
    side = tf.reduce_max(high - low, axis=2, keepdims=True) + 1e-3
    return (points - (low + high) / 2) * (BOX - SOFTNESS - pen[:, None, None]) / side + CENTRE


def write(table: GlyphTable, chosen: tf.Tensor, wobble: float, seed: tf.Tensor) -> tf.Tensor:
    """Glyphs `chosen` (n,) as ink, each with its control points moved by `wobble` (of the unit box)."""
    count = chosen.shape[0]
    seeds = tf.random.experimental.stateless_split(seed, 4)
    controls = tf.gather(table.controls, chosen)
    much = wobble * tf.random.stateless_uniform((count, 1, 1), seeds[3], 0.2, 1.8)
    moved = controls + tf.random.stateless_normal(controls.shape, seeds[0]) * much
    # a corner is a point given twice; both must move as one
    twice = tf.reduce_all(controls[:, 1:] == controls[:, :-1], axis=2, keepdims=True)
    moved = tf.concat([moved[:, :1], tf.where(twice, moved[:, :-1], moved[:, 1:])], axis=1)
    aspect = tf.exp(tf.random.stateless_normal((count, 1), seeds[1]) * 0.25) * [[0.75]]
    points = tf.gather(table.weights, chosen) @ moved * tf.stack([aspect, tf.ones_like(aspect)], axis=2)
    pen = tf.random.stateless_uniform((count,), seeds[2], 1.8, 3.0)
    return draw(fit_box(points, pen), pen)
