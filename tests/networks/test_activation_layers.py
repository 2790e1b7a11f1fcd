"""A layer given as the activation of another is a layer after it, and answers as Keras does."""

from typing import Any

import numpy as np
import pytest
import tf_keras
from tfjs_in_node import run

import keras
from digitjs.errors import DigitjsError
from digitjs.networks import graph_edit as edit
from digitjs.networks.keras_file.read import from_model
from digitjs.networks.rewrite import rewrite


def network(library: Any, slope: dict[str, float]) -> Any:
    """Two layers, each with a layer as its activation, the first called twice."""
    layers = library.layers
    shared = layers.Dense(5, activation=layers.LeakyReLU(**slope))
    given = layers.Input((5,))
    end = layers.Dense(3, activation=layers.Softmax())
    return library.Model(given, end(shared(layers.Activation(layers.ReLU(max_value=2.0))(shared(given)))))


def test_activations_that_are_layers_are_rewritten_as_layers() -> None:
    given = np.random.default_rng(0).normal(0, 2, (4, 5)).astype(np.float32)
    models = [network(keras, {"negative_slope": 0.1}), network(tf_keras, {"alpha": 0.1})]
    graphs = [from_model(model) for model in models]
    answers = run([(rewrite(graph).graph, [given]) for graph in graphs])
    for model, graph, (answer,) in zip(models, graphs, answers, strict=True):
        np.testing.assert_allclose(answer, np.asarray(model(given)), atol=1e-6)
        assert edit.with_softmax(graph) == (graph, "")


def test_an_activation_with_weights_is_refused_by_name() -> None:
    model = keras.Sequential([keras.Input((5,)), keras.layers.Dense(3, activation=keras.layers.PReLU())])
    with pytest.raises(DigitjsError, match=r"the layer dense\w* cannot be read|Dense dense\w*, activation=.*PReLU"):
        rewrite(from_model(model))
