"""Digits, letters and signs of handwriting fonts, already drawn with the page's pen."""

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from digitjs.data import font_glyphs
from digitjs.networks.recipe import Recipe
from digitjs.training.augment.stroke_width import reink
from digitjs.training.augment.warp import bend

SEED = 1  # of the letters that thresholds are chosen by


def digits(count: int, seed: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
    """Random ones: ink (count, 28, 28, 1) in [0, 1] and labels (count,)."""
    known = font_glyphs.load()
    rows = np.flatnonzero(known.labels >= 0)
    chosen = tf.random.stateless_uniform((count,), seed, 0, len(rows), tf.int32)
    return _ink(known.images[rows], chosen), tf.gather(known.labels[rows], chosen)


def non_digits(count: int, seed: tf.Tensor) -> tf.Tensor:
    """Random letters and signs: ink (count, 28, 28, 1) in [0, 1]."""
    known = font_glyphs.load()
    rows = np.flatnonzero(known.labels < 0)
    return _ink(known.images[rows], tf.random.stateless_uniform((count,), seed, 0, len(rows), tf.int32))


def warped_letters(recipe: Recipe) -> NDArray[np.float32] | None:
    """Every letter and sign once, warped and inked as in a batch: ink (n, 28, 28, 1) in [0, 1], always the same.

    None for a recipe that trains without them: they say nothing about such a network, and may be its classes.
    """
    settings = recipe.augmentation
    if settings is None or settings.ink is None or settings.font_letters == 0:
        return None
    known = font_glyphs.load()
    letters = tf.constant(known.images[known.labels < 0][..., None] / np.float32(255))
    warped: NDArray[np.float32] = reink(bend(letters, settings.warp, (SEED, 0)), settings.ink, (SEED, 1)).numpy()
    return warped


def _ink(images: NDArray[np.uint8], chosen: tf.Tensor) -> tf.Tensor:
    return tf.cast(tf.gather(images[..., None], chosen), tf.float32) / 255
