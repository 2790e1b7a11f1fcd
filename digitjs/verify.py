"""Does the built site work? Its links, its requests and its answers, in a real browser."""

from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urldefrag, urlsplit

import numpy as np
from playwright.sync_api import Error, Page

from digitjs.browser import launch
from digitjs.card import Card, Probe, read_card, read_probe
from digitjs.project import MANIFEST, digest, read_manifest
from digitjs.server import serving

TOLERANCE = 1e-4  # between TF.js and Keras, float32 weights: rounding in another order gives up to 1e-6
READY = 60_000  # milliseconds for a network to load


@dataclass(frozen=True)
class Problem:
    """Something wrong with a site."""

    where: str
    what: str


@dataclass(frozen=True)
class Agreement:
    """How near a browser's answers are to Keras's."""

    network: str
    scheme: str  # file or http
    difference: float  # the largest of any probability of any probe image
    flipped: int  # how many probe images it gives another digit for
    exact: bool  # the weights are float32, so the answers must be the same to rounding


@dataclass(frozen=True)
class Verification:
    """What was found."""

    problems: tuple[Problem, ...]
    agreements: tuple[Agreement, ...]


def verify(folder: Path) -> Verification:
    """Check a built site over file:// and http://.

    Raises:
        DigitjsError: there is no browser, or a card is damaged.
    """
    problems, agreements = [*_files(folder), *_links(folder)], list[Agreement]()
    models = [(read_card(path.parent), read_probe(path.parent)) for path in sorted(folder.glob("models/*/card.json"))]
    pages = sorted(path.name for path in folder.glob("*.html"))
    with launch() as browser, serving(folder) as address:
        for base in (folder.resolve().as_uri() + "/", address):
            context = browser.new_context()
            for name in pages:
                page = context.new_page()
                watched = _watch(page, base)
                try:
                    page.goto(base + name, wait_until="load")
                    if name == "index.html":
                        agreements += _answers(page, models)
                except Error as error:
                    watched.append(Problem(base + name, error.message.splitlines()[0]))
                problems += watched
                page.close()
            context.close()
    problems += [problem for agreement in agreements for problem in _disagreements(agreement)]
    return Verification(tuple(problems), tuple(agreements))


def _files(folder: Path) -> Iterator[Problem]:
    """Files that are not as they were built."""
    manifest = read_manifest(folder)
    for name, sha256 in manifest.files.items() if manifest else ():
        path = folder / name
        if not path.is_file():
            yield Problem(name, f"is listed in {MANIFEST} but missing")
        elif digest(path) != sha256:
            yield Problem(name, "is not as it was built")


class _Links(HTMLParser):
    """The URLs that a page names."""

    def __init__(self) -> None:
        super().__init__()
        self.urls: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.urls += [value for name, value in attrs if name in ("href", "src") and value]


def _links(folder: Path) -> Iterator[Problem]:
    """Links of the site's own that lead nowhere, and files that would come from elsewhere."""
    for page in sorted(folder.glob("*.html")):
        parser = _Links()
        parser.feed(page.read_text("utf-8"))
        for url in parser.urls:
            parts = urlsplit(urldefrag(url).url)
            if parts.scheme or parts.netloc or not parts.path:
                continue  # a link to another site is a reader's to follow; what loads from one, the browser reports
            if parts.path.startswith("/") or not (page.parent / unquote(parts.path)).exists():
                yield Problem(page.name, f"links to {url}, which is not in the site")


def _watch(page: Page, base: str) -> list[Problem]:
    """Collect what goes wrong in a page from now on."""
    problems: list[Problem] = []

    def note(what: str) -> None:
        problems.append(Problem(page.url, what))

    page.on("console", lambda message: note(f"console: {message.text}") if message.type == "error" else None)
    page.on("pageerror", lambda error: note(f"script: {error.message}"))
    page.on("requestfailed", lambda request: note(f"request failed: {request.url[:200]} ({request.failure})"))
    page.on("response", lambda answer: note(f"{answer.url}: {answer.status}") if answer.status >= 400 else None)
    page.on("request", lambda request: note(f"asks {request.url}") if not _own(request.url, base) else None)
    return problems


def _own(url: str, base: str) -> bool:
    return url.startswith((base, "data:", "blob:"))


def _answers(page: Page, models: list[tuple[Card, Probe]]) -> Iterator[Agreement]:
    """What TF.js says to the probe images, network by network."""
    page.set_default_timeout(READY)
    for card, probe in models:
        answered = page.evaluate(
            "([name, images]) => window.digitjs.scores(images.map((image) => image.map((v) => v / 255)), name)",
            [card.name, [list(image) for image in probe.images]],
        )
        ours, keras = np.array(answered), np.array(probe.scores)
        yield Agreement(
            network=card.name,
            scheme=urlsplit(page.url).scheme,
            difference=float(np.abs(ours - keras).max()),
            flipped=int((ours.argmax(1) != keras.argmax(1)).sum()),
            exact=card.quantize == "float32",
        )


def _disagreements(agreement: Agreement) -> Iterator[Problem]:
    where = f"{agreement.network} over {agreement.scheme}"
    if agreement.flipped:
        yield Problem(where, f"names another digit than Keras for {agreement.flipped} of the probe images")
    if agreement.exact and not agreement.difference <= TOLERANCE:
        yield Problem(where, f"differs from Keras by {agreement.difference:.1e}, more than {TOLERANCE:.0e}")
