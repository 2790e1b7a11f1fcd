"""The stroke file that pages put their drawings into: each drawing once, and those of others kept."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated

import msgspec

from digitjs.data import stroke_file
from digitjs.errors import DigitjsError
from digitjs.filesystem import paths, staging

MOST = 1 << 25  # bytes that a page may send at once: 15,000 drawings of 2 kB
LONGEST_WRITER = 80  # characters; the page knows this number too
Trace = tuple[str | None, tuple[stroke_file.Stroke, ...]]  # the writer and what was drawn


class Identity(msgspec.Struct, frozen=True):
    """What a line of a file tells besides its drawing."""

    id: Annotated[str, msgspec.Meta(max_length=64)] = ""  # of the drawing, wherever it goes; empty: not from a page


class Mark(Identity, frozen=True):
    """What a line that a page sends tells besides its drawing."""

    deleted: bool = False  # the line is sent so that the drawing goes
    saved: bool = False  # the page has seen it saved here: the line is sent in case that the file was begun anew


class Deletion(msgspec.Struct, frozen=True):
    """What a line that deletes a drawing tells besides its mark: enough to find it in a file without ids."""

    writer: str | None = None
    strokes: tuple[stroke_file.Stroke, ...] = ()  # empty: the id alone says which


class Sent(msgspec.Struct, frozen=True):
    """A line that a page sends."""

    mark: Mark
    trace: Trace | None  # None: the drawing is known by its id alone
    label: int | str | None  # None: it is deleted


class Memory(msgspec.Struct, frozen=True):
    """What is known of a file between two changes."""

    held: frozenset[str] = frozenset()  # ids that it had after the last one; where one is missing, its owner removed it
    gone: frozenset[str] = frozenset()  # ids of drawings that were deleted, which pages may still have
    lasts: bool = False  # it is older than what is known of it: drawings that it lacks were saved, and removed since


class Contents(msgspec.Struct, frozen=True):
    """What a file holds."""

    drawings: int
    classes: int  # that it has drawings of
    writers: int


class Merged(msgspec.Struct, frozen=True):
    """A file after a change."""

    contents: Contents
    memory: Memory
    removed: tuple[str, ...]  # ids of drawings that the page has seen saved, and that the owner removed


class Line(msgspec.Struct, frozen=True):
    """A line of the file as it is written."""

    label: int | str
    writer: str | None
    strokes: tuple[stroke_file.Stroke, ...]
    id: str


def parse(body: bytes, classes: tuple[str, ...]) -> tuple[Sent, ...]:
    """What a page sends: the lines of a stroke file, each with the id of its drawing; deletions need no more than that.

    Raises:
        ValueError: a line is malformed, has no id, or is about no class of these.
    """
    sent = []
    for number, line in enumerate(body.splitlines(), start=1):
        if not line.strip():
            continue
        try:
            one = _sent(line)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
            raise ValueError(f"Line {number} is malformed ({error})") from error
        if not one.mark.id:
            raise ValueError(f"Line {number} has no id")
        if not one.mark.deleted and str(one.label) not in classes:
            raise ValueError(f"Line {number} has a label that is no class here")
        if not one.mark.deleted and one.trace and len(one.trace[0] or "") > LONGEST_WRITER:
            raise ValueError(f"Line {number} has a writer of more than {LONGEST_WRITER} characters")
        sent.append(one)
    return tuple(sent)


def merge(path: Path, sent: tuple[Sent, ...], memory: Memory) -> Merged:
    """Put drawings into a file in place of what it has of them already; everything else in it stays as it is.

    A drawing is known by its id, and where a line has none, by its strokes and writer. One that a page has seen saved
    is added where the file was begun anew, unless it was deleted, by a page or by the owner.

    Args:
        path: of the file, which need not exist.
        sent: by a page.
        memory: of the change before.

    Raises:
        DigitjsError: the file cannot be read, or would become too large.
        OSError: it cannot be written.
    """
    by_id = {one.mark.id: one for one in sent}
    with staging.changing(path):
        existed = path.exists()
        old = list(_entries(path, {one.trace: one.mark.id for one in sent if one.trace}))
        gone = memory.gone | (memory.held - {entry.id for entry in old} if existed else frozenset())
        lasts = memory.lasts and existed
        there = {entry.known for entry in old}
        kept = {key for key, one in by_id.items() if one.mark.saved and (lasts or key in there | gone)}
        new = [one for key, one in by_id.items() if not one.mark.deleted and key not in kept]
        out = {key for key, one in by_id.items() if not one.mark.saved or one.mark.deleted}
        entries = [*(entry for entry in old if entry.known not in out), *map(_entry, new)]
        _write(path, entries)
    deleted = {key for key, one in by_id.items() if one.mark.deleted}
    held = frozenset(entry.id for entry in entries if entry.id)
    return Merged(_contents(entries), Memory(held, (gone | deleted) - held, lasts), tuple(sorted(kept - there)))


def contents(path: Path) -> Contents:
    """What a file holds; nothing where there is none.

    Raises:
        DigitjsError: it cannot be read.
    """
    return _contents(_entries(path, {}))


def require_mergeable(path: Path, classes: tuple[str, ...]) -> Memory:
    """Find out before anyone draws that a file cannot take drawings of some classes; gives what is known of it.

    Raises:
        DigitjsError: it is malformed, or has drawings of other classes.
        OSError: it cannot be written.
    """
    entries = list(_entries(path, {}))
    others = {entry.text for entry in entries} - set(classes)
    if others:
        named = ", ".join(sorted(map(repr, others)))
        raise DigitjsError(f"{path} has drawings of {named}, no class here: name them too, or choose another file.")
    paths.require_writable(path)
    return Memory(frozenset(entry.id for entry in entries if entry.id), lasts=bool(entries))


class _Entry(msgspec.Struct, frozen=True):
    """A line of the file, without its decoded drawing, which is ten times as large."""

    line: bytes
    text: str | None  # of its label
    writer: str | None
    id: str  # that it has; empty: none
    known: str  # the id by which pages know it, which it need not have; empty: they do not


def _entries(path: Path, traces: dict[Trace, str]) -> Iterator[_Entry]:
    """Each line of a file; `traces` has the ids of drawings that lines without an id may have."""
    if not path.exists() or path.stat().st_size == 0:
        return
    for line, drawing in stroke_file.lines(path):
        try:
            own = msgspec.json.decode(line, type=Identity).id
        except msgspec.MsgspecError:  # another program's own "id"
            own = ""
        known = own or traces.get((drawing.writer, drawing.strokes), "")
        yield _Entry(line, drawing.text, drawing.writer, own, known)


def _sent(line: bytes) -> Sent:
    """A line that a page sends.

    Raises:
        msgspec.MsgspecError, UnicodeDecodeError, RecursionError: it is malformed.
    """
    mark = msgspec.json.decode(line, type=Mark)
    if mark.deleted:
        drawn = msgspec.json.decode(line, type=Deletion)
        return Sent(mark, (drawn.writer, drawn.strokes) if drawn.strokes else None, None)
    drawing = stroke_file.decode(line)
    return Sent(mark, (drawing.writer, drawing.strokes), drawing.label)


def _entry(one: Sent) -> _Entry:
    """The line of a drawing that is new in the file."""
    assert one.trace and one.label is not None
    writer, strokes = one.trace
    line = msgspec.json.encode(Line(one.label, writer, strokes, one.mark.id))
    return _Entry(line, str(one.label), writer, one.mark.id, one.mark.id)


def _write(path: Path, entries: list[_Entry]) -> None:
    content = b"".join(entry.line + b"\n" for entry in entries)
    if len(content) > stroke_file.LARGEST:
        raise DigitjsError(
            f"{path} would have more than {stroke_file.LARGEST / 1e6:,.0f} MB: collect into another file."
        )
    paths.write(path, content.decode())


def _contents(entries: Iterable[_Entry]) -> Contents:
    found = [(entry.text, entry.writer) for entry in entries]
    return Contents(len(found), len({text for text, _ in found}), len({writer for _, writer in found}))
