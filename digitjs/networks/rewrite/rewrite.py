"""A whole network rewritten in TensorFlow.js's vocabulary, with what became of each layer. No TensorFlow."""

from dataclasses import dataclass
from typing import Literal

from digitjs.errors import DigitjsError
from digitjs.networks.graph import Graph

Fate = Literal["kept", "rewritten", "dropped", "refused"]
Target = Literal["tfjs", "page"]  # the npm package @tensorflow/tfjs, or the part of it that the page carries


@dataclass(frozen=True)
class Step:
    """What became of one layer."""

    layer: str  # its name
    kind: str  # its class in Keras
    fate: Fate
    what: str = ""  # as what, or why, as half a sentence; nothing for a layer that is kept


@dataclass(frozen=True)
class Rewritten:
    """The same function in layers and arguments that TensorFlow.js 4.22 answers rightly."""

    graph: Graph  # options and weights named as TensorFlow.js names them
    steps: tuple[Step, ...]  # one for each layer of the network, in its order


def rewrite(graph: Graph, *, target: Target = "tfjs") -> Rewritten:
    """The same network in TensorFlow.js's vocabulary.

    Args:
        graph: with the options that Keras of `graph.keras` writes; those left out have that Keras's defaults.
        target: where it is to run.

    Raises:
        DigitjsError: a layer or an argument that TensorFlow.js cannot load or answers otherwise; the one message names
            all of them and says what to do.
    """
    raise DigitjsError(f"{graph.name} cannot be rewritten yet.")


def explain(graph: Graph, *, target: Target = "tfjs") -> tuple[Step, ...]:
    """What `rewrite` would make of each layer, those it refuses among them."""
    return tuple(Step(layer.name, layer.kind, "kept") for layer in graph.layers)
