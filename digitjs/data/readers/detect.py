"""Which reader a path is for, by what lies there and not by its name alone."""

import re
import stat
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path, PurePath

from digitjs.data import npz, other_formats, tfrecord_file
from digitjs.data.parts import LARGEST, Content, counted, require_held
from digitjs.data.readers import arrays, idx, pictures, quickdraw, strokes, table, tfrecord
from digitjs.data.source import Share
from digitjs.errors import DigitjsError
from digitjs.filesystem import inputs

OTHERS = (".md", ".txt", ".pdf", ".py", ".toml", ".html", ".json")  # what lies beside data and is none
START = 1 << 16  # bytes to recognise a file by
PAIRED = ("npz", "npy", "idx")  # kinds of which several files may be one part
BY_NAME = {  # kinds of files whose names say it
    **{f".{kind}": kind for kind in ("npz", "npy", "jsonl", "ndjson", "tfrecord")},
    **dict.fromkeys((".csv", ".tsv"), "table"),
    **dict.fromkeys((".tfrecords", ".tfrec", ".record"), "tfrecord"),
}
IDX = re.compile(r"idx\d|ubyte", re.IGNORECASE)
PART = re.compile(r"(-\d+-of-\d+|[-_.]\d{4,})$")  # ends the name of a file without suffix that is one of several
NUMBER = re.compile(r"[-_. ]?(\d+)(?:-of-\d+)?$")  # of a part, as part-00003-of-00012 has it


@dataclass(frozen=True)
class Found:
    """A reader and all files that it reads."""

    files: tuple[Path, ...]
    read: Callable[[], Content]
    strokes: bool = False  # whether it gives strokes
    parts: tuple["Found", ...] = ()  # the same of each part of a set in part files; none: it has none


def find(path: Path) -> Found:
    """The reader for a file or folder.

    Raises:
        DigitjsError: there is no such path, or none for it; the sentence says how to convert it.
    """
    try:
        is_folder = stat.S_ISDIR(path.stat().st_mode)
    except OSError as error:
        raise DigitjsError(f"Cannot read the data {path}: {error.strerror}.") from error
    return _of_folder(path) if is_folder else _of_file(path)


def _of_file(path: Path) -> Found:
    kind = kind_of(path)
    if kind == "npz":
        if arrays.role(path.stem).kind and len(npz.names(path)) == 1:  # one of KMNIST's four
            return _of_files(kind, _same_set(path), path)
        return Found((path,), partial(arrays.read, path))
    if kind == "idx":
        files = idx.siblings(path)
        return Found(files, partial(idx.read, files))
    if kind == "npy" and arrays.role(path.stem).kind:
        return _of_files(kind, _same_set(path), path)
    return _of_files(kind, (path,), path)


def _same_set(path: Path) -> tuple[Path, ...]:
    """The files beside one that have its suffix and are named after what is in them."""
    files = [file for file in pictures.below(path.parent) if file.suffix == path.suffix and file.is_file()]
    return tuple(file for file in files if arrays.role(file.stem).kind)


def _of_files(kind: str, files: tuple[Path, ...], path: Path) -> Found:
    """The reader for the files of one kind in a folder, or for a single one."""
    numbered = _numbered(kind, files)
    if len(numbered) > 1:
        return replace(_of_parts(tuple(_of_files(kind, part, path) for part in numbered)), files=files)
    if kind == "idx":
        files = idx.one_set(files, path)
        return Found(files, partial(idx.read, files))
    if kind == "npz" and len(files) == 1:
        return Found(files, partial(arrays.read, files[0]))
    if kind == "npz" or (kind == "npy" and all(arrays.role(file.stem).kind for file in files)):
        return Found(files, partial(arrays.read_folder, files))
    if kind == "npy":
        return Found(files, partial(quickdraw.read_images, files))
    if kind == "ndjson" and numbered:
        return Found(files, partial(quickdraw.read_part, files), strokes=True)
    if kind == "ndjson":
        return Found(files, partial(quickdraw.read_strokes, files), strokes=True)
    if kind == "jsonl":
        parts = tuple(Found((file,), partial(strokes.read, (file,)), strokes=True) for file in files)
        return Found(files, partial(strokes.read, files), strokes=True, parts=parts)
    if kind == "tfrecord":
        return _of_parts(tuple(Found((file,), partial(tfrecord.read, file)) for file in files))
    return Found(
        files, partial(_tables, files), parts=tuple(Found((file,), partial(_tables, (file,))) for file in files)
    )


def _of_parts(parts: tuple[Found, ...]) -> Found:
    """The reader for several part files as one set."""
    files = tuple(sorted(file for part in parts for file in part.files))
    return Found(files, partial(_together, parts), any(part.strokes for part in parts), parts)


def of_worker(found: Found, share: Share, what: str) -> Found:
    """What one of several workers reads of a set in part files.

    Raises:
        DigitjsError: there are more workers than part files; the sentence has `what` they are of.
    """
    _require_parts(len(found.parts), share, what)
    own = found.parts[share.index :: share.count]
    return own[0] if len(own) == 1 else _of_parts(own)


def shared_out(names: Sequence[str], share: Share, what: str) -> tuple[str, ...]:
    """The same of the files of a folder by their names alone, before they are there; with what lies beside the data.

    Raises:
        DigitjsError: as `of_worker`; or they are of several formats.
    """
    kinds = {name: _kind_by_name(PurePath(name).name) for name in sorted(set(names))}
    if not any(kinds.values()):  # what they are, and how to convert them, is said once they are there
        kinds |= {name: "other" for name in kinds if PurePath(name).suffix.lower() not in (*pictures.SUFFIXES, *OTHERS)}
    files = tuple(Path(name) for name, kind in kinds.items() if kind)
    _require_one_kind(dict.fromkeys("jsonl" if kind == "ndjson" else kind for kind in kinds.values() if kind), what)
    found = set(filter(None, kinds.values()))
    paired = [kind for kind in (*PAIRED, "ndjson") if found == {kind}]
    parts = _numbered(paired[0], files) if paired else tuple((file,) for file in files)
    _require_parts(len(parts), share, what)
    own = (file.as_posix() for part in parts[share.index :: share.count] for file in part)
    return (*own, *(name for name in names if not kinds[name]))


def _kind_by_name(name: str) -> str:
    """The kind of a file of this name, as `kind_of` finds it by the content; empty where the name says none."""
    unpacked = name[:-3] if name.lower().endswith(".gz") else name
    part = PART.search(unpacked)
    suffix = PurePath(unpacked).suffix.lower()
    if IDX.search(name) and suffix not in (*pictures.SUFFIXES, *OTHERS):
        return "idx"
    if part and suffix not in BY_NAME:
        suffix = PurePath(unpacked[: part.start()]).suffix.lower() or ".tfrecord"
    return BY_NAME.get(suffix, "")


def _require_one_kind(kinds: Collection[str], what: object) -> None:
    if len(kinds) > 1:
        raise DigitjsError(f"{what} holds files of several formats ({', '.join(kinds)}): give some of one of them.")


def _require_parts(parts: int, share: Share, what: str) -> None:
    if parts < share.count:
        raise DigitjsError(
            f"{what} has {counted(max(parts, 1), 'part file')} for {share.count} workers: divide it into so many files "
            "or more, numbered at the end of their names, or start fewer workers."
        )


def _together(parts: Sequence[Found]) -> Content:
    """What several part files hold.

    Raises:
        DigitjsError: one cannot be used, or they have more strokes than memory holds.
    """
    contents: list[Content] = []
    held = 0
    for one in parts:
        contents.append(one.read())
        held += sum(len(strokes) for part in contents[-1].parts for strokes in part.strokes or ())
        require_held(held, "one worker's part files")
    samples = tuple(part for content in contents for part in content.parts)
    notes = tuple(dict.fromkeys(note for content in contents for note in content.notes))
    return replace(contents[0], parts=samples, notes=notes)


def _numbered(kind: str, files: tuple[Path, ...]) -> tuple[tuple[Path, ...], ...]:
    """The files of each part of a set whose parts are numbered at the end of their names, such as images-07.npy and
    labels-07.npy; none where they are not.
    """
    if kind not in (*PAIRED, "ndjson") or (kind == "npy" and not all(arrays.role(file.stem).kind for file in files)):
        return ()
    parts: dict[str, list[Path]] = {}
    names = set()
    for file in files:
        name = idx.Name.of(file).set if kind == "idx" else file.stem
        number = NUMBER.search(name)
        if number is None:
            return ()
        parts.setdefault(number[1], []).append(file)
        names.add(name[: number.start()])
    return tuple(map(tuple, parts.values())) if kind in ("npz", "npy") or len(names) == 1 else ()


def _of_folder(folder: Path) -> Found:
    """The reader for a folder: of the files in it, or of the pictures in its folders."""
    found = pictures.find(folder)
    if found.files:
        return Found(tuple(file for _, _, file in found.files), partial(pictures.read, found, folder))
    kinds: dict[str, list[Path]] = {}
    for path in pictures.below(folder):
        if path.is_file() or not path.is_dir():  # what is neither is refused by name
            with_kind = _kind_or_none(path)
            if with_kind:
                kinds.setdefault(with_kind, []).append(path)
    _require_one_kind(kinds, folder)
    if kinds:
        [(kind, files)] = kinds.items()
        return _of_files(kind, tuple(files), folder)
    for path in pictures.below(folder):
        if path.is_file() and other_formats.is_known(path):
            kind_of(path)  # which says how to convert it
    loose = sum(path.suffix.lower() in pictures.SUFFIXES for path in pictures.below(folder))
    what = f"has {counted(loose, 'picture')}, but not in folders" if loose else "holds no data that digitjs reads"
    raise DigitjsError(
        f"{folder} {what}: put the pictures of each class into a folder named after it, or give {other_formats.READ}."
    )


def _kind_or_none(path: Path) -> str:
    """The kind of a file in a folder; empty where it is something else, such as a note or a picture."""
    if path.suffix.lower() in (*pictures.SUFFIXES, *OTHERS):
        return ""
    if not path.suffix:
        return _kind_by_content(path) if path.is_file() else ""
    try:
        return kind_of(path)
    except DigitjsError:
        inputs.require(path, "data", LARGEST)
        if path.suffix.lower() in (".npz", ".npy", ".jsonl", ".ndjson", ".gz"):
            raise
        return ""


def _kind_by_content(path: Path) -> str:
    """The kind of a file without a suffix in a folder, such as MNIST's or train-00000-of-00002; empty for others."""
    if idx.is_idx(path):
        return "idx"
    return "tfrecord" if tfrecord_file.is_one(path, _start(path)) else ""


def kind_of(path: Path) -> str:
    """The format of a file: npz, npy, idx, tfrecord, ndjson, jsonl or table.

    Raises:
        DigitjsError: it is none of these.
    """
    start = _start(path)
    suffix = path.suffix.lower()
    if start.startswith(b"PK") and (suffix == ".npz" or npz.names(path)):
        return "npz"
    if start.startswith(b"\x93NUMPY"):
        return "npy"
    if idx.is_idx(path):
        return "idx"
    if tfrecord_file.is_one(path, start):
        return "tfrecord"
    first = start.lstrip(b"\xef\xbb\xbf \t\r\n").split(b"\n", 1)[0]
    if first.startswith(b"{") and quickdraw.is_line(first):
        return "ndjson"
    if suffix == ".jsonl" or (first.startswith(b"{") and suffix in (".json", ".ndjson", "")):
        return "jsonl"
    if table.layout(path):
        return "table"
    raise other_formats.refusal(path, start)


def _start(path: Path) -> bytes:
    inputs.require(path, "data", LARGEST)
    try:
        with path.open("rb") as file:
            return file.read(START)
    except OSError as error:
        raise DigitjsError(f"Cannot read the data {path}: {error.strerror}.") from error


def _tables(files: tuple[Path, ...]) -> Content:
    """Tables of one folder; those without labels, such as Kaggle's test.csv, are left out."""
    labelled = [file for file in files if (found := table.layout(file)) and found.label is not None]
    contents = [table.read(file) for file in labelled or files]
    left = [file.name for file in files if file not in labelled]
    notes = (f"Left out {', '.join(left)}, which has no labels.",) if left else ()
    parts = tuple(part for content in contents for part in content.parts)
    return Content(contents[0].format, parts, notes, transposed=contents[0].transposed)
