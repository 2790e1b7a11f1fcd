"""Dropout as a function of the seed and the step, so that it does not depend on how a batch is shared out."""

from collections.abc import Callable
from typing import Any

import tensorflow as tf
import tf_keras as keras


class StepDropout(keras.layers.Dropout):  # type: ignore[misc]  # tf_keras publishes no types
    """Drops what `keras.layers.Dropout` would, with masks that are drawn for the whole batch of a step.

    Each replica takes its own rows of the mask. So two workers drop what one would, and a training that was interrupted
    goes on with the masks of its next step.
    """

    step: Callable[[], Any] = staticmethod(lambda: 0)  # of the optimizer, which is made after the model

    def call(self, inputs: tf.Tensor, training: Any = None) -> tf.Tensor:
        """Inputs (n, ...) of one replica, some of them zero while the network is trained."""
        if not training or self.rate == 0:
            return inputs
        context = tf.distribute.get_replica_context()
        replicas, place = context.num_replicas_in_sync, context.replica_id_in_sync_group
        count = tf.shape(inputs)[0]
        shape = tf.concat([[count * replicas], tf.shape(inputs)[1:]], axis=0)
        seed = tf.stack([tf.constant(self.seed, tf.int64), tf.cast(self.step(), tf.int64)])
        drawn = tf.random.stateless_uniform(shape, seed)[place * count : (place + 1) * count]
        kept = tf.cast(drawn >= self.rate, inputs.dtype)
        return inputs * kept / tf.cast(1 - self.rate, inputs.dtype)
