"""NumPy's .npz files, read within bounds: what an array declares is compared with what the file holds before any memory
is given to it.
"""

import errno
import io
import math
import warnings
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import numpy as np
from numpy.typing import NDArray

from digitjs.data.parts import LARGEST
from digitjs.errors import DigitjsError
from digitjs.filesystem import inputs, scratch

Array = NDArray[np.generic]

HEADER = 1 << 14  # bytes; NumPy refuses headers over 10,000
ENCRYPTED = 1  # a zip member's flag


def names(path: Path) -> tuple[str, ...]:
    """The names of a file's arrays.

    Raises:
        DigitjsError: there is no such file, or it is not an .npz file; the sentence says how to convert it.
    """
    with _opened(path) as file:
        members = [name for name in file.namelist() if name.endswith(".npy") and not name.startswith("__MACOSX/")]
    return tuple(dict.fromkeys(name.removesuffix(".npy") for name in members))


def read(path: Path, wanted: tuple[str, ...]) -> dict[str, Array]:
    """Arrays of a file: numbers or strings, in the file's order of bytes and axes.

    Raises:
        DigitjsError: an array is damaged, packed in a way that Python cannot read, or no plain array; or all of them
            are larger than `LARGEST` or than the memory.
    """
    with _opened(path) as file:
        total = sum(_declared(file, name, path) for name in wanted)
        if total > LARGEST:
            raise DigitjsError(
                f"{path} unpacks to {total / 1e9:,.1f} GB: give at most {LARGEST / 1e9:,.0f}, images as uint8."
            )
        arrays: dict[str, Array] = {}
        for name in wanted:
            with _as_sentences(f"{name} in {path}"), file.open(f"{name}.npy") as member:
                arrays[name] = _array(member)
    return arrays


def read_single(path: Path, most: int | None = None) -> Array:
    """The array of an .npy file.

    Args:
        path: the file.
        most: rows to read, from the start; None: all.

    Raises:
        DigitjsError: as `read`.
    """
    inputs.require(path, "data", LARGEST)
    with _as_sentences(str(path)), path.open("rb") as file:
        shape, _, dtype = _header(io.BytesIO(file.read(HEADER)))
        _require_plain(dtype, str(path), path.stem)
        rows = np.load(path, mmap_mode="r", allow_pickle=False)  # which finds out whether the file is long enough
        wanted = rows[:most] if most is not None and len(shape) else rows
        return np.array(wanted) if wanted.nbytes <= scratch.SMALL else np.asarray(wanted)


def _array(member: IO[bytes]) -> Array:
    """The array of an .npy file that is read from its start to its end; where it is large, in a file of its own."""
    shape, fortran, dtype = _header(member)
    values = scratch.unpacked(member, math.prod(shape) * dtype.itemsize)
    array: Array = values.view(dtype).reshape(shape, order="F" if fortran else "C")
    return array


@contextmanager
def _opened(path: Path) -> Iterator[zipfile.ZipFile]:
    inputs.require(path, "data", LARGEST)
    with _as_sentences(str(path)):
        file = zipfile.ZipFile(path)
    with file:
        yield file


@contextmanager
def _as_sentences(what: str) -> Iterator[None]:
    """Whatever damaged bytes make zipfile, its decompressors and NumPy's parser of headers raise, as one sentence."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of the same parser
            yield
    except DigitjsError:
        raise
    except MemoryError as error:
        raise DigitjsError(f"{what} needs more memory than there is: give fewer images, as uint8.") from error
    except NotImplementedError as error:
        raise DigitjsError(
            f"{what} is compressed in a way that Python cannot read: pack it again with np.savez_compressed."
        ) from error
    except Exception as error:
        if isinstance(error, OSError) and error.errno not in (None, errno.EINVAL):  # bzip2's; an offset below 0
            raise DigitjsError(f"Cannot read {what}: {error.strerror}.") from error
        raise DigitjsError(f"{what} is cut short or damaged: save it again with np.savez.") from error


def _declared(file: zipfile.ZipFile, name: str, path: Path) -> int:
    """The bytes of an array in memory, where its header is true and it is a plain array."""
    what = f"{name} in {path}"
    with _as_sentences(what):
        info = file.getinfo(f"{name}.npy")
        if info.flag_bits & ENCRYPTED:
            raise DigitjsError(f"{what} is encrypted: pack it again without a password.")
        with file.open(info) as member:
            start = io.BytesIO(member.read(HEADER))
        shape, _, dtype = _header(start)
    _require_plain(dtype, what, name)
    size = math.prod(shape) * dtype.itemsize  # Python's integers do not overflow
    if min(shape, default=0) < 0 or start.tell() + size != info.file_size:
        raise DigitjsError(
            f"{what} declares the shape {shape}, but the file does not hold so much: save it again with np.savez."
        )
    return size


def _require_plain(dtype: "np.dtype[np.generic]", what: str, name: str) -> None:
    if dtype.hasobject:
        raise DigitjsError(f"{what} holds Python objects: save it again as a plain array, such as {name}.astype(int).")
    if dtype.kind not in "buifSU" or dtype.itemsize == 0:
        raise DigitjsError(f"{what} has dtype {dtype}: save it again as a plain array of numbers.")


def _header(file: IO[bytes]) -> tuple[tuple[int, ...], bool, "np.dtype[np.generic]"]:
    """The shape, whether its first axis varies fastest, and the dtype that an .npy file begins with."""
    if np.lib.format.read_magic(file) == (1, 0):
        shape, fortran, dtype = np.lib.format.read_array_header_1_0(file)
    else:
        shape, fortran, dtype = np.lib.format.read_array_header_2_0(file)
    return shape, fortran, dtype
