"""A network that is written in the configuration: layers and a recipe as data."""

from dataclasses import fields, is_dataclass
from typing import Any, get_args, get_type_hints

import msgspec

from digitjs.config import NetworkTable
from digitjs.data.task import framing_of
from digitjs.errors import DigitjsError
from digitjs.networks.layers import Layer, Option
from digitjs.networks.network import Network
from digitjs.networks.recipe import Recipe

RECIPE = "own"  # the name of a recipe without one


def network(table: NetworkTable) -> Network:
    """The network of a table with layers.

    Raises:
        DigitjsError: a layer, an option or the recipe cannot be used.
    """
    if not table.name:
        raise DigitjsError("A network of layers in [[network]] has no name: give it one.")
    given = table.input
    try:
        framing = framing_of(28 if given.size is None else given.size, box=given.box, centre=given.centre)
    except ValueError as error:
        raise DigitjsError(f"{table.name} cannot be given its input: {error}.") from error
    return Network(
        name=table.name,
        title=table.title or table.name,
        layers=tuple(_layer(table.name, place, written) for place, written in enumerate(table.layers, start=1)),
        recipes=(_recipe(table.name, table.recipe),),
        framing=framing,
    )


def _layer(name: str, place: int, written: dict[str, Any]) -> Layer:
    options = dict(written)
    kind = options.pop("kind", None)
    if not isinstance(kind, str):
        raise DigitjsError(f'{name}: layer {place} has no kind: name its class in Keras, such as kind = "Dense".')
    try:
        return Layer(kind, {key: msgspec.convert(value, Option) for key, value in options.items()})
    except msgspec.ValidationError as error:
        raise DigitjsError(f"{name}: layer {place}, {kind}, has an option that cannot be used: {error}.") from error


def _recipe(name: str, written: dict[str, Any]) -> Recipe:
    try:
        _require_known(written, Recipe)
        return msgspec.convert({"name": RECIPE, **written}, Recipe)
    except (msgspec.ValidationError, ValueError) as error:
        raise DigitjsError(f"{name}: its recipe cannot be used: {error}.") from error


def _require_known(written: Any, kind: Any) -> None:
    """Refuse keys that a dataclass, or one in it, does not have: msgspec passes over them.

    Raises:
        ValueError: there is one.
    """
    kind = next((one for one in (kind, *get_args(kind)) if is_dataclass(one)), None)
    if kind is None or not isinstance(written, dict):
        return
    hints = get_type_hints(kind)
    for key, value in written.items():
        if key not in hints:
            raise ValueError(f"it has no key {key}, choose from {', '.join(field.name for field in fields(kind))}")
        _require_known(value, hints[key])
