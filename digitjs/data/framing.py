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
CHUNK = 4096 * SIZE * SIZE  # pixels at once, 13 MB
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


def chunk(images: NDArray[np.generic]) -> int:
    """How many images (n, h, w, ...) are worked on at once."""
    return max(1, CHUNK // max(1, images[0].size)) if len(images) else 1


def is_framed(images: Images) -> bool:
    """Whether most images (n, h, w, 1) are framed already, as MNIST's all are."""
    if images.shape[1:3] != (SIZE, SIZE):
        return False
    step = chunk(images)
    inks = [_find(images[start : start + step, ..., 0]) for start in range(0, len(images), step)]
    sides = np.concatenate([abs(ink.side - SIDE) for ink in inks])
    centres = np.concatenate([abs(ink.centre - CENTRE).max(axis=1) for ink in inks])
    return bool(np.median(sides) <= NEAR and np.median(centres) <= NEAR)


def frame(images: Images) -> Images:
    """Images (n, h, w, 1) in [0, 1] of any size, each scaled and shifted to MNIST's frame; empty ones stay empty.

    Returns:
        (n, 28, 28, 1)
    """
    framed = np.empty((len(images), SIZE, SIZE, 1), np.float32)
    step = chunk(images)
    for start in range(0, len(images), step):
        framed[start : start + step, ..., 0] = _frame(images[start : start + step, ..., 0])
    return framed


def fit(images: Images) -> Images:
    """Whole images (n, h, w) scaled so that their longer side fills the frame, as (n, 28, 28): what is not drawn."""
    scale = np.full(len(images), SIZE / max(images.shape[1:]), np.float32)
    middle = (SIZE - 1) / 2
    down, across = (
        _weights((PIXELS - middle) / scale[:, None] + (length - 1) / 2, scale, length) for length in images.shape[1:]
    )
    fitted: Images = down @ images @ across.swapaxes(1, 2)
    return fitted


def _find(images: Images) -> Ink:
    """The ink of (n, h, w)."""
    inside = images > INK * images.max(axis=(1, 2), keepdims=True)
    mass = np.maximum(images.sum(axis=(1, 2)), 1e-6)
    low, high, centre = [], [], []
    for axis, other in ((1, 2), (2, 1)):  # rows, then columns
        length = images.shape[axis]
        held = inside.any(axis=other)
        low.append(held.argmax(axis=1))
        high.append(length - 1 - held[:, ::-1].argmax(axis=1))
        centre.append(images.sum(axis=other) @ np.arange(length, dtype=np.float32) / mass)
    return Ink(*(np.stack(parts, axis=1).astype(np.float32) for parts in (low, high, centre)))


def _frame(images: Images) -> Images:
    """(n, h, w), read at the new pixels' places in the old images."""
    ink = _find(images)
    scale = FRAMED_SIDE / ink.side
    # The ink's centre of mass goes to the middle, or as near to it as keeps the ink inside the image.
    before, after = (ink.centre - ink.low + 0.5) * scale[:, None], (ink.high - ink.centre + 0.5) * scale[:, None]
    centre = np.clip(CENTRE, before - 0.5, SIZE - 0.5 - after)
    places = (PIXELS - centre[..., None]) / scale[:, None, None] + ink.centre[..., None]  # (n, 2, 28)
    down, across = (_weights(places[:, axis], scale, images.shape[axis + 1]) for axis in (0, 1))
    framed: Images = down @ images @ across.swapaxes(1, 2)
    return np.minimum(framed, 1)


def _weights(places: Images, scale: Images, length: int) -> Images:
    """How much each of `length` old pixels counts for each new one, (n, 28, length).

    The overlap of a new pixel with the old ones: bilinear where images grow, the average of an area where they shrink.
    """
    width = np.maximum(1, 1 / scale)[:, None, None].astype(np.float32)  # of a new pixel, in old ones
    old = np.arange(length, dtype=np.float32)
    apart = abs(places[..., None] - old)
    overlap: Images = np.clip((1 + width) / 2 - apart, 0, 1) / width
    return overlap
