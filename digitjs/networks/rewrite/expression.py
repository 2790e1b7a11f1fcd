"""What a layer is rewritten as: calls of other layers, as an expression of the layer's inputs."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from digitjs.layers_format import Weight


@dataclass(frozen=True, eq=False)
class Call:
    """One layer in TensorFlow.js's vocabulary, called with what others give; a call that two others use runs once."""

    kind: str
    inputs: "tuple[Expression, ...]"
    options: dict[str, Any] = field(default_factory=dict)
    weights: tuple[Weight, ...] = ()
    note: str = ""  # what changed in a layer that keeps its kind


Expression = Call | int  # an int is the place among the inputs of the layer that is rewritten


def call(kind: str, *inputs: Expression, weights: Sequence[Weight] = (), **options: Any) -> Call:
    """A Call, its options as keywords."""
    return Call(kind, inputs, options, tuple(weights))


def rescaled(of: Expression, scale: float = 1.0, offset: float = 0.0) -> Call:
    """`scale * of + offset`."""
    return call("Rescaling", of, scale=float(scale), offset=float(offset))


def in_order(expression: Expression) -> tuple[Call, ...]:
    """All calls, each after those that it uses."""
    found: dict[Call, None] = {}

    def visit(each: Expression) -> None:
        if isinstance(each, Call) and each not in found:
            for source in each.inputs:
                visit(source)
            found[each] = None

    visit(expression)
    return tuple(found)
