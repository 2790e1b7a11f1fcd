"""What the pages and the service worker know of the site: values that become the JSON inside them."""

import base64

import msgspec

from digitjs.model_card import MODEL_SCRIPT, Card, CardLayer, Thresholds
from digitjs.site.bundle import PageFiles

HASH = 10  # characters of a SHA-256 that tell one version of a file from another


class File(msgspec.Struct, frozen=True):
    """A file that the page loads, and its hash, which browsers check."""

    address: str  # URL relative to the page
    integrity: str  # sha256-BASE64; empty for pages, to which a host may add something of its own


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


class PageData(msgspec.Struct, frozen=True, rename="camel"):
    """The JSON inside the page."""

    language: str
    networks: tuple[PageNetwork, ...]
    bundle: PageFiles
    examples: str
    own: str  # what the keys of texts about the data end in; empty for MNIST
    worker: str


class Offline(msgspec.Struct, frozen=True):
    """What a browser keeps for times without a network."""

    version: str  # changes with any file of the site
    needed: tuple[File, ...]  # without one of them nothing is kept
    models: tuple[PageNetwork, ...]  # by its files or its script; the first is needed too
    optional: tuple[File, ...]


def page_network(card: Card) -> PageNetwork:
    """What the page knows of an exported network."""
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
    )


def integrity(sha256: str) -> str:
    """A SHA-256 in hexadecimal as browsers write it."""
    return f"sha256-{base64.b64encode(bytes.fromhex(sha256)).decode()}"
