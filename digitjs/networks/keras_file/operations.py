"""Functions of tensors, such as a + b, as the layers that do the same."""

from typing import Any, NamedTuple

from digitjs.errors import DigitjsError
from digitjs.networks.keras_file.calls import Call, Ref
from digitjs.networks.keras_file.saved import Saved

MERGES = ("Add", "Multiply", "Maximum", "Minimum", "Subtract", "Concatenate")
ACTIVATIONS = {
    **{"Relu6": "relu6", "Sigmoid": "sigmoid", "Silu": "silu", "Tanh": "tanh", "Elu": "elu", "Selu": "selu"},
    **{"Softplus": "softplus", "Softsign": "softsign", "HardSigmoid": "hard_sigmoid", "HardSilu": "hard_silu"},
    **{"LogSigmoid": "log_sigmoid", "LogSoftmax": "log_softmax", "Gelu": "gelu"},
}
OPTIONS = {"Concatenate": ("axis",), "Softmax": ("axis",), "LeakyRelu": ("negative_slope",)}
# Options with which an activation is the one of that name.
PLAIN = {"alpha": 1.0, "approximate": False, "axis": -1}
ADVICE = "write it with a layer and save the model again."


class AsLayer(NamedTuple):
    """A layer that does what an operation does."""

    kind: str
    options: dict[str, Any]
    sources: tuple[Ref, ...]


def as_layer(one: Saved, call: Call) -> AsLayer:
    """The layer that does what a call of an operation does.

    Raises:
        DigitjsError: there is none, or none that is known here.
    """
    name, sources, config = one.class_name, call.sources, one.config if isinstance(one.config, dict) else {}
    chosen = {key: config[key] for key in OPTIONS.get(name, ()) if key in config}
    if name in MERGES and len(sources) > 1 and len(sources) == len(call.arguments):
        return AsLayer(name, chosen, sources)
    if name == "Negative" and len(call.arguments) == len(sources) == 1:
        return AsLayer("Rescaling", {"scale": -1.0, "offset": 0.0}, sources)
    if len(call.arguments) == 2 and len(sources) == 1:
        return AsLayer("Rescaling", _rescaling(one, call), sources)
    if len(sources) != 1 or len(call.arguments) != 1:
        raise _unknown(one)
    if name == "Relu":
        return AsLayer("ReLU", {}, sources)
    if name == "LeakyRelu":
        return AsLayer("LeakyReLU", {"negative_slope": 0.2, **chosen}, sources)
    if name == "Softmax":
        return AsLayer("Softmax", {"axis": -1, **chosen}, sources)
    if name in ACTIVATIONS and all(config.get(key, value) == value for key, value in PLAIN.items()):
        return AsLayer("Activation", {"activation": ACTIVATIONS[name]}, sources)
    raise _unknown(one)


def _rescaling(one: Saved, call: Call) -> dict[str, float]:
    """A tensor with one number: scale * tensor + offset."""
    first, second = call.arguments
    number, is_first = (second, False) if isinstance(first, Ref) else (first, True)
    if not isinstance(number, int | float) or isinstance(number, bool):
        raise _unknown(one)
    value = float(number)
    if one.class_name == "Add":
        return {"scale": 1.0, "offset": value}
    if one.class_name == "Multiply":
        return {"scale": value, "offset": 0.0}
    if one.class_name == "Subtract":
        return {"scale": -1.0, "offset": value} if is_first else {"scale": 1.0, "offset": -value}
    if one.class_name in ("Divide", "TrueDivide") and not is_first and value:
        return {"scale": 1 / value, "offset": 0.0}
    raise _unknown(one)


def _unknown(one: Saved) -> DigitjsError:
    return DigitjsError(
        f"{one.title} is the operation {one.class_name} of keras.ops, for which no layer is known: {ADVICE}"
    )
