"""The layers of a model and of the models within it, and where each lies."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from digitjs.errors import DigitjsError
from digitjs.networks.keras_file.saved import Saved, as_saved

Path = tuple[str, ...]  # the names of the models around a layer from the outermost one inwards, then its own


@dataclass(frozen=True)
class Leaf:
    """A layer that is no model."""

    path: Path
    place: str  # of its weights in a .keras file: layers/sequential/layers/conv2d_1
    saved: Saved
    trainable: bool  # as .h5 files sort weights


def layers(model: Saved) -> list[Saved]:
    """The layers and operations of a model, in the file's order.

    Raises:
        DigitjsError: it lists none, or two of one name.
    """
    listed = model.config.get("layers") if isinstance(model.config, dict) else model.config
    if not isinstance(listed, list):
        raise DigitjsError(f"the model {model.title} lists no layers: save the whole model again.")
    found = [as_saved(one) for one in listed]
    names = [one.title for one in found]
    if len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise DigitjsError(f"two layers of {model.title} have the name {twice}: rename one.")
    return found


def leaves(model: Saved) -> tuple[Leaf, ...]:
    """All layers of a model that are no models, in the order in which Keras saves them."""
    return tuple(_leaves(model, (), "", trainable=_is_trainable(model.config)))


def _leaves(model: Saved, path: Path, place: str, *, trainable: bool) -> Iterator[Leaf]:
    seen: dict[str, int] = {}
    for one in layers(model):
        if one.is_operation:
            continue
        snake = _snake(one.class_name)
        count = seen[snake] = seen.get(snake, -1) + 1
        inside = f"{place}layers/{snake}" + (f"_{count}" if count else "")
        trains = trainable and _is_trainable(one.config)
        if one.is_model:
            yield from _leaves(one, (*path, one.title), f"{inside}/", trainable=trains)
        else:
            yield Leaf((*path, one.title), inside, one, trains)


def _is_trainable(config: Any) -> bool:
    return not isinstance(config, dict) or config.get("trainable") is not False


def _snake(name: str) -> str:
    """The name of a class as Keras writes it in paths: Conv2DTranspose as conv2d_transpose."""
    name = re.sub(r"(.)([A-Z][a-z]+)", r"\1_\2", re.sub(r"\W+", "", name))
    return re.sub(r"([a-z])([A-Z])", r"\1_\2", name).lower()
