"""Ink: how thick a stroke is, how soft its edge. Pure functions over batches (n, 28, 28, 1) in [0, 1], TensorFlow."""

from collections.abc import Callable

import tensorflow as tf

from digitjs.networks.recipe import Ink


def width(images: tf.Tensor) -> tf.Tensor:
    """(n,) mean stroke width in pixels: ink over half its edge; on strokes drawn 2.4 wide it reads 2.4."""
    right = images[:, :-1, 1:] - images[:, :-1, :-1]
    down = images[:, 1:, :-1] - images[:, :-1, :-1]
    edge = tf.reduce_sum(tf.sqrt(right**2 + down**2), axis=(1, 2, 3))
    return 2 * tf.reduce_sum(images, axis=(1, 2, 3)) / (edge + 1e-3)


def _around(images: tf.Tensor, joined: Callable[[tf.Tensor, tf.Tensor], tf.Tensor]) -> tf.Tensor:
    """Each pixel joined with its eight neighbours. By shifts, which XLA fuses; tf.nn's pools take 3 times as long."""
    rows = tf.pad(images, [[0, 0], [1, 1], [0, 0], [0, 0]])
    images = joined(joined(rows[:, :-2], rows[:, 1:-1]), rows[:, 2:])
    columns = tf.pad(images, [[0, 0], [0, 0], [1, 1], [0, 0]])
    return joined(joined(columns[:, :, :-2], columns[:, :, 1:-1]), columns[:, :, 2:])


def thicken(images: tf.Tensor, pixels: tf.Tensor) -> tf.Tensor:
    """Strokes made wider, or narrower where `pixels` (n,) is negative: mixed with their 3 x 3 maximum or minimum,
    which is 2 pixels wider or narrower.
    """
    amount = tf.clip_by_value(pixels / 2, -0.7, 1.0)[:, None, None, None]
    wider, narrower = _around(images, tf.maximum), _around(images, tf.minimum)
    return images + tf.nn.relu(amount) * (wider - images) - tf.nn.relu(-amount) * (images - narrower)


def soften(images: tf.Tensor, blur: tf.Tensor, contrast: tf.Tensor) -> tf.Tensor:
    """Edges blurred (share of a 3 x 3 mean) and then made steeper about half ink; both (n,)."""
    blur, contrast = blur[:, None, None, None], contrast[:, None, None, None]
    mean = _around(images, tf.add) / 9
    images = images + blur * (mean - images)
    peak = tf.reduce_max(images, axis=(1, 2, 3), keepdims=True)
    return tf.clip_by_value((images / (peak + 1e-3) - 0.5) * contrast + 0.5, 0.0, 1.0) * tf.cast(
        images > 0.02, images.dtype
    )


def reink(images: tf.Tensor, ink: Ink, seed: tf.Tensor) -> tf.Tensor:
    """Images with the stroke width and edges of another pen; a share keeps its own."""
    return soften(*repen(images, ink, seed))


def repen(images: tf.Tensor, ink: Ink, seed: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor]:
    """Images with the stroke width of another pen, and the blur and the contrast (n,) that its edges ask for."""
    wanted, blur, contrast, lot = tf.unstack(tf.random.stateless_uniform((4, images.shape[0]), seed))
    changed = tf.cast(lot >= ink.kept, tf.float32)
    wanted = ink.thinnest + (ink.thickest - ink.thinnest) * wanted
    images = thicken(images, changed * (wanted - width(images)))
    return images, changed * blur**2 * ink.blur, 1 + changed * (ink.contrast - 1) * contrast
