"""Folding changes the layers and not the function; Keras is the oracle."""

import numpy as np
import pytest

from digitjs.export.fold_batchnorm import WeightedLayer, fold
from digitjs.networks.keras_model import build_model
from digitjs.networks.layers import Layer, Option

SOFTMAX = (Layer("Flatten"), Layer("Dense", {"units": 10, "activation": "softmax"}))
NETS = {
    "convolution": (Layer("Conv2D", {"filters": 4, "kernel_size": 3, "use_bias": False}),),
    "biased": (Layer("Conv2D", {"filters": 4, "kernel_size": 3}),),
    "depthwise": (Layer("DepthwiseConv2D", {"kernel_size": 3}),),
    "multiplied": (Layer("DepthwiseConv2D", {"kernel_size": 3, "depth_multiplier": 3}),),
    "per channel": (
        Layer("Conv2D", {"filters": 4, "kernel_size": 3}),
        Layer("DepthwiseConv2D", {"kernel_size": 3, "depth_multiplier": 2, "use_bias": False}),
    ),
    "dense": (Layer("Flatten"), Layer("Dense", {"units": 8})),
}


def fitted(layers: tuple[Layer, ...]) -> list[WeightedLayer]:
    """The layers with random weights, as a training would leave them."""
    model = build_model("net", layers)
    random = np.random.default_rng(3)
    model.set_weights([random.uniform(0.1, 1, weight.shape).astype(np.float32) for weight in model.get_weights()])
    return [WeightedLayer(layer, built.get_weights()) for layer, built in zip(layers, model.layers, strict=True)]


def answers(layers: list[WeightedLayer], images: np.ndarray) -> np.ndarray:
    model = build_model("net", [one.layer for one in layers])
    model.set_weights([weight for one in layers for weight in one.weights])
    scores: np.ndarray = model.predict(images, verbose=0)
    return scores


def assert_same(folded: list[WeightedLayer], before: list[WeightedLayer]) -> None:
    images = np.random.default_rng(4).uniform(0, 1, (5, 28, 28, 1)).astype(np.float32)
    np.testing.assert_allclose(answers(folded, images), answers(before, images), atol=2e-4)


@pytest.mark.parametrize("kind", NETS)
@pytest.mark.parametrize("after", [(), (Layer("ReLU"),), (Layer("Activation", {"activation": "elu"}),)])
def test_the_folded_network_answers_the_same(kind: str, after: tuple[Layer, ...]) -> None:
    before = fitted((*NETS[kind], Layer("BatchNormalization", {"epsilon": 0.01}), *after, *SOFTMAX))
    folded = fold(before)
    assert [one.layer.kind for one in folded] == [layer.kind for layer in (*NETS[kind], *SOFTMAX)]
    assert_same(folded, before)


@pytest.mark.parametrize(
    "options",
    [{"scale": False}, {"center": False}, {"scale": False, "center": False}, {"epsilon": 1, "axis": -1}],
    ids=str,
)
@pytest.mark.parametrize("kind", NETS)
def test_a_normalisation_that_learns_less_folds_too(kind: str, options: dict[str, Option]) -> None:
    before = fitted((*NETS[kind], Layer("BatchNormalization", options), *SOFTMAX))
    folded = fold(before)
    assert len(folded) == len(before) - 1
    assert_same(folded, before)


CONVOLUTION = {"filters": 4, "kernel_size": 3}


@pytest.mark.parametrize(
    ("linear", "after"),
    [
        (CONVOLUTION, Layer("ReLU", {"max_value": 6.0})),
        (CONVOLUTION, Layer("ReLU", {"negative_slope": 0.1})),
        (CONVOLUTION, Layer("ReLU", {"threshold": 0.5})),
        (CONVOLUTION, Layer("LeakyReLU")),
        (CONVOLUTION, Layer("Softmax")),
        (CONVOLUTION, Layer("BatchNormalization", {"axis": 1})),
        ({**CONVOLUTION, "activation": "relu"}, Layer("ReLU")),
        ({**CONVOLUTION, "activation": "elu"}, Layer("BatchNormalization")),
        ({**CONVOLUTION, "activation": "tanh"}, Layer("Activation", {"activation": "relu"})),
    ],
    ids=str,
)
def test_what_would_be_another_function_stays_a_layer(linear: dict[str, Option], after: Layer) -> None:
    before = fitted((Layer("Conv2D", linear), after, *SOFTMAX))
    assert fold(before) == before


def test_only_the_first_activation_is_folded() -> None:
    before = fitted((Layer("Conv2D", CONVOLUTION), Layer("ReLU"), Layer("ReLU", {"max_value": 0.4}), *SOFTMAX))
    folded = fold(before)
    assert [str(one.layer) for one in folded[:2]] == ["Conv2D 4, 3 × 3, relu", "ReLU"]
    assert_same(folded, before)


def test_a_network_with_nothing_to_fold_stays_as_it_is() -> None:
    before = fitted((Layer("Conv2D", {"filters": 2, "kernel_size": 3, "activation": "relu"}), *SOFTMAX))
    assert fold(before) == before
