"""Layers as a Keras model, unfitted or fitted. TensorFlow is loaded by this module."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import tf_keras as keras
from numpy.typing import NDArray

from digitjs.errors import DigitjsError
from digitjs.model_card import Epoch
from digitjs.networks.layers import Layer
from digitjs.networks.network import Network


@dataclass(frozen=True)
class Training:
    """A fitted model and how it came about."""

    network: Network
    model: Any  # keras.Sequential, (n, size, size, 1) to (n, classes)
    epochs: tuple[Epoch, ...]
    letters: NDArray[np.float32] | None = None  # (n, 28, 28, 1), to choose thresholds by; None: it did not train on any
    held_out: NDArray[np.float32] | None = (
        None  # (n, classes), of the training samples, by models that did not see them
    )
    parts: int = 1  # of the data, if several workers each learned from one


def require_buildable(network: Network, classes: int) -> None:
    """Refuse layers that Keras refuses, before a training begins.

    Raises:
        DigitjsError: an option that a layer does not have, layers that do not fit together, or an end that is not one
            number for each class.
    """
    shape = build_model(network.name, network.layers, size=network.framing.size).output_shape
    if shape != (None, classes):
        raise DigitjsError(
            f"{network.name} ends in the shape {shape[1:]}: let it end in a probability for each class, ({classes},)."
        )


def build_model(name: str, layers: Iterable[Layer], *, size: int = 28, precision: str = "float32") -> Any:
    """An unfitted Sequential model of these layers.

    Args:
        name: of the model; its layers are named by kind and place, so that the same layers give the same files.
        layers: from the input, (size, size, 1), to the probabilities.
        size: of the images, in pixels a side.
        precision: Keras's dtype policy of all layers but the last, which is always float32.

    Raises:
        DigitjsError: Keras refuses a layer.
    """
    layers = tuple(layers)
    model = keras.Sequential(name=name)
    model.add(keras.layers.InputLayer(input_shape=(size, size, 1), name="image"))
    for place, layer in enumerate(layers, start=1):
        options: dict[str, Any] = dict(layer.options)
        dtype = precision if place < len(layers) else "float32"
        kind = getattr(keras.layers, layer.kind)
        try:
            model.add(kind(**options, name=f"{layer.kind.lower()}_{place}", dtype=dtype))
        except Exception as error:  # Keras has no class of its own for what it refuses
            reason = " ".join(map(str, error.args)).partition("\n")[0].rstrip(".")
            raise DigitjsError(
                f"{name}: Keras refuses layer {place}, {layer} ({reason}): correct its options."
            ) from error
    return model
