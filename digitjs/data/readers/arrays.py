"""NumPy's arrays: .npz and .npy files under any of the usual names, as images and labels."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from math import isqrt
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from digitjs.data import framing, ink, npz
from digitjs.data.known import named
from digitjs.data.parts import Array, Content, Part, Split, coded, listed, require_names
from digitjs.errors import DigitjsError
from digitjs.filesystem import scratch

IMAGES = {"x", "image", "images", "img", "imgs", "data", "pixel", "pixels", "feature", "features", "input", "inputs"}
LABELS = {"y", "label", "labels", "lbl", "lbls", "target", "targets"}
NAMES = {"class", "classes", "name", "names"}
TRAIN, TEST = {"train", "training", "tr"}, {"test", "testing", "te"}
VALIDATION = {"val", "valid", "validation", "dev"}  # is trained on: digitjs holds out its own
UNNAMED = 8  # arrays that are looked into where no name says anything
COLOUR = (0.299, 0.587, 0.114)  # how bright red, green and blue look


@dataclass(frozen=True)
class Role:
    """What an array is for, by its name."""

    kind: str  # images, labels, names; "" where the name does not say
    split: str  # train, test, validation, or ""


def read(path: Path) -> Content:
    """The labelled images of an .npz file.

    Raises:
        DigitjsError: it is no such file, is damaged, or has no labelled images; all faults at once.
    """
    there = npz.names(path)
    roles = {name: role(name) for name in there}
    wanted = tuple(name for name in there if roles[name].kind or name.startswith("arr_")) or there[:UNNAMED]
    return content(npz.read(path, wanted), path, tuple(name for name in there if name not in wanted))


def read_folder(files: tuple[Path, ...]) -> Content:
    """The same of a folder of files with an array each, named by their files, such as KMNIST's four.

    Raises:
        DigitjsError: as `read`.
    """
    arrays: dict[str, Array] = {}
    for file in files:
        if file.suffix == ".npy":
            arrays[file.stem] = npz.read_single(file)
        else:
            there = npz.names(file)
            for name, array in npz.read(file, there).items():
                arrays[file.stem if len(there) == 1 else name] = array
    return content(arrays, files[0], ())


def role(name: str) -> Role:
    """What an array of this name is for."""
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name)
    words = set(re.findall(r"[a-z]+", spaced.lower()))
    for joined in [word for word in words if word[:1] in "xy" and word[1:] in TRAIN | TEST | VALIDATION]:
        words |= {joined[0], joined[1:]}
    split = next(
        (split for split, some in (("train", TRAIN), ("test", TEST), ("validation", VALIDATION)) if words & some),
        "",
    )
    kinds = (("labels", LABELS), ("names", NAMES), ("images", IMAGES))
    return Role(next((kind for kind, some in kinds if words & some), ""), split)


def content(arrays: dict[str, Array], path: Path, left: tuple[str, ...]) -> Content:
    """Arrays by their names as labelled images.

    Raises:
        DigitjsError: all that is wrong with them.
    """
    pairs, names, faults = _paired(arrays)
    parts = []
    for split, pair in pairs.items():
        images, labels = _pair(pair, arrays, faults)
        if images is not None and labels is not None:
            if len(images) == len(labels):
                parts.append(_part(images, labels, names, "test" if split == "test" else "train" if split else ""))
            else:
                what = f"{pair['images']} has {len(images)} images but {pair['labels']} has {len(labels)} labels"
                faults.append(f"{what}, give one for each")
    if faults or not parts:
        raise DigitjsError(f"Cannot use the data {path}: {listed(faults or ['it has no images'])}.")
    found = {name for part in parts for name in part.names}
    meant = {} if names is not None else named(tuple(found), path)
    parts = [_renamed(part, meant) for part in parts if len(part)]
    require_names({name for part in parts for name in part.names}, path)
    notes = [f"{path.name}: left out the arrays {', '.join(left)}."] if left else []
    if "validation" in pairs:
        notes.append(f"{path.name}: its validation split is trained on; digitjs holds out its own.")
    return Content("NumPy arrays", tuple(parts), tuple(notes))


def _renamed(part: Part, meant: dict[str, str]) -> Part:
    """A part whose numbers have got names."""
    names, places = coded(meant.get(name, name) for name in part.names)
    return Part(names, places[part.labels], part.images, split=part.split)


def _paired(arrays: dict[str, Array]) -> tuple[dict[str, dict[str, str]], tuple[str, ...] | None, list[str]]:
    """Which array is for what: by split the names of images and labels, then the classes' names, then faults."""
    pairs: dict[str, dict[str, str]] = {}
    names: tuple[str, ...] | None = None
    faults, unnamed = [], []
    for name, array in arrays.items():
        what = role(name)
        if what.kind == "names" and array.ndim == 1 and array.dtype.kind in "SU":
            names = tuple(_texts(array))
        elif what.kind in ("images", "labels"):
            pair = pairs.setdefault(what.split, {})
            if what.kind in pair:
                faults.append(f"{name} and {pair[what.kind]} are both {what.kind}, give one of them")
            pair[what.kind] = name
        elif what.kind == "":
            unnamed.append(name)
    if not pairs:
        pairs = _by_shape(unnamed, arrays)
    for split, pair in pairs.items():
        which = f" of the {split} split" if split else ""
        faults += [f"it lacks the {kind}{which} (it has {', '.join(list(arrays)[:6]) or 'nothing'})"
                   for kind in ("images", "labels") if kind not in pair]  # fmt: skip
    if not pairs:
        faults.append(f"it has no arrays images and labels (it has {', '.join(list(arrays)[:6]) or 'nothing'})")
    return pairs, names, faults


def _by_shape(unnamed: list[str], arrays: dict[str, Array]) -> dict[str, dict[str, str]]:
    """Pairs of arrays without names that say something, as np.savez(file, x, y) leaves them: by shape, in order."""
    images = [name for name in unnamed if arrays[name].ndim > 2 or (arrays[name].ndim == 2 and _is_flat(arrays[name]))]
    labels = [name for name in unnamed if name not in images and arrays[name].ndim in (1, 2)]
    splits = ("train", "test") if len(images) == 2 else ("",) if len(images) == 1 else ()
    return {split: {"images": x, "labels": y} for split, x, y in zip(splits, images, labels, strict=False)}


def _is_flat(array: Array) -> bool:
    """Whether rows of numbers may be images, and are no one-hot labels."""
    columns = int(array.shape[1])
    return columns >= 64 and isqrt(columns) ** 2 == columns


def _pair(pair: dict[str, str], arrays: dict[str, Array], faults: list[str]) -> tuple[Array | None, list[str] | None]:
    """The images and labels of a split, None where a fault was added."""
    images, labels = None, None
    if "labels" in pair:
        said = _labels(arrays[pair["labels"]])
        if isinstance(said, str):
            faults.append(f"{pair['labels']} has {said}")
        else:
            labels = said
    if "images" in pair:
        shown = images_of(arrays[pair["images"]], None if labels is None else len(labels))
        if isinstance(shown, str):
            faults.append(f"{pair['images']} has {shown}")
        else:
            images = shown
    return images, labels


def images_of(array: Array, count: int | None) -> Array | str:
    """An array as grey images (n, h, w), or what is wrong with it.

    Args:
        array: (n, h, w), with colours in front of or behind h and w, (h, w, c, n) or flat.
        count: how many there should be, where that is known.
    """
    if array.dtype.kind not in "buif":
        return f"dtype {array.dtype}, give images as uint8 or float"
    if array.ndim == 2 and array.size and _is_flat(array):
        array = array.reshape(len(array), isqrt(array.shape[1]), -1)
    elif array.ndim in (3, 4) and count and array.shape[-1] == count != array.shape[0]:
        array = np.moveaxis(array, -1, 0)  # as MATLAB has them
    if array.ndim == 4 and array.shape[1] in (1, 3) and array.shape[3] not in (1, 3, 4):
        array = np.moveaxis(array, 1, 3)
    if array.ndim == 4 and array.shape[3] in (1, 3, 4):
        array = array[..., 0] if array.shape[3] == 1 else _grey(array)
    if array.ndim != 3 or (len(array) and min(array.shape[1:]) < 4):
        return f"the shape {array.shape}, give images as (n, height, width)"
    return ink.fault(array) or array


def _grey(colours: Array) -> Array:
    """(n, h, w, c) as (n, h, w) in the same range."""

    def blocks() -> Iterator[Array]:
        step = framing.chunk(colours)
        for start in range(0, len(colours), step):
            some = colours[start : start + step]
            grey = np.zeros(some.shape[:3], np.float32)
            for i, share in enumerate(COLOUR):
                grey += some[..., i].astype(np.float32) * np.float32(share)
            yield grey

    kind = colours.dtype if colours.dtype.kind in "uif" else np.dtype(np.float32)
    return scratch.array(blocks(), colours.shape[:3], kind)


def _labels(array: Array) -> list[str] | str:
    """Labels as texts, or what is wrong with them."""
    if array.ndim == 2 and 1 in array.shape:
        array = array.ravel()
    if array.ndim == 2 and array.shape[1] > 1 and array.dtype.kind in "buif":
        is_one = array == array.max(axis=1, keepdims=True)
        if not (is_one.sum(axis=1) == 1).all():
            return f"the shape {array.shape} but rows with more than one largest value, give one label for each image"
        array = array.argmax(axis=1)
    if array.ndim != 1:
        return f"the shape {array.shape}, give one label for each image, shape (n,)"
    if array.dtype.kind in "SU":
        return _texts(array)
    if array.dtype.kind == "f":
        with np.errstate(invalid="ignore"):
            whole = array.astype(np.int64)
        if not np.array_equal(whole, array):
            return "labels that are not whole numbers, give whole numbers or texts"
        array = whole
    distinct, places = np.unique(array.astype(np.int64), return_inverse=True)
    names = np.array([str(value) for value in distinct], dtype=object)
    return list(names[places.ravel()])


def _texts(array: Array) -> list[str]:
    """Texts; of numbers that were saved as texts, the numbers."""
    texts = [text.decode("utf-8", "replace") if isinstance(text, bytes) else str(text) for text in array.tolist()]
    return [re.sub(r"^(\d+)\.0$", r"\1", text.strip()) for text in texts]


def _part(images: Array, labels: list[str], names: tuple[str, ...] | None, split: Split) -> Part:
    """A part; numbers are named by an array of names, where there is one."""
    if names is not None and all(label.isdecimal() and int(label) < len(names) for label in set(labels)):
        labels = [names[int(label)] for label in labels]
    codes = coded(labels)
    return Part(*codes, images=images, split=split)


def classes_of(labels: NDArray[np.int64]) -> tuple[tuple[str, ...], NDArray[np.int64]]:
    """Numbers as their names and places in these."""
    distinct, places = np.unique(labels, return_inverse=True)
    return tuple(map(str, distinct.tolist())), places.ravel().astype(np.int64)
