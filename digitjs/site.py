"""The pages: templates, models and bundle, put together into one folder."""

import shutil
from dataclasses import dataclass
from pathlib import Path

import jinja2
import msgspec

from digitjs.bundle import Bundle
from digitjs.card import DETAILS, MODEL_SCRIPT, Card, Thresholds, read_card
from digitjs.config import Site
from digitjs.errors import DigitjsError
from digitjs.project import resource, write_manifest
from digitjs.report import Report

PAGES = ("index.html", "report.html")
HASH = 10  # characters of a SHA-256 that tell one version of a model from another


class PageNetwork(msgspec.Struct, frozen=True):
    """What the page's script knows of a network; URLs are relative to the page."""

    name: str
    title: str
    model: str
    script: str
    accuracy: float  # on the test digits, 0..1
    parameters: int
    bytes: int
    thresholds: Thresholds
    layers: tuple[str, ...]


class PageData(msgspec.Struct, frozen=True, rename="camel"):
    """The JSON inside the page."""

    language: str
    networks: tuple[PageNetwork, ...]
    texts: dict[str, str]  # where the catalogue of each language lies
    wasm: str
    wasm_script: str
    cpu: str


@dataclass(frozen=True)
class Content:
    """What a site is made of."""

    site: Site
    models: tuple[Path, ...]  # exported models in the page's order, each folder with its card
    bundle: Bundle
    report: Report


def render(content: Content, folder: Path) -> tuple[Card, ...]:
    """Write the pages and the models into a folder that already holds the bundle.

    Returns:
        The cards of the networks, in the page's order.

    Raises:
        DigitjsError: a model has no card, the language has no catalogue, or a template does not render.
    """
    cards = tuple(read_card(model) for model in content.models)
    for card, model in zip(cards, content.models, strict=True):
        shutil.copytree(model, folder / "models" / card.name, ignore=shutil.ignore_patterns(DETAILS))
    shown = tuple(_network(card) for card in cards)
    data = PageData(
        language=content.site.language,
        networks=shown,
        texts=content.bundle.texts,
        wasm=content.bundle.wasm,
        wasm_script=content.bundle.wasm_script,
        cpu=content.bundle.cpu,
    )
    text = _text(content.site.language)
    site = msgspec.structs.replace(content.site, description=content.site.description or text["lead"])
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(resource("site_templates")),
        undefined=jinja2.StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    values = {
        "site": site,
        "text": text,
        "cards": shown,
        "bundle": content.bundle,
        "data": _json(data),
        "compared": content.report.compared,
        "studies": content.report.studies,
    }
    for page in PAGES:
        try:
            html = environment.get_template(page).render(values)
        except jinja2.TemplateError as error:
            raise DigitjsError(f"The template {page} does not render: {error}.") from error
        (folder / page).write_text(html, "utf-8")
    write_manifest(folder)
    return cards


def _json(data: PageData) -> str:
    """JSON that may stand inside a script element: there, "<" could end it."""
    return msgspec.json.encode(data).decode().replace("<", "\\u003c")


def _network(card: Card) -> PageNetwork:
    url = f"models/{card.name}"
    return PageNetwork(
        name=card.name,
        title=card.title,
        model=f"{url}/model.json?v={_version(card, '.bin')}",
        script=f"{url}/{MODEL_SCRIPT}?v={_version(card, MODEL_SCRIPT)}",
        accuracy=card.accuracy.value,
        parameters=card.parameters,
        bytes=card.bytes,
        thresholds=card.thresholds,
        layers=card.layers,
    )


def _version(card: Card, ending: str) -> str:
    return next(sha for name, sha in card.sha256.items() if name.endswith(ending))[:HASH]


def _text(language: str) -> dict[str, str]:
    """The catalogue of a language."""
    folder = resource("assets") / "text"
    path = folder / f"{language}.json"
    if not path.exists():
        known = ", ".join(sorted(path.stem for path in folder.glob("*.json")))
        raise DigitjsError(f"There is no text in the language {language}: choose one of {known} in digitjs.toml.")
    return msgspec.json.decode(path.read_bytes(), type=dict[str, str])
