"""Keras models become the files that the official converter writes of them, and come back from those files."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tf_keras as keras

from digitjs import layers_format
from digitjs.config import QUANTIZE
from digitjs.errors import DigitjsError
from digitjs.export.tfjs_files import read_model, write_model
from digitjs.networks.builtin import NETWORKS
from digitjs.networks.keras_model import build_model

MODELS = [network.name for network in NETWORKS] + ["many layers", "branches"]


def made(name: str) -> Any:
    """A model with weights that no initialiser gives, those of normalisations too."""
    model = branches() if name == "branches" else many() if name == "many layers" else builtin(name)
    random = np.random.default_rng(2)
    model.set_weights([random.normal(0.2, 0.3, weight.shape).astype(np.float32) for weight in model.get_weights()])
    return model


def builtin(name: str) -> Any:
    (layers,) = (network.layers for network in NETWORKS if network.name == name)
    return build_model(name, layers)


def many() -> Any:
    """Of layers that are numbered otherwise than they are sorted."""
    return keras.Sequential([keras.Input((4,)), *(keras.layers.Dense(4, name=f"dense_{i}") for i in range(12))])


def branches() -> Any:
    """No chain, with a layer that is used twice and a model in the model."""
    image = keras.Input((8, 8, 3), name="image")
    shared = keras.layers.Conv2D(3, 3, padding="same", name="Twice")
    inner = keras.Sequential([keras.Input((8, 8, 3)), keras.layers.DepthwiseConv2D(3, padding="same")], name="inner")
    joined = keras.layers.Add(name="add")([shared(shared(image)), inner(image)])
    pooled = keras.layers.GlobalAveragePooling2D(name="pool")(keras.layers.BatchNormalization(name="norm")(joined))
    return keras.Model(image, keras.layers.Dense(5, activation="softmax", name="out")(pooled), name="branches")


@pytest.mark.parametrize("quantize", QUANTIZE)
@pytest.mark.parametrize("name", MODELS)
@pytest.mark.filterwarnings("ignore:.*HDF5 file.*:UserWarning")  # the converter reads exactly that format
def test_files_equal_those_of_the_official_converter(name: str, quantize: str, tmp_path: Path) -> None:
    official = pytest.importorskip("tensorflowjs").converters.save_keras_model
    model = made(name)
    official(model, str(tmp_path / "official"), None if quantize == "float32" else {quantize: "*"})
    write_model(model, tmp_path / "ours", quantize)
    ours, theirs = (
        {path.name: path.read_bytes() for path in (tmp_path / which).iterdir()} for which in ("ours", "official")
    )
    assert len(ours) > 1
    assert ours == theirs
    read = pytest.importorskip("tensorflowjs").converters.load_keras_model(str(tmp_path / "official" / "model.json"))
    for own, converted in zip(read_model(tmp_path / "ours").get_weights(), read.get_weights(), strict=True):
        np.testing.assert_array_equal(own, converted, strict=True)


@pytest.mark.parametrize("name", MODELS)
def test_a_model_comes_back_from_its_files(name: str, tmp_path: Path) -> None:
    model = made(name)
    write_model(model, tmp_path, "float32")
    inputs = np.random.default_rng(3).random((4, *model.input_shape[1:]), np.float32)
    np.testing.assert_array_equal(read_model(tmp_path).predict(inputs, verbose=0), model.predict(inputs, verbose=0))


@pytest.mark.parametrize("spoilt", ["name", "shape"])
def test_weights_of_another_network_are_refused(spoilt: str, tmp_path: Path) -> None:
    write_model(many(), tmp_path, "float32")
    read = layers_format.read_model(tmp_path)
    first = read.weights[0]
    other = first._replace(name="other/kernel") if spoilt == "name" else first._replace(values=first.values[:3])
    layers_format.write_model(tmp_path, read.topology, (other, *read.weights[1:]))
    with pytest.raises(DigitjsError, match="are not those of its layers"):
        read_model(tmp_path)


def test_a_compiled_model_is_written_as_it_answers(tmp_path: Path) -> None:
    model = many()
    write_model(model, tmp_path / "plain", "float32")
    model.compile("adam", "mse")
    write_model(model, tmp_path / "compiled", "float32")
    plain, compiled = (json.loads((tmp_path / which / "model.json").read_text()) for which in ("plain", "compiled"))
    assert plain == compiled
