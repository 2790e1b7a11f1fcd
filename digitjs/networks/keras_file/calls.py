"""What a layer is called with, as Keras 2 and Keras 3 write it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from digitjs.errors import DigitjsError
from digitjs.networks.keras_file.saved import Saved


class Ref(NamedTuple):
    """What a call of a layer of the same model gives."""

    layer: str
    call: int
    output: int


@dataclass(frozen=True)
class Call:
    """One call of a layer."""

    arguments: tuple[Any, ...]  # Refs, and for operations other JSON values, in order

    @property
    def sources(self) -> tuple[Ref, ...]:
        """Those of other layers."""
        return tuple(argument for argument in self.arguments if isinstance(argument, Ref))


def calls_of(one: Saved) -> tuple[Call, ...]:
    """All calls of a layer within its model.

    Raises:
        DigitjsError: a call with more than tensors, which TensorFlow.js does not repeat, or a damaged file.
    """
    return tuple(_call(one, node) for node in one.inbound_nodes)


def refs(structure: Any) -> tuple[Ref, ...]:
    """The inputs or the outputs of a model, in whatever lists and objects they lie; objects are sorted by their keys.

    Raises:
        DigitjsError: there is something else in it.
    """
    return tuple(_refs(structure, None))


def _call(one: Saved, node: Any) -> Call:
    if isinstance(node, Mapping) and "args" in node:  # as Keras 3 writes it
        given, named = list(_tensors(node["args"])), node.get("kwargs") or {}
        if not isinstance(named, Mapping):
            raise _damaged(named)
        for key, value in named.items():
            tensors = [each for each in _tensors(value) if isinstance(each, Ref)]
            if tensors and (key == "inputs" or one.is_operation):
                given += tensors
            elif key != "training":  # which Keras 3 replaces by what its model is called with
                _require_harmless(one, key, value)
        return Call(tuple(given if one.is_operation else (each for each in given if isinstance(each, Ref))))
    return Call(tuple(_refs(node, one)))


def _tensors(value: Any) -> Iterator[Any]:
    """Refs and plain values, one after another."""
    if isinstance(value, list):
        for each in value:
            yield from _tensors(each)
    elif isinstance(value, Mapping) and value.get("class_name") == "__keras_tensor__":
        config = value.get("config")
        history = config.get("keras_history") if isinstance(config, Mapping) else None
        yield _ref(history)
    elif isinstance(value, Mapping) and "class_name" not in value:
        for key in sorted(value):
            yield from _tensors(value[key])
    else:
        yield value


def _refs(structure: Any, one: Saved | None) -> Iterator[Ref]:
    """As Keras 2 writes them: [layer, call, output], the fourth being what else the call is given."""
    if isinstance(structure, Mapping):
        for key in sorted(structure):
            yield from _refs(structure[key], one)
    elif isinstance(structure, list) and structure and isinstance(structure[0], str):
        if one is not None and len(structure) > 3 and isinstance(structure[3], Mapping):
            for key, value in structure[3].items():
                _require_harmless(one, key, value)
        yield _ref(structure[:3])
    elif isinstance(structure, list):
        for each in structure:
            yield from _refs(each, one)
    else:
        raise _damaged(structure)


def _ref(history: Any) -> Ref:
    if not isinstance(history, list) or [type(part) for part in history] != [str, int, int] or min(history[1:]) < 0:
        raise _damaged(history)
    return Ref(*history)


def _require_harmless(one: Saved, key: str, value: Any) -> None:
    """Let pass what says nothing: no mask, and that it does not train."""
    if all(each is None or each is False for each in _tensors(value)):
        return
    what = {
        "mask": "a mask, which TensorFlow.js does not heed: train it without masking (mask_zero=False)",
        "training": "training=True, which TensorFlow.js does not keep: call it without that",
    }.get(key, f"{key} besides its inputs, which is not supported: build the network without it")
    raise DigitjsError(f"the layer {one.title} is called with {what}.")


def _damaged(what: object) -> DigitjsError:
    return DigitjsError(
        f"its description of the layers names {str(what)[:60]!r} where a layer should be: save it again."
    )
