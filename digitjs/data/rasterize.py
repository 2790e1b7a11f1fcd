"""Strokes as images: drawn by the page's own module under Node, so that training and page cannot differ."""

import hashlib
from collections.abc import Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray

from digitjs import node
from digitjs.data.task import MNIST_FRAMING, Framing
from digitjs.errors import DigitjsError
from digitjs.filesystem.paths import digest, resource

PIXELS = 4096 * 28 * 28  # of the drawings at once: 13 MB of images
BYTES = 1 << 26  # of them, as JSON
SCRIPT = "rasterize.mjs"
CODE = (SCRIPT, "js/recognition/rasterize.js", "js/geometry.js")  # what decides how strokes become pixels


def images(strokes: Sequence[bytes], framing: Framing = MNIST_FRAMING, *, tidy: bool) -> NDArray[np.float32]:
    """Framed images (n, size, size, 1) of drawings, each as JSON [[[x, y], ...], ...].

    Args:
        strokes: the drawings.
        framing: where the ink lies, and its pen.
        tidy: whether stray taps are left out, as the page does with digits, which have no dots.

    Raises:
        DigitjsError: Node does not run.
    """
    size = framing.size
    drawn = np.empty((len(strokes), size, size, 1), np.float32)
    options = ("--framing", msgspec.json.encode(framing).decode(), *(("--tidy",) if tidy else ()))
    start = 0
    while start < len(strokes):
        some = _chunk(strokes, start, max(1, PIXELS // size**2))
        answer = np.frombuffer(node.run(SCRIPT, b"\n".join(some), options), "<f4")
        if answer.size != len(some) * size**2:
            raise DigitjsError(f"{SCRIPT} drew fewer drawings than it was given: reinstall digitjs.")
        drawn[start : start + len(some)] = answer.reshape(-1, size, size, 1)
        start += len(some)
    return drawn


def _chunk(strokes: Sequence[bytes], start: int, most: int) -> Sequence[bytes]:
    """The next drawings, at most so many, and so many that Node holds them: one at least."""
    size, end = 0, start
    while end < min(len(strokes), start + most) and (end == start or size + len(strokes[end]) <= BYTES):
        size += len(strokes[end])
        end += 1
    return strokes[start:end]


def fingerprint() -> str:
    """The SHA-256 of the code that draws: images of strokes depend on it."""
    names = "".join(digest(resource("assets") / name) for name in CODE)
    return hashlib.sha256(names.encode()).hexdigest()
