"""TFRecord files whose records are a tf.train.Example with an image and a label each."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from itertools import chain
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from digitjs.data import ink, tfrecord_file
from digitjs.data.known import about, named
from digitjs.data.parts import NAMED, Array, Content, Images, Part, coded, listed, require_names
from digitjs.data.readers import pictures
from digitjs.data.readers.arrays import COLOUR
from digitjs.data.readers.table import FEWEST, split_of
from digitjs.data.stored import Uneven
from digitjs.data.tfrecord_file import Features, Values
from digitjs.errors import DigitjsError
from digitjs.filesystem import scratch

IMAGES = ("image", "image/encoded", "image/raw", "image_raw")  # usual names of features, the first that is there
LABELS = ("label", "image/class/text", "image/class/label")
HEIGHTS, WIDTHS = ("height", "image/height"), ("width", "image/width")
CHANNELS = ("depth", "channels", "image/depth", "image/channels")
MAGIC = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF8")  # what PNG, JPEG and GIF begin with
BMP, HEADERS = b"BM", (12, 40, 52, 56, 64, 108, 124)  # what it begins with, and the lengths of the header from byte 14
TINY = 1e-9  # values of an image's floats are 0 or further from it; bytes that are read as floats often are nearer


class _FaultError(Exception):
    """What is wrong with a record."""


@dataclass
class _Read:
    """What is known of records that were read, one by one."""

    path: Path
    labels: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    words: dict[str, str] = field(default_factory=dict)  # each label once, as there are many

    def images(self) -> Iterator[Array]:
        """The images (h, w) of those records that can be used: bytes, or all of them floats of one size."""
        first: object = None
        for number, features in tfrecord_file.examples(self.path):
            sample = _sample(features)
            first = first or (None if isinstance(sample, str) else _kind(sample[0]))
            if not isinstance(sample, str) and _kind(sample[0]) != first:
                sample = (
                    "its pixels differ in type or size from those of records before it: give all the same, with height "
                    "and width"
                )
            if isinstance(sample, str):
                self.faults.append(f"record {number} ({sample})")
                if len(self.faults) == NAMED:
                    return
            else:
                image, label = sample
                self.labels.append(self.words.setdefault(label, label))
                yield image


def read(path: Path) -> Content:
    """The labelled images of a file.

    Raises:
        DigitjsError: it is damaged, or records lack an image or a label that can be used; the first are named.
    """
    records = _Read(path)
    images = _together(records.images())
    if records.faults:
        raise DigitjsError(f"{path} has records that cannot be used: {listed(records.faults)}; write them again.")
    if not records.labels:
        raise DigitjsError(f"{path} holds no records: give some, with an image and a label in each.")
    if said := ink.fault(images):
        raise DigitjsError(f"{path} has {said}.")
    names, places = coded(records.labels)
    meant = named(names, path)
    names, again = coded(meant.get(name, name) for name in names)
    require_names(names, path)
    part = Part(names, again[places], images=images, split=split_of(path))
    return Content("TFRecord", (part,), transposed=about(path).transposed)


def _together(images: Iterator[Array]) -> Images:
    """Images of different sizes, or an array (n, h, w) where all have one."""
    first = next(images, np.empty((0, 0), np.uint8))
    every = chain([first], images)
    if first.dtype == np.uint8:
        return Uneven.of(image.view(np.uint8) for image in every).stacked
    return scratch.array(every, (-1, *first.shape), first.dtype)


def _sample(features: Features) -> tuple[Array, str] | str:
    """The image and the label of a record, or what is wrong with it."""
    try:
        return _image(features), _label(_feature(features, LABELS))
    except _FaultError as fault:
        return str(fault)


def _kind(image: Array) -> object:
    """What all images of a file have in common: bytes may differ in size."""
    return image.dtype if image.dtype == np.uint8 else (image.dtype, image.shape)


def _feature(features: Features, names: Sequence[str]) -> Values:
    """The feature with the first of some names.

    Raises:
        _FaultError: there is none, or it is empty.
    """
    found = next((features[name] for name in names if features.get(name)), None)
    if found is None:
        there = ", ".join(sorted(features)[:6]) or "nothing"
        raise _FaultError(f"it has no feature {' or '.join(names[:2])}, but {there}")
    return found


def _label(values: Values) -> str:
    """A label as a text.

    Raises:
        _FaultError: it is no single whole number or text.
    """
    if len(values) != 1 or isinstance(values[0], float):
        raise _FaultError("its label is no single whole number or text")
    if isinstance(values[0], bytes):
        try:
            return values[0].decode()
        except UnicodeDecodeError as error:
            raise _FaultError("its label is no UTF-8 text") from error
    return str(values[0])


def _image(features: Features) -> Array:
    """An image (h, w) in grey, as bytes or float32.

    Raises:
        _FaultError: there is none, or it is neither an encoded picture nor pixels of a known size.
    """
    values = _feature(features, IMAGES)
    if not isinstance(values[0], bytes):
        return _grey(_numbers(values), features)
    if len(values) != 1:
        raise _FaultError(f"its image has {len(values)} values, give one")
    [content] = values
    if _is_encoded(content):
        picture = pictures.decoded(BytesIO(content), pictures.SIDE)
        if isinstance(picture, str):
            raise _FaultError(f"its image {picture}")
        return picture.values
    kind = "<f4" if _are_floats(content, features) else np.uint8
    return _grey(np.frombuffer(content, kind), features)


def _is_encoded(content: bytes) -> bool:
    """Whether bytes begin as a PNG, JPEG, GIF or BMP does; pixels may begin with two bytes of the last."""
    is_bmp = content.startswith(BMP) and int.from_bytes(content[14:18], "little") in HEADERS
    return is_bmp or content.startswith(MAGIC)


def _are_floats(content: bytes, features: Features) -> bool:
    """Whether pixels are four bytes each: by the size that a record says, or else by their values, as the bytes of a
    square of floats are as many as those of a square of twice its side.
    """
    if size := _size(features):
        return len(content) == 4 * math.prod(size)
    if math.isqrt(len(content)) ** 2 != len(content) or len(content) % 4 or not any(content):
        return False
    floats = np.frombuffer(content, "<f4")
    return not ink.fault(floats) and bool((abs(floats[floats != 0]) >= TINY).all())


def _numbers(values: Values) -> Array:
    """Pixels that are a list of numbers; whole ones up to 255 as bytes."""
    pixels = np.fromiter(values, np.int64 if isinstance(values[0], int) else np.float32, len(values))
    if pixels.dtype.kind == "i" and pixels.min() >= 0 and pixels.max() <= 255:
        return pixels.astype(np.uint8)
    return pixels.astype(np.float32)


def _size(features: Features) -> tuple[int, int, int] | None:
    """Height, width and channels where a record says them."""
    sizes = [next((features[name] for name in names if features.get(name)), None) for names in (HEIGHTS, WIDTHS)]
    channels = next((features[name] for name in CHANNELS if features.get(name)), [1])
    known = [values[0] for values in (*sizes, channels) if values]
    if len(known) < 3 or not all(isinstance(value, int) and value > 0 for value in known):
        return None
    return known[0], known[1], known[2]


def _grey(pixels: Array, features: Features) -> Array:
    """Pixels in their order as an image.

    Raises:
        _FaultError: they are not as many as the record says, or as a square has.
    """
    side = math.isqrt(len(pixels))
    size = _size(features) or (side, side, 1)
    if math.prod(size) != len(pixels) or size[2] not in (1, 3, 4) or math.prod(size[:2]) < FEWEST:
        what = f"its image has {len(pixels):,} bytes or values, which are no PNG, JPEG, BMP or GIF"
        if _size(features) and size[2] == 1 and len(pixels) / math.prod(size) in (3, 4):
            raise _FaultError(f"{what}, and have {len(pixels) // math.prod(size)} for each pixel: add depth")
        if _size(features):
            raise _FaultError(f"{what}, and not {' x '.join(map(str, size))} pixels")
        raise _FaultError(f"{what}, and no square: add features height and width, and depth of colours")
    image = pixels.reshape(size) if size[2] > 1 else pixels.reshape(size[:2])
    if image.dtype == np.uint8:
        return pictures.reduced(Image.fromarray(image), pictures.SIDE)
    floats: NDArray[np.float32] = image.astype(np.float32)
    grey = floats if size[2] == 1 else floats[..., :3] @ np.array(COLOUR, np.float32)
    return np.asarray(pictures.scaled(Image.fromarray(grey), pictures.SIDE))
