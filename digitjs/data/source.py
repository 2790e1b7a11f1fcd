"""Where samples come from: what the user names, and how it is to be understood. Plain values, no files are read."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import msgspec

from digitjs.filesystem.paths import PACKAGE
from digitjs.filesystem.urls import is_address, is_here, without_secrets

MNIST = PACKAGE / "data" / "mnist.npz"
WORD = "mnist"  # stands for the file above wherever a path is asked for


@dataclass(frozen=True)
class DataOptions:
    """What the owner knows better than what the data say; None: find it out."""

    invert: bool | None = None  # whether light pixels are paper
    transpose: bool | None = None  # whether rows and columns of the images are exchanged
    classes: tuple[str, ...] = ()  # names for numbers in their order, or which labels are used, and in which order
    kind: Literal["drawing", "picture"] | None = None


@dataclass(frozen=True)
class Source:
    """Files and folders whose samples are put together."""

    paths: tuple[Path, ...]
    options: DataOptions = DataOptions()
    names: tuple[str, ...] = ()  # of the paths, for people; empty: as they are
    copies: tuple[Path, ...] = ()  # those of the paths that were fetched; by each of several workers, its own files

    @property
    def named(self) -> str:
        """All paths, for people."""
        return ", ".join(self.names or map(str, self.paths))

    @property
    def has_mnist(self) -> bool:
        """Whether the embedded MNIST is among them."""
        return MNIST in self.paths


@dataclass(frozen=True)
class Share:
    """Which part files of each path one of several workers reads: every `count`-th from the `index`-th on."""

    index: int = 0  # from 0
    count: int = 1


class Seen(msgspec.Struct, frozen=True):
    """All part files of a path, as one of several workers sees them."""

    count: int
    digest: str  # SHA-256 of their names and sizes, and of what else a store says of them

    @classmethod
    def of(cls, files: Mapping[str, object]) -> "Seen":
        """Of what is known of each file, by its name."""
        known = msgspec.json.encode(files, order="deterministic")
        return cls(len(files), hashlib.sha256(known).hexdigest())


def chosen(words: tuple[str, ...], options: DataOptions, fetched: Callable[[str], Path] | None = None) -> Source | None:
    """The source that some words name; None where it is the embedded MNIST as it is.

    Args:
        words: paths and addresses, or `mnist` for the embedded MNIST; none of them means it, too.
        options: of the configuration.
        fetched: gives the copy of what an address names; without it there are no addresses.
    """
    places = {word: MNIST if word == WORD else Path(word) for word in words}
    if fetched:
        places |= {word: fetched(word) for word in words if is_address(word)}
    paths = tuple(places[word] for word in words) or (MNIST,)
    names = tuple(without_secrets(word) if is_address(word) else str(places[word]) for word in words)
    copies = tuple(places[word] for word in words if is_address(word) and not is_here(word))
    source = Source(paths, options, names if any(map(is_address, words)) else (), copies)
    return None if paths == (MNIST,) and options == DataOptions() else source
