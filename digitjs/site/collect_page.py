"""The page that collects drawings: part of a site, or alone for as long as its owner collects."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import msgspec

from digitjs import policy, templates
from digitjs.config import Collect, Config
from digitjs.data.task import Task
from digitjs.errors import DigitjsError
from digitjs.site import bundle as bundles
from digitjs.site import texts, theme
from digitjs.site.bundle import Bundle
from digitjs.site.page_data import PageData, PageTask, page_task, script_json
from digitjs.site.theme import Look

NAME = "collect.html"


class CollectTexts(msgspec.Struct, frozen=True):
    """The page's catalogues: the address of each language's, relative to the page."""

    texts: dict[str, str]


class Saving(msgspec.Struct, frozen=True):
    """The server that puts the page's drawings into a file of its owner."""

    address: str  # relative to the page
    token: str  # of this start of the server, which takes nothing without it
    file: str  # its name, for the visitor
    key: str  # which file it is, the same at every start: pages keep it with what they saved there


class CollectData(msgspec.Struct, frozen=True):
    """The JSON inside the page."""

    language: str
    bundle: CollectTexts
    task: PageTask
    target: int  # drawings of each class by each writer
    worker: str  # empty: the page is not kept for times without a network
    save: Saving | None  # None: what is collected leaves the page as a file alone


@dataclass(frozen=True)
class Alone:
    """The page without a site."""

    config: Config  # with what to collect
    saving: Saving | None


def task_of(classes: tuple[str, ...]) -> Task:
    """The task of classes that an owner names.

    Raises:
        DigitjsError: they cannot be told apart or shown.
    """
    try:
        return Task(classes=classes, pens=None, dataset="")
    except ValueError as error:
        raise DigitjsError(f"These classes cannot be collected: {error}.") from error


def of_site(collecting: Collect, site: PageData, bundle: Bundle) -> CollectData:
    """What the page of a site knows: the site's own classes, unless its owner collects others.

    Raises:
        DigitjsError: these cannot be told apart or shown.
    """
    assert bundle.collect
    return CollectData(
        language=site.language,
        bundle=CollectTexts(bundle.collect.texts),
        task=page_task(task_of(collecting.classes)) if collecting.classes else site.task,
        target=collecting.target,
        worker=site.worker,
        save=None,
    )


def rendered(values: Mapping[str, object], data: CollectData, look: Look) -> str:
    """The page.

    Args:
        values: that templates may name, except for the page's own data.
        data: what its script knows.
        look: of the pages.

    Raises:
        DigitjsError: the template does not render.
    """
    own = {"data": script_json(data), "task": data.task, "saving": data.save, "alone": not data.worker}
    return templates.render(NAME, {**values, **own}, look.folders)


def write_alone(folder: Path, modules: Path, alone: Alone) -> None:
    """Write the page as the index of an empty folder, with all that it loads.

    Args:
        folder: where to.
        modules: the `node_modules` folder of `bundle.install`.
        alone: the page.

    Raises:
        DigitjsError: the classes cannot be told apart or shown, or a source does not compile.
    """
    site, collecting = alone.config.site, alone.config.collecting
    assert collecting
    task, look = task_of(collecting.classes), theme.resolve(alone.config.theme)
    catalogues = texts.read_catalogues(task, alone.config.task, tuple(look.below(theme.TEXTS)))
    sources = bundles.Sources(modules, catalogues, style=look.style, collect=True, digits=task.is_digits)
    bundle = theme.with_icons(bundles.build_assets(folder, sources), look)
    assert bundle.collect
    theme.publish(look, folder)
    text = catalogues[site.language]
    values = {
        "site": msgspec.structs.replace(site, description=site.description or text["collect_lead"]),
        "text": text,
        "languages": {code: catalogue["language_name"] for code, catalogue in catalogues.items()},
        "bundle": bundle,
        "collect": collecting,
        "look": look,
        "address": "",
        "policy": policy.written(site.policy, fonts=bool(look.assets)),
    }
    data = CollectData(
        language=site.language,
        bundle=CollectTexts(bundle.collect.texts),
        task=page_task(task),
        target=collecting.target,
        worker="",
        save=alone.saving,
    )
    (folder / "index.html").write_text(rendered(values, data, look), "utf-8", newline="\n")
