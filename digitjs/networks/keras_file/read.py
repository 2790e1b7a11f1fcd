"""A Keras file, or a Keras model in memory, as a graph. Nothing that is in a file is run."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from digitjs.errors import DigitjsError, printable
from digitjs.filesystem.paths import digest
from digitjs.networks.graph import Graph
from digitjs.networks.keras_file import archive, weights
from digitjs.networks.keras_file.flatten import flattened
from digitjs.networks.keras_file.formats import Format, recognise
from digitjs.networks.keras_file.saved import as_saved
from digitjs.networks.names import shown


def read_file(path: Path) -> Graph:
    """Read a .keras or .h5 file as Keras 3.0 to 3.15, or Keras 2 (tf_keras, TensorFlow up to 2.15), writes it.

    Args:
        path: recognised by its content, not by its name.

    Raises:
        DigitjsError: it is no such file, is damaged or too large, or holds code: a Lambda or a class of its owner. The
            sentence names the layer and what to do.
        OSError: it cannot be read.
    """
    with _told(f"Cannot read {printable(path)}"):
        return _read(path, recognise(path))


def read_with_digest(path: Path) -> tuple[Graph, str]:
    """The same, and the SHA-256 of the file that was read.

    Raises:
        DigitjsError: as `read_file`, or the file was written to meanwhile.
        OSError: it cannot be read.
    """
    with _told(f"Cannot read {printable(path)}"):
        stored = recognise(path)
        before = digest(path)
        graph = _read(path, stored)
        if digest(path) != before:
            raise DigitjsError("it changed while it was read: try again once it is written.")
        return graph, before


def _read(path: Path, stored: Format) -> Graph:
    with archive.opened(path, stored) as file:
        model = as_saved(file.config)
        source = weights.by_layer if file.by_layer else weights.by_place
        return shown(flattened(model, file.keras, source(file.weights, model, file.size)))


def from_model(model: Any) -> Graph:
    """A model in memory, of Keras 3 or of Keras 2 (tf_keras), as the same graph that its file would give.

    Raises:
        DigitjsError: it is no Sequential or Functional model, or holds code: a Lambda or a class of its owner.
    """
    if not all(hasattr(model, name) for name in ("to_json", "get_layer", "layers")):
        raise DigitjsError(f"{type(model).__name__} is no Keras model: give one, or the path of its file.")
    with _told(f"Cannot convert {getattr(model, 'name', 'the model')}"):
        try:
            text = model.to_json()
        except Exception as error:  # Keras has no class of its own for models that it cannot describe
            raise DigitjsError(
                f"Keras cannot describe its layers ({type(error).__name__}): "
                "build them as a Sequential or Functional model."
            ) from error
        config = archive.parsed(text)
        keras = 3 if isinstance(config, dict) and "module" in config else 2
        return shown(flattened(as_saved(config), keras, weights.of_model(model)))


@contextmanager
def _told(what: str) -> Iterator[None]:
    try:
        yield
    except DigitjsError as error:
        # Names in a file may hold anything, such as codes that terminals obey.
        raise DigitjsError(printable(f"{what}: {error.message}")) from error
    except RecursionError as error:
        raise DigitjsError(f"{what}: its models lie too deep in one another: give a flatter one.") from error
