"""Test samples as other people's canvases would hold them: shifted, scaled, rotated, thickened."""

from collections.abc import Iterator

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

SEED = 28
SHIFT = 3  # pixels, each way
SCALE = (0.75, 1.2)
ROTATION = 15  # degrees, each way
MIDDLE = 13.5  # of 28 pixels, in whole-pixel coordinates

Floats = NDArray[np.float64]
Images = NDArray[np.float32]  # (n, 28, 28, 1) in [0, 1]


def variants(images: Images) -> Iterator[tuple[str, Images]]:
    """Each kind of change by name, drawn anew for each image from a fixed seed."""
    random, n = np.random.default_rng(SEED), len(images)
    one, zero = np.ones(n), np.zeros(n)
    yield "shifted", _transform(images, one, zero, random.uniform(-SHIFT, SHIFT, (n, 2)))
    yield "scaled", _transform(images, random.uniform(*SCALE, n), zero, np.zeros((n, 2)))
    yield "rotated", _transform(images, one, np.radians(random.uniform(-ROTATION, ROTATION, n)), np.zeros((n, 2)))
    # A grey dilation by the four neighbours: the stroke grows by about one pixel on each side.
    cross = tf.constant([[-1, 0, -1], [0, 0, 0], [-1, 0, -1]], tf.float32)[..., tf.newaxis]
    thick = tf.nn.dilation2d(images, cross, (1, 1, 1, 1), "SAME", "NHWC", (1, 1, 1, 1))
    yield "thickened", np.clip(thick.numpy(), 0, 1)


def _transform(images: Images, scale: Floats, angle: Floats, shift: Floats) -> Images:
    """Scale and rotate (n,) about the middle, then shift (n, 2) in pixels; bilinear, paper outside."""
    a, b = np.cos(angle) / scale, np.sin(angle) / scale  # the inverse: from each output pixel to its source
    x, y = MIDDLE + shift[:, 0], MIDDLE + shift[:, 1]
    matrix = np.stack([a, b, MIDDLE - a * x - b * y, -b, a, MIDDLE + b * x - a * y, 0 * a, 0 * a], axis=1)
    result = tf.raw_ops.ImageProjectiveTransformV3(
        images=images,
        transforms=matrix.astype(np.float32),
        output_shape=(28, 28),
        interpolation="BILINEAR",
        fill_mode="CONSTANT",
        fill_value=0.0,
    )
    moved: Images = result.numpy()
    return moved
