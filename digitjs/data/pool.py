"""Samples of several files as one set: what their labels mean together, and how each becomes an image."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from digitjs.data import framing, ink, rasterize
from digitjs.data.parts import Content, Part, coded, counted, natural
from digitjs.data.samples import FramedImages
from digitjs.data.source import DataOptions
from digitjs.data.stored import StoredImages, as_bytes
from digitjs.data.task import DIGITS, Framing
from digitjs.errors import DigitjsError
from digitjs.filesystem import scratch

SHOWN = 8  # names in a sentence
FLOATS = 1 << 29  # bytes that all images of a pool may take as floats: 170,000 of 28 x 28


@dataclass(frozen=True)
class Pool:
    """Parts one after the other; a sample's place counts through all of them."""

    parts: tuple[Part, ...]
    classes: tuple[str, ...]
    notes: tuple[str, ...] = ()

    @property
    def labels(self) -> NDArray[np.int64]:
        """(n,) places in the classes."""
        place = {name: i for i, name in enumerate(self.classes)}
        return np.concatenate([np.array([place[name] for name in p.names], np.int64)[p.labels] for p in self.parts])

    @property
    def is_test(self) -> NDArray[np.bool_]:
        """(n,) whether the file gives a sample to test with."""
        return np.concatenate([np.full(len(part), part.split == "test") for part in self.parts])

    @property
    def writers(self) -> NDArray[np.int64] | None:
        """(n,) who drew each, by number; None where that is not known of all."""
        if any(part.writers is None for part in self.parts):
            return None
        return coded(writer for part in self.parts for writer in part.writers or ())[1]

    def strokes(self, places: NDArray[np.int64]) -> tuple[bytes, ...] | None:
        """The drawings at some places; None where there are images among all."""
        drawings = [drawing for part in self.parts for drawing in part.strokes or ()]
        return tuple(drawings[place] for place in places) if len(drawings) == sum(map(len, self.parts)) else None

    def images(self, places: NDArray[np.int64], hows: tuple[ink.Treatment | None, ...], frame: Framing) -> FramedImages:
        """The images (n, size, size, 1) at some ascending places, each as its part is treated; None: strokes.

        As floats where all images of the pool together are few enough, else stored as bytes.

        Raises:
            DigitjsError: they are too many for the disk.
        """
        shape = (len(places), frame.size, frame.size, 1)
        blocks = self._framed(places, hows, frame)
        if 4 * frame.size**2 * sum(map(len, self.parts)) > FLOATS:
            return StoredImages(scratch.array(map(as_bytes, blocks), shape, np.uint8))
        images, start = np.empty(shape, np.float32), 0
        for block in blocks:
            images[start : start + len(block)] = block
            start += len(block)
        return images

    def _framed(
        self, places: NDArray[np.int64], hows: tuple[ink.Treatment | None, ...], frame: Framing
    ) -> Iterator[NDArray[np.float32]]:
        """The images at some places in blocks, one after the other."""
        ends = np.cumsum([len(part) for part in self.parts])
        step = max(1, framing.CHUNK // frame.size**2)
        for part, how, end in zip(self.parts, hows, ends, strict=True):
            own = places[(places >= end - len(part)) & (places < end)] - (end - len(part))
            for start in range(0, len(own), step):
                some = own[start : start + step]
                if part.strokes is not None:
                    yield rasterize.images([part.strokes[i] for i in some], frame, tidy=are_digits(self.classes))
                elif part.images is not None and how is not None:
                    yield ink.treated(part.images, some, how)


def joined(contents: tuple[Content, ...], options: DataOptions) -> Pool:
    """The samples of several files, without copies, those that are no single class, and blank images.

    Raises:
        DigitjsError: the classes that the owner names are not those of the data.
    """
    parts = tuple(part for content in contents for part in content.parts)
    parts, copies = _without_copies(parts)
    parts, rows = _without_rows(parts, options.classes)
    parts, classes, left = _classes(parts, options.classes)
    parts, blank = _without_blanks(parts)
    return Pool(parts, classes, (*(note for one in contents for note in one.notes), *copies, *rows, *left, *blank))


def _without_copies(parts: tuple[Part, ...]) -> tuple[tuple[Part, ...], list[str]]:
    """Parts with the last of the samples that have an identity in common: who relabels writes a later line."""
    seen: set[bytes] = set()
    kept = []
    for part in reversed(parts):
        last = []
        for place in reversed(range(len(part))) if part.identities is not None else ():
            own = part.identities[place] if part.identities else ()
            if seen.isdisjoint(own):
                last.append(place)
            seen.update(own)
        whole = part.identities is None or len(last) == len(part)
        kept.append(part if whole else part.chosen(np.array(last[::-1], np.int64)))
    count = sum(map(len, parts)) - sum(map(len, kept))
    said = f"Left out {counted(count, 'line')} about drawings that come again later: the last line of each counts."
    return tuple(kept[::-1]), [said] if count else []


def _without_rows(parts: tuple[Part, ...], chosen: tuple[str, ...]) -> tuple[tuple[Part, ...], list[str]]:
    """Parts without rows of digits: texts such as "125" where 1, 2 and 5 are classes and 125 is none."""
    names = {name for part in parts for name in part.names if name not in part.rows} | set(chosen)
    rows = {row for part in parts for row in part.rows if row not in names and set(row) <= names}
    kept = tuple(_only(part, [name for name in part.names if name not in rows]) for part in parts)
    count = sum(map(len, parts)) - sum(map(len, kept))
    rows_left = counted(count, "row")
    said = f"Left out {rows_left} of signs, such as {shown(rows)}: name them in classes if they are signs themselves."
    return kept, [said] if count else []


def _classes(parts: tuple[Part, ...], chosen: tuple[str, ...]) -> tuple[tuple[Part, ...], tuple[str, ...], list[str]]:
    """The classes in their order, parts with no others, and what was left out."""
    names = sorted({name for part in parts for name in part.names}, key=natural)
    if not chosen:
        return parts, tuple(names), []
    if set(chosen) <= set(names):
        kept = tuple(_only(part, [name for name in part.names if name in chosen]) for part in parts)
        others = [name for name in names if name not in chosen]
        count = sum(map(len, parts)) - sum(map(len, kept))
        said = f"Left out {counted(count, 'sample')} of classes that are not chosen: {shown(others)}."
        return kept, chosen, [said] if others else []
    numbers = [int(name) for name in names if name.isdecimal()]
    first = 0 if not numbers or max(numbers) < len(chosen) else 1
    if len(numbers) < len(names) or not first <= min(numbers) <= max(numbers) < first + len(chosen):
        lacking = [name for name in chosen if name not in names]
        raise DigitjsError(
            f"The chosen classes {shown(lacking)} are not in the data: give some of theirs ({shown(names)}), or, where "
            "these are numbers, a name for each from the first on."
        )
    return tuple(_named(part, chosen, first) for part in parts), chosen, []


def _named(part: Part, chosen: tuple[str, ...], first: int) -> Part:
    names, places = coded(chosen[int(name) - first] for name in part.names)
    return replace(part, names=names, labels=places[part.labels])


def _only(part: Part, names: list[str]) -> Part:
    """The samples of some classes."""
    if len(names) == len(part.names):
        return part
    keep = [i for i, name in enumerate(part.names) if name in names]
    some = part.chosen(np.flatnonzero(np.isin(part.labels, keep)))
    return replace(some, names=tuple(names), labels=np.searchsorted(np.array(keep), some.labels))


def _without_blanks(parts: tuple[Part, ...]) -> tuple[tuple[Part, ...], list[str]]:
    kept = []
    for part in parts:
        if part.images is not None and len(part):
            empty = ink.blank(part.images, ink.levels(part.images))
            kept.append(part.chosen(np.flatnonzero(~empty)) if empty.any() else part)
        else:
            kept.append(part)
    count = sum(map(len, parts)) - sum(map(len, kept))
    return tuple(kept), [f"Left out {counted(count, 'blank image')}."] if count else []


def are_pictures(parts: tuple[Part, ...], options: DataOptions) -> bool:
    """Whether the samples show something else than ink: the owner says so, or most images look so."""
    if options.kind is not None:
        return options.kind == "picture"
    votes = 0
    for part in parts:
        looks = False
        if part.images is not None and len(part):
            scale = ink.levels(part.images)
            looks = ink.is_picture(part.images, scale, inverted=ink.light(part.images, scale) > ink.LIGHT)
        votes += len(part) if looks else -len(part)
    return votes > 0


def shown(names: Iterable[str]) -> str:
    """Some of the names, in their order."""
    ordered = sorted(names, key=natural)
    return ", ".join(ordered[:SHOWN]) + (f" and {len(ordered) - SHOWN} more" if len(ordered) > SHOWN else "")


def are_digits(classes: tuple[str, ...]) -> bool:
    """Whether the classes are the ten digits."""
    return classes == DIGITS
