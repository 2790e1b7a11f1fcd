"""Keras models as files in TF.js's layers format: written, and read back as a browser reads them."""

import json
from pathlib import Path
from typing import Any

import tf_keras as keras

from digitjs import layers_format
from digitjs.errors import DigitjsError
from digitjs.layers_format import Weight

ONE_KERNEL = ("kernel_initializer", "kernel_regularizer", "kernel_constraint")


def write_model(model: Any, folder: Path, quantize: str) -> None:
    """Write a Keras model as TF.js's layers format: model.json and its weight shards.

    How it was compiled is left out: a page does not train it.
    """
    # The order of the converter, which reads the layers from an HDF5 file.
    layers = sorted(model.layers, key=lambda layer: layer.name)
    weights = [Weight(_name(weight), weight.numpy()) for layer in layers for weight in layer.weights]
    layers_format.write_model(folder, _topology(model), weights, quantize=quantize)


def _topology(model: Any) -> dict[str, Any]:
    """The layers in Keras 2's own notation, without the module of each class, as TF.js reads it."""
    model.use_legacy_config = True  # as Keras sets it when it writes HDF5
    try:
        config = json.loads(model.to_json())
    finally:
        del model.use_legacy_config
    for layer in config["config"]["layers"]:
        if layer["class_name"] == "SeparableConv2D":  # TF.js refuses what Keras says of one kernel: it has two
            layer["config"] = {key: value for key, value in layer["config"].items() if key not in ONE_KERNEL}
    versions = {key: config.pop(key) for key in ("keras_version", "backend")}
    return {**versions, "model_config": config}


def _name(weight: Any) -> str:
    """A weight's name within the network; TensorFlow's own ends with the output of its operation."""
    return str(weight.name.removesuffix(":0"))


def read_model(folder: Path) -> Any:
    """The model with the weights that a browser gets: quantised ones are as coarse here as there.

    Raises:
        DigitjsError: a file is missing or damaged, or the weights are not those of the layers.
    """
    read = layers_format.read_model(folder)
    model = keras.models.model_from_json(json.dumps(read.topology["model_config"]))
    weights = dict(read.weights)
    try:
        model.set_weights([weights[_name(weight)] for layer in model.layers for weight in layer.weights])
    except (KeyError, ValueError) as error:
        raise DigitjsError(f"The weights in {folder} are not those of its layers ({error}): build it again.") from error
    return model
