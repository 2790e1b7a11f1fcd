"""Arrays that are too large for memory: written once, in order, to files without names, and mapped from there.

The operating system drops their pages when memory is short, and the files with the process.
"""

import errno
import math
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import DTypeLike, NDArray

from digitjs.errors import DigitjsError

Array = NDArray[Any]

SMALL = 1 << 26  # bytes: an array of fewer is kept in memory
BLOCK = 1 << 22  # bytes that are copied at once
DISK = Path("/var/tmp")  # /tmp lies in memory on many systems


class Readable(Protocol):
    """An open file."""

    def read(self, size: int, /) -> bytes:
        """At most so many of its next bytes; none at its end."""


def folder() -> Path:
    """Where the files lie: in TMPDIR where that is set, else on disk where there is a place for it."""
    given = any(os.environ.get(name) for name in ("TMPDIR", "TEMP", "TMP"))
    return Path(tempfile.gettempdir()) if given or not os.access(DISK, os.W_OK) else DISK


def require_space(need: int, written: int = 0) -> None:
    """Refuse what the disk cannot hold, before it is written; some of it may be there already.

    Raises:
        DigitjsError: fewer than so many bytes are free.
    """
    free = shutil.disk_usage(folder()).free + written
    if need > max(free, SMALL):
        raise DigitjsError(
            f"The data need {need / 1e9:,.1f} GB of disk space while they are used, and {folder()} has "
            f"{free / 1e9:,.1f}: free some, or set TMPDIR to a folder on a larger disk."
        )


def array(blocks: Iterable[Array], shape: tuple[int, ...], dtype: DTypeLike) -> Array:
    """An array whose rows come in blocks, one after the other; where it is large, in a file that is mapped read-only.

    Args:
        blocks: its rows in order, cast to the type.
        shape: of all; -1 for the rows where their number is not known before.
        dtype: of plain numbers.

    Raises:
        DigitjsError: the disk has less room, as far as this is known before a block is written.
    """
    kind = np.dtype(dtype)
    need = math.prod(shape) * kind.itemsize
    require_space(need)
    try:
        with tempfile.SpooledTemporaryFile(SMALL, dir=str(folder()), prefix="digitjs-") as file:
            if need > SMALL:
                file.rollover()
            asked = max(need, SMALL)
            for values in (np.ascontiguousarray(block, kind) for block in blocks):
                written = file.tell()
                if written + values.nbytes > asked:  # of a size that was not known before
                    asked = written + values.nbytes + BLOCK
                    require_space(asked, written if written > SMALL else 0)
                file.write(values.data)
            if file.tell() <= SMALL:
                file.seek(0)
                return np.frombuffer(file.read(), kind).reshape(shape)
            file.flush()
            return np.asarray(np.memmap(file, kind, "r")).reshape(shape)
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        raise DigitjsError(
            f"{folder()} is full: free some space, or set TMPDIR to a folder on a larger disk."
        ) from error


def unpacked(stream: Readable, size: int) -> NDArray[np.uint8]:
    """The bytes of a stream, one more than `size` at most, as `array` has them.

    Raises:
        DigitjsError: the disk cannot hold so many.
    """
    require_space(size)
    return array(_blocks(stream, size + 1), (-1,), np.uint8)


def file_bytes(path: Path, start: int) -> NDArray[np.uint8]:
    """What is in a file from a place on; where that is large, mapped from the file itself."""
    if path.stat().st_size - start <= SMALL:
        return np.fromfile(path, np.uint8, offset=start)
    return np.asarray(np.memmap(path, np.uint8, "r", start))


def rows(values: Array, places: NDArray[np.int64]) -> Array:
    """The rows at some places of an array, as `array` has them."""
    if len(places) * values[:1].nbytes <= SMALL:
        return values[places]
    step = max(1, BLOCK // values[:1].nbytes)
    blocks = (values[places[start : start + step]] for start in range(0, len(places), step))
    return array(blocks, (len(places), *values.shape[1:]), values.dtype)


def _blocks(stream: Readable, most: int) -> Iterator[NDArray[np.uint8]]:
    while most and (block := stream.read(min(BLOCK, most))):
        most -= len(block)
        yield np.frombuffer(block, np.uint8)
