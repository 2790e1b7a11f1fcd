"""Names of layers that others take: TensorFlow.js refuses many that Keras allows, terminals obey codes in some."""

import re
from collections.abc import Callable
from dataclasses import replace

from digitjs.errors import printable
from digitjs.networks.graph import Graph, GraphLayer, Tensor

TAKEN = re.compile(r"[A-Za-z0-9][-A-Za-z0-9._/]*")  # by TensorFlow.js
REFUSED = re.compile(r"[^-A-Za-z0-9._/]")
INNER = "layer"  # what a layer within another is called where its own name is refused


def plain(graph: Graph) -> Graph:
    """The same graph under names that TensorFlow.js takes; those that it takes already stay.

    Args:
        graph: rewritten for TensorFlow.js.
    """
    graph = _renamed(graph, _plain)
    return replace(graph, layers=tuple(map(_with_plain_inner, graph.layers)))


def shown(graph: Graph) -> Graph:
    """The same graph under names that a message can show, whatever a file holds; those of one printable line stay."""
    layers = tuple(replace(layer, kind=printable(layer.kind)) for layer in graph.layers)
    return _renamed(replace(graph, name=printable(graph.name), layers=layers), printable)


def _plain(name: str) -> str:
    start = REFUSED.sub("_", name)
    return start if TAKEN.fullmatch(start) else f"layer{start}"


def _renamed(graph: Graph, change: Callable[[str], str]) -> Graph:
    """The same graph with the layers' names changed; two that become the same are numbered."""
    kept = {layer.name for layer in graph.layers if change(layer.name) == layer.name}
    names = {name: name for name in kept}
    for name in (layer.name for layer in graph.layers if layer.name not in kept):
        names[name] = _unused(change(name), set(names.values()))

    def changed(tensors: tuple[Tensor, ...]) -> tuple[Tensor, ...]:
        return tuple(tensor._replace(layer=names[tensor.layer]) for tensor in tensors)

    layers = tuple(
        replace(layer, name=names[layer.name], calls=tuple(map(changed, layer.calls))) for layer in graph.layers
    )
    return replace(graph, layers=layers, inputs=changed(graph.inputs), outputs=changed(graph.outputs))


def _unused(name: str, used: set[str]) -> str:
    new, number = name, 2
    while new in used:
        new, number = f"{name}_{number}", number + 1
    return new


def _with_plain_inner(layer: GraphLayer) -> GraphLayer:
    """The layer, the one that it wraps being renamed where its name is refused."""
    inner = layer.options.get("layer")
    if not isinstance(inner, dict) or TAKEN.fullmatch(name := inner["config"]["name"]):
        return layer
    options = {**layer.options, "layer": {**inner, "config": {**inner["config"], "name": INNER}}}
    weights = tuple(weight._replace(name=weight.name.replace(f"{name}/", f"{INNER}/")) for weight in layer.weights)
    return replace(layer, options=options, weights=weights)
