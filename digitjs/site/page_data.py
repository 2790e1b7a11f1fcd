"""What the pages and the service worker know of the site: values that become the JSON inside them."""

import base64
import hashlib
import unicodedata
from typing import Literal

import msgspec

from digitjs.data.task import Framing, Greys, Task
from digitjs.model_card import MODEL_SCRIPT, Card, CardLayer, Thresholds
from digitjs.site.bundle import PageFiles

MOST_COLUMNS = 12  # bars side by side; more are too narrow on a phone
LONGEST_COLUMN = 2  # characters that fit under such a bar
HASH = 10  # characters of a SHA-256 that tell one version of a file from another


class File(msgspec.Struct, frozen=True):
    """A file that the page loads, and its hash, which browsers check."""

    address: str  # URL relative to the page
    integrity: str  # sha256-BASE64; empty for pages, to which a host may add something of its own


class PageTask(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the page knows of the task. What follows from the classes is found here, so that no page has to."""

    classes: tuple[str, ...]
    framing: Framing
    reading: Literal["one", "row"]
    digits: bool  # the classes are the digits 0 to 9: rows are numbers, with signs, and stray taps are left out
    direction: Literal["ltr", "rtl"]  # in which rows are read
    separator: str  # between the symbols of a row: a blank where some are words
    key: str  # corrections are kept in the browser under this; empty for digits, whose visitors have some already
    picture: Greys | None = None  # how the picture that a visitor brings becomes what networks see; None: it is traced


class PageNetwork(msgspec.Struct, frozen=True):
    """What the page knows of a network; URLs are relative to the page."""

    name: str
    title: str
    files: tuple[File, ...]  # model.json, then its weights
    script: File  # the same model, for pages that cannot fetch
    accuracy: float | None  # on the test samples, 0..1; None: not measured
    parameters: int
    bytes: int
    temperature: float  # the logarithms of its probabilities are divided by it
    thresholds: Thresholds
    layers: tuple[CardLayer, ...]
    operations: int  # multiplications for one image
    framing: Framing | None = None  # of the images that it takes; None: the task's


class PageData(msgspec.Struct, frozen=True, rename="camel"):
    """The JSON inside the page."""

    language: str
    networks: tuple[PageNetwork, ...]
    bundle: PageFiles
    examples: str
    task: PageTask
    worker: str


class Offline(msgspec.Struct, frozen=True):
    """What a browser keeps for times without a network."""

    version: str  # changes with any file of the site
    needed: tuple[File, ...]  # without one of them nothing is kept
    models: tuple[PageNetwork, ...]  # by its files or its script; the first is needed too
    optional: tuple[File, ...]


def script_json(data: msgspec.Struct) -> str:
    """JSON that may stand inside a script element: there, "<" could end it."""
    return msgspec.json.encode(data).decode().replace("<", "\\u003c")


def page_network(card: Card, operations: int) -> PageNetwork:
    """What the page knows of an exported network, and of how long it takes to answer."""
    version = card.sha256[MODEL_SCRIPT][:HASH]  # it holds the topology and the weights

    def file(name: str) -> File:
        return File(f"models/{card.name}/{name}?v={version}", integrity(card.sha256[name]))

    return PageNetwork(
        name=card.name,
        title=card.title,
        files=tuple(file(name) for name in card.loaded),
        script=file(MODEL_SCRIPT),
        accuracy=card.accuracy.value if card.accuracy else None,
        parameters=card.parameters,
        bytes=card.bytes,
        temperature=card.calibration.temperature,
        thresholds=card.thresholds,
        layers=card.layers,
        operations=operations,
        framing=card.framing,
    )


def page_task(task: Task) -> PageTask:
    """What the page knows of what its networks tell apart."""
    joined = "\n".join(task.classes)
    return PageTask(
        classes=task.classes,
        framing=task.framing,
        reading=task.reading,
        digits=task.is_digits,
        direction="rtl" if 2 * sum(map(_is_rtl, task.classes)) > len(task.classes) else "ltr",
        separator=" " if any(_letters(name) > 1 for name in task.classes) else "",
        key="" if task.is_digits else "." + hashlib.sha256(joined.encode()).hexdigest()[:HASH],
        picture=task.greys if task.kind == "picture" else None,
    )


def columns(task: PageTask) -> bool:
    """Whether the bars of all classes stand side by side, each over its name; else they lie in rows, the best first."""
    return len(task.classes) <= MOST_COLUMNS and all(_letters(name) <= LONGEST_COLUMN for name in task.classes)


def _is_rtl(name: str) -> bool:
    """Whether a class is written from right to left, as its first character with a direction is."""
    directions = (unicodedata.bidirectional(sign) for sign in name)
    return next((found in ("R", "AL") for found in directions if found in ("L", "R", "AL")), False)


def _letters(name: str) -> int:
    """How many characters a reader sees, about: marks, joiners and selectors belong to the one before them."""
    return sum(unicodedata.category(sign)[0] != "M" and unicodedata.category(sign) != "Cf" for sign in name)


def integrity(sha256: str) -> str:
    """A SHA-256 in hexadecimal as browsers write it."""
    return f"sha256-{base64.b64encode(bytes.fromhex(sha256)).decode()}"
