"""Collecting: the page that collects drawings, served from a temporary folder until its owner has enough."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from digitjs.browser import collect_server
from digitjs.browser.server import Server
from digitjs.config import Config
from digitjs.console import Console
from digitjs.data import collected_file
from digitjs.errors import DigitjsError
from digitjs.site import bundle, collect_page, texts, theme


@dataclass(frozen=True)
class Collection:
    """What is collected, and where it goes."""

    config: Config  # with the classes
    output: Path | None  # a stroke file; None: what visitors draw leaves the page as files that they save
    cache: Path  # has the tools that make the page


@dataclass(frozen=True)
class Address:
    """Where to listen."""

    host: str
    port: int  # 0: a free one


@contextmanager
def serving(collection: Collection, address: Address, console: Console) -> Iterator[Server]:
    """Make the page and listen; the page goes when the block ends.

    Raises:
        DigitjsError: the classes, the file or the address will not do.
        OSError: the file cannot be written.
    """
    config, output = collection.config, collection.output
    if config.collecting is None or not config.collecting.classes:
        raise DigitjsError('Nothing says what to collect: give --classes, such as --classes "abc".')
    texts.require_language(config.site.language, tuple(theme.resolve(config.theme).below(theme.TEXTS)))
    classes = collect_page.task_of(config.collecting.classes).classes
    intake = collect_server.Intake(output, classes) if output else None
    with tempfile.TemporaryDirectory(prefix="digitjs-collect-") as name:
        folder = Path(name)
        with collect_server.listen_for(intake, folder, host=address.host, port=address.port) as server:
            with console.busy("Installing the page's tools"):
                modules = bundle.install(collection.cache, console.note)
            with console.busy("Rendering"):
                collect_page.write_alone(folder, modules, collect_page.Alone(config, _saving(intake)))
            yield server


def addresses(server: Server) -> Iterator[str]:
    """The lines that say where the page is."""
    elsewhere = collect_server.reachable(server)
    here = f"http://127.0.0.1:{server.server_port}/" if elsewhere else server.url
    yield f"Collecting at {here}  (Ctrl+C stops)"
    if elsewhere:
        yield f"On other devices of this network: {elsewhere}"


def summary(output: Path | None) -> str:
    """What was collected, and what to do with it."""
    if output is None:
        return "Next: digitjs build --data FILE.jsonl, with the files that the page saved"
    found = collected_file.contents(output)
    if found.drawings == 0:
        return f"Nothing was saved in {output}. Drawings are kept in the browser: run this again, and press Save there."
    return (
        f"{output} has {_count(found.drawings, 'drawing')} of {_count(found.classes, 'class', 'classes')} by "
        f"{_count(found.writers, 'writer')}. Next: digitjs build --data {output}"
    )


def _saving(intake: collect_server.Intake | None) -> collect_page.Saving | None:
    return (
        None
        if intake is None
        else collect_page.Saving(collect_server.ADDRESS, intake.token, intake.file.name, intake.key)
    )


def _count(number: int, one: str, other: str = "") -> str:
    return f"{number:,} {one if number == 1 else other or one + 's'}"
