"""Images framed as MNIST was, and as the page frames strokes: the ink's longest side so many pixels, its centre in the
middle.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from digitjs.data.task import MNIST_FRAMING, Framing

Images = NDArray[np.float32]

SOFTENED = 0.4  # pixels that the longest side loses when it is resampled, which softens the edges
INK = 0.3  # of an image's darkest pixel; what is lighter does not count for its box
NEAR = 1 / 20  # of the side, by which side and centre of the median image of a framed set may be off
CHUNK = 4096 * MNIST_FRAMING.size**2  # pixels at once, 13 MB


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

    def middle(self, framing: Framing) -> Images:
        """(n, 2) what lies in the middle of a framed image."""
        boxed: Images = (self.low + self.high) / 2
        return self.centre if framing.centre == "mass" else boxed


def chunk(images: NDArray[np.generic]) -> int:
    """How many images (n, h, w, ...) are worked on at once."""
    return max(1, CHUNK // max(1, images[0].size)) if len(images) else 1


def middle(framing: Framing) -> float:
    """Pixel index of the ink's centre: MNIST's centres of mass lie in the pixel after the image's own middle."""
    return framing.size / 2 if framing.centre == "mass" else (framing.size - 1) / 2


def is_framed(images: Images, framing: Framing = MNIST_FRAMING) -> bool:
    """Whether most images (n, h, w, 1) are framed like this already, as MNIST's all are by its own."""
    if images.shape[1:3] != (framing.size, framing.size):
        return False
    step = chunk(images)
    inks = [_find(images[start : start + step, ..., 0]) for start in range(0, len(images), step)]
    sides = np.concatenate([abs(ink.side - framing.side) for ink in inks])
    centres = np.concatenate([abs(ink.middle(framing) - middle(framing)).max(axis=1) for ink in inks])
    near = NEAR * framing.side
    return bool(np.median(sides) <= near and np.median(centres) <= near)


def frame(images: Images, framing: Framing = MNIST_FRAMING) -> Images:
    """Images (n, h, w, 1) in [0, 1] of any size, each scaled and shifted to its frame; empty ones stay empty.

    The width of the ink's lines grows and shrinks with the ink: the framing's pen is for strokes alone.

    Returns:
        (n, size, size, 1)
    """
    framed = np.empty((len(images), framing.size, framing.size, 1), np.float32)
    step = chunk(images)
    for start in range(0, len(images), step):
        framed[start : start + step, ..., 0] = _frame(images[start : start + step, ..., 0], framing)
    return framed


def fit(images: Images, size: int = MNIST_FRAMING.size) -> Images:
    """Whole images (n, h, w) scaled so that their longer side fills (n, size, size): what is not drawn."""
    scale = np.full(len(images), size / max(images.shape[1:]), np.float32)
    pixels, middle = np.arange(size, dtype=np.float32), (size - 1) / 2
    down, across = (
        _weights((pixels - middle) / scale[:, None] + (length - 1) / 2, scale, length) for length in images.shape[1:]
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


def _frame(images: Images, framing: Framing) -> Images:
    """(n, h, w), read at the new pixels' places in the old images."""
    ink = _find(images)
    scale = (framing.side - SOFTENED) / ink.side
    # The ink's centre goes to the middle, or as near to it as keeps the ink inside the image.
    own = ink.middle(framing)
    before, after = (own - ink.low + 0.5) * scale[:, None], (ink.high - own + 0.5) * scale[:, None]
    centre = np.clip(middle(framing), before - 0.5, framing.size - 0.5 - after)
    pixels = np.arange(framing.size, dtype=np.float32)
    places = (pixels - centre[..., None]) / scale[:, None, None] + own[..., None]  # (n, 2, size)
    down, across = (_weights(places[:, axis], scale, images.shape[axis + 1]) for axis in (0, 1))
    framed: Images = down @ images @ across.swapaxes(1, 2)
    return np.minimum(framed, 1)


def _weights(places: Images, scale: Images, length: int) -> Images:
    """How much each of `length` old pixels counts for each new one, (n, size, length).

    The overlap of a new pixel with the old ones: bilinear where images grow, the average of an area where they shrink.
    """
    width = np.maximum(1, 1 / scale)[:, None, None].astype(np.float32)  # of a new pixel, in old ones
    old = np.arange(length, dtype=np.float32)
    apart = abs(places[..., None] - old)
    overlap: Images = np.clip((1 + width) / 2 - apart, 0, 1) / width
    return overlap
