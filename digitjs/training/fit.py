"""Layers, a recipe and digits become a fitted Keras model.

Keras's own `fit` does the job: the stream of batches is a function of (seed, step), the schedule one of the optimizer's
step, and dropout's generators are part of the checkpoint, so that nothing is lost between epochs.
"""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import tensorflow as tf
import tf_keras as keras

from digitjs.data.samples import Dataset, Samples
from digitjs.model_card import Epoch
from digitjs.networks.keras_model import Training, build_model
from digitjs.networks.network import Network
from digitjs.networks.processor import precision
from digitjs.networks.recipe import OPTIMIZERS, Recipe
from digitjs.training import trunk
from digitjs.training.augment import stroke_jitter
from digitjs.training.augment.batches import counts, steps_of, stream, targets

Report = Callable[[Epoch], None]


class CheckpointError(Exception):
    """A checkpoint that cannot be restored: it is damaged."""


def trigger_xla_greeting() -> None:
    """Compile something small: XLA prints a greeting when it first compiles, whatever the log level."""
    tf.function(lambda: tf.constant(0), jit_compile=True)()


def fit_model(network: Network, dataset: Dataset, checkpoints: Path, report: Report) -> Training:
    """A model fitted to the training digits; the same network and digits give the same weights on the same machine.

    It changes the whole process: operations become deterministic, the random generators of Python, NumPy and
    TensorFlow get the recipe's seed, and Keras draws from generators that checkpoints can hold.

    Args:
        network: layers and recipe.
        dataset: the validation samples only watch; there may be none.
        checkpoints: a folder; training goes on after the last epoch that was finished there.
        report: called after each epoch that is completed from now on.

    Raises:
        CheckpointError: the checkpoint there is damaged.
    """
    recipe = _fitting(network.recipe, len(dataset.train))
    tf.config.experimental.enable_op_determinism()
    keras.utils.set_random_seed(recipe.seed)
    keras.backend.experimental.enable_tf_random_generator()
    steps = steps_of(recipe, len(dataset.train))
    model = build_model(network.name, network.layers, size=network.framing.size, precision=precision(recipe))
    if recipe.trunk:
        trunk.start_from(model)
    model.compile(_optimizer(recipe, steps * recipe.epochs), "categorical_crossentropy", metrics=["accuracy"])
    keeper = _Keeper(model, checkpoints, report)
    if len(keeper.epochs) < recipe.epochs:
        classes = len(dataset.task.classes)
        source = dataset.train if recipe.augmentation is None else stroke_jitter.grown(dataset, recipe.seed)
        model.fit(
            stream(source, classes, recipe, len(keeper.epochs)),
            initial_epoch=len(keeper.epochs),
            epochs=recipe.epochs,
            steps_per_epoch=steps,
            validation_data=None if dataset.is_small else _watched(dataset.validation, classes),
            callbacks=[keeper],
            verbose=0,
        )
    elif recipe.average:  # every epoch was finished before: `fit` would have done this
        model.optimizer.finalize_variable_values(model.trainable_variables)
    fitted = build_model(network.name, network.layers, size=network.framing.size)
    fitted.set_weights(model.get_weights())  # float32 in any case
    return Training(network, fitted, tuple(keeper.epochs))


def _watched(samples: Samples, classes: int) -> tf.data.Dataset:
    """The validation samples in batches."""
    hot = targets(tf.constant(samples.labels), classes)
    return tf.data.Dataset.from_tensor_slices((samples.images, hot)).batch(500)


def _fitting(recipe: Recipe, digits: int) -> Recipe:
    """The recipe with batches that a small set of digits can fill."""
    while recipe.steps is None and counts(recipe)[0] > digits:
        recipe = replace(recipe, batch_size=recipe.batch_size // 2)
    return recipe


def _optimizer(recipe: Recipe, steps: int) -> Any:
    """The recipe's optimizer for a training of `steps` steps."""
    rate = _schedule(recipe, steps) if recipe.cosine else recipe.learning_rate
    options: dict[str, Any] = {"use_ema": True, "ema_momentum": recipe.average} if recipe.average else {}
    return getattr(keras.optimizers, OPTIMIZERS[recipe.optimizer])(learning_rate=rate, **options)


def _schedule(recipe: Recipe, steps: int) -> Any:
    """Linear warm-up from a tenth, then half a cosine down to a hundredth of the highest rate."""
    rising = round(recipe.warmup * steps)
    return keras.optimizers.schedules.CosineDecay(
        recipe.learning_rate / 10,
        max(steps - rising, 1),
        alpha=0.01,
        warmup_target=recipe.learning_rate,
        warmup_steps=rising,
    )


class _Keeper(keras.callbacks.Callback):  # type: ignore[misc]  # tf_keras publishes no types
    """Stores each finished epoch: weights, optimizer slots, averages, dropout's generators, and what it measured."""

    def __init__(self, model: Any, folder: Path, report: Report) -> None:
        super().__init__()
        self.report = report
        self.epochs: list[Epoch] = []
        model.optimizer.build(model.trainable_variables)
        # tf_keras keeps dropout's generators out of a model's own checkpoint (BaseRandomLayer): hence private names.
        dropouts = [layer for layer in model.layers if isinstance(layer, keras.layers.Dropout)]
        random = [layer._random_generator._generator for layer in dropouts]
        self.measured = tf.Variable(b"[]")
        state = tf.train.Checkpoint(model=model, optimizer=model.optimizer, random=random, measured=self.measured)
        self.manager = tf.train.CheckpointManager(state, str(folder), max_to_keep=1)
        if self.manager.latest_checkpoint:
            self._restore(state, self.manager.latest_checkpoint)

    def _restore(self, state: tf.train.Checkpoint, path: str) -> None:
        try:
            state.restore(path).assert_existing_objects_matched()
            self.epochs = msgspec.json.decode(self.measured.numpy(), type=list[Epoch])
        except Exception as error:  # TensorFlow has no class of its own for what is wrong with a file
            raise CheckpointError(path) from error

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        measured = Epoch(
            number=epoch + 1,
            loss=float(logs["loss"]),
            accuracy=float(logs["accuracy"]),
            validation_loss=None if "val_loss" not in logs else float(logs["val_loss"]),
            validation_accuracy=None if "val_loss" not in logs else float(logs["val_accuracy"]),
        )
        self.epochs.append(measured)
        self.measured.assign(msgspec.json.encode(self.epochs))
        self.manager.save(epoch + 1)
        self.report(measured)
