"""What was understood of the owner's data: some lines for the terminal, and a page that shows samples of each class."""

import base64
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from digitjs import templates
from digitjs.data.samples import Dataset
from digitjs.data.source import MNIST, WORD
from digitjs.filesystem import paths

TEMPLATE = "data.html"
COLUMNS = 12  # samples that are shown of a class
NAMED = 12  # classes whose counts are printed; of more, the smallest
SMALLEST = 3


@dataclass(frozen=True)
class Fact:
    """A line of what was understood."""

    name: str
    text: str


@dataclass(frozen=True)
class Row:
    """Samples of a class."""

    name: str
    count: int
    url: str  # a data: URL of a PNG, up to COLUMNS samples side by side
    width: int  # of it, in samples


def lines(dataset: Dataset) -> list[str]:
    """What was understood, aligned."""
    facts = list(_facts(dataset))
    width = max(len(fact.name) for fact in facts)
    return [f"{fact.name:{width}}  {fact.text}" for fact in facts]


def write(path: Path, dataset: Dataset) -> None:
    """Write the page.

    Raises:
        OSError: the file cannot be written.
    """
    values = {"facts": list(_facts(dataset)), "rows": list(_rows(dataset)), "kind": dataset.task.kind}
    paths.write(path, templates.render(TEMPLATE, values))


def _facts(dataset: Dataset) -> Iterator[Fact]:
    for origin in dataset.origins:
        yield Fact(
            "Data",
            f"{WORD}: digitjs's own" if origin.path == MNIST else f"{origin.name or origin.path}: {origin.format}",
        )
        yield from (
            Fact(name, text)
            for name, text in (
                ("Size", origin.size),
                ("Paper", origin.paper),
                ("Axes", origin.axes),
                ("Framing", origin.framing),
            )
            if text
        )
    kind = "drawings" if dataset.task.kind == "drawing" else "pictures, not ink, such as clothes or photographs"
    counts = np.bincount(_labels(dataset), minlength=len(dataset.task.classes))
    yield Fact("Kind", kind)
    yield Fact("Samples", f"{counts.sum():,} of {len(counts)} classes")
    yield Fact("Classes", _counted(dataset.task.classes, counts))
    halves = (("train", dataset.train), ("validation", dataset.validation), ("test", dataset.test))
    yield Fact("Splits", f"{', '.join(f'{name} {len(half):,}' for name, half in halves)}; {dataset.splits}")
    writers = [half.writers for _, half in halves if half.writers is not None]
    yield Fact("Writers", f"{len(np.unique(np.concatenate(writers))):,}" if writers else "not known")
    yield from (Fact("Note", note) for note in dataset.notes)


def _counted(classes: tuple[str, ...], counts: NDArray[np.int64]) -> str:
    if counts.min() == counts.max() and len(classes) > 2:
        named = ", ".join(classes) if len(classes) <= NAMED else f"{classes[0]} to {classes[-1]}"
        return f"{named}: {counts[0]:,} of each"
    if len(classes) <= NAMED:
        return ", ".join(f"{name} ({count:,})" for name, count in zip(classes, counts, strict=True))
    order = np.argsort(counts, kind="stable")
    smallest = ", ".join(f"{classes[i]} ({counts[i]:,})" for i in order[:SMALLEST])
    return f"{classes[0]} to {classes[-1]}; smallest {smallest}; largest {classes[order[-1]]} ({counts[order[-1]]:,})"


def _rows(dataset: Dataset) -> Iterator[Row]:
    images = [half.images for half in (dataset.train, dataset.validation, dataset.test)]
    starts = np.cumsum([0, *map(len, images)])
    labels = _labels(dataset)
    for label, name in enumerate(dataset.task.classes):
        places = np.flatnonzero(labels == label)
        if len(places):
            chosen = places[np.unique(np.linspace(0, len(places) - 1, min(COLUMNS, len(places))).astype(np.int64))]
            half = np.searchsorted(starts, chosen, side="right") - 1
            some = np.stack([images[h][place - starts[h], ..., 0] for h, place in zip(half, chosen, strict=True)])
            yield Row(name, len(places), _strip(some, ink=dataset.task.kind == "drawing"), len(some))


def _labels(dataset: Dataset) -> NDArray[np.int64]:
    return np.concatenate([dataset.train.labels, dataset.validation.labels, dataset.test.labels])


def _strip(images: NDArray[np.float32], *, ink: bool) -> str:
    """Images (n, h, w) side by side; ink is dark on light."""
    values = 1 - images if ink else images
    file = io.BytesIO()
    Image.fromarray(np.rint(np.concatenate(list(values), axis=1) * 255).astype(np.uint8)).save(file, "PNG")
    return "data:image/png;base64," + base64.b64encode(file.getvalue()).decode()
