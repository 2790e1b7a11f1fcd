"""Names of layers that TensorFlow.js takes: it refuses spaces, letters beyond ASCII and a leading underscore."""

import re
from dataclasses import replace

from digitjs.networks.graph import Graph, GraphLayer, Tensor

TAKEN = re.compile(r"[A-Za-z0-9][-A-Za-z0-9._/]*")
REFUSED = re.compile(r"[^-A-Za-z0-9._/]")
INNER = "layer"  # what a layer within another is called where its own name is refused


def plain(graph: Graph) -> Graph:
    """The same graph under names that TensorFlow.js takes; those that it takes already stay.

    Args:
        graph: rewritten for TensorFlow.js.
    """
    names = {layer.name: layer.name for layer in graph.layers if TAKEN.fullmatch(layer.name)}
    for layer in graph.layers:
        if layer.name not in names:
            names[layer.name] = _new(layer.name, set(names.values()))

    def renamed(tensors: tuple[Tensor, ...]) -> tuple[Tensor, ...]:
        return tuple(tensor._replace(layer=names[tensor.layer]) for tensor in tensors)

    layers = tuple(
        replace(_with_plain_inner(layer), name=names[layer.name], calls=tuple(map(renamed, layer.calls)))
        for layer in graph.layers
    )
    return replace(graph, layers=layers, inputs=renamed(graph.inputs), outputs=renamed(graph.outputs))


def _new(name: str, used: set[str]) -> str:
    start = REFUSED.sub("_", name)
    start = start if TAKEN.fullmatch(start) else f"layer{start}"
    new, number = start, 2
    while new in used:
        new, number = f"{start}_{number}", number + 1
    return new


def _with_plain_inner(layer: GraphLayer) -> GraphLayer:
    """The layer, the one that it wraps being renamed where its name is refused."""
    inner = layer.options.get("layer")
    if not isinstance(inner, dict) or TAKEN.fullmatch(name := inner["config"]["name"]):
        return layer
    options = {**layer.options, "layer": {**inner, "config": {**inner["config"], "name": INNER}}}
    weights = tuple(weight._replace(name=weight.name.replace(f"{name}/", f"{INNER}/")) for weight in layer.weights)
    return replace(layer, options=options, weights=weights)
