"""digitjs's own stroke files: one, or a folder of them."""

import hashlib
import re
from pathlib import Path

import msgspec

from digitjs.data import stroke_file
from digitjs.data.parts import Content, Part, coded, counted, require_held
from digitjs.errors import DigitjsError

LONG = 16  # characters of an id that no other drawing has by chance


def read(files: tuple[Path, ...]) -> Content:
    """The labelled drawings of stroke files; who drew those of a file that names nobody is that file.

    Raises:
        DigitjsError: as `stroke_file.read`, of all files at once; or these are too large together.
    """
    require_held(sum(file.stat().st_size for file in files if file.is_file()), files[0].parent)
    drawings: list[stroke_file.Drawing] = []
    writers: list[str | None] = []
    identities: list[tuple[bytes, ...]] = []
    faults = []
    for file in files:
        try:
            read = stroke_file.read(file)
        except DigitjsError as error:
            faults.append(error.message.removesuffix("."))
            continue
        drawings += read
        identities += [_identities(drawing, file) for drawing in read]
        writers += [drawing.writer or (f"({file.stem})" if len(files) > 1 else None) for drawing in read]
    if faults:
        raise DigitjsError(f"{'; '.join(faults)}.")
    labelled = [i for i, drawing in enumerate(drawings) if drawing.label is not None]
    if not labelled:
        raise DigitjsError(f"{files[0]} holds no drawing with a label: give each line one.")
    names, places = coded(drawings[i].text or "" for i in labelled)
    known = [writers[i] for i in labelled]
    part = Part(
        names,
        places,
        strokes=tuple(msgspec.json.encode(drawings[i].strokes) for i in labelled),
        writers=None if None in known else tuple(writer or "" for writer in known),
        identities=tuple(identities[i] for i in labelled),
        rows=_rows(drawings),
    )
    left = len(drawings) - len(labelled)
    return Content("strokes", (part,), (f"Left out {counted(left, 'drawing')} without a label.",) if left else ())


def _identities(drawing: stroke_file.Drawing, file: Path) -> tuple[bytes, ...]:
    """What a drawing is known by in whichever file it is: its id, and what was drawn for which class by whom."""
    what = msgspec.json.encode((drawing.text, drawing.writer, drawing.strokes))
    known = [hashlib.sha256(what).digest()]
    if drawing.identity:
        # Short ids may be numbers that other programs begin anew in each file.
        where = "" if len(drawing.identity) >= LONG else str(file)
        known.append(f"{where}\n{drawing.identity}".encode("utf-8", "surrogatepass"))
    return tuple(known)


def _rows(drawings: list[stroke_file.Drawing]) -> frozenset[str]:
    """Texts of digits that may be rows of them; what has an id is of one class."""
    classes = {drawing.text for drawing in drawings if drawing.identity}
    texts = {drawing.label for drawing in drawings if isinstance(drawing.label, str)} - classes
    return frozenset(text for text in texts if isinstance(text, str) and re.fullmatch("[0-9]{2,}", text))
