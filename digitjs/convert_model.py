"""`digitjs convert` and `digitjs.convert`: from a Keras file, or a model in memory, to a folder for TensorFlow.js."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from digitjs import conversion
from digitjs.config import QUANTIZE
from digitjs.console import Console
from digitjs.conversion import Converted, Options
from digitjs.errors import DigitjsError, printable
from digitjs.filesystem import inputs as files
from digitjs.filesystem import paths
from digitjs.layers_format import FLOAT32, MODEL
from digitjs.networks.graph import Graph
from digitjs.networks.keras_file import read as keras_file
from digitjs.site import bundle

MOST_INPUTS = 500_000_000  # bytes of a file of inputs


def convert(
    model: Any,
    folder: str | Path,
    *,
    quantize: str = FLOAT32,
    inputs: NDArray[np.generic] | Sequence[NDArray[np.generic]] = (),
) -> Converted:
    """Convert a Keras network for TensorFlow.js, and compare its answers there with Keras's.

    Args:
        model: a .keras or .h5 file's path, or a model of Keras 3 or Keras 2 (tf_keras) in memory.
        folder: gets model.json and the shards of the weights; new or empty.
        quantize: float32, float16, uint16 or uint8.
        inputs: samples to compare on besides random ones: an array, or one for each input of the network.

    Returns:
        The largest difference, and what became of each layer.

    Raises:
        DigitjsError: the file or a layer cannot be converted, or the answers differ; the sentence says what to do.
        OSError: a file cannot be read or written.
    """
    if quantize not in QUANTIZE:
        raise DigitjsError(f"quantize is {quantize!r}: choose from {', '.join(QUANTIZE)}.")
    graph = keras_file.read_file(Path(model)) if isinstance(model, str | Path) else keras_file.from_model(model)
    given = (inputs,) if isinstance(inputs, np.ndarray) else tuple(inputs)
    return run(graph, Path(folder), Options(quantize, given), Console())


def run(graph: Graph, folder: Path, options: Options, console: Console) -> Converted:
    """Convert a network that was read.

    Raises:
        DigitjsError: as `convert`.
        OSError: as `convert`.
    """
    prepared = conversion.prepare(graph, folder, options)
    with console.importing():
        from digitjs.networks import graph_model  # noqa: F401 - loads TensorFlow, which takes seconds
    with console.busy("Comparing with Keras"):
        modules = bundle.install(paths.default_cache(), console.note)
        return conversion.convert(prepared, modules, console.note)


def read_inputs(named: Sequence[Path]) -> tuple[NDArray[np.generic], ...]:
    """The arrays of .npy files.

    Raises:
        DigitjsError: a file is no array of numbers, or too large.
    """
    return tuple(_array(path) for path in named)


def lines(converted: Converted, options: Options) -> tuple[str, ...]:
    """What is told of a conversion."""
    measured = f"Largest difference from Keras: {converted.difference:.1e} on random inputs"
    relative = f" (relative to the largest output {converted.relative:.1e})"
    given = "" if converted.given is None else f", {converted.given:.1e} on those given"
    quantized = "" if converted.quantized is None else f"; with weights in {options.quantize} {converted.quantized:.1e}"
    size = sum(converted.sizes.values()) / 1000
    return (
        f"{measured}{relative}{given}{quantized}.",
        f"{printable(converted.folder / MODEL)}: {converted.parameters:,} parameters, {size:,.0f} kB with its weights",
    )


def _array(path: Path) -> NDArray[np.generic]:
    files.require(path, "inputs", MOST_INPUTS)
    try:
        # Mapped, so that no memory is taken for values that the file does not have.
        with np.errstate(over="raise"):
            return np.array(np.lib.format.open_memmap(path, mode="r"))
    except (ArithmeticError, EOFError, MemoryError, RecursionError, ValueError) as error:
        raise DigitjsError(f"Cannot read the inputs {printable(path)}: save one array with numpy.save.") from error
