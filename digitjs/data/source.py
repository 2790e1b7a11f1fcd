"""Where samples come from: what the user names, and how it is to be understood. Plain values, no files are read."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from digitjs.filesystem.paths import PACKAGE

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

    @property
    def has_mnist(self) -> bool:
        """Whether the embedded MNIST is among them."""
        return MNIST in self.paths


@dataclass(frozen=True)
class Share:
    """Which part files of each path one of several workers reads: every `count`-th from the `index`-th on."""

    index: int = 0  # from 0
    count: int = 1


def chosen(words: tuple[str, ...], options: DataOptions) -> Source | None:
    """The source that some words name; None where it is the embedded MNIST as it is.

    Args:
        words: paths, or `mnist` for the embedded MNIST; none of them means it, too.
        options: of the configuration.
    """
    paths = tuple(MNIST if word == WORD else Path(word) for word in words) or (MNIST,)
    return None if paths == (MNIST,) and options == DataOptions() else Source(paths, options)
