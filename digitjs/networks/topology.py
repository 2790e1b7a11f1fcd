"""A graph in TensorFlow.js's vocabulary as the topology of a model.json, and its weights by their names in it."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from digitjs.layers_format import Weight
from digitjs.networks.graph import Graph, GraphLayer, Tensor

Shape = tuple[int | None, ...]  # without the batch; None: open
KERAS = "2.19.0"  # whose form the topology has
# TF.js runs the initialisers of all weights before it replaces what they made: zeros are the fastest.
ZEROS = {"class_name": "Zeros", "config": {}}
INITIALIZERS = {"depthwise_kernel": "depthwise", "pointwise_kernel": "pointwise", "recurrent_kernel": "recurrent"}


def model_topology(graph: Graph) -> dict[str, Any]:
    """What `modelTopology` of a model.json says: a Sequential model of a chain, a Functional one of any other graph.

    Args:
        graph: rewritten for TensorFlow.js.
    """
    described = _sequential(graph) if _is_chain(graph) else _functional(graph)
    return {"keras_version": KERAS, "backend": "tensorflow", "model_config": described}


def named_weights(graph: Graph) -> tuple[Weight, ...]:
    """All weights by the names that TensorFlow.js looks for: dense_1/kernel."""
    return tuple(
        Weight(f"{layer.name}/{weight.name}", weight.values) for layer in graph.layers for weight in layer.weights
    )


def with_sizes(graph: Graph, shapes: Mapping[str, Shape]) -> Graph:
    """The same graph without open sizes in Reshape, which TensorFlow.js does not find when it builds the next layer.

    Args:
        graph: rewritten for TensorFlow.js.
        shapes: what layers give, by their names.
    """
    return replace(graph, layers=tuple(_sized(layer, shapes.get(layer.name)) for layer in graph.layers))


def _sized(layer: GraphLayer, shape: Shape | None) -> GraphLayer:
    if layer.kind != "Reshape" or shape is None or None in shape:
        return layer
    return replace(layer, options={**layer.options, "target_shape": list(shape)})


def _is_chain(graph: Graph) -> bool:
    """Whether each layer is called once with what the one before it gives, and the last one gives the answer."""
    first, *rest = graph.layers
    before = [Tensor(layer.name) for layer in graph.layers]
    calls = [layer.calls for layer in rest]
    chained = all(call == ((source,),) for call, source in zip(calls, before, strict=False))
    return chained and first.kind == "InputLayer" and graph.inputs == (before[0],) and graph.outputs == (before[-1],)


def _sequential(graph: Graph) -> dict[str, Any]:
    layers = [{"class_name": layer.kind, "config": _config(layer)} for layer in graph.layers]
    return {"class_name": "Sequential", "config": {"name": graph.name, "layers": layers}}


def _functional(graph: Graph) -> dict[str, Any]:
    layers = [
        {
            "class_name": layer.kind,
            "name": layer.name,
            "config": _config(layer),
            "inbound_nodes": [[[*source, {}] for source in call] for call in layer.calls if call],
        }
        for layer in graph.layers
    ]
    ends = {
        "input_layers": [list(tensor) for tensor in graph.inputs],
        "output_layers": [list(tensor) for tensor in graph.outputs],
    }
    return {"class_name": "Functional", "config": {"name": graph.name, "layers": layers, **ends}}


def _config(layer: GraphLayer) -> dict[str, Any]:
    config = {"name": layer.name, **layer.options}
    if layer.kind == "InputLayer":
        shape = config.pop("batch_shape", None) or config.pop("batch_input_shape")
        return {**config, "batch_input_shape": shape, "sparse": False, "ragged": False}
    config = {**config, "trainable": True, "dtype": "float32", **_initializers(layer)}
    for key in ("layer", "backward_layer"):
        if isinstance(config.get(key), dict):
            inner = config[key]
            config[key] = {**inner, "config": {**inner["config"], **_initializers(layer)}}
    return config


def _initializers(layer: GraphLayer) -> dict[str, Any]:
    """Zeros for each weight; a recurrent layer's bias begins with ones unless that is said, too."""
    names = [weight.name.rpartition("/")[2] for weight in layer.weights]
    zeros = {f"{INITIALIZERS.get(name, name)}_initializer": ZEROS for name in names}
    return {**zeros, "unit_forget_bias": False} if "recurrent_kernel" in names else zeros
