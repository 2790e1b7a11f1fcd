"""Hosts that withhold, replace, compress or rewrite files, and what the page makes of it."""

import gzip
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, BrowserContext, Error, Page, Route, expect

from conftest import ROOT, Site
from digitjs.browser.server import Handler, serving
from digitjs.data import stroke_file
from digitjs.evaluation.evaluate import draw_with_mouse

SEVEN = next(
    d.strokes for d in stroke_file.read(ROOT / "tests" / "fixtures" / "strokes" / "digits.jsonl") if d.label == 7
)
KEEP = (
    "navigator.serviceWorker.register('service-worker.js').then(() => navigator.serviceWorker.ready).then(() => null)"
)
COMPLETE = """async () => {
    const { networks } = JSON.parse(document.getElementById('site_data').textContent);
    for (const { address } of networks.flatMap((network) => network.files))
        while (!(await caches.match(address))) await new Promise((resolve) => setTimeout(resolve, 50));
}"""
FOR_EVER = {"Cache-Control": "max-age=31536000, immutable"}


@dataclass(frozen=True)
class Answer:
    """What a host sends for a file."""

    body: bytes
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)

    def with_headers(self, **headers: str) -> "Answer":
        """The same with other headers, their names written with underscores."""
        return replace(self, headers={**self.headers, **{name.replace("_", "-"): v for name, v in headers.items()}})


Change = Callable[[str, Answer], Answer]
NOT_FOUND = Answer(b"", 404)


class OddHandler(Handler):
    """A static host that does something to the files it sends."""

    def __init__(self, *arguments: object, host: "Host", **options: object) -> None:
        self.host = host
        super().__init__(*arguments, **options)  # type: ignore[arg-type]

    def do_GET(self) -> None:  # noqa: N802 - the library's own name
        """Send a file, or what the host makes of it."""
        path = Path(self.translate_path(self.path))
        path = path / "index.html" if path.is_dir() else path
        self.host.asked.append(self.path.lstrip("/"))
        right = (
            Answer(path.read_bytes(), headers={"Content-Type": self.guess_type(path)}) if path.is_file() else NOT_FOUND
        )
        answer = self.host.change(self.path.partition("?")[0], right)
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        super(Handler, self).end_headers() if "Cache-Control" in answer.headers else self.end_headers()
        self.wfile.write(answer.body)


@dataclass
class Host:
    """A running host; what it does may change at any time."""

    change: Change
    asked: list[str] = field(default_factory=list)  # paths with their queries
    address: str = ""

    def mend(self) -> None:
        """Send every file as it is from now on."""
        self.change = lambda _, answer: answer


@contextmanager
def hosting(folder: Path, change: Change) -> Iterator[Host]:
    host = Host(change)
    with serving(folder, handler=partial(OddHandler, host=host)) as host.address:
        yield host


def only(pattern: str, change: Callable[[Answer], Answer]) -> Change:
    """Something done to the files whose path has the pattern in it."""
    return lambda path, answer: change(answer) if re.search(pattern, path) else answer


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    with browser.new_context(viewport={"width": 1280, "height": 900}) as fresh:
        yield fresh


def opened(context: BrowserContext, address: str) -> tuple[Page, list[Error]]:
    """A page and what its scripts throw from now on."""
    page, thrown = context.new_page(), list[Error]()
    page.on("pageerror", lambda error: thrown.append(error))
    page.goto(address)
    return page, thrown


def reads_a_seven(page: Page, network: str = "all") -> None:
    """The page reads what is drawn, and answers scripts before and after the faster backend has had its turn."""
    page.evaluate("digitjs.ready")
    draw_with_mouse(page, SEVEN)
    expect(page.locator("#prediction")).to_have_text("7")
    for _ in range(2):
        answer = page.evaluate("([strokes, name]) => digitjs.classify(strokes, name)", [SEVEN, network])
        assert answer["digit"] == 7
    page.click("#clear_canvas")


def page_instead(site: Site) -> Callable[[Answer], Answer]:
    """The drawing page with the status 200, to be cached for ever: what single-page hosts send for a missing file."""
    html = (site.folder / "index.html").read_bytes()
    return lambda _: Answer(html, headers={"Content-Type": "text/html", **FOR_EVER})


@pytest.mark.parametrize(
    ("missing", "named"),
    [("/models/", r"models/compact/page/\S+"), ("/network\\.", r"assets/network\.\w+\.js")],
    ids=["models", "TensorFlow.js"],
)
def test_a_page_in_place_of_a_file_is_named_and_tried_again(
    context: BrowserContext, full_site: Site, missing: str, named: str
) -> None:
    with hosting(full_site.folder, only(missing, page_instead(full_site))) as host:
        page, _ = opened(context, host.address)
        expect(page.locator("#problem")).to_have_text(
            re.compile(
                rf"^The network could not be loaded: {named} could not be downloaded, "
                r"or is not the file of this build\.$"
            )
        )
        host.mend()
        page.get_by_role("button", name="Try again").click()
        reads_a_seven(page, "compact")
        page.reload()
        reads_a_seven(page, "compact")


def test_an_example_that_is_a_page_clears_no_drawing(context: BrowserContext, full_site: Site) -> None:
    with hosting(full_site.folder, only("/examples\\.", page_instead(full_site))) as host:
        page, _ = opened(context, host.address)
        page.evaluate("digitjs.ready")
        draw_with_mouse(page, SEVEN)
        page.locator("summary").first.click()
        page.click("[data-example='5']")
        expect(page.locator("#bring_note")).to_contain_text("could not be loaded")
        expect(page.locator("#prediction")).to_have_text("7")
        host.mend()
        page.click("[data-example='5']")
        expect(page.locator("#prediction")).to_have_text("5")


def test_a_page_without_its_words_says_that_it_has_not_started(context: BrowserContext, full_site: Site) -> None:
    with hosting(full_site.folder, only(r"/text\.en\.", page_instead(full_site))) as host:
        page, thrown = opened(context, host.address)
        page.evaluate("document.getAnimations().forEach((one) => one.finish())")
        expect(page.locator("#unstarted")).to_be_visible()
        assert any("assets/text.en." in error.message for error in thrown)


def test_what_arrives_later_does_not_hide_the_problem(context: BrowserContext, full_site: Site) -> None:
    with hosting(full_site.folder, only("/network\\.", lambda _: NOT_FOUND)) as host:
        page, late = context.new_page(), list[Route]()
        page.route("**/*.bin?*", lambda route: late.append(route))
        page.goto(host.address)
        problem = page.locator("#problem_box")
        expect(problem).to_be_visible()
        with page.expect_request_finished(lambda request: ".bin" in request.url):
            late[0].continue_()
        page.evaluate("new Promise(requestAnimationFrame)")
        expect(problem).to_be_visible()


def test_pages_that_are_uploaded_first_are_neither_stuck_nor_kept_with_pages_as_weights(
    context: BrowserContext, full_site: Site
) -> None:
    """Weights are missing first: those of the first network come through its script, another network not at all."""
    with hosting(full_site.folder, only(r"\.bin$|model\.json$|/mlp/", page_instead(full_site))) as host:
        page, _ = opened(context, host.address)
        reads_a_seven(page, "compact")
        page.evaluate(KEEP)
        kinds = """async () => {
            const cache = await caches.open((await caches.keys())[0]);
            const kept = await cache.matchAll();
            return kept.filter((one) => one.headers.get('Content-Type') === 'text/html').map(({ url }) => url);
        }"""
        pages = [host.address + name for name in ("", "embed.html", "index.html", "report.html")]
        assert sorted(page.evaluate(kinds)) == pages
        context.set_offline(True)
        page.reload()
        reads_a_seven(page, "compact")
        page.select_option("#select_model", "mlp")
        expect(page.locator("#problem")).to_contain_text("models/mlp/")
        context.set_offline(False)
        host.mend()
        page.reload()
        page.evaluate("digitjs.ready")
        page.evaluate(COMPLETE)
        context.set_offline(True)
        page.reload()
        reads_a_seven(page)
        context.set_offline(False)


def zipped(answer: Answer) -> Answer:
    return replace(answer, body=gzip.compress(answer.body))


def labelled(answer: Answer) -> Answer:
    return answer.with_headers(Content_Encoding="gzip")


@pytest.mark.parametrize(
    ("compress", "replaced"),
    [
        (lambda answer: labelled(zipped(answer)), False),
        (zipped, True),
        (lambda answer: labelled(zipped(zipped(answer))), True),
    ],
    ids=["labelled", "unlabelled", "twice"],
)
def test_compressed_weights_are_unpacked_or_replaced(
    context: BrowserContext, full_site: Site, compress: Callable[[Answer], Answer], replaced: bool
) -> None:
    with hosting(full_site.folder, only(r"\.bin$", compress)) as host:
        page, thrown = opened(context, host.address)
        reads_a_seven(page, "compact")
        assert any(path.startswith("models/compact/model.js?") for path in host.asked) == replaced
        assert thrown == []


def test_models_that_are_all_compressed_without_saying_so_are_named(context: BrowserContext, full_site: Site) -> None:
    with hosting(full_site.folder, only("/models/", zipped)) as host:
        page, _ = opened(context, host.address)
        expect(page.locator("#problem")).to_contain_text("models/compact/page/")


@pytest.mark.parametrize("refused", [".webmanifest", ".wasm", ".json", ".bin", ".png", ".svg"])
def test_a_host_that_refuses_one_kind_of_file_is_read_and_kept(
    context: BrowserContext, full_site: Site, refused: str
) -> None:
    with hosting(full_site.folder, only(re.escape(refused) + "$", lambda _: NOT_FOUND)) as host:
        page, thrown = opened(context, host.address)
        reads_a_seven(page)
        page.evaluate(KEEP)
        context.set_offline(True)
        page.reload()
        reads_a_seven(page)
        context.set_offline(False)
        assert thrown == []


def test_a_folder_that_shows_no_page_is_kept_too(context: BrowserContext, full_site: Site) -> None:
    with hosting(full_site.folder, only("/$", lambda _: NOT_FOUND)) as host:
        page, _ = opened(context, host.address + "index.html")
        page.evaluate(KEEP)
        context.set_offline(True)
        page.reload()
        reads_a_seven(page, "compact")
        context.set_offline(False)


def test_a_policy_without_webassembly_leaves_plain_javascript(context: BrowserContext, full_site: Site) -> None:
    def strict(_: str, answer: Answer) -> Answer:
        return answer.with_headers(Content_Security_Policy="default-src 'self'")

    with hosting(full_site.folder, strict) as host:
        page, thrown = opened(context, host.address)
        asked = list[str]()
        page.on("request", lambda request: asked.append(request.url))
        reads_a_seven(page)
        assert thrown == []
        assert not [address for address in asked if "tfjs" in address]  # nothing is loaded in vain


@pytest.mark.parametrize("scheme", ["file", "http"])
def test_a_browser_without_webassembly_answers(context: BrowserContext, full_site: Site, scheme: str) -> None:
    context.add_init_script("delete globalThis.WebAssembly")
    page, thrown = opened(context, full_site.address(scheme))
    reads_a_seven(page)
    assert thrown == []


def plain_text(answer: Answer) -> Answer:
    return answer.with_headers(Content_Type="text/plain", X_Content_Type_Options="nosniff")


@pytest.mark.parametrize("name", ["index.html", "embed.html"])
def test_a_page_whose_scripts_never_run_says_so(context: BrowserContext, full_site: Site, name: str) -> None:
    with hosting(full_site.folder, only(r"\.js$", plain_text)) as host:
        page, _ = opened(context, host.address + name)
        notice = page.locator("#unstarted")
        expect(notice).to_be_hidden()
        page.evaluate("document.getAnimations().forEach((one) => one.finish())")  # instead of waiting for its seconds
        expect(notice).to_be_visible()
        expect(notice).to_contain_text("has not started")
        host.mend()
        page.reload()
        page.evaluate("digitjs.ready")
        expect(notice).to_have_count(0)


def test_a_browser_without_javascript_says_so_once(browser: Browser, full_site: Site) -> None:
    with browser.new_context(java_script_enabled=False) as context:
        for name in ("index.html", "embed.html"):
            page, _ = opened(context, full_site.http + name)
            expect(page.locator("noscript p")).to_contain_text("disabled in your browser")
            expect(page.locator("#unstarted")).to_have_css("display", "none")


def rocket(answer: Answer) -> Answer:
    """What Cloudflare's Rocket Loader does to pages."""
    loader = b'<script src="/cdn-cgi/scripts/rocket-loader.min.js" data-cf-settings="abc-|49" defer></script></body>'
    rewritten = re.sub(rb'<script (?!data-cfasync="false")(?=src)', b'<script type="abc-text/javascript" ', answer.body)
    return replace(answer, body=rewritten.replace(b"</body>", loader))


def test_a_host_that_defers_scripts_by_its_own_leaves_these_alone(context: BrowserContext, full_site: Site) -> None:
    with hosting(full_site.folder, only("(html|/)$", rocket)) as host:
        page, _ = opened(context, host.address)
        reads_a_seven(page, "compact")
        page.goto(host.address + "report.html")
        page.select_option("#select_language", "de")
        expect(page.locator("html")).to_have_attribute("lang", "de")


@pytest.mark.usefixtures("tiny_site")  # trains
def test_everything_works_below_odd_names(
    context: BrowserContext, tiny_cache: Path, tiny_data: Path, tmp_path: Path
) -> None:
    project = tmp_path / "ü # % ? & 한글"
    project.mkdir()
    for command in (["render", "--data", str(tiny_data)], ["verify"]):  # over file and http
        done = subprocess.run(
            [sys.executable, "-m", "digitjs", *command],
            cwd=project,
            env={**os.environ, "DIGITJS_CACHE": str(tiny_cache), "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr
    with serving(tmp_path) as address:
        page, thrown = opened(context, address + quote(f"{project.name}/dist/"))
        page.evaluate("digitjs.ready")
        draw_with_mouse(page, SEVEN)
        page.click("#share")
        shared = page.input_value("#share_address")
        page.evaluate(KEEP)
        context.set_offline(True)
        other, more = opened(context, shared)
        other.evaluate("digitjs.ready")
        assert other.evaluate("digitjs.strokes.length") == len(SEVEN)
        context.set_offline(False)
        assert thrown + more == []
