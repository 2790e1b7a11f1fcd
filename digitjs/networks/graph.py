"""A network of any shape as plain data: its layers, what each is called with, and their weights. No TensorFlow."""

from dataclasses import dataclass, field
from typing import Any, NamedTuple

from digitjs.layers_format import Weight as Weight  # the same in files and in graphs


class Tensor(NamedTuple):
    """What one call of a layer gives."""

    layer: str
    call: int = 0
    output: int = 0  # of a layer that gives several


@dataclass(frozen=True)
class GraphLayer:
    """One layer with its weights, called once or, where it is shared, several times."""

    kind: str  # the name of its class
    name: str
    options: dict[str, Any]  # JSON values: its configuration without what matters in training alone
    weights: tuple[Weight, ...] = ()  # in Keras's order, by the names that it gives them within the layer
    calls: tuple[tuple[Tensor, ...], ...] = ((),)  # the inputs of each call; an InputLayer's one call has none


@dataclass(frozen=True)
class Graph:
    """A whole network; nested models are flattened into it."""

    name: str
    layers: tuple[GraphLayer, ...]  # each after those whose outputs it is called with
    inputs: tuple[Tensor, ...]
    outputs: tuple[Tensor, ...]
    keras: int = field(default=3)  # whose meaning the options have: hard_sigmoid of Keras 2 is another function
