"""Framed images as TensorFlow reads them, from memory or from a file. TensorFlow is loaded by this module."""

from collections.abc import Callable

import tensorflow as tf

from digitjs.data.samples import FramedImages
from digitjs.data.stored import StoredImages


def rows_of(images: FramedImages) -> Callable[[tf.Tensor], tf.Tensor]:
    """A function from places (n,) to the images there, (n, size, size, 1): in memory, or read when they are needed."""
    if not isinstance(images, StoredImages):
        held = tf.constant(images)
        return lambda places: tf.gather(held, places)

    def read(places: tf.Tensor) -> tf.Tensor:
        floats = tf.numpy_function(images.__getitem__, [places], tf.float32, stateful=False)
        return tf.ensure_shape(floats, (None, *images.shape[1:]))

    return read
