"""Does the built site work? Its links, its requests and its answers, in a real browser."""

from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path, PurePosixPath
from posixpath import normpath
from urllib.parse import quote, unquote, urlsplit

import numpy as np
from playwright.sync_api import Error, Page

from digitjs import policy
from digitjs.browser.launch import PATIENCE, ask, launch_browser, reason
from digitjs.browser.server import serving
from digitjs.errors import DigitjsError
from digitjs.filesystem.output_folder import KEPT, MANIFEST, read_manifest
from digitjs.filesystem.paths import digest, files_below
from digitjs.model_card import PROBE, read_card, read_probe

TOLERANCE = 1e-4  # between TF.js and Keras, float32 weights: rounding in another order gives up to 1e-6
MAIN, EMBED = "index.html", "embed.html"  # the pages that load the networks


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
    flipped: int  # how many probe images it gives another class for
    exact: bool  # the weights are float32, so the answers must be the same to rounding


@dataclass(frozen=True)
class Verification:
    """What was found."""

    problems: tuple[Problem, ...]
    agreements: tuple[Agreement, ...]
    allowed: tuple[str, ...]  # what the owner lets the pages load from elsewhere: "script-src https://example.org"


def check_site(folder: Path, *, seconds: float = PATIENCE) -> Verification:
    """Check a built site over file:// and http://.

    Args:
        folder: the site.
        seconds: for a page to be done with loading, and for each answer of a network.

    Raises:
        DigitjsError: there is no browser, or it fails.
    """
    problems, agreements = list(check_files(folder)), list[Agreement]()
    pages = sorted(path.name for path in folder.glob("*.html"))
    with launch_browser() as browser, serving(folder) as address:
        for base in (folder.resolve().as_uri() + "/", address):
            context = browser.new_context()
            context.set_default_timeout(1000 * seconds)
            for name in pages:
                found, answered = _visit(context.new_page(), base, name, folder)
                problems += found
                if name == MAIN:
                    agreements += answered
            context.close()
    allowed = {page: _allowed(folder / page) for page in pages}
    every = {f"{name} {' '.join(sources)}" for added in allowed.values() for name, sources in added.items()}
    return Verification(tuple(problems), tuple(agreements), tuple(sorted(every)))


def check_files(folder: Path) -> Iterator[Problem]:
    """What can be found wrong with a site without a browser: files that are not as they were built, and dead links."""
    yield from _files(folder)
    yield from _links(folder)


def _visit(page: Page, base: str, name: str, folder: Path) -> tuple[list[Problem], list[Agreement]]:
    """Open a page, wait until it asks for nothing more, ask the networks in it, and close it."""
    sources = tuple(source for added in _allowed(folder / name).values() for source in added)
    problems, agreements = _watch(page, base, sources), list[Agreement]()
    try:
        page.goto(base + quote(name), wait_until="networkidle")
        if name in (MAIN, EMBED):
            agreements += _answers(page, folder)
    except (Error, DigitjsError) as error:
        problems.append(Problem(base + name, reason(error)))
    page.close()
    for agreement in agreements:
        problems += _disagreements(agreement, base + name)
    return problems, agreements


def _files(folder: Path) -> Iterator[Problem]:
    """Files that are not as they were built."""
    manifest, there = read_manifest(folder), set(files_below(folder))
    listed = {**manifest.copied, **manifest.files} if manifest else {}
    for name, sha256 in listed.items():
        if name not in there:
            yield Problem(name, f"is listed in {MANIFEST} but missing")
        elif name not in KEPT and digest(folder / name) != sha256:  # those a host may rewrite
            yield Problem(name, "is not as it was built")


class _Links(HTMLParser):
    """The URLs that a page names, and its policy."""

    def __init__(self) -> None:
        super().__init__()
        self.urls: list[str] = []
        self.policy = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.urls += [value for name, value in attrs if name in ("href", "src") and value]
        found = dict(attrs)
        if tag == "meta" and (found.get("http-equiv") or "").lower() == "content-security-policy":
            self.policy = found.get("content") or ""


def _allowed(page: Path) -> dict[str, tuple[str, ...]]:
    """What the policy of a page allows besides ours."""
    parser = _Links()
    parser.feed(page.read_text("utf-8", errors="replace"))
    return policy.additions(parser.policy)


def _links(folder: Path) -> Iterator[Problem]:
    """Links of the site's own that lead nowhere or out of it."""
    files = files_below(folder)
    there = {*files, *(str(parent) for file in files for parent in PurePosixPath(file).parents)}
    for page in sorted(folder.glob("*.html")):
        parser = _Links()
        parser.feed(page.read_text("utf-8", errors="replace"))
        for url in parser.urls:
            path = _path(url)
            if path is not None and normpath(path) not in there:
                yield Problem(page.name, f"links to {url}, which is not in the site")


def _path(url: str) -> str | None:
    """The path of a link within the site; None where it leads to a place of the same page or to another site."""
    try:
        parts = urlsplit(url)
    except ValueError:  # no URL at all: "http://["
        return url
    if parts.scheme or parts.netloc or not parts.path:
        return None  # a link to another site is a reader's to follow; what loads from one, the browser reports
    return unquote(parts.path)


def _watch(page: Page, base: str, allowed: tuple[str, ...]) -> list[Problem]:
    """Collect what goes wrong in a page from now on; what other hosts do that its owner allows is theirs."""
    problems: list[Problem] = []

    def note(what: str, url: str = "") -> None:
        if not policy.allows(allowed, url):
            problems.append(Problem(page.url, what))

    page.on(
        "console",
        lambda said: note(f"console: {said.text}", said.location["url"]) if said.type == "error" else None,
    )
    page.on("pageerror", lambda error: note(f"script: {error.message}"))
    page.on(
        "requestfailed", lambda request: note(f"request failed: {request.url[:200]} ({request.failure})", request.url)
    )
    page.on("response", lambda got: note(f"{got.url}: {got.status}", got.url) if got.status >= 400 else None)
    page.on(
        "request", lambda request: note(f"asks {request.url}", request.url) if not _own(request.url, base) else None
    )
    return problems


def _own(url: str, base: str) -> bool:
    return url.startswith((base, "data:", "blob:"))


def _answers(page: Page, folder: Path) -> Iterator[Agreement]:
    """What TF.js says to the probe images, network by network."""
    ask(page, "() => digitjs.ready")
    for name in ask(page, "() => digitjs.networks"):
        card, probe = read_card(folder / "models" / name), read_probe(folder / "models" / name)
        if tuple(ask(page, "() => digitjs.classes")) != card.task.classes:
            raise DigitjsError(f"The page has other classes than {name}: run digitjs render")
        answered = ask(
            page,
            "([name, images]) => digitjs.scores(images.map((image) => image.map((v) => v / 255)), name)",
            [name, [list(image) for image in probe.images]],
        )
        if not answered or [len(row) for row in answered] != [len(row) for row in probe.scores]:
            raise DigitjsError(f"{PROBE} of {name} does not fit the network")
        ours, keras = np.array(answered), np.array(probe.scores)
        yield Agreement(
            network=name,
            scheme=urlsplit(page.url).scheme,
            difference=float(np.abs(ours - keras).max()),
            flipped=int((ours.argmax(1) != keras.argmax(1)).sum()),
            exact=card.quantize == "float32",
        )


def _disagreements(agreement: Agreement, address: str) -> Iterator[Problem]:
    where = f"{agreement.network} in {address}"
    if agreement.flipped:
        yield Problem(where, f"names another class than Keras for {agreement.flipped} of the probe images")
    if agreement.exact and not agreement.difference <= TOLERANCE:
        yield Problem(where, f"differs from Keras by {agreement.difference:.1e}, more than {TOLERANCE:.0e}")
