"""Layers that no output needs are left out, as TensorFlow.js refuses the weights of layers that it does not build."""

from typing import Any

import numpy as np
from tfjs_in_node import run

import keras
from digitjs.networks.graph import Graph, GraphLayer, Tensor, needed
from digitjs.networks.keras_file.read import from_model
from digitjs.networks.rewrite import rewrite

K = keras.layers


def two_ends() -> Any:
    """A model of which only one of two outputs is used, with an input that nothing uses."""
    given = K.Input((3,))
    hidden = K.Dense(4, activation="tanh")(given)
    inner = keras.Model(given, [K.Dense(5)(hidden), K.Dense(2)(hidden)])
    unused, used = K.Input((2,)), K.Input((3,))
    return keras.Model([unused, used], inner(used)[1])


def test_what_only_an_unused_output_needs_is_left_out_and_every_input_stays() -> None:
    model = two_ends()
    given = [np.random.default_rng(0).normal(size=(4, size)).astype(np.float32) for size in (2, 3)]
    graph = from_model(model)
    assert [layer.kind for layer in graph.layers] == ["InputLayer", "InputLayer", "Dense", "Dense"]
    ((answer,),) = run([(rewrite(graph).graph, given)])
    np.testing.assert_allclose(answer, model.predict(given, verbose=0), atol=1e-6)


def test_the_calls_of_a_shared_layer_are_numbered_anew() -> None:
    image, other = Tensor("image"), Tensor("other")
    shared = GraphLayer("ReLU", "shared", {}, calls=((image,), (other,), (Tensor("shared", 1),)))
    layers = (*(GraphLayer("InputLayer", name, {"batch_shape": [None, 4]}) for name in ("image", "other")), shared)
    graph = needed(Graph("net", layers, (image, other), (Tensor("shared", 2),)))
    assert graph.layers[-1].calls == ((other,), (Tensor("shared", 0),))
    assert graph.outputs == (Tensor("shared", 1),)
    assert needed(graph) == graph
