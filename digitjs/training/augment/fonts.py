"""Digits, letters and signs of handwriting fonts, already drawn with the page's pen: picked at random."""

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from digitjs.data import font_glyphs


def digits(count: int, seed: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
    """Ink (count, 28, 28, 1) in [0, 1] and labels (count,)."""
    known = font_glyphs.load()
    rows = np.flatnonzero(known.labels >= 0)
    chosen = tf.random.stateless_uniform((count,), seed, 0, len(rows), tf.int32)
    return _ink(known.images[rows], chosen), tf.gather(known.labels[rows], chosen)


def non_digits(count: int, seed: tf.Tensor) -> tf.Tensor:
    """Letters and signs: ink (count, 28, 28, 1) in [0, 1]."""
    known = font_glyphs.load()
    rows = np.flatnonzero(known.labels < 0)
    return _ink(known.images[rows], tf.random.stateless_uniform((count,), seed, 0, len(rows), tf.int32))


def _ink(images: NDArray[np.uint8], chosen: tf.Tensor) -> tf.Tensor:
    return tf.cast(tf.gather(images[..., None], chosen), tf.float32) / 255
