"""Files that hold digits in another format than .npz: recognised, with the Python that converts them."""

import gzip
import re
import zlib
from pathlib import Path

from digitjs.errors import DigitjsError

START = 1 << 16  # bytes to recognise a file by
SUFFIXES = (".csv", ".tsv", ".txt")
SEPARATORS = (",", ";", "\t")
IDX_NAME = re.compile(r"(train|t10k|test)(\W)(images|labels)(\W)idx\d")  # the hyphens are dots in some copies
# What other files begin with.
KINDS = (
    (b"\x89HDF", "an HDF5 file"),
    (b"MATLAB", "a MATLAB file"),
    (b"PAR1", "a Parquet file"),
    (b"\x93NUMPY", "an .npy file with a single array"),
    (b"\x1f\x8b", "a gzip file"),
)


def require_npz(path: Path) -> None:
    """Refuse a regular file that does not begin as an .npz file does.

    Raises:
        DigitjsError: what it is, and how to convert it.
    """
    try:
        with path.open("rb") as file:
            start = file.read(START)
    except OSError as error:
        raise DigitjsError(f"Cannot read the data {path}: {error.strerror}.") from error
    if start.startswith(b"PK"):
        return
    if _is_idx(start) or _is_idx(_unpacked(path)):
        raise DigitjsError(
            f"{path} is one of MNIST's four IDX files: convert them with `{_from_idx(path)}` and give digits.npz."
        )
    line = start.split(b"\n", 1)[0].decode("utf-8-sig", "replace")
    if separator := _separator(path, line):
        raise DigitjsError(
            f"{path} is a table in text: where the label is its first column, convert it with "
            f"`{_from_table(path, line, separator)}` and give digits.npz."
        )
    kind = next((kind for magic, kind in KINDS if start.startswith(magic)), "")
    if kind:
        raise DigitjsError(f"{path} is {kind}: save x_train, y_train, x_test and y_test into one file with np.savez.")
    raise DigitjsError(f"{path} is not an .npz file, or is cut short: save it again with np.savez.")


def _is_idx(start: bytes) -> bool:
    """Whether these are unsigned bytes in one (labels) or three (images) dimensions."""
    return start[:4] in (b"\0\0\x08\x01", b"\0\0\x08\x03")


def _unpacked(path: Path) -> bytes:
    """The first bytes of a gzip file, none of another."""
    try:
        with gzip.open(path) as file:
            return file.read(4)
    except (OSError, EOFError, zlib.error):
        return b""


def _separator(path: Path, line: str) -> str:
    """What separates the columns of a table by its first line; empty where it is none."""
    separator = max(SEPARATORS, key=line.count)
    columns = line.count(separator) + 1
    is_table = columns > (1 if path.suffix.lower() in SUFFIXES else 28) and "\0" not in line and "\ufffd" not in line
    return separator if is_table else ""


def _from_table(path: Path, line: str, separator: str) -> str:
    """The Python that converts a table; its first line is a header where its first cell is not a number."""
    header = not line.split(separator)[0].strip().removesuffix(".0").isdigit()
    return (
        "import numpy as np; "
        f"t = np.loadtxt({str(path)!r}, 'uint8', delimiter={separator!r}, skiprows={int(header)}); "
        "x, y, test = t[:, 1:].reshape(-1, 28, 28), t[:, 0], np.arange(len(t)) % 6 == 0; "
        "np.savez_compressed('digits.npz', x_train=x[~test], y_train=y[~test], x_test=x[test], y_test=y[test])"
    )


def _from_idx(path: Path) -> str:
    """The Python that converts the four IDX files of a folder, whichever of them this is."""
    read = "frombuffer(gzip.open(name).read()" if path.suffix == ".gz" else "fromfile(name"
    turned = ".transpose(0, 2, 1)" if "emnist" in path.name.lower() else ""  # EMNIST is published so
    arrays = ", ".join(
        f"x_{half}=read({_sibling(path, half, 'images')!r}, 16).reshape(-1, 28, 28){turned}, "
        f"y_{half}=read({_sibling(path, half, 'labels')!r}, 8)"
        for half in ("train", "test")
    )
    return (
        "import gzip, numpy as np; "
        f"read = lambda name, start: np.{read}, 'uint8', offset=start); "
        f"np.savez_compressed('digits.npz', {arrays})"
    )


def _sibling(path: Path, half: str, kind: str) -> str:
    """The path of another of the four IDX files, named as this one is, or else as MNIST's are."""
    name = (
        path.name
        if IDX_NAME.search(path.name)
        else f"train-images-idx3-ubyte{path.suffix if path.suffix == '.gz' else ''}"
    )
    words = ("train",) if half == "train" else ("t10k", "test")
    number = 3 if kind == "images" else 1
    paths = [path.with_name(IDX_NAME.sub(rf"{word}\2{kind}\4idx{number}", name)) for word in words]
    return str(next((one for one in paths if one.exists()), paths[0]))
