"""Any Keras network into TensorFlow.js: written, run under Node, and compared with tf_keras. No page, no digits."""

import contextlib
import math
import os
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import msgspec
import numpy as np
from numpy.typing import NDArray

from digitjs import node
from digitjs.errors import DigitjsError, printable
from digitjs.filesystem import staging
from digitjs.filesystem.exchange import swap
from digitjs.filesystem.paths import beside
from digitjs.filesystem.staging import Note
from digitjs.layers_format import FLOAT32, write_model
from digitjs.networks.graph import Graph, GraphLayer
from digitjs.networks.names import plain
from digitjs.networks.rewrite import Rewritten, Step, explain, rewrite
from digitjs.networks.topology import model_topology, named_weights, with_sizes

TOLERANCE = 1e-4  # of the largest output: what float32 may differ by
ROUNDING = 1e-6  # what rounding of values near 1 within the network moves an output by, however small that is
SEED = 7
SAMPLES = 4  # random ones; fewer where they are large
MOST_VALUES = 600_000  # of all random samples together: plain JavaScript runs them
LENGTHS = (32, 64, 128, 256)  # of dimensions that the network leaves open: the first that it takes
LEVELS = 256  # of a byte of an image: what inputs of whole numbers are drawn from
# What gives an Embedding the input's numbers as they are.
RESHAPING = ("Concatenate", "Flatten", "Identity", "Permute", "RepeatVector", "Reshape")

Result = TypeVar("Result")
Array = NDArray[Any]  # float32 or int32


@dataclass(frozen=True)
class Options:
    """How a network is converted."""

    quantize: str = FLOAT32
    inputs: tuple[Array, ...] = ()  # of samples to compare on besides random ones, one array for each input
    force: bool = False  # a folder that holds something is moved aside


@dataclass(frozen=True)
class Converted:
    """A network that was converted, and how far TensorFlow.js's answers are from Keras's."""

    folder: Path
    steps: tuple[Step, ...]  # what became of each layer
    parameters: int
    sizes: dict[str, int]  # bytes of each file
    difference: float  # the largest on random inputs, before the weights are quantised
    relative: float  # the same over the largest output
    quantized: float | None  # the largest on all inputs after it; None: they are not
    given: float | None = None  # the largest on the inputs that were given


class _Difference(NamedTuple):
    """How far TensorFlow.js's values of one output are from Keras's."""

    absolute: float  # the largest
    scale: float  # the largest value of the output

    @property
    def relative(self) -> float:
        """The largest difference over the largest value."""
        return self.absolute / self.scale if self.scale else 0.0


class _Spec(msgspec.Struct):
    shape: tuple[int, ...]
    dtype: str


@dataclass(frozen=True)
class Prepared:
    """What is found out before TensorFlow is loaded: that the network can be converted, and where to."""

    graph: Graph  # as it was read
    rewritten: Rewritten
    folder: Path
    options: Options
    given: list[Array]  # samples to compare on besides random ones, in the types of the inputs


def prepare(graph: Graph, folder: Path, options: Options) -> Prepared:
    """Rewrite a network for TensorFlow.js, and check what it is to be compared on and where it is to be written.

    Args:
        graph: as it was read.
        folder: for model.json and the shards; new, empty, or with `force` moved aside.
        options: how.

    Raises:
        DigitjsError: a layer has no counterpart, the inputs given do not fit, or the folder cannot be written.
    """
    _target(folder, force=options.force)
    rewritten, given = _described(graph, rewrite), checked_inputs(graph, options.inputs)
    return Prepared(graph, rewritten, folder, options, given)


def _described(graph: Graph, work: Callable[[Graph], Result]) -> Result:
    """The result of work on options that came from a file and may be of any type."""
    try:
        return work(graph)
    except DigitjsError as error:
        raise DigitjsError(printable(error.message)) from error  # it may quote options
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        raise DigitjsError(
            f"The options of a layer of {graph.name} are not as Keras writes them: save it again."
        ) from error


def convert(prepared: Prepared, modules: Path, note: Note) -> Converted:
    """Write a network for TensorFlow.js, unless its answers there differ from Keras's.

    Args:
        prepared: the network; nothing of its folder changes on failure.
        modules: the `node_modules` folder with TensorFlow.js's packages.
        note: called with what was moved aside, and while another process works on the folder.

    Raises:
        DigitjsError: the layers do not fit together, or the answers differ.
        OSError: the folder cannot be written.
    """
    from digitjs.networks.graph_model import build

    built = build(prepared.graph)
    expected = _expected(prepared, built.model)
    _require_finite(prepared.graph, expected)
    graph, quantize = plain(with_sizes(prepared.rewritten.graph, built.shapes)), prepared.options.quantize
    with _replacing(prepared.folder, note, force=prepared.options.force) as new:
        _write(graph, new, FLOAT32)
        found = [_differences(new, modules, *pair) for pair in expected]
        for differences in found:
            _require_equal(prepared.graph, differences)
        quantized = None
        if quantize != FLOAT32:
            for path in new.iterdir():
                path.unlink()
            _write(graph, new, quantize)
            quantized = max(_largest(_differences(new, modules, *pair)) for pair in expected)
        sizes = {path.name: path.stat().st_size for path in sorted(new.iterdir())}
    return Converted(
        folder=prepared.folder,
        steps=prepared.rewritten.steps,
        parameters=sum(weight.values.size for layer in graph.layers for weight in layer.weights),
        sizes=sizes,
        difference=_largest(found[0]),
        relative=max(one.relative for one in found[0]),
        given=_largest(found[1]) if len(found) > 1 else None,
        quantized=quantized,
    )


def explanation(graph: Graph) -> tuple[str, ...]:
    """A line for each layer: its name, its kind, and what becomes of it."""
    steps = _described(graph, explain)
    names, kinds = max(len(step.layer) for step in steps), max(len(step.kind) for step in steps)
    return tuple(
        printable(f"{step.layer:{names}}  {step.kind:{kinds}}  {step.fate}{f': {step.what}' if step.what else ''}")
        for step in steps
    )


def random_inputs(graph: Graph, shapes: Sequence[tuple[int, ...]]) -> list[Array]:
    """Random samples for each input: numbers that an Embedding has, 0 to 255 of bytes or a Rescaling, else 0 to 1.

    Args:
        graph: as it was read.
        shapes: of one sample of each input.
    """
    random = np.random.default_rng(SEED)
    count = max(1, min(SAMPLES, MOST_VALUES // max(1, _values(shapes))))
    return [
        _drawn(random, (count, *shape), layer, graph) for layer, shape in zip(_input_layers(graph), shapes, strict=True)
    ]


def checked_inputs(graph: Graph, given: Sequence[Any]) -> list[Array]:
    """Samples that were given, in the types of the inputs.

    Raises:
        DigitjsError: they are no numbers, of another shape, or no words of an Embedding.
    """
    if not given:
        return []
    layers = _input_layers(graph)
    if len(given) != len(layers):
        raise DigitjsError(f"{graph.name} has {len(layers)} inputs: give one file of inputs for each, in that order.")
    checked = [_checked(graph, layer, values) for layer, values in zip(layers, given, strict=True)]
    if len({len(values) for values in checked}) > 1:
        raise DigitjsError("The files of inputs hold different numbers of samples: give as many in each.")
    return checked


def _checked(graph: Graph, layer: GraphLayer, given: Any) -> Array:
    try:
        values = np.asarray(given)
    except ValueError as error:
        raise DigitjsError(f"The inputs for {layer.name} are of different lengths: give one array.") from error
    shape = layer.options["batch_shape"][1:]
    fits = values.ndim == len(shape) + 1 and all(
        size in (None, there) for size, there in zip(shape, values.shape[1:], strict=True)
    )
    if not fits or not values.size or values.dtype.kind not in "fiub":
        wanted = ", ".join("any" if size is None else str(size) for size in ("samples", *shape))
        raise DigitjsError(
            f"The inputs for {layer.name} are {values.dtype} of the shape {values.shape}: give numbers ({wanted})."
        )
    words = _words(graph, layer)
    if words is not None and not ((values >= 0) & (values < words)).all():
        raise DigitjsError(
            f"The inputs for {layer.name} go to an Embedding and are not all from 0 to {words - 1}: give such numbers."
        )
    return values.astype(_dtype(layer))


def _input_layers(graph: Graph) -> list[GraphLayer]:
    named = {layer.name: layer for layer in graph.layers}
    return [named[tensor.layer] for tensor in graph.inputs]


def _shapes(graph: Graph, length: int) -> list[tuple[int, ...]]:
    """Of one sample of each input, dimensions that are left open being given a length."""
    return [
        tuple(length if size is None else int(size) for size in layer.options["batch_shape"][1:])
        for layer in _input_layers(graph)
    ]


def _values(shapes: Sequence[tuple[int, ...]]) -> int:
    return sum(math.prod(shape) for shape in shapes)


def _dtype(layer: GraphLayer) -> str:
    return "int32" if layer.options.get("dtype") == "int32" else FLOAT32


def _drawn(random: np.random.Generator, shape: tuple[int, ...], layer: GraphLayer, graph: Graph) -> Array:
    words = _words(graph, layer)
    if words is not None or _dtype(layer) == "int32":
        return random.integers(0, words or LEVELS, shape).astype(_dtype(layer))
    wide = any(user.kind == "Rescaling" for user in _users(graph, {layer.name}))
    return (random.uniform(0, LEVELS - 1 if wide else 1, shape)).astype(np.float32)


def _words(graph: Graph, layer: GraphLayer) -> int | None:
    """How many words the Embeddings have that an input goes to, maybe in another shape; None: it goes to none."""
    names = {layer.name}
    for other in graph.layers:  # each after those that it is called with
        if other.kind in RESHAPING and other in _users(graph, names):
            names.add(other.name)
    return min(
        (int(user.options["input_dim"]) for user in _users(graph, names) if user.kind == "Embedding"), default=None
    )


def _users(graph: Graph, names: Collection[str]) -> list[GraphLayer]:
    return [other for other in graph.layers if any(ref.layer in names for call in other.calls for ref in call)]


Pair = tuple[list[Array], list[Array]]  # inputs and what Keras answers


def _expected(prepared: Prepared, model: Any) -> list[Pair]:
    """What Keras answers on random samples, then on those that were given.

    Raises:
        DigitjsError: it takes no samples of any size that is tried.
    """
    from digitjs.networks.graph_model import answers

    graph, given = prepared.graph, prepared.given
    if given:
        samples = random_inputs(graph, [values.shape[1:] for values in given])
        return [(inputs, answers(model, inputs)) for inputs in (samples, given)]
    tried = {tuple(_shapes(graph, length)): None for length in LENGTHS}
    smallest, *larger = tried
    for shapes in (smallest, *(shapes for shapes in larger if _values(shapes) <= MOST_VALUES)):
        inputs = random_inputs(graph, shapes)
        try:
            return [(inputs, answers(model, inputs))]
        except DigitjsError as error:
            refusal = error
    raise refusal


def _require_finite(graph: Graph, expected: Sequence[Pair]) -> None:
    if not all(np.isfinite(output).all() for _, outputs in expected for output in outputs):
        raise DigitjsError(f"{graph.name} answers with numbers that are not finite: train it again.")


def _write(graph: Graph, folder: Path, quantize: str) -> None:
    write_model(folder, model_topology(graph), named_weights(graph), quantize=quantize)


def _differences(folder: Path, modules: Path, inputs: list[Array], expected: list[Array]) -> list[_Difference]:
    """How far TensorFlow.js's answers are from what is expected, for each output."""
    outputs = tfjs_answers(folder, modules, inputs)
    if [output.shape for output in outputs] != [output.shape for output in expected]:
        shapes = ", ".join(str(output.shape) for output in outputs)
        wanted = ", ".join(str(output.shape) for output in expected)
        raise DigitjsError(f"TensorFlow.js answers in the shapes {shapes}, Keras in {wanted}: report this.")
    return [
        _Difference(float(np.abs(output - right).max(initial=0)), float(np.abs(right).max(initial=0)))
        for output, right in zip(outputs, expected, strict=True)
    ]


def _largest(differences: Sequence[_Difference]) -> float:
    return max(one.absolute for one in differences)


def tfjs_answers(folder: Path, modules: Path, inputs: Sequence[Array]) -> list[Array]:
    """What TensorFlow.js answers under Node, one float32 array for each output.

    Raises:
        DigitjsError: it refuses the model.
    """
    head = msgspec.json.encode([{"shape": values.shape, "dtype": str(values.dtype)} for values in inputs])
    data = b"".join(values.astype(values.dtype.newbyteorder("<")).tobytes() for values in inputs)
    places = ("--model", str(folder.resolve()), "--modules", str(modules.resolve()))
    line, _, content = node.run("predict.mjs", head + b"\n" + data, places).partition(b"\n")
    answer: Any = msgspec.json.decode(line)
    if isinstance(answer, dict):
        raise DigitjsError(f"TensorFlow.js refuses the network ({answer.get('error')}): report this.")
    outputs: list[Array] = []
    offset = 0
    for spec in msgspec.convert(answer, list[_Spec]):
        count = int(np.prod(spec.shape))
        outputs.append(np.frombuffer(content, "<f4", count, offset).reshape(spec.shape))
        offset += 4 * count
    return outputs


def _require_equal(graph: Graph, differences: Sequence[_Difference]) -> None:
    for one in differences:
        if not one.absolute <= max(TOLERANCE * one.scale, ROUNDING):
            raise DigitjsError(
                f"{graph.name} answers otherwise in TensorFlow.js: the largest difference is {one.absolute:.1e} where "
                f"the largest output is {one.scale:.1e}, so nothing was written. Run it with --explain and report this."
            )


def _target(folder: Path, *, force: bool) -> Path:
    """The folder itself, where a link names it.

    Raises:
        DigitjsError: it is a file, holds something that may not be moved aside, or cannot be replaced.
    """
    name, target = printable(folder), Path(os.path.realpath(folder))
    if target.exists() and not target.is_dir():
        raise DigitjsError(f"{name} is a file: choose a folder.")
    if Path.cwd().is_relative_to(target):
        raise DigitjsError(f"{name} is or contains the working folder: choose a new folder.")
    if target.exists() and any(target.iterdir()) and not force:
        raise DigitjsError(f"{name} is not empty: choose another folder, or let --force move it aside.")
    return target


@contextlib.contextmanager
def _replacing(folder: Path, note: Note, *, force: bool) -> Iterator[Path]:
    """An empty folder that takes the place of another when the block ends well; what that one holds is moved aside."""
    folder = _target(folder, force=force)
    with staging.alone(folder, str(folder), note) as place, staging.draft(place) as new:
        yield new
        _target(folder, force=force)  # it may have been filled meanwhile
        if not folder.exists():
            new.rename(folder)
            return
        aside = _unused(folder)
        swap(new, folder, aside)
        old = new if new.exists() else aside
        if any(old.iterdir()):
            old.rename(aside)
            note(f"Moved what was in {printable(folder)} to {printable(aside)}.")
        else:
            old.rmdir()


def _unused(folder: Path) -> Path:
    number = 1
    while os.path.lexists(aside := beside(folder, "", f".backup-{number}")):
        number += 1
    return aside
