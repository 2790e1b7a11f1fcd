"""The same network with another beginning or end: values for the page's ink, a softmax, outputs in another order."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from digitjs.errors import DigitjsError
from digitjs.layers_format import Weight
from digitjs.networks.graph import Graph, GraphLayer, Tensor
from digitjs.networks.graph_end import End, activation_of, end_of
from digitjs.networks.layers import Layer, Option

LOGITS = ("sigmoid", "log_softmax")  # of an output these keep the order that a softmax of what they are given has
NEAR = 1e-5  # what probabilities may sum to besides 1
PER_OUTPUT = ("Softmax", "Activation", "Dropout")  # they treat all outputs alike


def input_of(graph: Graph) -> GraphLayer:
    """The one layer that takes an image.

    Raises:
        DigitjsError: there are several.
    """
    if len(graph.inputs) != 1:
        raise DigitjsError(f"{graph.name} has {len(graph.inputs)} inputs: take a network of one image.")
    return _layer(graph, graph.inputs[0])


def input_shape(graph: Graph) -> tuple[int | None, ...]:
    """Of what it takes, without the batch; None where any length goes."""
    options = input_of(graph).options
    shape = options.get("batch_input_shape") or options.get("batch_shape") or (None, *options.get("shape", ()))
    return tuple(shape[1:])


def first_after_input(graph: Graph) -> GraphLayer | None:
    """The layer that alone is called with the image; None where several are."""
    name = input_of(graph).name
    called = [layer for layer in graph.layers if any(one.layer == name for call in layer.calls for one in call)]
    return called[0] if len(called) == 1 else None


def described(layer: GraphLayer) -> str:
    """A layer as a person says it: Conv2D 16, 3 × 3, relu."""
    options: dict[str, Option] = {}
    for key in ("kernel_size", "pool_size", "filters", "units", "rate", "padding", "activation"):
        value = layer.options.get(key)
        if isinstance(value, list | tuple):
            value = value[0] if len(set(value)) == 1 else tuple(value)
        if isinstance(value, int | float | str | tuple) and value != "linear":
            options[key] = value
    return str(Layer(layer.kind, options))


def parameters(graph: Graph) -> int:
    """How many numbers all its weights are."""
    return sum(weight.values.size for layer in graph.layers for weight in layer.weights)


def with_input(graph: Graph, size: int, rescaling: tuple[float, float]) -> Graph:
    """The same network for images (n, size, size, 1) in [0, 1] as the page gives them.

    Args:
        graph: that takes (size * size * channels,), (size, size) or (size, size, channels).
        size: of the images.
        rescaling: what their values are multiplied by, then what is added.
    """
    old, shape = input_of(graph), tuple(input_shape(graph))
    taken = {layer.name for layer in graph.layers}
    added = [GraphLayer("InputLayer", _free("image", taken), {"batch_shape": [None, size, size, 1]})]

    def append(kind: str, name: str, options: dict[str, Any], times: int = 1) -> None:
        before = (Tensor(added[-1].name),) * times
        added.append(GraphLayer(kind, _free(name, taken), options, calls=(before,)))

    if rescaling != (1.0, 0.0):
        append("Rescaling", "values", {"scale": rescaling[0], "offset": rescaling[1]})
    if shape[-1] == 3 and len(shape) == 3:
        append("Concatenate", "channels", {"axis": -1}, times=3)
    elif len(shape) != 3:
        append("Reshape", "shape", {"target_shape": list(shape)})
    layers = [_rewired(layer, old.name, Tensor(added[-1].name)) for layer in graph.layers if layer is not old]
    outputs = tuple(Tensor(added[-1].name) if one.layer == old.name else one for one in graph.outputs)
    return replace(graph, layers=(*added, *layers), inputs=(Tensor(added[0].name),), outputs=outputs)


def with_softmax(graph: Graph) -> tuple[Graph, str]:
    """The same network with probabilities at its end, and what was done for that, as a sentence; empty: nothing.

    Raises:
        DigitjsError: it has several outputs, or ends in what are neither probabilities nor logits.
    """
    if len(graph.outputs) != 1:
        raise DigitjsError(f"{graph.name} has {len(graph.outputs)} outputs: take a network with one.")
    tensor = graph.outputs[0]
    end, last = end_of(graph, tensor), _layer(graph, tensor)
    if end.total is not None and abs(end.total - 1) < NEAR:
        return graph, ""
    activation = activation_of({layer.name: layer for layer in graph.layers}, tensor)
    if activation in LOGITS and _uses(graph, last.name) == 1 and len(last.calls) == 1:
        linear = replace(last, options={**last.options, "activation": "linear"})
        graph = replace(graph, layers=tuple(linear if layer is last else layer for layer in graph.layers))
        said = f"{graph.name} ends in {activation}: its place is taken by a softmax, which orders the classes alike."
    elif not end.activations:
        said = f"{graph.name} ends in logits: a softmax is added."
    else:
        raise DigitjsError(f"{graph.name} ends in {_fault(last, end)}.")
    return _appended(graph, GraphLayer("Softmax", "softmax", {"axis": -1})), said


def _fault(last: GraphLayer, end: End) -> str:
    if end.total is not None:
        return f"probabilities that sum to {end.total:g}: let it give their mean, so that they sum to 1"
    of = " and ".join(sorted(end.activations))
    what = of if of == last.options.get("activation") or of.startswith(last.kind) else f"{last.kind} of {of}"
    return (
        f"{what}, which are no probabilities: let its last layer be a Dense with a unit for each class and the "
        "activation softmax, or none"
    )


def reordered(graph: Graph, order: Sequence[int]) -> Graph:
    """The same network with output i where output `order[i]` was."""
    last = _layer(graph, graph.outputs[0])
    while last.kind in PER_OUTPUT and _is_private(graph, last):
        last = _layer(graph, last.calls[0][0])
    places = np.array(order)
    if last.kind == "Dense" and _is_private(graph, last):
        weights = tuple(Weight(name, values[..., places]) for name, values in last.weights)
        there = replace(last, weights=weights)
        return replace(graph, layers=tuple(there if layer is last else layer for layer in graph.layers))
    matrix = np.eye(len(order), dtype=np.float32)[:, places]  # each sum has one term that is not zero: exact
    options = {"units": len(order), "activation": "linear", "use_bias": False}
    return _appended(graph, GraphLayer("Dense", "order", options, (Weight("kernel", matrix),)))


def outputs_of(graph: Graph) -> int | None:
    """How many numbers it gives; None where that follows from no layer's options."""
    tensor = graph.outputs[0]
    while True:
        layer = _layer(graph, tensor)
        for key in ("units", "filters"):
            if key in layer.options:
                return int(layer.options[key])
        if layer.kind in ("Flatten", "Reshape", "Permute", "Concatenate") or not layer.calls[tensor.call]:
            return None
        tensor = layer.calls[tensor.call][0]


def _appended(graph: Graph, layer: GraphLayer) -> Graph:
    """The same network with one more layer after its output."""
    name = _free(layer.name, {one.name for one in graph.layers})
    last = replace(layer, name=name, calls=((graph.outputs[0],),))
    return replace(graph, layers=(*graph.layers, last), outputs=(Tensor(name),))


def _layer(graph: Graph, tensor: Tensor) -> GraphLayer:
    return next(layer for layer in graph.layers if layer.name == tensor.layer)


def _is_private(graph: Graph, layer: GraphLayer) -> bool:
    """Whether it is called once and what it gives is used once."""
    return len(layer.calls) == 1 and len(layer.calls[0]) == 1 and _uses(graph, layer.name) == 1


def _uses(graph: Graph, name: str) -> int:
    """How often what a layer gives is used."""
    called = (tensor for layer in graph.layers for call in layer.calls for tensor in call)
    return sum(tensor.layer == name for tensor in (*called, *graph.outputs))


def _rewired(layer: GraphLayer, old: str, new: Tensor) -> GraphLayer:
    """The same layer, called with a new tensor in place of what another layer gave."""
    calls = tuple(tuple(new if one.layer == old else one for one in call) for call in layer.calls)
    return replace(layer, calls=calls)


def _free(name: str, taken: Iterable[str]) -> str:
    """The name, or with a number after it if a layer has it."""
    taken = set(taken)
    return next(one for one in (name, *(f"{name}_{i}" for i in range(1, len(taken) + 2))) if one not in taken)
