"""The layers that a network of one's own may have: the page answers as Keras does, on both of its backends."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tf_keras as keras
from playwright.sync_api import Page

from conftest import Site
from digitjs.networks.rewrite.page import PAGE_ACTIVATIONS, PAGE_LAYERS
from own_networks import OwnNetwork, own_site, randomised

L = keras.layers
IMAGES = np.random.default_rng(0).uniform(size=(3, 784))


class SeparableConv2D(L.SeparableConv2D):  # type: ignore[misc]
    """As it is exported: TensorFlow.js refuses the options of one kernel, which it has not."""

    def get_config(self) -> dict[str, Any]:
        return {
            name: value
            for name, value in super().get_config().items()
            if not name.startswith("kernel_r") and name not in ("kernel_initializer", "kernel_constraint")
        }


BESIDE = ("Add", "Average", "Concatenate", "Maximum", "Minimum", "Multiply")  # of two inputs of one shape
ROWS = (  # of a sequence of vectors
    L.AveragePooling1D(),
    L.Conv1D(5, 3, activation="relu"),
    L.GlobalAveragePooling1D(),
    L.GlobalMaxPooling1D(),
    L.LSTM(4),
    L.MaxPooling1D(),
    L.SimpleRNN(4),
)
PLANES = (
    *(L.Activation(name) for name in PAGE_ACTIVATIONS),
    *(getattr(L, kind)() for kind in BESIDE),
    *ROWS,
    L.AveragePooling2D(),
    L.BatchNormalization(),
    L.Conv2D(5, 3, strides=2, padding="same", activation="elu"),
    L.Conv2DTranspose(3, 3, strides=2, activation="relu"),
    L.Cropping2D(2),
    L.Dense(5, activation="relu"),
    L.DepthwiseConv2D(3, padding="same", activation="relu"),
    L.Dot(1),
    L.ELU(),
    L.Flatten(),
    L.GlobalAveragePooling2D(),
    L.GlobalMaxPooling2D(),
    L.LayerNormalization(),
    L.LeakyReLU(),
    L.MaxPooling2D(3, strides=2),
    L.PReLU(),
    L.Permute((3, 1, 2)),
    L.ReLU(6.0),
    L.RepeatVector(3),
    L.Rescaling(2.0, offset=-0.5),
    L.Reshape((26, 26)),
    SeparableConv2D(5, 3, activation="relu"),
    L.Softmax(),
    L.ThresholdedReLU(0.1),
    L.UpSampling2D(2),
    L.ZeroPadding2D(),
)
NAMES = tuple(
    f"{type(layer).__name__}-{PAGE_ACTIVATIONS[place]}" if place < len(PAGE_ACTIVATIONS) else type(layer).__name__
    for place, layer in enumerate(PLANES)
)


def test_every_layer_of_the_list_is_asked() -> None:
    assert sorted({"InputLayer", *(type(layer).__name__ for layer in PLANES)}) == sorted(PAGE_LAYERS)


def untrained(place: int, layer: Any) -> OwnNetwork:
    """A network around the layer, with weights as training could leave them."""
    keras.utils.set_random_seed(1)
    image = L.Input((28, 28, 1))
    features, other = (L.Conv2D(4, 3, strides=2, padding="valid")(image) for _ in range(2))
    kind = type(layer).__name__
    if layer in ROWS:
        made = layer(L.Reshape((13, 52))(features))
    elif kind == "Dot":
        made = layer([L.Reshape((13, 52))(features), L.Reshape((13, 52))(other)])
    elif kind == "RepeatVector":
        made = layer(L.Flatten()(features))
    else:
        made = layer([features, other] if kind in BESIDE else features)
    flat = made if len(made.shape) == 2 else L.Flatten()(made)
    return OwnNetwork(f"layer-{place}", randomised(keras.Model(image, L.Dense(10, activation="softmax")(flat))))


@pytest.fixture(scope="module")
def networks() -> tuple[OwnNetwork, ...]:
    return tuple(untrained(place, layer) for place, layer in enumerate(PLANES))


@pytest.fixture(scope="module")
def site(
    networks: tuple[OwnNetwork, ...], tmp_path_factory: pytest.TempPathFactory, page_tools: Path
) -> Iterator[Site]:
    """A site of them all: its script has what they need together."""
    with own_site(networks, tmp_path_factory.mktemp("layers"), page_tools) as served:
        yield served


@pytest.mark.parametrize("place", range(len(PLANES)), ids=NAMES)
def test_the_page_answers_as_keras_does(place: int, networks: tuple[OwnNetwork, ...], site: Site, page: Page) -> None:
    network = networks[place]
    page.goto(site.address("http"))
    for _ in range(2):  # the first answer comes from plain JavaScript, the next from WebAssembly
        scores = page.evaluate("([images, name]) => digitjs.scores(images, name)", [IMAGES.tolist(), network.name])
        assert np.abs(np.array(scores) - network.scores(IMAGES)).max() < 1e-5
