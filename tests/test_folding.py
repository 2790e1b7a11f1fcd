"""Folding changes the layers and not the function; Keras is the oracle."""

import numpy as np
import pytest

from digitjs.fit import keras_model
from digitjs.folding import Fitted, divide_logits, fold
from digitjs.networks import Layer

SOFTMAX = (Layer("Flatten"), Layer("Dense", {"units": 10, "activation": "softmax"}))
NETS = {
    "convolution": (Layer("Conv2D", {"filters": 4, "kernel_size": 3, "use_bias": False}),),
    "biased": (Layer("Conv2D", {"filters": 4, "kernel_size": 3}),),
    "depthwise": (Layer("DepthwiseConv2D", {"kernel_size": 3, "depth_multiplier": 1}),),
    "dense": (Layer("Flatten"), Layer("Dense", {"units": 8})),
}


def fitted(layers: tuple[Layer, ...]) -> list[Fitted]:
    """The layers with random weights, as a training would leave them."""
    model = keras_model("net", layers)
    random = np.random.default_rng(3)
    model.set_weights([random.uniform(0.1, 1, weight.shape).astype(np.float32) for weight in model.get_weights()])
    return [Fitted(layer, built.get_weights()) for layer, built in zip(layers, model.layers, strict=True)]


def answers(layers: list[Fitted], images: np.ndarray) -> np.ndarray:
    model = keras_model("net", [one.layer for one in layers])
    model.set_weights([weight for one in layers for weight in one.weights])
    scores: np.ndarray = model.predict(images, verbose=0)
    return scores


@pytest.mark.parametrize("kind", NETS)
@pytest.mark.parametrize("after", [(), (Layer("ReLU"),), (Layer("Activation", {"activation": "elu"}),)])
def test_the_folded_network_answers_the_same(kind: str, after: tuple[Layer, ...]) -> None:
    before = fitted((*NETS[kind], Layer("BatchNormalization", {"epsilon": 0.01}), *after, *SOFTMAX))
    images = np.random.default_rng(4).uniform(0, 1, (5, 28, 28, 1)).astype(np.float32)
    folded = fold(before)
    assert [one.layer.kind for one in folded] == [layer.kind for layer in (*NETS[kind], *SOFTMAX)]
    np.testing.assert_allclose(answers(folded, images), answers(before, images), atol=2e-4)


def test_a_network_with_nothing_to_fold_stays_as_it_is() -> None:
    before = fitted((Layer("Conv2D", {"filters": 2, "kernel_size": 3, "activation": "relu"}), *SOFTMAX))
    assert fold(before) == before


def test_the_temperature_divides_the_logits() -> None:
    before = fitted(SOFTMAX)
    images = np.random.default_rng(5).uniform(0, 0.02, (4, 28, 28, 1)).astype(np.float32)
    cold, cool = np.log(answers(before, images)), np.log(answers(divide_logits(before, 4), images))
    np.testing.assert_allclose(cool - cool[:, :1], (cold - cold[:, :1]) / 4, atol=1e-4)
