"""A network from a file as a Keras model. TensorFlow is loaded by this module."""

from typing import Any

import tf_keras as keras

from digitjs.errors import DigitjsError
from digitjs.networks import graph_model
from digitjs.networks.foreign import ForeignNetwork
from digitjs.networks.graph import Graph


def require_usable(network: ForeignNetwork, classes: int) -> None:
    """Refuse layers that Keras refuses, before anything long begins.

    Raises:
        DigitjsError: as `graph_model.build`, or its end is not one number for each class.
    """
    shape = of_graph(network.exported()).output_shape
    if shape != (None, classes):
        raise DigitjsError(
            f"{network.name} ends in the shape {shape[1:]}: take one that ends in a probability for each class, "
            f"({classes},)."
        )


def of_graph(graph: Graph) -> Any:
    """The model of a graph with one input and one output, as Keras means it, with its weights.

    Raises:
        DigitjsError: as `graph_model.build`.
    """
    return single(graph_model.build(graph).model, graph.name)


def single(model: Any, name: str) -> Any:
    """A model of one input that gives its one output instead of a list of it."""
    return keras.Model(model.inputs[0], model.outputs[0], name=name)
