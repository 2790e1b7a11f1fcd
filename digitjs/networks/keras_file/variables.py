"""Which weights a layer of Keras has, by its kind and options, and what shape each has."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from digitjs.errors import DigitjsError

Dims = tuple[int | None, ...]  # None: any number


class Variable(NamedTuple):
    """One weight that a layer has."""

    name: str
    dims: Dims | None  # None: any shape
    trainable: bool = True


@dataclass(frozen=True)
class Group:
    """Weights that Keras keeps in one object: the layer itself, its cell, or a layer within it."""

    place: str  # of the object in a .keras file, below the layer: "" or cell or forward_layer/cell
    prefix: str  # of the weights' names within the layer
    variables: tuple[Variable, ...]


GATES = {"SimpleRNN": 1, "GRU": 3, "LSTM": 4}
NORMALISING = ("LayerNormalization", "GroupNormalization", "RMSNormalization")


def groups(kind: str, options: Mapping[str, Any]) -> tuple[Group, ...]:
    """The weights of a layer, in Keras's order; none for kinds that are not known here.

    Raises:
        DigitjsError: its options do not say how large they are.
    """
    if kind == "Bidirectional":
        return (*_within(options, "layer", "forward_"), *_within(options, "backward_layer", "backward_"))
    if kind == "TimeDistributed":
        inner = wrapped(options, "layer")
        return tuple(Group(_join("layer", one.place), one.prefix, one.variables) for one in groups(*inner))
    if kind in GATES or kind == "ConvLSTM2D":
        return (Group("cell", "", _recurrent(kind, options)),)
    return (Group("", "", _plain(kind, options)),)


def wrapped(options: Mapping[str, Any], key: str) -> tuple[str, Mapping[str, Any]]:
    """The kind and the options of a layer in a layer."""
    inner = options.get(key)
    if not isinstance(inner, Mapping) or not isinstance(inner.get("config"), Mapping):
        raise DigitjsError(f"its {key} is not described")
    return str(inner.get("class_name")), inner["config"]


def _within(options: Mapping[str, Any], key: str, direction: str) -> tuple[Group, ...]:
    """The weights of one direction of a Bidirectional; the second is described only where it differs."""
    kind, inner = wrapped(options, key if options.get(key) else "layer")
    name = str(inner.get("name", kind.lower()))
    name = name if key == "backward_layer" and options.get(key) else direction + name
    return tuple(
        Group(_join(f"{direction}layer", one.place), f"{name}/{one.prefix}", one.variables)
        for one in groups(kind, inner)
    )


def _join(*parts: str) -> str:
    return "/".join(part for part in parts if part)


def _recurrent(kind: str, options: Mapping[str, Any]) -> tuple[Variable, ...]:
    units = _count(options, "filters" if kind == "ConvLSTM2D" else "units")
    gates = GATES.get(kind, 4) * units
    around: Dims = _sizes(options, 2) if kind == "ConvLSTM2D" else ()
    # GRU's reset_after gives the recurrent kernel biases of its own.
    bias: Dims = (2, gates) if kind == "GRU" and options.get("reset_after", True) else (gates,)
    return (
        Variable("kernel", (*around, None, gates)),
        Variable("recurrent_kernel", (*around, units, gates)),
        *_bias(options, bias),
    )


def _plain(kind: str, options: Mapping[str, Any]) -> tuple[Variable, ...]:
    if kind == "Dense":
        units = _count(options, "units")
        return (Variable("kernel", (None, units)), *_bias(options, (units,)))
    if kind == "Embedding":
        return (Variable("embeddings", (_count(options, "input_dim"), _count(options, "output_dim"))),)
    if kind == "PReLU":
        return (Variable("alpha", None),)
    if kind == "Normalization":
        return _normalization(options)
    if kind == "BatchNormalization":
        moving = (Variable("moving_mean", (None,), False), Variable("moving_variance", (None,), False))
        return (*_scaled(options, (None,)), *moving)
    if kind in NORMALISING:
        return _scaled(options, None)
    return _convolution(kind, options)


def _convolution(kind: str, options: Mapping[str, Any]) -> tuple[Variable, ...]:
    stem, rank = kind.removesuffix("Transpose"), kind.removesuffix("Transpose")[-2:-1]
    if not rank.isdecimal() or stem[:-2] not in ("Conv", "DepthwiseConv", "SeparableConv"):
        return ()
    sizes = _sizes(options, int(rank))
    if stem.startswith("Depthwise"):
        deep = (*sizes, None, _count(options, "depth_multiplier", 1))
        return (Variable("depthwise_kernel", deep), *_bias(options, (None,)))
    filters = _count(options, "filters")
    bias = _bias(options, (filters,))
    if stem.startswith("Separable"):
        deep, flat = (*sizes, None, _count(options, "depth_multiplier", 1)), (1,) * len(sizes)
        return (Variable("depthwise_kernel", deep), Variable("pointwise_kernel", (*flat, None, filters)), *bias)
    ends: Dims = (filters, None) if kind.endswith("Transpose") else (None, filters)
    return (Variable("kernel", (*sizes, *ends)), *bias)


def _normalization(options: Mapping[str, Any]) -> tuple[Variable, ...]:
    """Mean and variance are weights only where they were measured, not where they were given."""
    if options.get("mean") is not None:
        return ()
    return (Variable("mean", None, False), Variable("variance", None, False), Variable("count", (), False))


def _scaled(options: Mapping[str, Any], dims: Dims | None) -> tuple[Variable, ...]:
    gamma = (Variable("gamma", dims),) if options.get("scale", True) else ()
    return (*gamma, *((Variable("beta", dims),) if options.get("center", True) else ()))


def _bias(options: Mapping[str, Any], dims: Dims) -> tuple[Variable, ...]:
    return (Variable("bias", dims),) if options.get("use_bias", True) else ()


def _sizes(options: Mapping[str, Any], rank: int) -> tuple[int, ...]:
    """The kernel's sizes, which may be written as one number."""
    sizes = options.get("kernel_size")
    if isinstance(sizes, int):
        sizes = [sizes] * rank
    if not isinstance(sizes, list) or len(sizes) != rank:
        raise DigitjsError(f"its kernel_size is {sizes!r:.60}, not {rank} numbers")
    return tuple(_count({"kernel_size": size}, "kernel_size") for size in sizes)


def _count(options: Mapping[str, Any], key: str, default: int | None = None) -> int:
    value = options.get(key, default)
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise DigitjsError(f"its {key} is {value!r:.60}, not a number above 0")
    return value
