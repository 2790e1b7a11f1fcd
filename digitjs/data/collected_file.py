"""The stroke file that pages put their drawings into: each drawing once, and those of others kept."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import msgspec

from digitjs.data import stroke_file
from digitjs.data.stroke_file import Drawing
from digitjs.errors import DigitjsError
from digitjs.filesystem import inputs, paths

MOST = 1 << 25  # bytes that a page may send at once: 15,000 drawings of 2 kB
Trace = tuple[str | None, tuple[stroke_file.Stroke, ...]]  # the writer and what was drawn
LONGEST_WRITER = 80  # characters


class Mark(msgspec.Struct, frozen=True):
    """What a line tells besides its drawing."""

    id: Annotated[str, msgspec.Meta(max_length=64)] = ""  # of the drawing, wherever it goes; empty: not from a page
    deleted: bool = False  # the line is sent so that the drawing goes


class Sent(msgspec.Struct, frozen=True):
    """A drawing that a page sends."""

    drawing: Drawing
    mark: Mark


class Line(msgspec.Struct, frozen=True):
    """A line of the file as it is written."""

    label: int | str
    writer: str | None
    strokes: tuple[stroke_file.Stroke, ...]
    id: str


class Contents(msgspec.Struct, frozen=True):
    """What a file holds."""

    drawings: int
    classes: int  # that it has drawings of
    writers: int


def parse(body: bytes, classes: tuple[str, ...]) -> tuple[Sent, ...]:
    """What a page sends: the lines of a stroke file, each with the id of its drawing.

    Raises:
        ValueError: a line is malformed, has no id, or is about no class of these.
    """
    sent = []
    for number, line in enumerate(body.splitlines(), start=1):
        if not line.strip():
            continue
        try:
            drawing = stroke_file.decode(line)
            mark = msgspec.json.decode(line, type=Mark)
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            raise ValueError(f"Line {number} is malformed ({error})") from error
        if not mark.id:
            raise ValueError(f"Line {number} has no id")
        if drawing.text not in classes:
            raise ValueError(f"Line {number} has a label that is no class here")
        if len(drawing.writer or "") > LONGEST_WRITER:
            raise ValueError(f"Line {number} has a writer of more than {LONGEST_WRITER} characters")
        sent.append(Sent(drawing, mark))
    return tuple(sent)


def merge(path: Path, sent: tuple[Sent, ...]) -> Contents:
    """Put drawings into a file in place of what it has of them already; everything else in it stays as it is.

    A drawing is known by its id, and where a line has none, by its strokes and writer.

    Raises:
        DigitjsError: the file cannot be read, or would become too large.
        OSError: it cannot be written.
    """
    ids = {one.mark.id for one in sent}
    traces = {(one.drawing.writer, one.drawing.strokes) for one in sent}
    old = [line for line, drawing, mark in _lines(path) if not _is_one_of(drawing, mark, ids, traces)]
    new = [
        msgspec.json.encode(_line(one)) for one in {one.mark.id: one for one in sent}.values() if not one.mark.deleted
    ]
    content = b"".join(line + b"\n" for line in (*old, *new))
    if len(content) > stroke_file.LARGEST:
        raise DigitjsError(
            f"{path} would have more than {stroke_file.LARGEST / 1e6:,.0f} MB: collect into another file."
        )
    paths.write(path, content.decode())
    return contents(path)


def contents(path: Path) -> Contents:
    """What a file holds; nothing where there is none.

    Raises:
        DigitjsError: it cannot be read.
    """
    drawings = [drawing for _, drawing, _ in _lines(path)]
    labels = Counter(drawing.text for drawing in drawings)
    return Contents(len(drawings), len(labels), len({drawing.writer for drawing in drawings}))


def require_mergeable(path: Path, classes: tuple[str, ...]) -> None:
    """Find out before anyone draws that a file cannot take drawings of some classes.

    Raises:
        DigitjsError: it is malformed, or has drawings of other classes.
        OSError: it cannot be written.
    """
    others = {drawing.text for _, drawing, _ in _lines(path)} - set(classes)
    if others:
        named = ", ".join(sorted(map(repr, others)))
        raise DigitjsError(f"{path} has drawings of {named}, no class here: name them too, or choose another file.")
    paths.require_writable(path)


def _lines(path: Path) -> Iterator[tuple[bytes, Drawing, Mark]]:
    """Each line of a file, as it is and as what it means."""
    if not path.exists() or path.stat().st_size == 0:
        return
    stroke_file.read(path)  # which names malformed lines
    for line in inputs.utf8(path, "strokes", stroke_file.LARGEST).splitlines():
        if line.strip():
            try:
                mark = msgspec.json.decode(line, type=Mark)
            except msgspec.MsgspecError:  # another program's own "id"
                mark = Mark()
            yield line, stroke_file.decode(line), mark


def _is_one_of(drawing: Drawing, mark: Mark, ids: set[str], traces: set[Trace]) -> bool:
    return mark.id in ids if mark.id else (drawing.writer, drawing.strokes) in traces


def _line(one: Sent) -> Line:
    drawing = one.drawing
    assert drawing.label is not None
    return Line(drawing.label, drawing.writer, drawing.strokes, one.mark.id)
