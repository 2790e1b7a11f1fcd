"""Images framed as MNIST was, and as the page frames strokes: longest side 20 pixels, centre of mass in the middle."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Images = NDArray[np.float32]

SIZE = 28
CENTRE = 14.0  # pixel index of MNIST's centre of mass
SIDE = 20.0  # pixels, the longest side of MNIST's ink
FRAMED_SIDE = 19.6  # the same after resampling, which softens the edges: what training and the page give
INK = 0.3  # of an image's darkest pixel; what is lighter does not count for its box
NEAR = 1.0  # pixels of side and centre that the median image of a framed set may be off
CHUNK = 4096  # images at once, 13 MB
PIXELS = np.arange(SIZE, dtype=np.float32)


@dataclass(frozen=True)
class Ink:
    """Where the ink of n images is: (n, 2), down and across, in pixel indices."""

    low: Images
    high: Images
    centre: Images  # of mass

    @property
    def side(self) -> Images:
        """(n,) pixels, the longest side; of nearly nothing as of 2 pixels."""
        longest: Images = (self.high - self.low + 1).max(axis=1)
        return np.maximum(longest, 2)


def is_framed(images: Images) -> bool:
    """Whether most images (n, 28, 28, 1) are framed already, as MNIST's all are."""
    inks = [_find(images[start : start + CHUNK, ..., 0]) for start in range(0, len(images), CHUNK)]
    sides = np.concatenate([abs(ink.side - SIDE) for ink in inks])
    centres = np.concatenate([abs(ink.centre - CENTRE).max(axis=1) for ink in inks])
    return bool(np.median(sides) <= NEAR and np.median(centres) <= NEAR)


def frame(images: Images) -> Images:
    """Images (n, 28, 28, 1) in [0, 1], each scaled and shifted to MNIST's frame; empty ones stay as they are."""
    framed = np.empty_like(images)
    for start in range(0, len(images), CHUNK):
        framed[start : start + CHUNK, ..., 0] = _frame(images[start : start + CHUNK, ..., 0])
    return framed


def _find(images: Images) -> Ink:
    """The ink of (n, 28, 28)."""
    inside = images > INK * images.max(axis=(1, 2), keepdims=True)
    mass = np.maximum(images.sum(axis=(1, 2)), 1e-6)
    low, high, centre = [], [], []
    for other in (2, 1):  # rows, then columns
        held = inside.any(axis=other)
        low.append(held.argmax(axis=1))
        high.append(SIZE - 1 - held[:, ::-1].argmax(axis=1))
        centre.append(images.sum(axis=other) @ PIXELS / mass)
    return Ink(*(np.stack(parts, axis=1).astype(np.float32) for parts in (low, high, centre)))


def _frame(images: Images) -> Images:
    """(n, 28, 28), read at the new pixels' places in the old images, bilinearly."""
    ink = _find(images)
    scale = (FRAMED_SIDE / ink.side)[:, None]
    # The ink's centre of mass goes to the middle, or as near to it as keeps the ink inside the image.
    before, after = (ink.centre - ink.low + 0.5) * scale, (ink.high - ink.centre + 0.5) * scale
    centre = np.clip(CENTRE, before - 0.5, SIZE - 0.5 - after)
    places = (PIXELS - centre[..., None]) / scale[..., None] + ink.centre[..., None]  # (n, 2, 28)
    weights = np.maximum(0, 1 - abs(places[..., None] - PIXELS))  # (n, 2, 28 new, 28 old): bilinear, axis by axis
    framed: Images = weights[:, 0] @ images @ weights[:, 1].swapaxes(1, 2)
    return np.minimum(framed, 1)
