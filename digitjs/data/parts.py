"""What a file of any format holds, before it is framed and split: the one value that all readers give."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from digitjs.data.stored import Uneven
from digitjs.data.task import fault
from digitjs.errors import DigitjsError, printable
from digitjs.filesystem import scratch

Array = NDArray[np.generic]
Images = Array | Uneven  # (n, h, w) of one size, or n of (h, w)
Split = Literal["train", "test", ""]  # "": the file does not say
NAMED = 10  # faults in a message; the rest are counted
LARGEST = 1 << 40  # bytes, of a file and of what is read from it
HELD = 800_000_000  # bytes of strokes as text, which stay in memory: decoded they take ten times as much for a while


@dataclass(frozen=True)
class Part:
    """Labelled samples of one split: images or strokes."""

    names: tuple[str, ...]  # distinct labels, NFC
    labels: NDArray[np.int64]  # (n,) places in names
    images: Images | None = None  # grey, as they lie in the file
    strokes: tuple[bytes, ...] | None = None  # n of JSON [[[x, y], ...], ...]: a tenth of the memory of tuples
    writers: tuple[str, ...] | None = None  # n names; None: not known
    identities: tuple[tuple[bytes, ...], ...] | None = None  # n; samples that have one in common are copies
    split: Split = ""
    rows: frozenset[str] = frozenset()  # names that are several signs where each of their characters is a class

    def __len__(self) -> int:
        return len(self.labels)

    def chosen(self, places: NDArray[np.int64]) -> "Part":
        """Some of the samples, in the order of their places."""
        images = self.images
        if isinstance(images, Uneven):
            images = images.chosen(places)
        elif images is not None:
            images = scratch.rows(images, places)
        return replace(
            self,
            labels=self.labels[places],
            images=images,
            strokes=None if self.strokes is None else tuple(self.strokes[i] for i in places),
            writers=None if self.writers is None else tuple(self.writers[i] for i in places),
            identities=None if self.identities is None else tuple(self.identities[i] for i in places),
        )


@dataclass(frozen=True)
class Content:
    """What a path holds."""

    format: str  # as a person says it
    parts: tuple[Part, ...]
    notes: tuple[str, ...] = ()  # what was left out or guessed, a sentence each
    size: str = ""  # of the images, where they are kept smaller than they are
    transposed: bool = False  # the images are known to have their rows and columns exchanged


def coded(labels: Iterable[str]) -> tuple[tuple[str, ...], NDArray[np.int64]]:
    """Labels as their distinct names, composed (NFC) and without blanks around them, and a place in these for each."""
    places: dict[str, int] = {}
    composed: dict[str, str] = {}
    codes = []
    for label in labels:
        if label not in composed:
            composed[label] = unicodedata.normalize("NFC", label.strip())
        codes.append(places.setdefault(composed[label], len(places)))
    return tuple(places), np.array(codes, dtype=np.int64)


def natural(name: str) -> tuple[tuple[tuple[int, int | str], ...], str]:
    """What names are sorted by so that "2" comes before "10"."""
    parts = [part for part in re.split(r"(\d+)", name) if part]
    return tuple((0, int(part)) if part.isdecimal() else (1, part) for part in parts), name


def require_names(names: Iterable[str], path: Path) -> None:
    """Refuse labels that cannot be classes.

    Raises:
        DigitjsError: all of them, as far as a message can name them.
    """
    if wrong := [said for name in names if (said := fault(name))]:
        raise DigitjsError(f"{path} has labels that cannot be used: {listed(wrong)}.")


def require_held(size: int, what: Path | str) -> None:
    """Refuse strokes, so many bytes of text, that memory may not hold.

    Raises:
        DigitjsError: they are more than `HELD`.
    """
    if size > HELD:
        raise DigitjsError(
            f"The strokes of {what} take more than {HELD / 1e6:,.0f} MB, and are held in memory: give fewer files."
        )


def counted(count: int, noun: str) -> str:
    """So many of something, in words."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def listed(faults: Sequence[str]) -> str:
    """Faults as a part of a sentence: the first are named, the rest counted."""
    more = f"; and {len(faults) - NAMED} more" if len(faults) > NAMED else ""
    return "; ".join(printable(fault) for fault in faults[:NAMED]) + more
