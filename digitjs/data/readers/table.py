"""Tables in text, as Kaggle has them: a label and the pixels of an image on each line."""

import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from math import isqrt
from pathlib import Path
from typing import TextIO

import numpy as np
from numpy.typing import NDArray

from digitjs.data import ink
from digitjs.data.known import about, named
from digitjs.data.parts import LARGEST, Content, Part, Split, coded, listed, require_names
from digitjs.errors import DigitjsError
from digitjs.filesystem import inputs, scratch

SUFFIXES = (".csv", ".tsv", ".txt")
SEPARATORS = (",", ";", "\t")
LABELS = ("label", "labels", "class", "target", "letter", "digit", "character", "y")  # names of its column
CHUNK = 2048  # lines at once
FEWEST = 16  # pixels of an image
LONGEST = 1 << 22  # characters of a line
BYTE = 255


class _FractionsError(Exception):
    """Pixels are no bytes."""


@dataclass(frozen=True)
class Layout:
    """How the lines of a table are built."""

    separator: str
    columns: int
    label: int | None  # which column; None: it has none
    header: bool


def layout(path: Path) -> Layout | None:
    """How a file is built by its first line; None where it is no table."""
    with path.open("rb") as file:
        line = file.readline(LONGEST).decode("utf-8-sig", "replace").rstrip("\r\n")
    separator = max(SEPARATORS, key=line.count)
    cells = [cell.strip().strip('"') for cell in line.split(separator)]
    if len(cells) <= (FEWEST if path.suffix.lower() in SUFFIXES else 28) or "\0" in line or "\ufffd" in line:
        return None
    numbers = [_is_number(cell) for cell in cells[1:]]  # a first cell may be a label in letters
    first = 0 if isqrt(len(cells)) ** 2 != len(cells) else None
    if all(numbers):
        return Layout(separator, len(cells), first, False)
    label = next((i for i, cell in enumerate(cells) if cell.lower() in LABELS), None)
    is_image = label is None and 2 * sum(numbers) > len(numbers)  # with a fault, which is no reason to leave it out
    return Layout(separator, len(cells), first if label is None else label, not is_image)


def read(path: Path) -> Content:
    """The labelled images of a table.

    Raises:
        DigitjsError: it has no labels, its lines differ or hold other things than numbers; lines are named.
    """
    inputs.require(path, "data", LARGEST)
    found = layout(path)
    if found is None or found.label is None:
        raise DigitjsError(
            f"{path} has no column of labels: give a table with the label first and the pixels after it."
        )
    side = isqrt(found.columns - 1)
    if side * side != found.columns - 1 or side * side < FEWEST:
        raise DigitjsError(
            f"{path} has {found.columns} columns, which are no label and the pixels of a square image: "
            "give a label and 784 pixels of 28 x 28, or another square."
        )
    try:
        labels, pixels = _rows(path, found, np.uint8)
    except _FractionsError:
        labels, pixels = _rows(path, found, np.float32)
    names, places = coded(labels)
    names, places = _named(names, places, path)
    require_names(names, path)
    images = pixels.reshape(-1, side, side)
    if said := ink.fault(images):
        raise DigitjsError(f"{path} has {said}.")
    part = Part(names, places, images=images, split=split_of(path))
    return Content("a table in text", (part,), transposed=about(path).transposed)


def split_of(path: Path) -> Split:
    """Which split a file is, by its name."""
    words = re.findall(r"[a-z]+", path.stem.lower())
    return "test" if "test" in words else "train" if "train" in words else ""


def _named(names: tuple[str, ...], places: NDArray[np.int64], path: Path) -> tuple[tuple[str, ...], NDArray[np.int64]]:
    """Numbers as what they mean, where that is known; "3.0" as "3"."""
    plain = tuple(re.sub(r"^(\d+)\.0$", r"\1", name) for name in names)
    meant = named(plain, path)
    again, renamed = coded(meant.get(name, name) for name in plain)
    return again, renamed[places]


def _rows(path: Path, found: Layout, kind: type[np.generic]) -> tuple[list[str], NDArray[np.generic]]:
    """The labels and pixels of all lines.

    Raises:
        _FractionsError: pixels are to be bytes, and some are none.
    """
    labels: list[str] = []
    faults: list[str] = []

    def blocks() -> Iterator[NDArray[np.generic]]:
        with path.open(encoding="utf-8-sig", errors="replace", newline=None) as file:
            number = 1
            if found.header:
                file.readline(LONGEST)
                number += 1
            for lines in _chunks(file):
                cells = [_parted(line, found) for line in lines if line.strip()]
                try:
                    block = _numbers([pixels for _, pixels in cells], found)
                    labels.extend(label for label, _ in cells)
                except ValueError:
                    faults.extend(_faults(lines, number, found))
                else:
                    yield _bytes(block) if kind is np.uint8 else block
                number += len(lines)

    pixels = scratch.array(blocks(), (-1, found.columns - 1), kind)
    if faults:
        raise DigitjsError(f"{path} has malformed lines: {listed(faults)}; mend or remove them.")
    if not labels:
        raise DigitjsError(f"{path} holds no images: give a label and its pixels on each line.")
    return labels, pixels


def _chunks(file: TextIO) -> Iterator[list[str]]:
    lines = iter(lambda: file.readline(LONGEST), "")
    return iter(lambda: list(islice(lines, CHUNK)), [])


def _parted(line: str, found: Layout) -> tuple[str, str]:
    """A line's label, and the rest of it."""
    line = line.rstrip("\r\n")
    if found.label == 0:
        label, _, pixels = line.partition(found.separator)
    elif found.label == found.columns - 1:
        pixels, _, label = line.rpartition(found.separator)
    else:
        cells = line.split(found.separator)
        label = cells.pop(found.label or 0) if len(cells) > (found.label or 0) else ""
        pixels = found.separator.join(cells)
    return label.strip().strip('"'), pixels


def _numbers(rows: list[str], found: Layout) -> NDArray[np.float32]:
    """(n, pixels).

    Raises:
        ValueError: a row is shorter or longer, or has something else than numbers.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of a chunk of blank lines
        values = np.loadtxt(rows, np.float32, delimiter=found.separator, comments=None, ndmin=2)
    if len(rows) and values.shape[1] != found.columns - 1:
        raise ValueError
    return values if len(rows) else np.empty((0, found.columns - 1), np.float32)


def _bytes(values: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Whole numbers up to 255 as bytes.

    Raises:
        _FractionsError: there are others among them.
    """
    if not (np.isfinite(values).all() and (values >= 0).all() and (values <= BYTE).all()):
        raise _FractionsError
    small = values.astype(np.uint8)
    if not np.array_equal(small, values):
        raise _FractionsError
    return small


def _faults(lines: list[str], number: int, found: Layout) -> list[str]:
    faults = []
    for i, line in enumerate(lines, start=number):
        cells = line.rstrip("\r\n").split(found.separator)
        if not line.strip():
            continue
        if len(cells) != found.columns:
            faults.append(f"line {i} has {len(cells)} columns, not {found.columns}")
        elif wrong := [cell for at, cell in enumerate(cells) if at != found.label and not _is_number(cell)]:
            faults.append(f"line {i} has {wrong[0][:20]!r} where a pixel should be")
        elif not _is_readable(line, found):
            faults.append(f"line {i} cannot be read as numbers")
    return faults


def _is_readable(line: str, found: Layout) -> bool:
    try:
        _numbers([_parted(line, found)[1]], found)
    except ValueError:
        return False
    return True


def _is_number(cell: str) -> bool:
    """Whether NumPy reads a cell as a number; Python's own rules take digits of any script and 1_000, too."""
    try:
        float(cell)
    except ValueError:
        return False
    return cell.strip().isascii() and "_" not in cell
