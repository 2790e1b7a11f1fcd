"""Stroke files: labelled pen drawings as JSON lines."""

import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import msgspec

from digitjs.data.task import fault
from digitjs.errors import DigitjsError
from digitjs.filesystem import inputs

Point = tuple[float, float]  # x, y in any unit, y down
Stroke = tuple[Point, ...]  # one pen-down to pen-up
NAMED = 10  # malformed lines named in a message; the rest are counted
FAR = 1e9  # no coordinate lies further from 0: sides and distances of the drawing must stay finite
LONGEST = 1 << 20  # bytes of a line: a drawing of some 50,000 points
LARGEST = 1 << 27  # bytes of a file: a decoded point takes ten times the memory of its text


class Drawing(msgspec.Struct, frozen=True):
    """One line of a stroke file; other keys are ignored.

    The label is a digit as a number; the digits of a row as a text ("125", never a single one), unless the task has a
    class of that name; another class as a text, NFC; or None for what is no class.
    """

    label: int | str | None
    strokes: Annotated[tuple[Annotated[Stroke, msgspec.Meta(min_length=1)], ...], msgspec.Meta(min_length=1)]
    writer: str | None = None
    id: object = None  # of what is kept as one drawing of one class, a text; other programs' ids may be anything

    @property
    def identity(self) -> str:
        """The id where it is a text; empty without one."""
        return self.id if isinstance(self.id, str) else ""

    @property
    def text(self) -> str | None:
        """The label as the name of a class, or of the classes of a row."""
        return None if self.label is None else str(self.label)


def read(path: Path) -> tuple[Drawing, ...]:
    """All drawings of a stroke file; blank lines do not count.

    Raises:
        DigitjsError: it cannot be read, is empty, or has malformed lines; they are named by number.
    """
    drawings = tuple(drawing for _, drawing in lines(path))
    if not drawings:
        raise DigitjsError(f"{path} holds no drawings: give one JSON object a line, with label and strokes.")
    return drawings


def lines(path: Path) -> Iterator[tuple[bytes, Drawing]]:
    """Each line of a stroke file, as it is and as what it says; blank lines do not count.

    Raises:
        DigitjsError: the file cannot be read; or, at its end, it has malformed lines; they are named by number.
    """
    malformed: list[str] = []
    for number, line in enumerate(inputs.utf8(path, "strokes", LARGEST).splitlines(), start=1):
        if not line.strip():
            continue
        try:
            drawing = decode(line)
        except msgspec.MsgspecError as error:
            malformed.append(f"line {number} ({error})")
        else:
            yield line, drawing
    if malformed:
        more = f" and {len(malformed) - NAMED} more" if len(malformed) > NAMED else ""
        raise DigitjsError(f"{path} has malformed lines: {'; '.join(malformed[:NAMED])}{more}; mend or remove them.")


def decode(line: bytes) -> Drawing:
    """One line of a stroke file.

    Raises:
        msgspec.MsgspecError: it is malformed.
    """
    if len(line) > LONGEST:
        raise msgspec.ValidationError(f"Longer than {LONGEST:,} bytes")
    try:
        drawing = msgspec.json.decode(line, type=Drawing)
    except RecursionError as error:  # in a key that is ignored
        raise msgspec.ValidationError("Nested too deeply") from error
    if not all(abs(value) <= FAR for stroke in drawing.strokes for point in stroke for value in point):
        raise msgspec.ValidationError(f"Coordinates must lie within {FAR:g} of 0 - at `$.strokes`")
    return msgspec.structs.replace(drawing, label=_label(drawing.label))


def _label(label: int | str | None) -> int | str | None:
    """A label as `Drawing` has it.

    Raises:
        msgspec.ValidationError: it cannot be a class.
    """
    if label is None:
        return None
    text = str(label) if isinstance(label, int) else unicodedata.normalize("NFC", label)
    if wrong := fault(text):
        raise msgspec.ValidationError(f"{wrong} - at `$.label`")
    if isinstance(label, int) and label < 0:
        raise msgspec.ValidationError("Expected a number of 0 or more - at `$.label`")
    return int(text) if re.fullmatch("[0-9]", text) else text if isinstance(label, str) else label
