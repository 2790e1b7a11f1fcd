"""What the pixels of a set of images mean: which values are paper and ink, and whether it is ink at all."""

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from digitjs.data import framing
from digitjs.data.parts import Array, Images
from digitjs.data.source import DataOptions
from digitjs.data.stored import Uneven
from digitjs.data.task import MNIST_FRAMING, Framing

Floats = NDArray[np.float32]

OVER = 0.01  # of full ink: floats may lie so far outside of the range, as bicubic resizing leaves them
FAINT = 32  # of 255: where no value of whole numbers is higher, the images are of another scale, such as 0 to 16
BYTE, WORD = 255, 65535
LOOKED_AT = 1000  # images of a set, spread over it, that decide what all of it is
LIGHT = 0.5  # of the range: a border lighter than this is paper on which ink is dark
BLANK = 0.1  # of the range: an image whose values differ less shows nothing
# A picture has areas of grey, where ink has grey edges only, and fills its box. Means over a set, (flat, full): MNIST
# 0.00, 0.46; bold capitals of a font 0.00, 0.58; strokes as of a noisy pencil 0.22, 0.53; Fashion-MNIST 0.41, 0.71.
GREY = (0.1, 0.9)  # of an image's darkest
FLAT, FULL = 0.25, 0.6


@dataclass(frozen=True)
class Levels:
    """Values between which the pixels lie."""

    low: float
    high: float


@dataclass(frozen=True)
class Treatment:
    """How the images of a part become what networks see."""

    levels: Levels
    inverted: bool
    transposed: bool
    picture: bool  # the whole of it is scaled; ink is framed
    framed: bool  # it is already
    framing: Framing = MNIST_FRAMING  # of what networks see


def fault(images: Images) -> str:
    """What is wrong with the values of images; empty where they can be used."""
    if isinstance(images, Uneven) or images.dtype == np.uint8 or images.size == 0:
        return ""
    low, high = float(images.min()), float(images.max())
    if math.isnan(low) or math.isnan(high):
        return "pixels that are not a number (NaN), remove or fill them"
    most = (BYTE if images.dtype.kind == "f" or images.dtype != np.uint16 else WORD) * (1 + OVER)
    if high > most or low < (-1 - OVER if high <= 1 + OVER else -OVER * BYTE) or (images.dtype.kind == "i" and low < 0):
        return f"pixels from {low:g} to {high:g}, scale them to 0..255"
    return ""


def levels(images: Images) -> Levels:
    """The range of the values of images that have no fault."""
    if isinstance(images, Uneven) or len(images) == 0:
        return Levels(0, BYTE)
    low, high = float(images.min()), float(images.max())
    if high <= 1 + OVER:
        return Levels(-1 if low < -OVER else 0, 1)
    if high < FAINT:
        return Levels(0, math.ceil(high))
    return Levels(0, BYTE if high <= BYTE * (1 + OVER) else WORD)


def sizes(images: Images) -> tuple[tuple[int, int], ...]:
    """The smallest and the largest size, (height, width), or the only one."""
    if not isinstance(images, Uneven):
        return ((images.shape[1], images.shape[2]),)
    found = sorted({(height, width) for height, width in images.sizes.tolist()}, key=math.prod)
    return tuple(dict.fromkeys((found[0], found[-1])))


def groups(images: Images, places: NDArray[np.int64]) -> Iterator[tuple[NDArray[np.int64], Array]]:
    """The images at some places in stacks of one size: where in `places` those of a stack come from, and the stack."""
    if not isinstance(images, Uneven):
        step = framing.chunk(images)
        for start in range(0, len(places), step):
            yield np.arange(start, min(start + step, len(places))), images[places[start : start + step]]
        return
    by_size: dict[tuple[int, ...], list[int]] = {}
    for i, place in enumerate(places.tolist()):
        by_size.setdefault(images[place].shape, []).append(i)
    for some in by_size.values():
        step = max(1, framing.CHUNK // images[places[some[0]]].size)
        for start in range(0, len(some), step):
            here = np.array(some[start : start + step])
            yield here, np.stack([images[place] for place in places[here]])


def light(images: Images, scale: Levels) -> float:
    """The share of images whose border is lighter than half of the range."""
    places = looked_at(len(images))
    shares = [_border(unit(some, scale)) > LIGHT for _, some in groups(images, places)]
    return float(np.concatenate(shares).mean()) if shares else 0.0


def is_picture(images: Images, scale: Levels, *, inverted: bool) -> bool:
    """Whether most images show something else than ink, such as clothes or a photograph."""
    flat, full = [], []
    for _, some in groups(images, looked_at(len(images))):
        ink = contrasted(unit(some, scale, inverted=inverted))
        if max(ink.shape[1:]) > MNIST_FRAMING.size:  # as what FLAT and FULL were measured on
            ink = framing.frame(ink[..., None])[..., 0]
        ink = ink / np.maximum(ink.max(axis=(1, 2), keepdims=True), 1e-6)
        flat += _flat(ink).tolist()
        full += _full(ink).tolist()
    return bool(flat) and float(np.mean(flat)) > FLAT and float(np.mean(full)) > FULL


def looked_at(count: int) -> NDArray[np.int64]:
    """Places spread over so many images."""
    return np.unique(np.linspace(0, count - 1, min(count, LOOKED_AT)).astype(np.int64))


def treatment(images: Images, options: DataOptions, frame: Framing = MNIST_FRAMING) -> Treatment:
    """How images become what networks see.

    Args:
        images: without a fault.
        options: what the owner says, before what the images say; of kind "picture" where they show no ink.
        frame: of what the networks see.
    """
    scale, picture, turned = levels(images), options.kind == "picture", bool(options.transpose)
    inverted = options.invert if options.invert is not None else not picture and light(images, scale) > 0.5
    some = Treatment(scale, inverted, turned, picture, True, frame)
    is_size = not isinstance(images, Uneven) and images.shape[1:] == (frame.size, frame.size)
    framed = is_size and not picture and framing.is_framed(treated(images, looked_at(len(images)), some), frame)
    return replace(some, framed=framed)


def treated(images: Images, places: NDArray[np.int64], how: Treatment) -> Floats:
    """The images at some places as (n, size, size, 1) in [0, 1]."""
    size = how.framing.size
    result = np.empty((len(places), size, size, 1), np.float32)
    for where, some in groups(images, places):
        ink = unit(some, how.levels, inverted=how.inverted)
        if how.transposed:
            ink = ink.swapaxes(1, 2)
        if how.picture:
            result[where, ..., 0] = ink if ink.shape[1:] == (size, size) else framing.fit(ink, size)
        elif how.framed:
            result[where] = ink[..., None]
        else:
            result[where] = _darkened(framing.frame(contrasted(ink)[..., None], how.framing))
    return result


def blank(images: Images, scale: Levels) -> NDArray[np.bool_]:
    """(n,) which images show nothing."""
    empty = np.zeros(len(images), bool)
    for where, some in groups(images, np.arange(len(images))):
        flat = some.reshape(len(some), -1)
        low, high = flat.min(axis=1).astype(np.float32), flat.max(axis=1).astype(np.float32)
        empty[where] = high - low < BLANK * (scale.high - scale.low)
    return empty


def unit(images: Array, scale: Levels, *, inverted: bool = False) -> Floats:
    """Images as they lie in a file, (n, h, w), as values in [0, 1]; inverted: 1 becomes 0."""
    values: Floats = images.astype(np.float32)
    if scale.low:
        values -= np.float32(scale.low)
    values /= np.float32(scale.high - scale.low)
    np.clip(values, 0, 1, out=values)
    return np.subtract(1, values, out=values) if inverted else values


def contrasted(ink: Floats) -> Floats:
    """Images (n, h, w) with their border's value as 0 and their darkest as 1: of grey paper and of pencil, too."""
    paper = _border(ink)[:, None, None]
    paper = np.where(paper > LIGHT, 0, paper)  # ink that covers the border says nothing about paper
    darkest = ink.max(axis=(1, 2), keepdims=True)
    contrasts: Floats = np.clip((ink - paper) / np.maximum(darkest - paper, 1e-6), 0, 1)
    return contrasts


def _darkened(framed: Floats) -> Floats:
    """Framed images with full ink in each, as the page draws it: averaging makes thin lines grey."""
    darker: Floats = framed / np.maximum(framed.max(axis=(1, 2), keepdims=True), BLANK)
    return darker


def _border(values: Floats) -> Floats:
    """(n,) the median of each image's outermost pixels."""
    edges = (values[:, 0], values[:, -1], values[:, 1:-1, 0], values[:, 1:-1, -1])
    middle: Floats = np.median(np.concatenate(edges, axis=1), axis=1)
    return middle


def _flat(ink: Floats) -> Floats:
    """(n,) the share of what is not paper that is grey, with grey on all sides."""
    padded = np.pad(ink, ((0, 0), (1, 1), (1, 1)))
    height, width = ink.shape[1:]
    around = np.stack([padded[:, y : y + height, x : x + width] for y in range(3) for x in range(3)])
    grey = (around.min(axis=0) > GREY[0]) & (around.max(axis=0) < GREY[1])
    share: Floats = grey.sum(axis=(1, 2)) / np.maximum((ink > GREY[0]).sum(axis=(1, 2)), 1)
    return share


def _full(ink: Floats) -> Floats:
    """(n,) the share of the box around what is not paper that is not paper."""
    there = ink > GREY[0]
    down, across = there.any(axis=2), there.any(axis=1)
    height = down.shape[1] - down.argmax(axis=1) - down[:, ::-1].argmax(axis=1)
    width = across.shape[1] - across.argmax(axis=1) - across[:, ::-1].argmax(axis=1)
    share: Floats = there.sum(axis=(1, 2)) / np.maximum(height * width, 1)
    return share
