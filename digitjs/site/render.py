"""The pages: templates, models and bundle, put together into one folder."""

import base64
import hashlib
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import msgspec

from digitjs import templates
from digitjs.config import Site
from digitjs.errors import DigitjsError
from digitjs.filesystem.checksums import CHECKSUMS
from digitjs.filesystem.output_folder import write_manifest
from digitjs.filesystem.paths import digest, files_below, resource
from digitjs.model_card import DETAILS, MODEL_SCRIPT, Card, Thresholds, read_card, read_probe
from digitjs.site.bundle import Bundle
from digitjs.site.report import Report

HTML = ("index.html", "report.html", "embed.html")
APP = "manifest.webmanifest"
WORKER = "service-worker.js"  # rendered last: it names the version of everything else
OWN = "_own"
HASH = 10  # characters of a SHA-256 that tell one version of a file from another


class File(msgspec.Struct, frozen=True):
    """A file that the page loads, and how a browser tells that it is the one that was built."""

    address: str  # URL relative to the page
    integrity: str  # sha256-BASE64; empty for pages, to which a host may add something of its own


class PageLayer(msgspec.Struct, frozen=True):
    """A layer as the page names it."""

    kind: str  # its class in Keras
    text: str  # the same with its options


class PageNetwork(msgspec.Struct, frozen=True):
    """What the page knows of a network; URLs are relative to the page."""

    name: str
    title: str
    files: tuple[File, ...]  # model.json, then its weights
    script: File  # the same model, for pages that cannot fetch
    accuracy: float  # on the test digits, 0..1
    parameters: int
    bytes: int
    temperature: float  # the logarithms of its probabilities are divided by it
    thresholds: Thresholds
    layers: tuple[PageLayer, ...]


class PageData(msgspec.Struct, frozen=True, rename="camel"):
    """The JSON inside the page."""

    language: str
    networks: tuple[PageNetwork, ...]
    texts: dict[str, str]  # where the catalogue of each language lies
    wasm: str
    wasm_script: str
    network: str
    backend: str
    examples: str
    own: str  # what the keys of texts about the data end in; empty for MNIST
    worker: str


class Offline(msgspec.Struct, frozen=True):
    """What a browser keeps for times without a network."""

    version: str  # changes with any file of the site
    needed: tuple[File, ...]  # without one of them nothing is kept
    models: tuple[PageNetwork, ...]  # by its files or its script; the first is needed too
    optional: tuple[File, ...]


@dataclass(frozen=True)
class Content:
    """What a site is made of."""

    site: Site
    own_data: bool  # trained on the owner's digits, so that no page may speak of MNIST
    models: tuple[Path, ...]  # exported models in the page's order, each folder with its card
    bundle: Bundle
    report: Report


def render_site(content: Content, folder: Path) -> tuple[Card, ...]:
    """Write the pages and the models into a folder that already holds the bundle.

    Returns:
        The cards of the networks, in the page's order.

    Raises:
        DigitjsError: a model has no card, the language has no catalogue, or a template does not render.
    """
    cards = tuple(read_card(model) for model in content.models)
    for card, model in zip(cards, content.models, strict=True):
        shutil.copytree(model, folder / "models" / card.name, ignore=shutil.ignore_patterns(DETAILS, CHECKSUMS))
    bundle, text = content.bundle, _text(content.site.language)
    data = PageData(
        language=content.site.language,
        networks=tuple(_network(card) for card in cards),
        texts=bundle.texts,
        wasm=bundle.wasm,
        wasm_script=bundle.wasm_script,
        network=bundle.network,
        backend=bundle.backend,
        examples=_examples(content.models[0], folder),
        own=OWN if content.own_data else "",
        worker=WORKER,
    )
    values = {
        "site": msgspec.structs.replace(content.site, description=content.site.description or text["lead"]),
        "text": text,
        "languages": {code: _text(code)["language_name"] for code in bundle.texts},
        "cards": data.networks,
        "bundle": bundle,
        "data": _json(data),
        "own": data.own,
        "example_digits": sorted(set(read_probe(content.models[0]).labels)),
        "compared": content.report.compared,
        "studies": content.report.studies,
    }
    for page in (*HTML, APP):
        (folder / page).write_text(templates.render(page, values), "utf-8")
    offline = _offline(folder, data, bundle)
    (folder / WORKER).write_text(templates.render(WORKER, {**values, "offline": _json(offline)}), "utf-8")
    write_manifest(folder)
    return cards


def _json(data: msgspec.Struct) -> str:
    """JSON that may stand inside a script element: there, "<" could end it."""
    return msgspec.json.encode(data).decode().replace("<", "\\u003c")


def _network(card: Card) -> PageNetwork:
    version = card.sha256[MODEL_SCRIPT][:HASH]  # it holds the topology and the weights

    def file(name: str) -> File:
        return File(f"models/{card.name}/{name}?v={version}", _integrity(card.sha256[name]))

    return PageNetwork(
        name=card.name,
        title=card.title,
        files=tuple(file(name) for name in card.loaded),
        script=file(MODEL_SCRIPT),
        accuracy=card.accuracy.value,
        parameters=card.parameters,
        bytes=card.bytes,
        temperature=card.calibration.temperature,
        thresholds=card.thresholds,
        layers=tuple(PageLayer(kind=text.split(" ")[0], text=text) for text in card.layers),
    )


def _examples(model: Path, folder: Path) -> str:
    """Write test digits as a script, to be loaded when a visitor asks for one; gives its URL.

    The clearest of each digit in the probe: a doubtful one would show what the network cannot do, unasked.
    """
    probe = read_probe(model)
    clearest = {
        label: image
        for _, label, image in sorted(
            (scores[label], label, image)
            for label, image, scores in zip(probe.labels, probe.images, probe.scores, strict=True)
        )
    }
    digits = [{"label": label, "pixels": base64.b64encode(image).decode()} for label, image in sorted(clearest.items())]
    script = f"globalThis.digitjsExamples={msgspec.json.encode(digits).decode()};\n".encode()
    url = f"assets/examples.{hashlib.sha256(script).hexdigest()[:HASH]}.js"
    (folder / url).write_bytes(script)
    return url


def _offline(folder: Path, data: PageData, bundle: Bundle) -> Offline:
    """Every file that the pages may ask for over http, as they ask for it."""
    text = bundle.texts[data.language]
    needed = (bundle.script, bundle.network, bundle.style, text)
    optional = (
        *(APP, bundle.icon, bundle.icon180, bundle.icon192, bundle.icon512, bundle.iconmask),
        *(bundle.report_script, bundle.worker, bundle.backend, bundle.wasm, data.examples),
        *(other for other in bundle.texts.values() if other != text),
    )

    def built(names: tuple[str, ...]) -> Iterator[File]:
        return (File(name, _integrity(digest(folder / name))) for name in names)

    return Offline(
        version=_version(folder),
        needed=(*(File(page, "") for page in HTML), *built(needed)),
        models=data.networks,
        optional=(File("./", ""), *built(optional)),  # not every host shows a page for a folder
    )


def _integrity(sha256: str) -> str:
    """A SHA-256 in hexadecimal as browsers write it."""
    return f"sha256-{base64.b64encode(bytes.fromhex(sha256)).decode()}"


def _version(folder: Path) -> str:
    files = [(name, digest(folder / name)) for name in files_below(folder)]
    return hashlib.sha256(msgspec.json.encode(files)).hexdigest()[:HASH]


def _text(language: str) -> dict[str, str]:
    """The catalogue of a language."""
    folder = resource("assets") / "text"
    path = folder / f"{language}.json"
    if not path.exists():
        known = ", ".join(sorted(path.stem for path in folder.glob("*.json")))
        raise DigitjsError(f"There is no text in the language {language}: choose one of {known} in digitjs.toml.")
    return msgspec.json.decode(path.read_bytes(), type=dict[str, str])
