"""What Keras writes of a layer: its class, whether it is Keras's own, and the options that matter to its answers."""

import math
import re
from typing import Any

import msgspec

from digitjs.errors import DigitjsError

MODELS = ("Sequential", "Functional", "Model")
OPS = re.compile(r"keras\.(src\.)?ops\b")
OWN = re.compile(r"(tf_)?keras(\.|$)")
# Named otherwise by Keras 2, or by versions of it.
KINDS = {"BatchNormalizationV1": "BatchNormalization", "BatchNormalizationV2": "BatchNormalization"}
RENAMED = {("LeakyReLU", "alpha"): "negative_slope", ("InputLayer", "batch_input_shape"): "batch_shape"}
TRAINING = re.compile(r".*_(initializer|regularizer|constraint)|renorm.*|lora_.*")
# Of no meaning to what a layer answers; a name has a place of its own.
DROPPED = frozenset(
    (
        *("name", "trainable", "dtype", "batch_input_shape", "batch_size", "seed", "momentum", "synchronized"),
        *("input_length", "optional", "activity_regularizer", "unit_forget_bias", "implementation", "use_cudnn"),
    )
)
ACTIVATIONS = ("activation", "recurrent_activation")
MOST_INPUT = 2**26  # values of one sample
CODE = ("Lambda", "TFOpLambda", "SlicingOpLambda", "TensorFlowOpLayer", "TFSMLayer")


class Saved(msgspec.Struct, frozen=True):
    """An object as Keras writes it; what is not named here is left alone."""

    class_name: str
    config: dict[str, Any] | list[Any]
    module: str | None = None
    registered_name: str | None = None
    name: str | None = None
    inbound_nodes: list[Any] = []
    build_config: dict[str, Any] | None = None

    @property
    def title(self) -> str:
        """The layer's name."""
        inner = self.config.get("name") if isinstance(self.config, dict) else None
        return str(self.name or inner or self.class_name)

    @property
    def is_model(self) -> bool:
        """Whether it consists of layers."""
        return self.class_name in MODELS

    @property
    def is_operation(self) -> bool:
        """Whether it is a function of tensors, such as a + b, rather than a layer."""
        if self.module is not None:
            return bool(OPS.match(self.module))
        return isinstance(self.config, dict) and set(self.config) <= {"name"}  # .h5 files name no modules


def as_saved(value: Any) -> Saved:
    """An object of a file.

    Raises:
        DigitjsError: it is none, or no layer of Keras itself.
    """
    try:
        one = msgspec.convert(value, Saved)
    except (msgspec.ValidationError, UnicodeEncodeError) as error:  # the second: half a character
        raise DigitjsError(
            f"its description of the layers is not as Keras writes it ({error}): save it again."
        ) from error
    _require_own(one)
    return one


def _require_own(one: Saved) -> None:
    if one.class_name in CODE:
        raise DigitjsError(
            f"the layer {one.title} is a {one.class_name}, a function in Python, which is never run: "
            "write it with layers of Keras and save the model again."
        )
    named = ">" in one.class_name or (one.registered_name is not None and ">" in one.registered_name)
    # tf_keras names no module where a class was not registered; .h5 files name none at all and nothing registered.
    foreign = bool(one.registered_name) if one.module is None else not OWN.match(one.module)
    if named or foreign:
        raise DigitjsError(
            f"the layer {one.title} is of the class {one.class_name}, which is not Keras's own and is never run: "
            "write it with layers of Keras and save the model again."
        )


def options(one: Saved) -> dict[str, Any]:
    """The options of a layer by Keras 3's names, without what matters in training alone.

    Raises:
        DigitjsError: a function in them is not Keras's own, or the layer is quantised.
    """
    config = one.config
    if not isinstance(config, dict):
        raise DigitjsError(f"the layer {one.title} has no configuration: save the model again.")
    _require_plain(one, config)
    cleaned = _cleaned(kind(one), config)
    for key in ACTIVATIONS:
        if key in cleaned:
            cleaned[key] = _function(one, cleaned[key])
    for key in ("layer", "backward_layer", "cell"):
        if isinstance(cleaned.get(key), dict):
            inner = as_saved(cleaned[key])
            name = {"name": inner.title}
            cleaned[key] = {"class_name": kind(inner), "config": {**name, **options(inner)}}
    if one.class_name == "InputLayer":
        cleaned["dtype"] = _dtype(config.get("dtype"))
        cleaned["batch_shape"] = _shape(one, cleaned.get("batch_shape"))
    return cleaned


def kind(one: Saved) -> str:
    """Its class as Keras 3 names it."""
    return KINDS.get(one.class_name, one.class_name)


def _cleaned(kind: str, config: dict[str, Any]) -> dict[str, Any]:
    cleaned = {}
    for key, value in config.items():
        name = RENAMED.get((kind, key), key)
        if name in DROPPED or TRAINING.fullmatch(name) or (name == "quantization_config"):
            continue
        if name == "axis" and isinstance(value, list) and len(value) == 1 and kind != "Normalization":
            value = value[0]  # as Keras 2 writes one axis
        cleaned[name] = _list(value)
    return cleaned


def _list(value: Any) -> Any:
    """A tuple, which some versions of Keras 3 write as an object, as a list."""
    if isinstance(value, dict) and value.get("class_name") == "__tuple__" and isinstance(value.get("items"), list):
        return value["items"]
    return value


def _require_plain(one: Saved, config: dict[str, Any]) -> None:
    policy = config.get("dtype")
    name = policy.get("class_name") if isinstance(policy, dict) else policy
    if config.get("quantization_config") or "Quant" in str(name) or str(name).startswith(("int8", "int4", "float8")):
        raise DigitjsError(f"the layer {one.title} is quantised by Keras: save the model as it was before.")


def _function(one: Saved, value: Any) -> Any:
    """An activation as its name; one with options of its own stays as it is, for the rewriting to judge."""
    if value is None:
        return "linear"
    if isinstance(value, str):
        if ">" in value:
            raise _foreign(one, value)
        return "silu" if value == "swish" else value
    if isinstance(value, list):
        raise _foreign(one, "a lambda")
    inner = msgspec.convert(value, Saved | None) if _is_object(value) else None
    if inner is not None and not inner.class_name.startswith("__"):  # as lambdas are
        _require_own(inner)
        return {"class_name": kind(inner), "config": options(inner)}
    name = value.get("config") if isinstance(value, dict) else None
    foreign = (
        isinstance(value, dict)
        and not OWN.match(str(value.get("module") or "keras"))
        and value.get("module") != "builtins"
    )
    if not isinstance(name, str) or foreign or ">" in str(value.get("registered_name")):
        raise _foreign(one, value)
    return _function(one, name)


def _is_object(value: Any) -> bool:
    return (
        isinstance(value, dict) and isinstance(value.get("config"), dict) and isinstance(value.get("class_name"), str)
    )


def _foreign(one: Saved, value: object) -> DigitjsError:
    return DigitjsError(
        f"the layer {one.title} has an activation that is not Keras's own ({str(value)[:60]}) and is never run: "
        "use one of Keras and save the model again."
    )


def _shape(one: Saved, value: Any) -> list[int | None]:
    """An input's shape, the batch first; None where a dimension is left open."""
    sizes = value[1:] if isinstance(value, list) and value else None
    if sizes is None or not all(size is None or (type(size) is int and size > 0) for size in sizes):
        raise DigitjsError(f"the input {one.title} has no shape: save the model again.")
    if math.prod(size or 1 for size in sizes) > MOST_INPUT:
        raise DigitjsError(f"the input {one.title} has the shape {sizes}, which is too large for a browser.")
    return [None, *sizes]


def _dtype(value: Any) -> str:
    inner = value.get("config") if isinstance(value, dict) else None
    name = inner.get("name") if isinstance(inner, dict) else value
    integer = isinstance(name, str) and name.startswith(("int", "uint", "bool"))
    return "int32" if integer else "float32"
