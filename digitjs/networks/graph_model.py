"""A graph as a model of tf_keras, built from the values that were read. TensorFlow is loaded by this module."""

import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from graphlib import TopologicalSorter
from typing import Any

import numpy as np
import tensorflow as tf
import tf_keras as keras
from numpy.typing import NDArray

from digitjs.errors import DigitjsError
from digitjs.networks.graph import Graph, GraphLayer, Tensor
from digitjs.networks.layers import INERT
from digitjs.networks.topology import Shape

MOST = 2**27  # values of one sample that a layer may give
WRAPPED = ("layer", "backward_layer")
ACTIVATIONS = ("activation", "recurrent_activation")


def _hard_sigmoid(x: Any) -> Any:
    return tf.nn.relu6(x + 3) / 6


# Of Keras 3, where tf_keras has none of that name or another function.
KERAS_3: dict[str, Callable[[Any], Any]] = {
    "celu": lambda x: tf.nn.relu(x) + tf.math.expm1(-tf.nn.relu(-x)),
    "hard_shrink": lambda x: tf.where(tf.abs(x) > 0.5, x, 0.0),
    "hard_sigmoid": _hard_sigmoid,
    "hard_silu": lambda x: x * _hard_sigmoid(x),
    "hard_swish": lambda x: x * _hard_sigmoid(x),
    "hard_tanh": lambda x: tf.clip_by_value(x, -1.0, 1.0),
    "leaky_relu": lambda x: tf.nn.leaky_relu(x, 0.2),
    "log_sigmoid": tf.math.log_sigmoid,
    "log_softmax": tf.nn.log_softmax,
    "relu6": tf.nn.relu6,
    "silu": tf.nn.silu,
    "soft_shrink": lambda x: tf.sign(x) * tf.nn.relu(tf.abs(x) - 0.5),
    "sparse_plus": lambda x: tf.where(x >= 1.0, x, tf.square(tf.nn.relu(x + 1)) / 4),
    "sparse_sigmoid": lambda x: tf.clip_by_value((x + 1) / 2, 0.0, 1.0),
    "squareplus": lambda x: (x + tf.sqrt(tf.square(x) + 4)) / 2,
    "tanh_shrink": lambda x: x - tf.tanh(x),
}


@dataclass(frozen=True)
class Built:
    """A graph as a model of tf_keras."""

    model: Any  # keras.Model
    shapes: dict[str, Shape]  # what each layer's first call gives, by its name, without the batch


def build(graph: Graph) -> Built:
    """A keras.Model with the graph's weights, in float32, that gives the list of its outputs.

    Args:
        graph: with the options that Keras 2 or 3 writes, not rewritten for TensorFlow.js.

    Raises:
        DigitjsError: a layer that tf_keras does not have, or that does not fit the one before it.
    """
    named = {layer.name: layer for layer in graph.layers}
    made: dict[str, Any] = {}
    known: dict[tuple[str, int], list[Any]] = {}
    for name, number in _order(graph):
        layer = named[name]
        sources = _picked(layer.calls[number], known)
        with _told(f"{graph.name}: tf_keras refuses the {layer.kind} {name}", "leave that layer out"):
            known[name, number] = _called(graph, layer, made, sources)
    ends = _picked(graph.inputs, known), _picked(graph.outputs, known)
    with _told(f"tf_keras refuses {graph.name}", "build it otherwise"):
        model = keras.Model(*ends, name="rebuilt")
    return Built(model, {name: tuple(known[name, 0][0].shape[1:]) for name in named})


@contextmanager
def _told(what: str, otherwise: str) -> Iterator[None]:
    """One sentence for whatever Keras raises: it has no class of its own for what it refuses."""
    try:
        yield
    except DigitjsError:
        raise
    except Exception as error:
        reason = " ".join(map(str, error.args)).partition("\n")[0].rstrip(".")[:300]
        raise DigitjsError(f"{what} ({reason}): save the model again, or {otherwise}.") from error


def answers(model: Any, inputs: Sequence[NDArray[np.generic]]) -> list[NDArray[np.generic]]:
    """What a model of `build` answers, one float32 array for each output.

    Raises:
        DigitjsError: it does not take inputs of these shapes or values.
    """
    try:
        outputs = model.predict(list(inputs) if len(inputs) > 1 else inputs[0], verbose=0)
    except Exception as error:  # Keras has no class of its own for what it refuses
        shapes = ", ".join(str(values.shape[1:]) for values in inputs)
        raise DigitjsError(
            f"Keras cannot answer inputs of the shape {shapes}: give some that the network takes with --inputs."
        ) from error
    return [np.asarray(output, np.float32) for output in (outputs if isinstance(outputs, list) else [outputs])]


def _order(graph: Graph) -> list[tuple[str, int]]:
    """All calls, each after those that it needs."""
    needs = {
        (layer.name, number): [(source.layer, source.call) for source in call]
        for layer in graph.layers
        for number, call in enumerate(layer.calls)
    }
    return list(TopologicalSorter(needs).static_order())


def _picked(tensors: tuple[Tensor, ...], known: dict[tuple[str, int], list[Any]]) -> list[Any]:
    try:
        return [known[tensor.layer, tensor.call][tensor.output] for tensor in tensors]
    except LookupError as error:
        named = ", ".join(sorted({tensor.layer for tensor in tensors}))
        raise DigitjsError(f"An output of {named} is used that is not there: save the model again.") from error


def _called(graph: Graph, layer: GraphLayer, made: dict[str, Any], sources: list[Any]) -> list[Any]:
    """What a call of a layer gives, symbolically."""
    if layer.kind == "InputLayer":
        shape, dtype = layer.options["batch_shape"], layer.options.get("dtype", "float32")
        results = [keras.Input(batch_shape=[None, *shape[1:]], dtype=dtype)]
    elif layer.kind in INERT:
        return sources
    else:
        is_new = layer.name not in made
        if is_new:
            _require_fitting(layer, sources[0].shape)
            made[layer.name] = _made(layer, graph.keras)
        given = made[layer.name](sources if len(sources) > 1 else sources[0])
        if is_new and layer.weights and layer.kind != "Normalization":
            made[layer.name].set_weights([weight.values for weight in layer.weights])
        results = list(given) if isinstance(given, list | tuple) else [given]
    for result in results:
        if math.prod(size or 1 for size in result.shape) > MOST:
            raise DigitjsError(f"The {layer.kind} {layer.name} gives {result.shape}, which is too large for a browser.")
    return results


def _require_fitting(layer: GraphLayer, shape: Any) -> None:
    """Compare the kernel with its input, before memory is taken for a kernel that does fit."""
    if not layer.weights or not layer.weights[0].name.endswith("kernel"):
        return
    kernel = layer.weights[0].values.shape
    channels = kernel[-1 if layer.kind.endswith("Transpose") else -2] * int(layer.options.get("groups") or 1)
    if layer.kind != "TimeDistributed" and shape[-1] != channels:
        raise DigitjsError(
            f"The {layer.kind} {layer.name} has weights for {channels} channels and is given {shape[-1]}: "
            "save the model again."
        )


def _made(layer: GraphLayer, version: int) -> Any:
    """The layer of tf_keras that is meant."""
    options = _options(layer.kind, layer.options, version)
    if layer.kind == "Normalization" and len(layer.weights) > 1:
        options |= {name: layer.weights[place].values for place, name in enumerate(("mean", "variance"))}
    return _class(layer.kind)(**options)


def _class(kind: str) -> Any:
    found = getattr(keras.layers, kind, None)
    if found is None:
        raise DigitjsError(f"{kind} is no layer of tf_keras: build the network without it.")
    return found


def _options(kind: str, options: dict[str, Any], version: int) -> dict[str, Any]:
    """Options as tf_keras names them; those left out that say nothing, as newer versions have more.

    Names are left out, too, so that tf_keras makes them: it refuses spaces, letters beyond ASCII and duplicates.
    """
    chosen = {
        key: value for key, value in options.items() if value is not None and value is not False and key != "name"
    }
    chosen |= {key: False for key in ("use_bias", "center", "scale", "reset_after") if options.get(key) is False}
    if kind == "LeakyReLU":
        chosen["alpha"] = chosen.pop("negative_slope", chosen.get("alpha", 0.3))
    for key in ACTIVATIONS:
        if key in chosen:
            chosen[key] = _activation(chosen[key], version)
    for key in WRAPPED:
        if isinstance(chosen.get(key), dict):
            inner = chosen[key]["class_name"]
            chosen[key] = _class(inner)(**_options(inner, chosen[key]["config"], version))
    return chosen


def _activation(value: Any, version: int) -> Any:
    if isinstance(value, dict):
        return _class(value["class_name"])(**_options(value["class_name"], value["config"], version))
    if value in KERAS_3 and not (version == 2 and value == "hard_sigmoid"):
        return KERAS_3[value]
    return keras.activations.get(value)
