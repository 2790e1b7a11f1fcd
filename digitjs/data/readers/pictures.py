"""Folders of pictures: a folder for each class, under train and test or not."""

import warnings
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError

from digitjs.data.parts import Content, Part, Split, coded, counted, listed, require_names
from digitjs.data.stored import Uneven
from digitjs.errors import DigitjsError

FORMATS = ("PNG", "JPEG", "BMP", "GIF")
SUFFIXES = (".png", ".jpg", ".jpeg", ".bmp", ".gif")
SPLITS: dict[str, Split] = {
    **dict.fromkeys(("train", "training", "val", "valid", "validation"), "train"),
    **dict.fromkeys(("test", "testing"), "test"),
}
LITTER = ("__macosx", "thumbs.db", "desktop.ini", "@eadir")
LARGEST = 1 << 26  # bytes of a picture
PIXELS = 1 << 26  # of a picture: what is decoded takes four bytes for each
SIDE = 112  # pixels that are kept of the longer side: five for each of the frame that the ink goes into
MANY = 20_000  # pictures: of more than these, half as many pixels are kept a side
TOO_LARGE = "has more than 67 million pixels, scale it down"
VISIBLE = 128  # alpha from which on a pixel is seen


@dataclass(frozen=True)
class Found:
    """Pictures of a folder, and what else is in it."""

    files: tuple[tuple[str, Split, Path], ...]  # label, split, picture
    others: Counter[str]  # how many files of other suffixes
    empty: tuple[str, ...]  # classes without pictures
    beside: tuple[str, ...]  # folders beside those of the splits
    loose: int  # pictures beside the folders of classes


@dataclass(frozen=True)
class Picture:
    """A picture in grey."""

    values: NDArray[np.uint8]  # (h, w)
    size: tuple[int, int]  # width and height, in pixels of the file


@dataclass
class _Seen:
    """What is known of pictures after they were read, one by one."""

    labels: list[str] = field(default_factory=list)
    sizes: set[tuple[int, int]] = field(default_factory=set)
    faults: list[str] = field(default_factory=list)

    def values(self, files: list[tuple[str, Split, Path]], folder: Path, side: int) -> Iterator[NDArray[np.uint8]]:
        """The pictures (h, w) of those files that can be read."""
        for label, _, file in files:
            picture = look(file, side)
            if isinstance(picture, str):
                self.faults.append(f"{file.relative_to(folder)} {picture}")
            else:
                self.labels.append(label)
                self.sizes.add(picture.size)
                yield picture.values


def is_litter(path: Path) -> bool:
    """Whether an operating system left a file there, or hid it."""
    return path.name.startswith(".") or path.name.lower() in LITTER


def below(folder: Path) -> list[Path]:
    """What is in a folder, without litter, in order.

    Raises:
        DigitjsError: it cannot be listed.
    """
    try:
        return sorted(path for path in folder.iterdir() if not is_litter(path))
    except OSError as error:
        raise DigitjsError(f"Cannot read the data {folder}: {error.strerror}.") from error


def find(folder: Path) -> Found:
    """The pictures below a folder; folders that hold nothing but one folder are looked through."""
    inside = below(folder)
    while len(inside) == 1 and inside[0].is_dir() and any(one.is_dir() for one in below(inside[0])):
        inside = below(inside[0])
    folders = [path for path in inside if path.is_dir()]
    splits = [path for path in folders if path.name.lower() in SPLITS]
    pairs = [(SPLITS[path.name.lower()], path) for path in splits if any(one.is_dir() for one in below(path))]
    classes = [(split, one) for split, path in pairs for one in below(path) if one.is_dir()]
    if not pairs:
        classes = [("", path) for path in folders]
    beside = [path.name for path in folders if path not in {one for _, one in pairs}] if pairs else []
    around = [*inside, *(one for _, path in pairs for one in below(path))]
    loose = sum(path.suffix.lower() in SUFFIXES and not path.is_dir() for path in around)
    files, others, empty = [], Counter[str](), []
    for split, path in classes:
        inside_it = _files(path)
        pictures = [file for file in inside_it if file.suffix.lower() in SUFFIXES]
        others.update(file.suffix.lower() for file in inside_it if file.suffix.lower() not in SUFFIXES)
        files += [(path.name, split, file) for file in pictures]
        if not pictures:
            empty.append(path.name)
    return Found(tuple(files), others, tuple(empty), tuple(beside), loose)


def read(found: Found, folder: Path) -> Content:
    """Pictures as grey images; the name of a folder is the label of what lies in it, at any depth.

    Raises:
        DigitjsError: some cannot be read; they are named.
    """
    side = SIDE if len(found.files) <= MANY else SIDE // 2
    parts, faults, sizes = [], [], set[tuple[int, int]]()
    for split in dict.fromkeys(split for _, split, _ in found.files):
        seen = _Seen()
        images = Uneven.of(seen.values([one for one in found.files if one[1] == split], folder, side)).stacked
        names, places = coded(seen.labels)
        require_names(names, folder)
        parts.append(Part(names, places, images=images, split=split))
        faults += seen.faults
        sizes |= seen.sizes
    if faults:
        raise DigitjsError(f"{folder} has pictures that cannot be read: {listed(faults)}; mend or remove them.")
    return Content("a folder of pictures for each class", tuple(parts), tuple(_notes(found)), _sizes(sizes))


def look(path: Path, side: int) -> Picture | str:
    """A picture in grey, its longer side at most so many pixels, or what is wrong with it."""
    try:
        if not path.is_file():
            return "is no regular file"
        if path.stat().st_size > LARGEST:
            return f"has more than {LARGEST >> 20} MB"
        with path.open("rb") as file:
            return decoded(file, side)
    except OSError as error:
        return f"cannot be read ({error.strerror})"


def decoded(file: IO[bytes], side: int) -> Picture | str:
    """The same of what is in an open file."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of sizes, which are looked at here, and of colour profiles
            with Image.open(file, formats=FORMATS) as image:
                if image.width * image.height > PIXELS:
                    return TOO_LARGE
                size = image.size
                if image.format == "JPEG":
                    image.draft("L", (2 * side, 2 * side))  # decodes fewer pixels
                upright = ImageOps.exif_transpose(image)
                turned = (upright.width > upright.height) != (size[0] > size[1])
                return Picture(reduced(upright, side), size[::-1] if turned else size)
    except Image.DecompressionBombError:
        return TOO_LARGE
    except UnidentifiedImageError:
        return "is no PNG, JPEG, BMP or GIF"
    except Exception as error:  # whatever damaged bytes make Pillow's decoders raise
        refused = isinstance(error, OSError) and error.strerror
        return f"cannot be read ({error.strerror})" if refused else "is cut short or damaged"  # type: ignore[attr-defined]


def _sizes(sizes: set[tuple[int, int]]) -> str:
    """The smallest and the largest size, or the only one, in words."""
    ordered = sorted(sizes, key=lambda size: (size[0] * size[1], size))
    return " to ".join(f"{width} x {height}" for width, height in dict.fromkeys((ordered[0], ordered[-1])))


def _flattened(image: Image.Image) -> Image.Image:
    """A picture in grey; what is transparent becomes paper of the opposite brightness of what is seen."""
    if image.mode.startswith("I"):  # 16 bits: Pillow would cut what is above 255
        return Image.fromarray((np.asarray(image).astype(np.float32) / 257).clip(0, 255).astype(np.uint8))
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        seen = image.convert("RGBA")
        values, alpha = np.asarray(seen.convert("L")), np.asarray(seen.getchannel("A"))
        if not (alpha >= VISIBLE).all():
            shown = values[alpha >= VISIBLE]
            paper = 0 if shown.size and shown.mean() > 127 else 255
            return Image.composite(seen.convert("L"), Image.new("L", seen.size, paper), seen.getchannel("A"))
        return seen.convert("L")
    return image.convert("L")


def reduced(image: Image.Image, side: int) -> NDArray[np.uint8]:
    """A picture (h, w) in grey, its longer side at most so many pixels."""
    return np.asarray(scaled(_flattened(image), side), dtype=np.uint8)


def scaled(image: Image.Image, side: int) -> Image.Image:
    """A picture of any values, its longer side at most so many pixels."""
    longest = max(image.size)
    if longest <= side:
        return image
    size = [max(1, round(length * side / longest)) for length in image.size]
    return image.resize((size[0], size[1]), Image.Resampling.BOX, reducing_gap=None)


def _files(folder: Path) -> list[Path]:
    """The files below a folder, without litter; links to folders are not followed."""
    found = []
    for path in below(folder):
        if path.is_dir():
            found += [] if path.is_symlink() else _files(path)
        else:
            found.append(path)
    return found


def _notes(found: Found) -> list[str]:
    notes = []
    if found.others:
        kinds = ", ".join(f"{count} {suffix or 'without a suffix'}" for suffix, count in found.others.most_common())
        notes.append(f"Left out files that are not PNG, JPEG, BMP or GIF: {kinds}.")
    if found.empty:
        notes.append(f"Left out folders without pictures: {', '.join(dict.fromkeys(found.empty))}.")
    if found.beside:
        notes.append(f"Left out folders beside those of the splits: {listed(found.beside)}.")
    if found.loose:
        notes.append(f"Left out {counted(found.loose, 'picture')} beside the folders of the classes.")
    return notes
