"""Keras files opened within bounds: the description of the layers, and the HDF5 file with their weights."""

import io
import json
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import h5py

from digitjs.errors import DigitjsError
from digitjs.networks.keras_file.formats import MOST, SAVE, Format

CONFIG, METADATA, WEIGHTS = "config.json", "metadata.json", "model.weights.h5"
SHARDS = "model.weights.json"
MOST_JSON = 16_000_000  # bytes of a description of layers
PIECE = 1 << 20  # bytes that are read at once, and of a list of members
DAMAGED = "it is damaged or incomplete ({}): copy or save it again."


@dataclass(frozen=True)
class Opened:
    """A Keras file while it is open."""

    config: Any  # the JSON value that describes the layers
    keras: int  # 2 or 3
    weights: h5py.File
    size: int  # of the file of the weights, in bytes
    by_layer: bool  # the weights are grouped by layer in HDF5 (.h5), not by kind and place (.keras)


class _Bounded(io.BufferedReader):
    """A file of a zip archive, whose list of members zipfile would read whole however long it is."""

    def read(self, size: int | None = -1, /) -> bytes:
        """As io.BufferedReader, within bounds.

        Raises:
            DigitjsError: more is asked for than a Keras file needs.
        """
        if size is not None and size > PIECE:
            raise DigitjsError(f"it lists more files than any Keras file has: {SAVE}.")
        return super().read(size)


@contextmanager
def opened(path: Path, stored: Format) -> Iterator[Opened]:
    """Open a Keras file; nothing of it is unpacked beside it.

    Raises:
        DigitjsError: it is damaged, too large, another program's, or holds weights alone.
    """
    with _from_zip(path) if stored is Format.ZIP else _from_hdf5(path) as file:
        yield file


@contextmanager
def _from_zip(path: Path) -> Iterator[Opened]:
    with tempfile.TemporaryFile() as unpacked:
        try:
            with _Bounded(path.open("rb", buffering=0)) as file, zipfile.ZipFile(file) as archive:
                members = _members(archive)
                config = parsed(_content(archive, members[CONFIG]))
                metadata = parsed(_content(archive, members[METADATA])) if METADATA in members else {}
                _unpack(archive, members[WEIGHTS], unpacked)
        # What zipfile raises for damaged archives, besides its own class.
        except (zipfile.BadZipFile, EOFError, OSError, RuntimeError, ValueError, zlib.error) as error:
            raise DigitjsError(DAMAGED.format(error)) from error
        version = metadata.get("keras_version") if isinstance(metadata, dict) else None
        with _hdf5(unpacked) as weights:
            yield Opened(config, major(version), weights, members[WEIGHTS].file_size, by_layer=False)


def _members(archive: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    """The three members that a Keras file has, by name; others are left alone."""
    wanted = [info for info in archive.infolist() if info.filename in (CONFIG, METADATA, WEIGHTS)]
    members = {info.filename: info for info in wanted}
    names = archive.namelist()
    if CONFIG not in members and any(name.endswith(("data.pkl", "/version")) for name in names):
        raise DigitjsError(f"it is a PyTorch file: build the same layers in Keras, copy the weights, and {SAVE}.")
    if CONFIG not in members and any(name.endswith(".npy") for name in names):
        raise DigitjsError(f"it holds NumPy arrays: {SAVE}.")
    if SHARDS in names:
        raise DigitjsError("its weights are in shards: save the model in one file.")
    for name in (CONFIG, WEIGHTS):
        if name not in members:
            raise DigitjsError(f"it is a zip archive without {name}, so no Keras file: {SAVE}.")
    if len(wanted) != len(members):
        raise DigitjsError(DAMAGED.format("a name occurs twice in it"))
    for name, info in members.items():
        if info.file_size > (MOST if name == WEIGHTS else MOST_JSON):
            raise DigitjsError(f"{name} in it unpacks to {info.file_size / 1e6:,.0f} MB, which is too large.")
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise DigitjsError(DAMAGED.format(f"{name} is packed as Keras packs nothing"))
    if members[WEIGHTS].file_size > 4 * members[WEIGHTS].compress_size:  # weights hardly compress
        raise DigitjsError(f"{WEIGHTS} in it unpacks to many times its size, which weights do not: save it again.")
    return members


def _content(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    content = io.BytesIO()
    _unpack(archive, member, content)
    return content.getvalue()


def _unpack(archive: zipfile.ZipFile, member: zipfile.ZipInfo, into: IO[bytes]) -> None:
    """Copy a member, which zipfile ends at the size that the archive declares."""
    with archive.open(member) as file:
        while piece := file.read(PIECE):
            into.write(piece)


@contextmanager
def _from_hdf5(path: Path) -> Iterator[Opened]:
    with path.open("rb") as file, _hdf5(file) as weights:
        try:
            text, version = weights.attrs.get("model_config"), weights.attrs.get("keras_version")
        except Exception as error:  # h5py has no class of its own for damaged files
            raise DigitjsError(DAMAGED.format("its attributes cannot be read")) from error
        if text is None:
            raise DigitjsError(f"it holds weights without the layers: {SAVE}.")
        if not isinstance(text, str | bytes) or len(text) > MOST_JSON:
            raise DigitjsError(DAMAGED.format("its description of the layers is no text"))
        yield Opened(parsed(text), major(version), weights, path.stat().st_size, by_layer=True)


@contextmanager
def _hdf5(file: IO[bytes]) -> Iterator[h5py.File]:
    try:
        opened = h5py.File(file, "r")
    except Exception as error:  # h5py has no class of its own for damaged files
        raise DigitjsError(DAMAGED.format("the HDF5 file of its weights cannot be opened")) from error
    try:
        yield opened
    finally:
        opened.close()


def parsed(text: str | bytes) -> Any:
    """A JSON value as Python writes it, with NaN and Infinity.

    Raises:
        DigitjsError: it is none.
    """
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise DigitjsError(DAMAGED.format("its description of the layers is no JSON")) from error


def major(version: object) -> int:
    """Which Keras's meaning a file has: 2 or 3."""
    text = version.decode("utf-8", "replace") if isinstance(version, bytes) else version
    return 3 if isinstance(text, str) and text.partition(".")[0] == "3" else 2
