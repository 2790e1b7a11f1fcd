"""Stroke files: labelled pen drawings as JSON lines."""

import math
from pathlib import Path
from typing import Annotated

import msgspec

from digitjs.errors import DigitjsError

Point = tuple[float, float]  # x, y in any unit, y down
Stroke = tuple[Point, ...]  # one pen-down to pen-up
NAMED = 10  # malformed lines named in a message; the rest are counted


class Drawing(msgspec.Struct, frozen=True):
    """One line of a stroke file; other keys are ignored."""

    label: Annotated[int, msgspec.Meta(ge=0, le=9)]
    strokes: Annotated[tuple[Annotated[Stroke, msgspec.Meta(min_length=1)], ...], msgspec.Meta(min_length=1)]
    writer: str | None = None


def read(path: Path) -> tuple[Drawing, ...]:
    """All drawings of a stroke file; blank lines do not count.

    Raises:
        DigitjsError: it cannot be read, is empty, or has malformed lines; they are named by number.
    """
    try:
        lines = path.read_bytes().splitlines()
    except OSError as error:
        raise DigitjsError(f"Cannot read the strokes {path}: {error.strerror}.") from error
    drawings: list[Drawing] = []
    malformed: list[str] = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            drawings.append(_drawing(line))
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            malformed.append(f"line {number} ({error})")
    if malformed:
        more = f" and {len(malformed) - NAMED} more" if len(malformed) > NAMED else ""
        raise DigitjsError(f"{path} has malformed lines: {'; '.join(malformed[:NAMED])}{more}; mend or remove them.")
    if not drawings:
        raise DigitjsError(f"{path} holds no drawings: give one JSON object a line, with label and strokes.")
    return tuple(drawings)


def _drawing(line: bytes) -> Drawing:
    drawing = msgspec.json.decode(line, type=Drawing)
    if not all(math.isfinite(value) for stroke in drawing.strokes for point in stroke for value in point):
        raise msgspec.ValidationError("Coordinates must be finite - at `$.strokes`")
    return drawing
