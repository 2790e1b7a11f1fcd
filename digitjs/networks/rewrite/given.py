"""A layer as it comes to be rewritten, and what may be wrong with it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

from digitjs.layers_format import Weight
from digitjs.networks.rewrite.shapes import Shape


@dataclass(frozen=True)
class Given:
    """One layer with what its network says of it."""

    kind: str
    options: dict[str, Any]  # as Keras names them
    weights: tuple[Weight, ...]  # none where only the layers are known
    inputs: int  # how many each call has
    shape: Shape  # of its first input
    keras: int

    @property
    def rank(self) -> int | None:
        """Of its first input, the batch included; None: not known."""
        return self.shape.rank

    def __getitem__(self, option: str) -> Any:
        return self.options.get(option)


class Fault(NamedTuple):
    """What TensorFlow.js cannot do, and what to do instead."""

    what: str  # the argument with its value; nothing where it is the whole layer
    advice: str


class UnfitError(Exception):
    """A layer that cannot be rewritten."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__(self.faults)


def refused(given: Given, option: str, advice: str) -> UnfitError:
    """The refusal of an argument."""
    return UnfitError([Fault(f"{option}={given[option]}", advice)])
