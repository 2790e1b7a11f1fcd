"""The pages: templates, models and bundle, put together into one folder."""

import base64
import hashlib
import html
import json
import re
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import msgspec

from digitjs import policy, templates
from digitjs.config import Collect, Site
from digitjs.filesystem.checksums import CHECKSUMS
from digitjs.filesystem.output_folder import write_manifest
from digitjs.filesystem.paths import digest, files_below, resource
from digitjs.model_card import DETAILS, Card, read_card, read_probe
from digitjs.site import collect_page, licences, static_files, theme
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
from digitjs.site.theme import Look

SHOWN = 3  # pictures of each class, one after the other: a drawing is as clear as any other, pictures differ
HTML = ("index.html", "report.html", "embed.html")
APP = "manifest.webmanifest"
PAD, PAD_TYPES = "draw-pad.js", "draw-pad.d.ts"  # for other people's pages, which name them: their names stay
MNIST = "MNIST"  # the data set, as cards name it
WORKER = "service-worker.js"  # rendered last: it names the version of everything else
SITEMAP = "sitemap.xml"
URLS = """<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
{}</urlset>
"""
FONTS = (".woff2", ".woff", ".ttf", ".otf")
# What a page loads or may load by itself, as service_worker.js finds it too.
NAMED = re.compile(r"""(?:src|href)=["']?(assets/[^"'\s>]+)""")


@dataclass(frozen=True)
class Content:
    """What a site is made of."""

    site: Site
    catalogues: Mapping[str, Catalogue]  # its texts by language
    models: tuple[Path, ...]  # exported models in the page's order, each folder with its card
    bundle: Bundle
    report: Report
    collect: Collect | None = None  # the page that collects drawings, where there is one
    look: Look = theme.PLAIN

    @property
    def files(self) -> Bundle:
        """The bundle, with the theme's icons where it has some."""
        return theme.with_icons(self.bundle, self.look)


def render_site(content: Content, folder: Path) -> tuple[Card, ...]:
    """Write the pages and the models into a folder that already holds the bundle.

    Returns:
        The cards of the networks, in the page's order.

    Raises:
        DigitjsError: a model has no card, a template does not render, or a file of the owner's has a name of ours.
    """
    cards = tuple(read_card(model) for model in content.models)
    for card, model in zip(cards, content.models, strict=True):
        shutil.copytree(model, folder / "models" / card.name, ignore=shutil.ignore_patterns(DETAILS, CHECKSUMS))
    data = _page_data(content, cards, folder)
    pages = write_pages(content, data, folder)
    _write_pad(data, content.bundle, folder)
    listed = licences.text(content.bundle.packages, mnist=cards[0].task.dataset == MNIST)
    (folder / licences.NAME).write_text(listed, "utf-8", newline="\n")
    copied = _copy_static(content, folder)
    offline = _offline(folder, data, content)
    (folder / WORKER).write_text(
        _rendered(content, WORKER, {"bundle": content.bundle, "offline": script_json(offline)}), "utf-8", newline="\n"
    )
    write_manifest(folder, (*copied, *(page for page in pages if page not in (*HTML, collect_page.NAME, APP))))
    return cards


def _is_unlabelled(cards: tuple[Card, ...]) -> bool:
    """Whether there were no labelled samples to train on or to measure with."""
    return all(card.is_brought and card.evidence is None for card in cards)


def write_pages(content: Content, data: PageData, folder: Path) -> tuple[str, ...]:
    """Render every page, and what belongs to them; gives their names.

    Raises:
        DigitjsError: a template does not render.
    """
    theme.publish(content.look, folder)
    values = _template_values(content, data, folder)
    own = tuple(f"{name}.html" for name in content.look.pages)
    for page in (*HTML, APP, *own):
        template = f"{theme.PAGES}/{page}" if page in own else page
        written = _rendered(content, template, {**values, **_about(page, content.site.url)})
        (folder / page).write_text(written, "utf-8", newline="\n")
    collect = (collect_page.NAME,) if content.collect else ()
    if content.collect:
        collecting = collect_page.of_site(content.collect, data, content.bundle)
        own_values = {**values, **_about(collect_page.NAME, content.site.url)}
        written = collect_page.rendered(own_values, collecting, content.look)
        (folder / collect_page.NAME).write_text(written, "utf-8", newline="\n")
    return (*HTML, APP, *collect, *own)


def _rendered(content: Content, template: str, values: Mapping[str, object]) -> str:
    return templates.render(template, values, content.look.folders)


def _about(page: str, url: str) -> dict[str, object]:
    """What a template may name besides: which page it is, and the address of it."""
    return {
        "page": page.removesuffix(".html"),
        "address": url + ("" if page == HTML[0] else page) if url and page != "embed.html" else "",
    }


def _copy_static(content: Content, folder: Path) -> tuple[str, ...]:
    """Copy the theme's files and the owner's, and write a sitemap where the owner has none; gives their names."""
    copied = static_files.copy(static_files.gather(_static_folders(content)), folder, (WORKER,))
    if content.site.url and SITEMAP not in copied:
        collect = (collect_page.NAME,) if content.collect else ()
        listed = ("", HTML[1], *collect, *(f"{name}.html" for name in content.look.pages))
        places = "".join(
            f"<url><loc>{html.escape(content.site.url + page, quote=False)}</loc></url>\n" for page in listed
        )
        (folder / SITEMAP).write_text(URLS.format(places), "utf-8", newline="\n")
        return (*copied, SITEMAP)
    return copied


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


def _template_values(content: Content, data: PageData, folder: Path) -> dict[str, object]:
    """What the templates may name."""
    text = content.catalogues[data.language]
    return {
        "site": msgspec.structs.replace(content.site, description=content.site.description or text["lead"]),
        "text": text,
        "languages": {code: content.catalogues[code]["language_name"] for code in data.bundle.texts},
        "networks": data.networks,
        "bundle": content.files,
        "data": script_json(data),
        "task": data.task,
        "columns": columns(data.task),
        "examples": sorted(set(read_probe(content.models[0]).labels)) if data.examples else [],
        "compared": content.report.compared,
        "studies": content.report.studies,
        "collect": content.collect,
        "cards": {study.card.name: study.card for study in content.report.studies},
        "look": content.look,
        "scripts": [content.bundle.report_script],  # of a page of the owner's: languages, and light or dark
        "policy": policy.written(content.site.policy, fonts=_has_fonts(content)),
    }


def _static_folders(content: Content) -> tuple[Path, ...]:
    """Where files are copied from: the themes, then the owner, whose files count more."""
    own = (Path(content.site.static),) if content.site.static else ()
    return (*reversed(tuple(content.look.below(theme.STATIC))), *own)


def _has_fonts(content: Content) -> bool:
    """Whether the site has a font file of its own."""
    assets = (asset.address for asset in content.look.assets)
    return any(name.lower().endswith(FONTS) for name in (*assets, *static_files.gather(_static_folders(content))))


def _write_pad(data: PageData, bundle: Bundle, folder: Path) -> None:
    """Write the script of the element <draw-pad>, which knows the site, and its types."""
    site = json.dumps({**msgspec.to_builtins(data), "columns": columns(data.task)})  # ASCII, as the script is
    (folder / PAD).write_text(f"globalThis.digitjsPad={site};\n{bundle.pad}", "utf-8", newline="\n")
    shutil.copyfile(resource("assets") / "js" / "pad" / PAD_TYPES, folder / PAD_TYPES)


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


def _offline(folder: Path, data: PageData, content: Content) -> Offline:
    """Every file that the pages may ask for over http, as they ask for it."""
    bundle = content.files
    needed = (bundle.script, bundle.page.network, bundle.style, bundle.page.texts[data.language])
    optional = (
        APP,
        licences.NAME,
        *filter(None, (data.examples,)),
        *(name for name in bundle.fetched if name not in needed),
    )
    pages = (*HTML, *((collect_page.NAME,) if bundle.collect else ()))
    own = tuple(f"{name}.html" for name in content.look.pages)
    named = {name for page in (*pages, *own) for name in NAMED.findall((folder / page).read_text("utf-8"))}
    named |= {asset.address for asset in content.look.assets}
    others = sorted(name for name in named - {*needed, *optional} if (folder / name).is_file())

    def built(names: tuple[str, ...]) -> Iterator[File]:
        return (File(name, integrity(digest(folder / name))) for name in names)

    return Offline(
        version=_version(folder),
        needed=(*(File(page, "") for page in pages), *built(needed)),
        models=data.networks,
        # Not every host shows a page for a folder.
        optional=(File("./", ""), *built(optional), *(File(page, "") for page in own), *built(tuple(others))),
    )


def _version(folder: Path) -> str:
    files = [(name, digest(folder / name)) for name in files_below(folder)]
    return hashlib.sha256(msgspec.json.encode(files)).hexdigest()[:HASH]
