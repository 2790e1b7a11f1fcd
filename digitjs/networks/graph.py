"""A network of any shape as plain data: its layers, what each is called with, and their weights. No TensorFlow."""

from dataclasses import dataclass, field, replace
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


def needed(graph: Graph) -> Graph:
    """The same network without the calls that its outputs do not need; its inputs stay."""
    named = {layer.name: layer for layer in graph.layers}
    used: set[Tensor] = set()
    waiting = [*graph.inputs, *graph.outputs]
    while waiting:
        tensor = waiting.pop()._replace(output=0)
        if tensor not in used:
            used.add(tensor)
            waiting += named[tensor.layer].calls[tensor.call]
    kept = {layer.name: [n for n in range(len(layer.calls)) if Tensor(layer.name, n) in used] for layer in graph.layers}

    def new(tensor: Tensor) -> Tensor:
        return tensor._replace(call=kept[tensor.layer].index(tensor.call))

    layers = tuple(
        replace(layer, calls=tuple(tuple(map(new, layer.calls[n])) for n in kept[layer.name]))
        for layer in graph.layers
        if kept[layer.name]
    )
    return replace(graph, layers=layers, inputs=tuple(map(new, graph.inputs)), outputs=tuple(map(new, graph.outputs)))
