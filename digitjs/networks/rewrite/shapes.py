"""What is known of a layer's result without computing it: how many axes, and how many places the last one has."""

from collections.abc import Sequence
from typing import Any, NamedTuple

FLAT = ("Flatten", "GlobalAveragePooling1D", "GlobalAveragePooling2D", "GlobalMaxPooling1D", "GlobalMaxPooling2D")
RECURRENT = ("LSTM", "GRU", "SimpleRNN")
WIDTHS = ("filters", "units", "output_dim")  # the arguments that say how many places
MIXED = ("Dot", "Permute")


class Shape(NamedTuple):
    """Of one tensor; None: not known."""

    rank: int | None = None  # the batch included
    channels: int | None = None  # the places of the last axis


def shape_after(kind: str, options: dict[str, Any], given: Sequence[Shape]) -> Shape:
    """What a layer gives.

    Args:
        kind: its class.
        options: as Keras or TensorFlow.js names them.
        given: of the inputs of its first call; none for an InputLayer.
    """
    if kind == "InputLayer":
        sizes = options.get("batch_shape") or options.get("batch_input_shape") or ()
        return Shape(len(sizes) or None, sizes[-1] if sizes else None)
    first = given[0] if given else Shape()
    if kind == "Reshape":
        last = (*options["target_shape"], None)[-2]
        return Shape(1 + len(options["target_shape"]), None if last in (-1, None) else last)
    if kind in ("Bidirectional", "TimeDistributed"):
        return _wrapped(kind, options, first)
    return Shape(_rank(kind, options, first.rank), _channels(kind, options, given))


def _wrapped(kind: str, options: dict[str, Any], given: Shape) -> Shape:
    inner, config = options["layer"]["class_name"], options["layer"]["config"]
    if kind == "Bidirectional":
        return shape_after(inner, config, [given])._replace(channels=None)
    after = shape_after(inner, config, [given._replace(rank=None if given.rank is None else given.rank - 1)])
    return after._replace(rank=None if after.rank is None else after.rank + 1)


def _rank(kind: str, options: dict[str, Any], rank: int | None) -> int | None:
    if kind in FLAT and not options.get("keepdims"):
        return 2
    if kind in RECURRENT:
        return 3 if options.get("return_sequences") else 2
    if kind == "Dot" or rank is None:
        return None
    return rank + (kind in ("RepeatVector", "Embedding"))


def _channels(kind: str, options: dict[str, Any], given: Sequence[Shape]) -> int | None:
    channels = [shape.channels for shape in given]
    width = next((options[name] for name in WIDTHS if name in options), None)
    if width is not None or kind in MIXED or kind == "Flatten" or None in channels or not channels:
        return width
    if kind == "DepthwiseConv2D":
        return (channels[0] or 0) * int(options.get("depth_multiplier") or 1)
    if kind == "Concatenate":
        last = options.get("axis", -1) in (-1, (given[0].rank or 0) - 1)
        return sum(each or 0 for each in channels) if last else channels[0]
    return max(each or 0 for each in channels)
