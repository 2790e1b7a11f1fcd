"""What layers draw, as a function of the seed and the step: the same however a batch is shared, and when resumed."""

import zlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import tensorflow as tf


@dataclass(frozen=True)
class StepGenerator:
    """What a layer draws from, in place of Keras's own generator.

    Numbers are drawn for the whole batch of a step, of which each replica takes its own rows; a single row is for the
    whole batch, and all replicas take it. So two workers drop what one would, and a training that was interrupted goes
    on with the numbers of its next step.
    """

    seed: int
    step: Callable[[], Any]  # from 0

    def random_uniform(self, shape: Any, minval: float = 0.0, maxval: float = 1.0, dtype: Any = tf.float32) -> Any:
        """Numbers (n, ...) of one replica, from an interval."""
        return self._rows(shape, partial(tf.random.stateless_uniform, minval=minval, maxval=maxval, dtype=dtype))

    def random_normal(self, shape: Any, mean: float = 0.0, stddev: float = 1.0, dtype: Any = tf.float32) -> Any:
        """Numbers (n, ...) of one replica, normally distributed."""
        return self._rows(shape, partial(tf.random.stateless_normal, mean=mean, stddev=stddev, dtype=dtype))

    def dropout(self, inputs: Any, rate: float, noise_shape: Any = None) -> Any:
        """Inputs (n, ...) of one replica, a share of them zero and the others larger."""
        return tf.nn.experimental.general_dropout(
            inputs, rate, noise_shape=noise_shape, uniform_sampler=self.random_uniform
        )

    def _rows(self, shape: Any, draw: Callable[[Any, Any], Any]) -> Any:
        context = tf.distribute.get_replica_context()
        replicas, place = context.num_replicas_in_sync, context.replica_id_in_sync_group
        seed = tf.stack([tf.constant(self.seed, tf.int64), tf.cast(self.step(), tf.int64)])
        if replicas == 1:
            return draw(shape, seed)
        shape = tf.convert_to_tensor(shape)
        own = shape[0]
        divided = tf.cast(own > 1, own.dtype)  # else it is for all rows of the batch, as a noise shape may ask for
        drawn = own * (1 + divided * (replicas - 1))
        first = divided * tf.cast(place, own.dtype) * own
        return draw(tf.concat([[drawn], shape[1:]], axis=0), seed)[first : first + own]


def draw_by_step(model: Any, seed: int) -> None:
    """Let all layers of a compiled model that draw random numbers draw them by the optimizer's step."""
    for layer in model.layers:
        # tf_keras gives no other way in than this private name (BaseRandomLayer).
        if hasattr(layer, "_random_generator"):
            own = zlib.crc32(f"{seed} {layer.name}".encode())
            layer._random_generator = StepGenerator(own, lambda: model.optimizer.iterations)
