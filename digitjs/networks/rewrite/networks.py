"""A whole network rewritten in TensorFlow.js's vocabulary, with what became of each layer. No TensorFlow."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Literal

from digitjs.errors import DigitjsError
from digitjs.networks.graph import Graph, GraphLayer, Tensor, needed
from digitjs.networks.rewrite.calls import in_loading_order
from digitjs.networks.rewrite.expression import Call, Expression, call, in_order
from digitjs.networks.rewrite.given import Fault, Given, UnfitError
from digitjs.networks.rewrite.page import require_page
from digitjs.networks.rewrite.plan import planned
from digitjs.networks.rewrite.shapes import Shape, shape_after

Fate = Literal["kept", "rewritten", "dropped", "refused"]
Target = Literal["tfjs", "page"]  # the npm package @tensorflow/tfjs, or the part of it that the page carries
MASK_HEEDED = ("Activation", "BatchNormalization", "Dense", "Embedding", "GRU", "LSTM", "Masking", "SimpleRNN")
MASK_ENDS = ("Flatten",)
WHERE = {"tfjs": "TensorFlow.js", "page": "the page"}
TFJS_HARD_SIGMOID = 2  # TensorFlow.js means what Keras 2 means


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

    graph: Graph  # options and weights named as TensorFlow.js names them; meant as Keras 2 means them
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
    work = _run(graph, target)
    if work.faults:
        raise DigitjsError(f"{graph.name} cannot run in {WHERE[target]}: {_told(work.faults)}.")
    layers = tuple(replace(layer, calls=tuple(map(work.resolved, layer.calls))) for layer in work.layers)
    whole = replace(graph, layers=layers, outputs=work.resolved(graph.outputs), keras=TFJS_HARD_SIGMOID)
    return Rewritten(needed(in_loading_order(whole)), tuple(work.steps))


def explain(graph: Graph, *, target: Target = "tfjs") -> tuple[Step, ...]:
    """What `rewrite` would make of each layer, those it refuses among them."""
    return tuple(_run(graph, target).steps)


@dataclass
class _Work:
    """What has come of the layers so far."""

    names: set[str]  # of all layers, those that were made on the way among them
    layers: list[GraphLayer] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    faults: list[tuple[GraphLayer, Fault]] = field(default_factory=list)
    renamed: dict[Tensor, Tensor] = field(default_factory=dict)  # what dropped layers gave: what they were given
    shapes: dict[str, Shape] = field(default_factory=dict)  # of what each layer gives, by its name
    masked: set[str] = field(default_factory=set)  # the layers whose results have a mask

    def resolved(self, tensors: Iterable[Tensor]) -> tuple[Tensor, ...]:
        """What the tensors are where dropped layers are left out."""
        return tuple(map(self._source, tensors))

    def _source(self, tensor: Tensor) -> Tensor:
        while tensor in self.renamed:
            tensor = self.renamed[tensor]
        return tensor


def _run(graph: Graph, target: Target) -> _Work:
    work = _Work({layer.name for layer in graph.layers})
    outputs = {tensor.layer for tensor in graph.outputs}
    for layer in graph.layers:
        try:
            expression = _planned(work, layer, graph.keras)
            if target == "page":
                require_page(in_order(expression))
        except UnfitError as unfit:
            work.faults += [(layer, fault) for fault in unfit.faults]
            work.steps.append(Step(layer.name, layer.kind, "refused", _joined(unfit.faults)))
            continue
        if expression == 0 and layer.name in outputs:  # something has to bear the output's name
            expression = call("Activation", 0, activation="linear")
        work.steps.append(_step(layer, expression))
        _emit(work, layer, expression)
    return work


def _planned(work: _Work, layer: GraphLayer, keras: int) -> Expression:
    """What a layer becomes where it stands.

    Raises:
        UnfitError: TensorFlow.js cannot run it.
    """
    if len({len(inputs) for inputs in layer.calls}) != 1:
        raise UnfitError([Fault("", "it is called with more inputs here than there, take a layer for each")])
    shapes = [work.shapes.get(tensor.layer, Shape()) for tensor in layer.calls[0]]
    first = (*shapes, Shape())[0]
    if len({work.shapes.get(inputs[0].layer, first).rank for inputs in layer.calls if inputs}) > 1:
        first = Shape()
    try:
        expression = planned(Given(layer.kind, layer.options, layer.weights, len(shapes), first, keras))
        work.shapes[layer.name] = shape_after(layer.kind, layer.options, shapes)
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:  # a file may say anything
        raise UnfitError([Fault("", "an argument is missing or of another kind, save the network again")]) from error
    _mask(work, layer, in_order(expression))
    return expression


def _mask(work: _Work, layer: GraphLayer, calls: tuple[Call, ...]) -> None:
    """Follow the masks, which TensorFlow.js heeds in few layers.

    Raises:
        UnfitError: a layer whose result would depend on what is masked.
    """
    given = any(tensor.layer in work.masked for inputs in layer.calls for tensor in inputs)
    heeded = all(each.kind in (*MASK_HEEDED, *MASK_ENDS) for each in calls)
    otherwise = any(layer.options.get(option) for option in ("go_backwards", "zero_output_for_mask"))
    if given and (otherwise or not heeded):
        raise UnfitError([Fault("", "TensorFlow.js does not heed the mask that it is given, train without masking")])
    starts = layer.kind == "Masking" or bool(layer.options.get("mask_zero"))
    ends = any(each.kind in MASK_ENDS or each.options.get("return_sequences") is False for each in calls)
    if starts or (given and not ends):
        work.masked.add(layer.name)


def _step(layer: GraphLayer, expression: Expression) -> Step:
    calls = in_order(expression)
    if not calls:
        return Step(layer.name, layer.kind, "dropped", "it does nothing at inference")
    if [each.kind for each in calls] == [layer.kind]:
        note = calls[0].note
        return Step(layer.name, layer.kind, "rewritten" if note else "kept", note)
    kinds = [f"{each.kind} {each.note}".strip() for each in calls]
    return Step(
        layer.name, layer.kind, "rewritten", f"as {' and '.join(filter(None, [', '.join(kinds[:-1]), kinds[-1]]))}"
    )


def _emit(work: _Work, layer: GraphLayer, expression: Expression) -> None:
    """The layers of an expression; the last one has the layer's name, so that what follows finds it."""
    if isinstance(expression, int):
        for place, inputs in enumerate(layer.calls):
            work.renamed[Tensor(layer.name, place)] = inputs[expression]
        return
    names: dict[Call, str] = {}
    for each in in_order(expression):
        names[each] = layer.name if each is expression else _new_name(work, f"{layer.name}_{each.kind.lower()}")
        sources = [
            tuple(Tensor(names[of], place) if isinstance(of, Call) else inputs[of] for of in each.inputs)
            for place, inputs in enumerate(layer.calls)
        ]
        work.layers.append(GraphLayer(each.kind, names[each], each.options, each.weights, tuple(sources)))


def _new_name(work: _Work, name: str) -> str:
    tries = (name, *(f"{name}_{number}" for number in range(2, 1000)))
    new = next(each for each in tries if each not in work.names)
    work.names.add(new)
    return new


def _joined(faults: Iterable[Fault]) -> str:
    return "; ".join(": ".join(filter(None, fault)) for fault in faults)


def _told(faults: Iterable[tuple[GraphLayer, Fault]]) -> str:
    """All faults, equal ones of layers of a class once."""
    groups: dict[tuple[str, Fault], list[str]] = {}
    for layer, fault in faults:
        groups.setdefault((layer.kind, fault), []).append(layer.name)
    return "; ".join(
        f"{kind} {_names(names)}{', ' if fault.what else ''}{fault.what}: {fault.advice}"
        for (kind, fault), names in groups.items()
    )


def _names(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{names[0]} and {len(names) - 1} more"
