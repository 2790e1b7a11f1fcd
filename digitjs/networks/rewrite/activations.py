"""Activations by name: those that TensorFlow.js has, and those that other layers make up exactly."""

from collections.abc import Callable
from typing import Any

from digitjs.networks.rewrite.expression import Call, Expression, call, rescaled
from digitjs.networks.rewrite.given import Fault, UnfitError

NATIVE = {  # Keras's names to those of TensorFlow.js, for equal functions
    "elu": "elu",
    "celu": "elu",  # with alpha=1, which a name cannot change
    "gelu": "gelu",
    "linear": "linear",
    "log_softmax": "log_softmax",
    "mish": "mish",
    "relu": "relu",
    "relu6": "relu6",
    "selu": "selu",
    "sigmoid": "sigmoid",
    "silu": "swish",
    "softmax": "softmax",
    "softplus": "softplus",
    "softsign": "softsign",
    "swish": "swish",
    "tanh": "tanh",
}


def _activation(of: Expression, name: str) -> Call:
    return call("Activation", of, activation=name)


def clipped(of: Expression, low: float, high: float) -> Call:
    """`of` within low and high."""
    return rescaled(call("ReLU", rescaled(of, offset=-low), max_value=high - low), offset=low)


def _hard_sigmoid(of: Expression) -> Call:
    return rescaled(call("ReLU", rescaled(of, offset=3.0), max_value=6.0), 1 / 6)


def _beyond(of: Expression, threshold: float) -> Call:
    return call("ThresholdedReLU", of, theta=threshold)


def _hard_shrink(of: Expression) -> Call:
    return call("Add", _beyond(of, 0.5), rescaled(_beyond(rescaled(of, -1.0), 0.5), -1.0))


def _sparse_plus(of: Expression) -> Call:
    root = call("ReLU", rescaled(of, 0.5, 0.5), max_value=1.0)
    return call("Add", call("Multiply", root, root), call("ReLU", rescaled(of, offset=-1.0)))


COMPOSED: dict[str, Callable[[Expression], Call]] = {  # as Keras 3 defines them
    "hard_shrink": _hard_shrink,
    "hard_sigmoid": _hard_sigmoid,
    "hard_silu": lambda of: call("Multiply", of, _hard_sigmoid(of)),
    "hard_swish": lambda of: call("Multiply", of, _hard_sigmoid(of)),
    "hard_tanh": lambda of: clipped(of, -1.0, 1.0),
    "leaky_relu": lambda of: call("LeakyReLU", of, alpha=0.2),
    "log_sigmoid": lambda of: rescaled(_activation(rescaled(of, -1.0), "softplus"), -1.0),
    "soft_shrink": lambda of: call("Add", of, rescaled(clipped(of, -0.5, 0.5), -1.0)),
    "sparse_plus": _sparse_plus,
    "sparse_sigmoid": lambda of: call("ReLU", rescaled(of, 0.5, 0.5), max_value=1.0),
    "tanh_shrink": lambda of: call("Add", of, rescaled(_activation(of, "tanh"), -1.0)),
}


def native(name: Any, keras: int) -> str | None:
    """TensorFlow.js's name of the same function; None where it has none."""
    if name is None:
        return "linear"
    if name == "hard_sigmoid" and keras == 2:  # that of Keras 3 has another slope
        return "hard_sigmoid"
    return NATIVE.get(name) if isinstance(name, str) else None


def activated(of: Expression, name: Any, keras: int) -> Expression:
    """A layer's result with an activation after it.

    Raises:
        UnfitError: there are no layers that make it up.
    """
    same = native(name, keras)
    if same == "linear":
        return of
    if same is not None:
        return _activation(of, same)
    if isinstance(name, str) and name in COMPOSED:
        return COMPOSED[name](of)
    raise unknown("activation", name)


def unknown(option: str, name: Any) -> UnfitError:
    """The refusal of an activation."""
    known = ", ".join(sorted({*NATIVE, *(COMPOSED if option == "activation" else ())}))
    return UnfitError([Fault(f"{option}={name}", f"TensorFlow.js has no such function, train with one of {known}")])
