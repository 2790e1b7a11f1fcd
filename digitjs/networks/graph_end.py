"""What the numbers at a network's end are: probabilities, a multiple of these, or what some activations give."""

from dataclasses import dataclass
from graphlib import TopologicalSorter

from digitjs.networks.graph import Graph, GraphLayer, Tensor
from digitjs.networks.rewrite.shapes import Shape, shape_after

KEPT = ("Flatten", "Reshape", "Permute", "Dropout", "GlobalAveragePooling2D")  # of probabilities these give some again
ACTIVATING = ("ReLU", "LeakyReLU", "PReLU", "ELU", "ThresholdedReLU")


@dataclass(frozen=True)
class End:
    """What a tensor is made of."""

    total: float | None  # what the values of a sample sum to, being mixtures of softmaxes; None: they are none
    activations: frozenset[str]  # those other than linear of the layers that it is made of


def end_of(graph: Graph, tensor: Tensor) -> End:
    """What a tensor is, followed back to layers with weights or activations of their own."""
    named = {layer.name: layer for layer in graph.layers}
    behind = _behind(named, tensor)
    totals: dict[Tensor, float | None] = {}
    for each in TopologicalSorter(behind).static_order():
        sources = [totals[source] for source in behind[each]]
        totals[each] = _total(named[each.layer], sources) if sources else _own(activation_of(named, each))
    ends = {activation_of(named, each) for each, sources in behind.items() if not sources}
    return End(totals[tensor], frozenset(ends - {"linear"}))


def activation_of(named: dict[str, GraphLayer], tensor: Tensor) -> str:
    """The function at the end of a layer; of an activation layer its own."""
    layer = named[tensor.layer]
    if layer.kind in ACTIVATING:
        return layer.kind
    if layer.kind == "Softmax":
        axis = layer.options.get("axis", -1)
        axis = axis[0] if isinstance(axis, list) and len(axis) == 1 else axis
        return "softmax" if axis == -1 or axis == _last_axis(named, tensor) else f"Softmax over axis {axis}"
    activation = layer.options.get("activation") or "linear"
    return activation if isinstance(activation, str) else layer.kind


def _behind(named: dict[str, GraphLayer], end: Tensor) -> dict[Tensor, tuple[Tensor, ...]]:
    """The tensors that one is made of, each with its sources; none where a layer has weights or an activation."""
    behind: dict[Tensor, tuple[Tensor, ...]] = {}
    waiting = [end]
    while waiting:
        tensor = waiting.pop()
        if tensor not in behind:
            layer = named[tensor.layer]
            plain = not layer.weights or layer.kind == "BatchNormalization"
            follows = plain and activation_of(named, tensor) == "linear"
            behind[tensor] = layer.calls[tensor.call] if follows else ()
            waiting += behind[tensor]
    return behind


def _own(activation: str) -> float | None:
    return 1.0 if activation == "softmax" else None


def _total(layer: GraphLayer, given: list[float | None]) -> float | None:
    """What the values sum to after a layer, from what those that it is given do."""
    totals = [total for total in given if total is not None]
    if len(totals) < len(given):
        return None
    if layer.kind in KEPT or (layer.kind == "Activation" and len(given) == 1):
        return totals[0]
    if layer.kind == "Add":
        return sum(totals)
    if layer.kind == "Average":
        return sum(totals) / len(totals)
    scale, offset = layer.options.get("scale"), layer.options.get("offset", 0)
    if layer.kind == "Rescaling" and isinstance(scale, int | float) and scale > 0 and offset == 0:
        return scale * totals[0]
    return None


def _last_axis(named: dict[str, GraphLayer], tensor: Tensor) -> int | None:
    """The number of the last axis of what a layer is given; None where it does not follow from the options."""
    path = []
    while (layer := named[tensor.layer]).calls[tensor.call]:
        path.append(layer)
        tensor = layer.calls[tensor.call][0]
    shape = shape_after(layer.kind, layer.options, [])
    try:
        for each in reversed(path):
            shape = shape_after(each.kind, each.options, [shape])
    except (LookupError, TypeError, ValueError):  # a file may say anything
        shape = Shape()
    return None if shape.rank is None else shape.rank - 1
