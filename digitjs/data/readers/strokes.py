"""digitjs's own stroke files: one, or a folder of them."""

import re
from pathlib import Path

import msgspec

from digitjs.data import stroke_file
from digitjs.data.parts import Content, Part, coded, counted
from digitjs.errors import DigitjsError


def read(files: tuple[Path, ...]) -> Content:
    """The labelled drawings of stroke files; who drew those of a file that names nobody is that file.

    Raises:
        DigitjsError: as `stroke_file.read`, of all files at once.
    """
    drawings: list[stroke_file.Drawing] = []
    writers: list[str | None] = []
    faults = []
    for file in files:
        try:
            read = stroke_file.read(file)
        except DigitjsError as error:
            faults.append(error.message.removesuffix("."))
            continue
        drawings += read
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
        rows=_rows(drawings),
    )
    left = len(drawings) - len(labelled)
    return Content("strokes", (part,), (f"Left out {counted(left, 'drawing')} without a label.",) if left else ())


def _rows(drawings: list[stroke_file.Drawing]) -> frozenset[str]:
    """Texts of digits that may be rows of them; what has an id is one drawing of one class, and numbers are no texts."""
    classes = {drawing.text for drawing in drawings if drawing.identity}
    texts = {drawing.label for drawing in drawings if isinstance(drawing.label, str)} - classes
    return frozenset(text for text in texts if isinstance(text, str) and re.fullmatch("[0-9]{2,}", text))
