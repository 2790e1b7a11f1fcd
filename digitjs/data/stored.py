"""Images that need not lie in memory: a set's framed images as bytes, and pictures of different sizes."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from digitjs.filesystem import scratch


@dataclass(frozen=True)
class StoredImages:
    """Framed images as bytes, most often in a file: floats of those that are asked for."""

    values: NDArray[np.uint8]  # (n, size, size, 1); 0 is paper, 255 is ink

    @property
    def shape(self) -> tuple[int, ...]:
        """As of an array."""
        return tuple(self.values.shape)

    def __len__(self) -> int:
        return len(self.values)

    def __getitem__(self, index: Any) -> NDArray[np.float32]:
        """The part that an array's index names, in [0, 1]."""
        floats: NDArray[np.float32] = self.values[index].astype(np.float32)
        floats /= np.float32(255)
        return floats


def as_bytes(images: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Values in [0, 1] to the nearest of 256: images that were bytes before are the same again."""
    nearest: NDArray[np.uint8] = np.rint(images * np.float32(255)).astype(np.uint8)
    return nearest


@dataclass(frozen=True)
class Uneven:
    """Grey images of different sizes, their pixels one after the other."""

    values: NDArray[np.uint8]  # of all images
    starts: NDArray[np.int64]  # (n,) places in the values
    sizes: NDArray[np.int64]  # (n, 2) height and width

    @classmethod
    def of(cls, images: Iterable[NDArray[np.uint8]]) -> "Uneven":
        """So many images (h, w), which are read once."""
        sizes: list[tuple[int, ...]] = []

        def flat() -> Iterable[NDArray[np.uint8]]:
            for image in images:
                sizes.append(image.shape)
                yield image.ravel()

        values = scratch.array(flat(), (-1,), np.uint8)
        known = np.array(sizes, np.int64).reshape(-1, 2)
        counts = known.prod(axis=1)
        return cls(values, np.cumsum(counts) - counts, known)

    def __len__(self) -> int:
        return len(self.starts)

    def __getitem__(self, place: int) -> NDArray[np.uint8]:
        """One image (h, w)."""
        (height, width), start = self.sizes[place], self.starts[place]
        return self.values[start : start + height * width].reshape(height, width)

    def chosen(self, places: NDArray[np.int64]) -> "Uneven":
        """Some of them, in the order of their places."""
        return Uneven(self.values, self.starts[places], self.sizes[places])

    @property
    def stacked(self) -> "NDArray[np.uint8] | Uneven":
        """An array (n, h, w) where all that were given have one size."""
        if len(self) == 0 or (self.sizes != self.sizes[0]).any():
            return self
        return self.values.reshape(len(self), *self.sizes[0])
