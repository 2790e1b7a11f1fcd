"""What a file cannot tell: whether a network takes 0..1 or 0..255, light ink or dark, framed by mass or by box.

With labelled samples at hand it is measured: the network answers the same samples under each convention.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import msgspec
import numpy as np
from numpy.typing import NDArray

from digitjs import metrics
from digitjs.data import framing
from digitjs.data.samples import Dataset
from digitjs.data.task import Framing, Task, framing_of
from digitjs.model_card import Rate
from digitjs.networks import foreign_model
from digitjs.networks.foreign import Encoding, ForeignNetwork

LOOKED_AT = 400  # samples
ENCODINGS = tuple(Encoding(scale, invert) for scale in (1.0, 255.0) for invert in (False, True))


@dataclass(frozen=True)
class Convention:
    """How the same ink may be given to a network."""

    encoding: Encoding
    framing: Framing

    def __str__(self) -> str:
        """As a person says it."""
        return f"as {self.encoding}{', framed by its box' if self.framing.centre == 'box' else ''}"


@dataclass(frozen=True)
class Reading:
    """How many samples a network reads right under a convention."""

    convention: Convention
    right: Rate


@dataclass(frozen=True)
class Comparison:
    """A network under each convention."""

    configured: Reading
    readings: tuple[Reading, ...]  # the best first; the configured one is among them

    @property
    def is_doubtful(self) -> bool:
        """Whether another convention is clearly better than the configured one: their 95 % intervals are apart."""
        return self.readings[0].right.low > self.configured.right.high


def compare(network: ForeignNetwork, dataset: Dataset) -> Comparison:
    """Read some training samples under every convention.

    Args:
        network: with its outputs in the order of the labels.
        dataset: framed as the network is configured.
    """
    samples = dataset.train
    places = np.unique(np.linspace(0, len(samples) - 1, min(len(samples), LOOKED_AT)).astype(np.int64))
    model, labels = foreign_model.of_graph(network.graph), samples.labels[places]
    readings = []
    for frame, images in _framed(dataset.task, samples.images[places]):
        for encoding in dict.fromkeys((network.encoding, *ENCODINGS)):
            answers = model.predict(_encoded(images, encoding, network.shape), batch_size=100, verbose=0)
            readings.append(Reading(Convention(encoding, frame), metrics.rate(answers.argmax(1) == labels)))
    best = sorted(readings, key=lambda reading: -reading.right.value)  # stable: the configured one before its equals
    return Comparison(readings[0], tuple(best))


def _framed(task: Task, images: NDArray[np.float32]) -> Iterator[tuple[Framing, NDArray[np.float32]]]:
    """The images as they are configured, then, where they are ink, with the other centre."""
    own = task.framing
    yield own, images
    if task.kind == "picture":
        return
    other = msgspec.structs.replace(own, centre="box" if own.centre == "mass" else "mass")
    yield other, framing.frame(images, other)


def _encoded(images: NDArray[np.float32], encoding: Encoding, shape: tuple[int, ...]) -> NDArray[np.float32]:
    """Ink (n, size, size, 1) as a network takes it."""
    scale, offset = encoding.rescaling
    values = images * np.float32(scale) + np.float32(offset)
    if len(shape) == 3:
        return np.repeat(values, shape[2], axis=3)
    return values.reshape(-1, *shape)


def said(name: str, comparison: Comparison) -> str:
    """What was measured, as a sentence: the configured convention, and the best of each other way to give values."""
    own = comparison.configured
    others: dict[Encoding, Reading] = {}
    for reading in comparison.readings:
        if reading is not own:
            others.setdefault(reading.convention.encoding, reading)
    parts = [f"{one.convention}: {one.right.value:.1%}" for one in others.values()]
    return (
        f"{name} reads {own.right.value:.1%} of {own.right.count} training samples as it is configured, "
        f"{own.convention} ({'; '.join(parts)})."
    )


def advice(name: str, comparison: Comparison) -> str:
    """What to write where another convention is clearly better, as a sentence; empty where none is."""
    if not comparison.is_doubtful:
        return ""
    best, own = comparison.readings[0], comparison.configured
    return (
        f"{name} reads {own.right.value:.1%} of the samples as it is configured, {own.convention}, but "
        f"{best.right.value:.1%} {best.convention}: write {_line(best.convention)} in its table."
    )


def _line(best: Convention) -> str:
    """The line of digitjs.toml that configures a convention."""
    keys = {"scale": f"{best.encoding.scale:g}"} if best.encoding.scale != 1 else {}
    keys |= {"invert": "true"} if best.encoding.invert else {}
    keys |= {"centre": f'"{best.framing.centre}"'} if best.framing.centre != "mass" else {}
    if best.framing.box != framing_of(best.framing.size).box:
        keys["box"] = f"{best.framing.box:g}"
    return f"input = {{{', '.join(f'{key} = {value}' for key, value in keys.items())}}}"
