"""The layers that a network of one's own may have: the page answers as Keras does, on both of its backends."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import tf_keras as keras
from playwright.sync_api import Page

from conftest import Site
from digitjs.networks.keras_model import build_model
from digitjs.networks.layers import ACTIVATIONS, RUNNABLE, Layer
from own_networks import OwnNetwork, own_site, randomised

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


def untrained(place: int, middle: Layer) -> OwnNetwork:
    """A network around the layer, with weights as training could leave them."""
    layers = (CONVOLUTION, middle, *(() if middle.kind in FLAT else (Layer("Flatten"),)), SOFTMAX)
    keras.utils.set_random_seed(1)
    return OwnNetwork(f"layer-{place}", randomised(build_model("mlp", layers)))


@pytest.fixture(scope="module")
def networks() -> tuple[OwnNetwork, ...]:
    return tuple(untrained(place, middle) for place, middle in enumerate(MIDDLES))


@pytest.fixture(scope="module")
def site(
    networks: tuple[OwnNetwork, ...], tmp_path_factory: pytest.TempPathFactory, page_tools: Path
) -> Iterator[Site]:
    """A site of them all: its script has what they need together."""
    with own_site(networks, tmp_path_factory.mktemp("layers"), page_tools) as served:
        yield served


@pytest.mark.parametrize("place", range(len(MIDDLES)), ids=lambda place: str(MIDDLES[place]))
def test_the_page_answers_as_keras_does(place: int, networks: tuple[OwnNetwork, ...], site: Site, page: Page) -> None:
    network = networks[place]
    page.goto(site.address("http"))
    for _ in range(2):  # the first answer comes from plain JavaScript, the next from WebAssembly
        scores = page.evaluate("([images, name]) => digitjs.scores(images, name)", [IMAGES.tolist(), network.name])
        assert np.abs(np.array(scores) - network.scores(IMAGES)).max() < 1e-5
