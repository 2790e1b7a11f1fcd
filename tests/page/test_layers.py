"""The layers that a network of one's own may have: the page answers as Keras does, on both of its backends."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tf_keras as keras
from playwright.sync_api import Page

from conftest import Site
from digitjs.browser.server import serving
from digitjs.export.tfjs_files import write_model
from digitjs.metrics import calibrated
from digitjs.model_card import read_card
from digitjs.networks.builtin import NETWORKS
from digitjs.networks.keras_model import build_model
from digitjs.networks.layers import ACTIVATIONS, RUNNABLE, Layer

IMAGES = np.random.default_rng(0).uniform(size=(3, 784))
CONVOLUTION = Layer("Conv2D", {"filters": 4, "kernel_size": 3})
# Each between a convolution, which gives it four channels, and a dense layer.
MIDDLES = (
    *(Layer("Activation", {"activation": name}) for name in ACTIVATIONS),
    Layer("AveragePooling2D"),
    Layer("BatchNormalization"),
    Layer("Conv2D", {"filters": 5, "kernel_size": 3, "strides": 2, "padding": "same", "activation": "elu"}),
    Layer("Cropping2D", {"cropping": 2}),
    Layer("Dense", {"units": 5, "activation": "relu"}),
    Layer("DepthwiseConv2D", {"kernel_size": 3, "padding": "same", "activation": "relu"}),
    Layer("Dropout", {"rate": 0.5}),
    Layer("ELU"),
    Layer("Flatten"),
    Layer("GlobalAveragePooling2D"),
    Layer("GlobalMaxPooling2D"),
    Layer("LeakyReLU"),
    Layer("MaxPooling2D", {"pool_size": 3, "strides": 2}),
    Layer("PReLU"),
    Layer("Permute", {"dims": (3, 1, 2)}),
    Layer("ReLU", {"max_value": 6.0}),
    Layer("Reshape", {"target_shape": (26, 104)}),
    Layer("Softmax"),
    Layer("ZeroPadding2D"),
)
SOFTMAX = Layer("Dense", {"units": 10, "activation": "softmax"})
FLAT = ("Flatten", "GlobalAveragePooling2D", "GlobalMaxPooling2D")


def test_every_layer_of_the_list_is_asked() -> None:
    assert sorted({layer.kind for layer in MIDDLES}) == sorted(RUNNABLE)


def untrained(middle: Layer) -> Any:
    """A network around the layer, with weights as training could leave them."""
    layers = (CONVOLUTION, middle, *(() if middle.kind in FLAT else (Layer("Flatten"),)), SOFTMAX)
    keras.utils.set_random_seed(1)
    model = build_model("mlp", layers)
    random = np.random.default_rng(1)
    weights = model.get_weights()  # biases, means and variances begin as zeros and ones, which would hide mistakes
    model.set_weights([weight if weight.ndim > 1 else random.uniform(0.1, 0.9, weight.shape) for weight in weights])
    return model


@pytest.fixture(scope="module")
def served(tiny_site: Site, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, str]]:
    """The folder from which the page loads the first network, and the page's address."""
    site = Path(shutil.copytree(tiny_site.folder, tmp_path_factory.mktemp("layers") / "site"))
    with serving(site) as address:
        page = site / "index.html"  # which says that the files are those of the build
        page.write_text(re.sub(r'"integrity": ?"[^"]*"', '"integrity": ""', page.read_text("utf-8")), "utf-8")
        yield site / "models" / NETWORKS[0].name / "page", address


@pytest.mark.parametrize("layer", MIDDLES, ids=str)
def test_the_page_answers_as_keras_does(layer: Layer, served: tuple[Path, str], page: Page) -> None:
    folder, address = served
    model = untrained(layer)
    shutil.rmtree(folder)
    write_model(model, folder, "float32")
    own = model(IMAGES.reshape(-1, 28, 28, 1).astype(np.float32)).numpy()
    expected = calibrated(own, read_card(folder.parent).calibration.temperature)
    page.goto(address)
    page.evaluate("digitjs.ready")
    for _ in range(2):  # the first answer comes from plain JavaScript, the next from WebAssembly
        scores = page.evaluate("(images) => digitjs.scores(images, digitjs.networks[0])", IMAGES.tolist())
        assert np.abs(np.array(scores) - expected).max() < 1e-5
