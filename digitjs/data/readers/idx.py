"""MNIST's own format, IDX, packed with gzip or not: a folder of the files, or one of them."""

import gzip
import math
import re
import struct
import zlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from digitjs.data import ink
from digitjs.data.known import about, named
from digitjs.data.parts import LARGEST, Array, Content, Part, Split, coded, listed, require_names
from digitjs.data.readers.arrays import classes_of
from digitjs.errors import DigitjsError
from digitjs.filesystem import inputs, scratch

GZIP = b"\x1f\x8b"
TYPES = {0x08: ">u1", 0x09: ">i1", 0x0B: ">i2", 0x0C: ">i4", 0x0D: ">f4", 0x0E: ">f8"}
MOST = 4  # axes
SPLITS: dict[str, Split] = {"train": "train", "t10k": "test", "test": "test"}
WORDS = re.compile(r"(train|t10k|test)|(images|labels)|idx\d|ubyte|gz", re.IGNORECASE)


@dataclass(frozen=True)
class Name:
    """What the name of an IDX file says."""

    set: str  # what the names of the files of one data set have in common
    split: str  # train, test, or ""

    @classmethod
    def of(cls, path: Path) -> "Name":
        """Of a file such as emnist-letters-train-images-idx3-ubyte.gz."""
        words = [match[1].lower() for match in WORDS.finditer(path.name) if match[1]]
        return cls("-".join(re.findall(r"\w+", WORDS.sub("", path.name))), SPLITS[words[0]] if words else "")


def is_idx(path: Path) -> bool:
    """Whether a regular file begins as an IDX file does, unpacked if need be."""
    start = _start(path)
    return len(start) == 4 and start[:2] == b"\0\0" and start[2] in TYPES and 1 <= start[3] <= MOST


def siblings(path: Path) -> tuple[Path, ...]:
    """The files of the data set that one of them belongs to, in order."""
    own, packed = Name.of(path), path.suffix == ".gz"
    files = sorted(file for file in path.parent.iterdir() if file.is_file() and not file.name.startswith("."))
    return tuple(
        file
        for file in files
        if file == path or ((file.suffix == ".gz") == packed and Name.of(file).set == own.set and is_idx(file))
    )


def one_set(files: tuple[Path, ...], folder: Path) -> tuple[Path, ...]:
    """The IDX files of a folder, once they are those of one data set; of files that are there twice the unpacked.

    Raises:
        DigitjsError: they belong to several.
    """
    twice = {file.name for file in files}
    files = tuple(file for file in files if file.name.removesuffix(".gz") not in twice - {file.name})
    sets = sorted({Name.of(file).set for file in files})
    if len(sets) > 1:
        raise DigitjsError(f"{folder} holds several data sets ({', '.join(sets)}): give a file of one of them.")
    return files


def read(files: tuple[Path, ...]) -> Content:
    """The labelled images of one data set's files.

    Raises:
        DigitjsError: files are missing or damaged; all faults at once.
    """
    arrays: dict[str, dict[str, Array]] = {}
    faults, unread = [], set[str]()
    for file in files:
        array = _array(file)
        if isinstance(array, str):
            faults.append(f"{file.name} {array}")
            unread.add(Name.of(file).split)
        else:
            kind = "images" if array.ndim > 2 else "labels"
            arrays.setdefault(Name.of(file).split, {})[kind] = array
    for split, pair in arrays.items():
        faults += [] if split in unread else _faults(pair, split)
    if faults:
        raise DigitjsError(f"Cannot use the data {files[0].parent}: {listed(faults)}.")
    parts = tuple(_part(pair, split, files[0]) for split, pair in arrays.items() if len(pair["labels"]))
    require_names({name for part in parts for name in part.names}, files[0])
    return Content("IDX files", parts, transposed=about(files[0]).transposed)


def _faults(pair: dict[str, Array], split: str) -> list[str]:
    which = f"the {split} split" if split else "it"
    missing = [kind for kind in ("images", "labels") if kind not in pair]
    if missing:
        return [f"{which} lacks the {missing[0]}, put all files of the set into one folder"]
    wrong = [f"the images have {said}"] if (said := ink.fault(pair["images"])) else []
    count = len(pair["images"]), len(pair["labels"])
    return wrong if count[0] == count[1] else [*wrong, f"{which} has {count[0]} images but {count[1]} labels"]


def _part(pair: dict[str, Array], split: str, path: Path) -> Part:
    names, places = classes_of(pair["labels"].reshape(len(pair["labels"]), -1)[:, 0].astype(np.int64))
    meant = named(names, path)
    names, renamed = coded(meant.get(name, name) for name in names)
    images = pair["images"]
    images = images.reshape(*images.shape[:3])
    return Part(names, renamed[places], images=images, split=SPLITS.get(split, ""))


def _array(path: Path) -> Array | str:
    """The array of a file, or what is wrong with the file."""
    inputs.require(path, "data", LARGEST)
    try:
        packed = _packed(path)
        with (gzip.open if packed else open)(path, "rb") as file:
            zeros, kind, axes = struct.unpack(">HBB", file.read(4))
            if zeros or kind not in TYPES or not 1 <= axes <= MOST:
                return "does not begin as an IDX file does"
            shape = struct.unpack(f">{axes}I", file.read(4 * axes))
            dtype = np.dtype(TYPES[kind])
            size = math.prod(shape) * dtype.itemsize
            if size > LARGEST:
                return f"declares {size / 1e9:,.1f} GB, give at most {LARGEST / 1e9:,.0f}"
            content = scratch.unpacked(file, size) if packed else scratch.file_bytes(path, file.tell())
    except (OSError, EOFError, struct.error, zlib.error) as error:
        return f"cannot be read ({getattr(error, 'strerror', None) or 'cut short or damaged'}), fetch it again"
    if len(content) != size:
        return f"declares the shape {shape} but holds {'more' if len(content) > size else 'less'}, fetch it again"
    if axes > 2 and (axes == 4 and shape[3] != 1):
        return f"has the shape {shape}, give grey images"
    return content.view(dtype).reshape(shape)


def _packed(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(2) == GZIP


def _start(path: Path) -> bytes:
    """The first four bytes, unpacked."""
    try:
        with path.open("rb") as file:
            start = file.read(4)
        if start[:2] != GZIP:
            return start
        with gzip.open(path) as unpacked:
            return unpacked.read(4)
    except (OSError, EOFError, zlib.error):
        return b""
