"""The pages: templates, models and bundle, put together into one folder."""

import base64
import hashlib
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import msgspec

from digitjs import templates
from digitjs.config import Collect, Site
from digitjs.filesystem.checksums import CHECKSUMS
from digitjs.filesystem.output_folder import write_manifest
from digitjs.filesystem.paths import digest, files_below
from digitjs.model_card import DETAILS, Card, read_card, read_probe
from digitjs.site import collect_page
from digitjs.site.bundle import Bundle
from digitjs.site.page_data import (
    HASH,
    File,
    Offline,
    PageData,
    columns,
    integrity,
    page_network,
    page_task,
    script_json,
)
from digitjs.site.report import Report
from digitjs.site.texts import Catalogue

SHOWN = 3  # pictures of each class, one after the other: a drawing is as clear as any other, pictures differ
HTML = ("index.html", "report.html", "embed.html")
APP = "manifest.webmanifest"
WORKER = "service-worker.js"  # rendered last: it names the version of everything else


@dataclass(frozen=True)
class Content:
    """What a site is made of."""

    site: Site
    catalogues: Mapping[str, Catalogue]  # its texts by language
    models: tuple[Path, ...]  # exported models in the page's order, each folder with its card
    bundle: Bundle
    report: Report
    collect: Collect | None = None  # the page that collects drawings, where there is one


def render_site(content: Content, folder: Path) -> tuple[Card, ...]:
    """Write the pages and the models into a folder that already holds the bundle.

    Returns:
        The cards of the networks, in the page's order.

    Raises:
        DigitjsError: a model has no card, or a template does not render.
    """
    cards = tuple(read_card(model) for model in content.models)
    for card, model in zip(cards, content.models, strict=True):
        shutil.copytree(model, folder / "models" / card.name, ignore=shutil.ignore_patterns(DETAILS, CHECKSUMS))
    data = _page_data(content, cards, folder)
    values = {**_template_values(content, data), "cards": {card.name: card for card in cards}}
    for page in (*HTML, APP):
        (folder / page).write_text(templates.render(page, values), "utf-8", newline="\n")
    if content.collect:
        collect_page.write(
            folder / collect_page.NAME, values, collect_page.of_site(content.collect, data, content.bundle)
        )
    offline = _offline(folder, data, content.bundle)
    (folder / WORKER).write_text(
        templates.render(WORKER, {**values, "offline": script_json(offline)}), "utf-8", newline="\n"
    )
    write_manifest(folder)
    return cards


def _is_unlabelled(cards: tuple[Card, ...]) -> bool:
    """Whether there were no labelled samples to train on or to measure with."""
    return all(card.is_brought and card.evidence is None for card in cards)


def _page_data(content: Content, cards: tuple[Card, ...], folder: Path) -> PageData:
    return PageData(
        language=content.site.language,
        networks=tuple(map(page_network, cards, content.bundle.operations)),
        bundle=content.bundle.page,
        examples=""
        if _is_unlabelled(cards)
        else _examples(content.models[0], folder, of_each=SHOWN if cards[0].task.kind == "picture" else 1),
        task=page_task(cards[0].task),
        worker=WORKER,
    )


def _template_values(content: Content, data: PageData) -> dict[str, object]:
    """What the templates may name."""
    text = content.catalogues[data.language]
    return {
        "site": msgspec.structs.replace(content.site, description=content.site.description or text["lead"]),
        "text": text,
        "languages": {code: content.catalogues[code]["language_name"] for code in data.bundle.texts},
        "networks": data.networks,
        "bundle": content.bundle,
        "data": script_json(data),
        "task": data.task,
        "columns": columns(data.task),
        "examples": sorted(set(read_probe(content.models[0]).labels)) if data.examples else [],
        "compared": content.report.compared,
        "studies": content.report.studies,
        "collect": content.collect,
    }


def _examples(model: Path, folder: Path, *, of_each: int) -> str:
    """Write test images as a script, to be loaded when a visitor asks for one; gives its URL.

    The clearest of each class in the probe: a doubtful one would show what the network cannot do, unasked.
    """
    probe = read_probe(model)
    clearest: dict[int, list[tuple[float, bytes]]] = {}
    for label, image, scores in zip(probe.labels, probe.images, probe.scores, strict=True):
        clearest.setdefault(label, []).append((scores[label], image))
    digits = [
        {"label": label, "pixels": base64.b64encode(image).decode()}
        for label, images in sorted(clearest.items())
        for _, image in sorted(images)[: -of_each - 1 : -1]
    ]
    script = f"globalThis.digitjsExamples={msgspec.json.encode(digits).decode()};\n".encode()
    url = f"assets/examples.{hashlib.sha256(script).hexdigest()[:HASH]}.js"
    (folder / url).write_bytes(script)
    return url


def _offline(folder: Path, data: PageData, bundle: Bundle) -> Offline:
    """Every file that the pages may ask for over http, as they ask for it."""
    needed = (bundle.script, bundle.page.network, bundle.style, bundle.page.texts[data.language])
    optional = (APP, *filter(None, (data.examples,)), *(name for name in bundle.fetched if name not in needed))

    pages = (*HTML, *((collect_page.NAME,) if bundle.collect else ()))

    def built(names: tuple[str, ...]) -> Iterator[File]:
        return (File(name, integrity(digest(folder / name))) for name in names)

    return Offline(
        version=_version(folder),
        needed=(*(File(page, "") for page in pages), *built(needed)),
        models=data.networks,
        optional=(File("./", ""), *built(optional)),  # not every host shows a page for a folder
    )


def _version(folder: Path) -> str:
    files = [(name, digest(folder / name)) for name in files_below(folder)]
    return hashlib.sha256(msgspec.json.encode(files)).hexdigest()[:HASH]
