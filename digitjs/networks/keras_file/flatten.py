"""A model as one flat graph: the layers of models within it take the places of these models."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from graphlib import CycleError, TopologicalSorter
from typing import Any

from digitjs.errors import DigitjsError
from digitjs.layers_format import Weight
from digitjs.networks.graph import Graph, GraphLayer, Tensor, needed
from digitjs.networks.keras_file.calls import Call, Ref, calls_of, refs
from digitjs.networks.keras_file.operations import as_layer
from digitjs.networks.keras_file.saved import Saved, kind, options
from digitjs.networks.keras_file.tree import Path, layers
from digitjs.networks.keras_file.variables import groups
from digitjs.networks.rewrite.table import FUSED

ACTIVATION = "activation"
MOST_CALLS = 20_000  # models within models, called several times each, would multiply without end

Weights = Callable[[Path, str, Mapping[str, Any]], tuple[Weight, ...]]  # of a layer by its path, kind and options
Outputs = Callable[[int], Tensor]  # of one call, by their place


@dataclass
class _Node:
    """A layer of the graph while it is put together."""

    kind: str
    name: str
    options: dict[str, Any]
    weights: tuple[Weight, ...] = ()
    calls: list[tuple[Tensor, ...]] = field(default_factory=list)


@dataclass
class _Flattening:
    """The graph while it is put together."""

    keras: int
    weights: Weights
    nodes: dict[Path, _Node] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)
    chains: dict[Path, list[Saved]] = field(default_factory=dict)
    plans: dict[Path, "_Plan"] = field(default_factory=dict)
    count: int = 0

    def counted(self) -> None:
        """Count a call of a layer or of a model."""
        self.count += 1
        if self.count > MOST_CALLS:
            raise DigitjsError(f"its layers are called more than {MOST_CALLS:,} times: give a smaller model.")

    def call(self, path: Path, one: Saved, call: Call, sources: tuple[Tensor, ...]) -> Outputs:
        """Call a layer, which is made when it is called first."""
        self.counted()
        if bool(sources) == (one.class_name == "InputLayer"):
            raise DigitjsError(f"the layer {one.title} is called without inputs: save the model again.")
        if path not in self.nodes:
            self.nodes[path] = self._made(path, one, call)
            self._split(path)
        result = _called(self.nodes[path], sources)
        own = self.nodes.get((*path, ACTIVATION))
        return result if own is None else _called(own, (result(0),))

    def _split(self, path: Path) -> None:
        """A layer after this one in place of an activation that is a layer, so that it is rewritten as all others."""
        node, given = self.nodes[path], self.nodes[path].options.get(ACTIVATION)
        if node.kind not in (*FUSED, "Activation") or not isinstance(given, dict):
            return
        inner, chosen = given["class_name"], given["config"]
        if any(group.variables for group in groups(inner, chosen)):
            return  # its weights would be among those of the layer: it is refused by name when it is rewritten
        node.options[ACTIVATION] = "linear"
        own = (*path, ACTIVATION)
        self.nodes[own] = _Node(inner, self._named((*path, f"{node.name}_{ACTIVATION}")), chosen)

    def _made(self, path: Path, one: Saved, call: Call) -> _Node:
        name = self._named(path)
        if one.is_operation:
            layer = as_layer(one, call)
            return _Node(layer.kind, name, layer.options)
        chosen = options(one)
        return _Node(kind(one), name, chosen, self.weights(path, kind(one), chosen))

    def _named(self, path: Path) -> str:
        """Its own name where no other layer has it, else with those of the models around it."""
        name, number = path[-1], 1
        while name in self.names:
            name, number = "_".join(path) + (f"_{number}" if number > 1 else ""), number + 1
        self.names.add(name)
        return name


def _called(node: _Node, sources: tuple[Tensor, ...]) -> Outputs:
    node.calls.append(sources)
    place = len(node.calls) - 1
    return lambda output: Tensor(node.name, place, output)


def flattened(model: Saved, keras: int, weights: Weights) -> Graph:
    """The whole model as one graph.

    Args:
        model: a Sequential or Functional model.
        keras: 2 or 3.
        weights: gives those of a layer.

    Raises:
        DigitjsError: it is another model, its input's shape is not known, or the file is damaged.
    """
    if not model.is_model:
        raise DigitjsError(
            f"{model.title} is a model of the class {model.class_name}, whose code is never run: "
            "build the same layers as a Sequential or Functional model and save that."
        )
    making = _Flattening(keras, weights)
    given = [making.call(("", one.title), one, Call(()), ())(0) for one in _inputs(model)]
    outputs = _inlined(making, model, (), given)
    made = tuple(
        GraphLayer(node.kind, node.name, node.options, node.weights, tuple(node.calls))
        for node in making.nodes.values()
    )
    return needed(Graph(model.title, made, tuple(given), tuple(outputs), keras))


def _inputs(model: Saved) -> list[Saved]:
    """The InputLayers of the whole model, one that is made up for a chain that has none."""
    found = layers(model)
    if model.class_name == "Sequential":
        return [found[0] if found and found[0].class_name == "InputLayer" else _made_up(model, found)]
    by_name = {one.title: one for one in found}
    names = [ref.layer for ref in refs(_config(model).get("input_layers"))]
    inputs = [by_name.get(name) for name in names]
    if (
        not names
        or len(set(names)) < len(names)
        or any(one is None or one.class_name != "InputLayer" for one in inputs)
    ):
        raise DigitjsError(f"the inputs of {model.title} are not among its layers: save the model again.")
    return [one for one in inputs if one is not None]


def _made_up(model: Saved, found: list[Saved]) -> Saved:
    """The input of a chain that was built without one."""
    for one in (model, *found[:1]):
        config = _config(one)
        built = one.build_config or {}
        for shape in (config.get("batch_input_shape"), config.get("build_input_shape"), built.get("input_shape")):
            if isinstance(shape, list) and len(shape) > 1:
                used = {each.title for each in found}
                name = next(name for name in ("input", *(f"input_{n}" for n in range(2, 99))) if name not in used)
                return Saved("InputLayer", {"name": name, "batch_shape": shape, "dtype": config.get("dtype")})
        if one.is_model and one is not model and (inner := layers(one)):
            return inner[0] if inner[0].class_name == "InputLayer" else _made_up(one, inner)
    raise DigitjsError(
        f"{model.title} does not say what shape its input has: begin it with an Input, or call it once, "
        "and save it again."
    )


def _config(one: Saved) -> dict[str, Any]:
    return one.config if isinstance(one.config, dict) else {}


def _inlined(making: _Flattening, model: Saved, path: Path, given: list[Tensor]) -> list[Tensor]:
    """What a call of a model gives, its layers being called one after another."""
    making.counted()
    if model.class_name == "Sequential":
        return _chain(making, model, path, given)
    return _graph(making, model, path, given)


def _chain(making: _Flattening, model: Saved, path: Path, given: list[Tensor]) -> list[Tensor]:
    results = given
    if path not in making.chains:
        making.chains[path] = layers(model)
    for place, one in enumerate(making.chains[path]):
        if place == 0 and one.class_name == "InputLayer":
            continue
        inside = (*path, one.title)
        if one.is_model:
            results = _inlined(making, one, inside, results)
        else:
            results = [making.call(inside, one, Call(()), tuple(results))(0)]
    return results


def _graph(making: _Flattening, model: Saved, path: Path, given: list[Tensor]) -> list[Tensor]:
    if path not in making.plans:
        making.plans[path] = _planned(making.keras, model)
    plan = making.plans[path]
    if len(plan.inputs) != len(given):
        raise DigitjsError(
            f"{model.title} is called with {len(given)} inputs and has {len(plan.inputs)}: save the model again."
        )
    known: dict[Key, Outputs] = {key: [tensor].__getitem__ for key, tensor in zip(plan.inputs, given, strict=True)}
    for key, one, call in plan.steps:
        inside, sources = (*path, one.title), [_picked(model, known, ref) for ref in call.sources]
        if one.is_model:
            known[key] = _inlined(making, one, inside, sources).__getitem__
        else:
            known[key] = making.call(inside, one, call, tuple(sources))
    return [_picked(model, known, ref) for ref in plan.ends]


Key = tuple[str, int]  # a layer's name and the number of a call
Table = dict[Key, tuple[Saved, Call]]


@dataclass(frozen=True)
class _Plan:
    """What each call of a model does."""

    inputs: tuple[Key, ...]
    steps: tuple[tuple[Key, Saved, Call], ...]  # each after those that it needs
    ends: tuple[Ref, ...]


def _planned(keras: int, model: Saved) -> _Plan:
    found, config = layers(model), _config(model)
    inputs = tuple((ref.layer, ref.call) for ref in refs(config.get("input_layers")))
    ends = _ends(keras, found, refs(config.get("output_layers")))
    table = {
        (one.title, number + _first(one, keras)): (one, call)
        for one in found
        for number, call in enumerate(calls_of(one))
    }
    return _Plan(inputs, tuple((key, *table[key]) for key in _order(model, ends, table, inputs)), ends)


def _ends(keras: int, found: Iterable[Saved], ends: tuple[Ref, ...]) -> tuple[Ref, ...]:
    """The outputs of a model; Keras 3 counts the calls of Functional models from 1 there, and only there."""
    if keras == 2:
        return ends
    counted = {one.title for one in found if one.is_model and one.class_name != "Sequential"}
    return tuple(ref._replace(call=ref.call - 1) if ref.layer in counted else ref for ref in ends)


def _first(one: Saved, keras: int) -> int:
    """The number of the first call: models of Keras 2 count the one that they were built with."""
    if not one.is_model or keras == 3:
        return 0
    inner = layers(one)
    return int(bool(inner) and inner[0].class_name == "InputLayer")


def _order(model: Saved, ends: Iterable[Ref], table: Table, known: Iterable[Key]) -> list[Key]:
    """The calls that the outputs need, each after those that it needs itself."""
    done = set(known)
    needs: dict[Key, list[Key]] = {}
    open_keys = [(ref.layer, ref.call) for ref in ends]
    while open_keys:
        key = open_keys.pop()
        if key in done or key in needs:
            continue
        if key not in table:
            raise DigitjsError(f"{model.title} has no call {key[1]} of a layer {key[0]}: save the model again.")
        needs[key] = [(ref.layer, ref.call) for ref in table[key][1].sources]
        open_keys += needs[key]
    places = {key: place for place, key in enumerate(table)}
    try:
        sorter = TopologicalSorter({key: needs[key] for key in sorted(needs, key=places.__getitem__)})
        return [key for key in sorter.static_order() if key not in done]
    except CycleError as error:
        raise DigitjsError(f"the layers of {model.title} are called in a circle: save the model again.") from error


def _picked(model: Saved, known: Mapping[Key, Outputs], ref: Ref) -> Tensor:
    try:
        return known[ref.layer, ref.call](ref.output)
    except IndexError as error:
        raise DigitjsError(f"{ref.layer} in {model.title} has no output {ref.output}: save the model again.") from error
