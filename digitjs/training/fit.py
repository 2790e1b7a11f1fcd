"""Layers, a recipe and digits become a fitted Keras model.

Keras's own `fit` does the job: the stream of batches and what layers draw are functions of (seed, step), the
schedule is one of the optimizer's step, so that nothing is lost between epochs.
"""

import zlib
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import msgspec
import tensorflow as tf
import tf_keras as keras

from digitjs.data.samples import Dataset, Samples
from digitjs.model_card import Epoch
from digitjs.networks.image_rows import rows_of
from digitjs.networks.keras_model import Training, build_model
from digitjs.networks.network import Network
from digitjs.networks.processor import precision
from digitjs.networks.recipe import OPTIMIZERS, Recipe
from digitjs.training import distribute, trunk
from digitjs.training.augment import stroke_jitter
from digitjs.training.augment.batches import counts, steps_of, stream, targets
from digitjs.training.distribute import Replicas, alone
from digitjs.training.step_random import draw_by_step

WATCHED = 500  # validation samples in a batch

Report = Callable[[Epoch], None]


def _silent(epoch: Epoch) -> None:
    """Report nothing."""


@dataclass(frozen=True)
class Execution:
    """How a training is carried out; but for the rounding of float32, and workers that have samples of their own, the
    weights do not depend on it.
    """

    report: Report = _silent  # called after each epoch that is completed from now on
    replicas: Replicas = field(default_factory=alone)  # the processors that share each batch


class CheckpointError(Exception):
    """A checkpoint that cannot be restored: it is damaged."""


def trigger_xla_greeting() -> None:
    """Compile something small: XLA prints a greeting when it first compiles, whatever the log level."""
    tf.function(lambda: tf.constant(0), jit_compile=True)()


def fit_model(network: Network, dataset: Dataset, checkpoints: Path, execution: Execution) -> Training:
    """A model fitted to the training digits; the same network and digits give the same weights on the same machine.

    It changes the whole process: operations become deterministic, the random generators of Python, NumPy and
    TensorFlow get the recipe's seed, and Keras draws initial weights from a generator of TensorFlow's.

    Args:
        network: layers and recipe.
        dataset: the validation samples only watch; there may be none. Of this worker, where each has its own.
        checkpoints: a folder; training goes on after the last epoch that was finished there.
        execution: who hears of each epoch, and which processors share its batches.

    Raises:
        CheckpointError: the checkpoint there is damaged.
        DigitjsError: the batch cannot be shared by so many.
    """
    tf.config.experimental.enable_op_determinism()
    keras.utils.set_random_seed(network.recipe.seed)
    keras.backend.experimental.enable_tf_random_generator()
    replicas = execution.replicas
    digits = sum(distribute.of_each(replicas, len(dataset.train))) if replicas.sharded else len(dataset.train)
    recipe = fitting(network.recipe, digits)
    distribute.require_divisible(recipe.batch_size, replicas)
    steps = steps_of(recipe, digits)
    with replicas.strategy.scope():
        model = _unfitted(network, recipe, replicas)
        model.compile(_optimizer(recipe, steps * recipe.epochs), "categorical_crossentropy", metrics=["accuracy"])
        model.optimizer.build(model.trainable_variables)
    draw_by_step(model, recipe.seed)
    keeper = _Keeper(model, checkpoints, execution)
    done = keeper.done
    if done < recipe.epochs:
        classes = len(dataset.task.classes)
        source = dataset.train if recipe.augmentation is None else stroke_jitter.grown(dataset, recipe.seed)
        own = _of_own(recipe, steps, replicas)
        model.fit(
            distribute.parts(replicas, lambda: stream(source, classes, own, done)),
            initial_epoch=done,
            epochs=recipe.epochs,
            steps_per_epoch=steps,
            callbacks=[keeper],
            verbose=0,
            **({} if dataset.is_small else _watched(dataset.validation, classes, replicas)),
        )
    elif recipe.average:  # every epoch was finished before: `fit` would have done this
        model.optimizer.finalize_variable_values(model.trainable_variables)
    fitted = build_model(network.name, network.layers, size=network.framing.size)
    fitted.set_weights(model.get_weights())  # float32 in any case
    return Training(network, fitted, tuple(keeper.epochs))


def _unfitted(network: Network, recipe: Recipe, replicas: Replicas) -> Any:
    """The network as it is before its training."""
    model = build_model(network.name, network.layers, size=network.framing.size, precision=precision(recipe))
    if replicas.count > 1:
        initial, model = model.get_weights(), keras.models.clone_model(model, clone_function=_synchronized)
        model.set_weights(initial)  # of one processor
    if recipe.trunk:
        trunk.start_from(model)
    return model


def _synchronized(layer: Any) -> Any:
    """A copy of a layer that normalises whole batches, however they are shared."""
    options = layer.get_config()
    if isinstance(layer, keras.layers.BatchNormalization):
        options["synchronized"] = True
    return type(layer).from_config(options)


def _of_own(recipe: Recipe, steps: int, replicas: Replicas) -> Recipe:
    """The recipe for this worker's part of each batch, where it has samples of its own; else for whole batches."""
    if not replicas.sharded:
        return recipe
    seed = zlib.crc32(f"{recipe.seed} {replicas.index}".encode())
    return replace(recipe, batch_size=recipe.batch_size // replicas.workers, steps=steps, seed=seed)


def _watched(samples: Samples, classes: int, replicas: Replicas) -> dict[str, Any]:
    """What `fit` validates with: all samples; where each worker has its own, as many of each as every one has."""
    images, labels = rows_of(samples.images), tf.constant(samples.labels)

    def batches(places: tf.data.Dataset) -> tf.data.Dataset:
        return places.map(lambda some: (images(some), targets(tf.gather(labels, some), classes)))

    if not replicas.sharded:
        return {"validation_data": batches(tf.data.Dataset.range(len(samples)).batch(WATCHED))}
    fewest = min(distribute.of_each(replicas, len(samples))) // replicas.own  # samples of each replica
    first = tf.data.Dataset.range(replicas.own).map(lambda replica: replica * fewest)
    places = tf.data.Dataset.range(fewest).batch(WATCHED).flat_map(lambda some: first.map(lambda place: place + some))
    endless = batches(places).repeat()  # Keras does not begin anew what is distributed
    return {
        "validation_data": replicas.strategy.distribute_datasets_from_function(lambda _: endless),
        "validation_steps": -(-fewest // WATCHED),
    }


def fitting(recipe: Recipe, digits: int) -> Recipe:
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
    """Stores each finished epoch: weights, optimizer slots, averages, and what it measured."""

    def __init__(self, model: Any, folder: Path, execution: Execution) -> None:
        super().__init__()
        self.report, replicas = execution.report, execution.replicas
        self.epochs: list[Epoch] = []
        self.measured = tf.Variable(b"[]")
        state = tf.train.Checkpoint(model=model, optimizer=model.optimizer, measured=self.measured)
        # It is made when it is first read: now, by all workers alike, and not with the chief's first checkpoint.
        _ = state.save_counter
        self.manager = tf.train.CheckpointManager(state, str(folder), max_to_keep=1)
        if replicas.is_chief and self.manager.latest_checkpoint:
            self._restore(state, self.manager.latest_checkpoint)
        finished = tf.Variable(len(self.epochs))
        distribute.share_state(replicas, [*model.variables, *model.optimizer.variables, finished])
        self.done = int(finished.numpy())  # epochs

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
