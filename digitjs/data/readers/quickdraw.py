"""Google's QuickDraw: .ndjson of drawings, simplified or raw, and .npy of their images, a file for each class."""

from collections.abc import Iterator
from pathlib import Path

import msgspec
import numpy as np

from digitjs.data import npz
from digitjs.data.parts import LARGEST, Content, Part, coded, counted, listed, require_held, require_names
from digitjs.data.readers.arrays import images_of
from digitjs.data.stroke_file import FAR, LONGEST
from digitjs.errors import DigitjsError
from digitjs.filesystem import inputs

MOST = 10_000  # drawings that are read of a class: a file has 100,000 and more
TOTAL = 200_000  # of all classes: their images take 630 MB


class Drawing(msgspec.Struct, frozen=True):
    """One line; other keys are ignored."""

    word: str
    drawing: tuple[tuple[tuple[float, ...], ...], ...]  # of each stroke all x, all y, and in raw files the times


def is_line(start: bytes) -> bool:
    """Whether this is a line of an .ndjson file."""
    return b'"word"' in start[:4096] and b'"drawing"' in start


def read_strokes(files: tuple[Path, ...]) -> Content:
    """The drawings of .ndjson files, so many of each as of a class.

    Raises:
        DigitjsError: lines are malformed, and are named; or the drawings are too large together.
    """
    return _drawings(files, min(MOST, TOTAL // len(files)))


def read_part(files: tuple[Path, ...]) -> Content:
    """All drawings of the .ndjson files of one part, which may be of any classes.

    Raises:
        DigitjsError: as `read_strokes`.
    """
    return _drawings(files, None)


def _drawings(files: tuple[Path, ...], most: int | None) -> Content:
    labels: list[str] = []
    strokes: list[bytes] = []
    faults: list[str] = []
    cut, held = [], 0
    for file in files:
        inputs.require(file, "data", LARGEST)
        read = 0
        for where, line in _lines(file):
            if read == most:
                cut.append(file.name)
                break
            try:
                drawing = msgspec.json.decode(line, type=Drawing)
                strokes.append(_strokes(drawing))
                labels.append(drawing.word)
                read += 1
                held += len(strokes[-1])
                require_held(held, file.parent)
            except (msgspec.MsgspecError, ValueError) as error:
                faults.append(f"{where} ({error})")
    if faults:
        raise DigitjsError(f"{files[0].parent} has malformed lines: {listed(faults)}; mend or remove them.")
    names, places = coded(labels)
    require_names(names, files[0])
    part = Part(names, places, strokes=tuple(strokes))
    return Content("QuickDraw's drawings", (part,), _notes(cut, most or 0))


def read_images(files: tuple[Path, ...]) -> Content:
    """The images of .npy files, labelled by the files' names.

    Raises:
        DigitjsError: a file holds something else; all faults at once.
    """
    images, labels, faults, cut = [], [], [], []
    most = min(MOST, TOTAL // len(files))
    for file in files:
        some = images_of(npz.read_single(file, most + 1), None)
        label = file.stem.removeprefix("full_numpy_bitmap_").replace("%20", " ")
        if isinstance(some, str):
            faults.append(f"{file.name} has {some}")
            continue
        if len(some) > most:
            cut.append(file.name)
        images.append(some[:most])
        labels += [label] * len(images[-1])
    if len({(one.shape[1:], one.dtype) for one in images}) > 1:
        faults.append("the files differ in the size or type of their images, save them alike")
    if faults:
        raise DigitjsError(f"Cannot use the data {files[0].parent}: {listed(faults)}.")
    names, places = coded(labels)
    require_names(names, files[0])
    part = Part(names, places, images=np.concatenate(images))
    return Content("an .npy file for each class", (part,), _notes(cut, most))


def _lines(file: Path) -> Iterator[tuple[str, bytes]]:
    """Where each line is, and the line."""
    with file.open("rb") as lines:
        for number, line in enumerate(iter(lambda: lines.readline(LONGEST), b""), start=1):
            if line.strip():
                yield f"{file.name} line {number}", line


def _strokes(drawing: Drawing) -> bytes:
    """As stroke files have them: points, not coordinates."""
    if not drawing.drawing or not all(len(one) >= 2 and len(one[0]) == len(one[1]) > 0 for one in drawing.drawing):
        raise ValueError("Expected as many x as y in each stroke - at `$.drawing`")
    if not all(abs(value) <= FAR for one in drawing.drawing for values in one[:2] for value in values):
        raise ValueError(f"Coordinates must lie within {FAR:g} of 0 - at `$.drawing`")
    return msgspec.json.encode([list(zip(one[0], one[1], strict=True)) for one in drawing.drawing])


def _notes(cut: list[str], most: int) -> tuple[str, ...]:
    return (f"Read the first {most:,} drawings of {counted(len(cut), 'file')} with more of them.",) if cut else ()
