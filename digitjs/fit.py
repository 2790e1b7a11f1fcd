"""Layers and a recipe become a fitted Keras model."""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import tf_keras as keras

from digitjs.card import Epoch
from digitjs.dataset import Dataset
from digitjs.networks import Layer, Network


@dataclass(frozen=True)
class Training:
    """A fitted model and how it came about."""

    model: Any  # keras.Model, (n, 28, 28, 1) to (n, 10)
    epochs: tuple[Epoch, ...]


def keras_model(name: str, layers: Iterable[Layer], *, initializer: str | None = None) -> Any:
    """An unfitted Sequential model of these layers.

    Args:
        name: of the model; its layers are named by kind and place, so that the same layers give the same files.
        layers: from the input, (28, 28, 1), to the ten probabilities.
        initializer: of all kernels; Keras's own choice for each layer without it.
    """
    model = keras.Sequential(name=name)
    model.add(keras.layers.InputLayer(input_shape=(28, 28, 1), name="image"))
    for place, layer in enumerate(layers, start=1):
        options = dict(layer.options)
        if initializer and layer.kind in ("Conv2D", "Dense"):
            options["kernel_initializer"] = initializer
        elif initializer and layer.kind == "DepthwiseConv2D":
            options["depthwise_initializer"] = initializer
        kind = getattr(keras.layers, layer.kind)
        model.add(kind(**options, name=f"{layer.kind.lower()}_{place}"))
    return model


def fit(
    network: Network, dataset: Dataset, checkpoints: Path, *, seed: int, report: Callable[[Epoch], None]
) -> Training:
    recipe = network.recipe
    keras.utils.set_random_seed(seed)
    model = keras_model(network.name, network.layers)
    model.compile(recipe.optimizer, "sparse_categorical_crossentropy", ["accuracy"])
    epochs = []
    for number in range(1, recipe.epochs + 1):
        began = time.monotonic()
        h = model.fit(
            dataset.train.images,
            dataset.train.labels,
            batch_size=recipe.batch_size,
            validation_data=(dataset.validation.images, dataset.validation.labels),
            verbose=0,
        ).history
        epoch = Epoch(
            number, h["loss"][0], h["accuracy"][0], h["val_loss"][0], h["val_accuracy"][0], time.monotonic() - began
        )
        epochs.append(epoch)
        report(epoch)
    return Training(model, tuple(epochs))
