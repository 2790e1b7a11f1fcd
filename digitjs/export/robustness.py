"""Test samples as other people's canvases would hold them: shifted, scaled, rotated, thickened."""

from collections.abc import Iterator

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

SEED = 28
SHIFT = 3 / 28  # of the image's side, each way
SCALE = (0.75, 1.2)
ROTATION = 15  # degrees, each way

Floats = NDArray[np.float64]
Images = NDArray[np.float32]  # (n, size, size, 1) in [0, 1]


def variants(images: Images) -> Iterator[tuple[str, Images]]:
    """Each kind of change by name, drawn anew for each image from a fixed seed."""
    random, n = np.random.default_rng(SEED), len(images)
    one, zero, shift = np.ones(n), np.zeros(n), SHIFT * images.shape[1]
    yield "shifted", _transform(images, one, zero, random.uniform(-shift, shift, (n, 2)))
    yield "scaled", _transform(images, random.uniform(*SCALE, n), zero, np.zeros((n, 2)))
    yield "rotated", _transform(images, one, np.radians(random.uniform(-ROTATION, ROTATION, n)), np.zeros((n, 2)))
    # A grey dilation by the four neighbours: the stroke grows by about one pixel on each side.
    cross = tf.constant([[-1, 0, -1], [0, 0, 0], [-1, 0, -1]], tf.float32)[..., tf.newaxis]
    thick = tf.nn.dilation2d(images, cross, (1, 1, 1, 1), "SAME", "NHWC", (1, 1, 1, 1))
    yield "thickened", np.clip(thick.numpy(), 0, 1)


def _transform(images: Images, scale: Floats, angle: Floats, shift: Floats) -> Images:
    """Scale and rotate (n,) about the middle, then shift (n, 2) in pixels; bilinear, paper outside."""
    a, b = np.cos(angle) / scale, np.sin(angle) / scale  # the inverse: from each output pixel to its source
    middle = (images.shape[1] - 1) / 2  # in whole-pixel coordinates
    x, y = middle + shift[:, 0], middle + shift[:, 1]
    matrix = np.stack([a, b, middle - a * x - b * y, -b, a, middle + b * x - a * y, 0 * a, 0 * a], axis=1)
    result = tf.raw_ops.ImageProjectiveTransformV3(
        images=images,
        transforms=matrix.astype(np.float32),
        output_shape=images.shape[1:3],
        interpolation="BILINEAR",
        fill_mode="CONSTANT",
        fill_value=0.0,
    )
    moved: Images = result.numpy()
    return moved
