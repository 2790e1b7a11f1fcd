"""The layers that a network of one's own may have: the page answers as Keras does, on both of its backends."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tf_keras as keras
from playwright.sync_api import Page

from conftest import Site
from digitjs.networks.layers import Layer
from digitjs.networks.rewrite.page import PAGE_ACTIVATIONS, PAGE_LAYERS
from own_networks import OwnNetwork, own_site, randomised

IMAGES = np.random.default_rng(0).uniform(size=(3, 784))
# Each between a convolution, which gives it four channels, and a dense layer.
MIDDLES = (
    *(Layer("Activation", {"activation": name}) for name in PAGE_ACTIVATIONS),
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
    Layer("Rescaling", {"scale": 2.0, "offset": -0.5}),
    Layer("Reshape", {"target_shape": (26, 104)}),
    Layer("Softmax"),
    Layer("ThresholdedReLU", {"theta": 0.3}),
    Layer("ZeroPadding2D"),
)
MERGES = tuple(map(Layer, ("Add", "Average", "Concatenate", "Maximum", "Minimum", "Multiply")))  # of two such images
SERIES = (  # of its rows
    Layer("AveragePooling1D", {"pool_size": 2}),
    Layer("GlobalAveragePooling1D"),
    Layer("GlobalMaxPooling1D"),
    Layer("LSTM", {"units": 4}),
    Layer("MaxPooling1D", {"pool_size": 2}),
    Layer("SimpleRNN", {"units": 4, "return_sequences": True}),
)
DOT, REPEAT = Layer("Dot", {"axes": 2}), Layer("RepeatVector", {"n": 3})
ALL = (*MIDDLES, *MERGES, *SERIES, DOT, REPEAT)


def test_every_layer_of_the_list_is_asked() -> None:
    assert {layer.kind for layer in ALL} == {*PAGE_LAYERS, "Dropout"} - {"InputLayer"}


def untrained(place: int, middle: Layer) -> OwnNetwork:
    """A network around the layer, with weights as training could leave them."""
    keras.utils.set_random_seed(1)
    image = keras.layers.Input((28, 28, 1))
    given: Any = keras.layers.Conv2D(4, 3)(image)
    if middle in MERGES:
        given = [given, keras.layers.Conv2D(4, 3, padding="same")(given)]
    elif middle in SERIES:
        given = keras.layers.Reshape((26, 104))(given)
    elif middle == DOT:
        given = [keras.layers.Reshape((26, 104))(given), keras.layers.Reshape((104, 26))(given)]
        given[1] = keras.layers.Permute((2, 1))(given[1])
    elif middle == REPEAT:
        given = keras.layers.GlobalMaxPooling2D()(given)
    features = getattr(keras.layers, middle.kind)(**middle.options)(given)
    if len(features.shape) > 2:
        features = keras.layers.Flatten()(features)
    return OwnNetwork(
        f"layer-{place}", randomised(keras.Model(image, keras.layers.Dense(10, activation="softmax")(features)))
    )


@pytest.fixture(scope="module")
def networks() -> tuple[OwnNetwork, ...]:
    return tuple(untrained(place, middle) for place, middle in enumerate(ALL))


@pytest.fixture(scope="module")
def site(
    networks: tuple[OwnNetwork, ...], tmp_path_factory: pytest.TempPathFactory, page_tools: Path
) -> Iterator[Site]:
    """A site of them all: its script has what they need together."""
    with own_site(networks, tmp_path_factory.mktemp("layers"), page_tools) as served:
        yield served


@pytest.mark.parametrize("place", range(len(ALL)), ids=lambda place: str(ALL[place]))
def test_the_page_answers_as_keras_does(place: int, networks: tuple[OwnNetwork, ...], site: Site, page: Page) -> None:
    network = networks[place]
    page.goto(site.address("http"))
    for _ in range(2):  # the first answer comes from plain JavaScript, the next from WebAssembly
        scores = page.evaluate("([images, name]) => digitjs.scores(images, name)", [IMAGES.tolist(), network.name])
        assert np.abs(np.array(scores) - network.scores(IMAGES)).max() < 1e-5
