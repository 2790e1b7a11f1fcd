"""Every theme, and every colour that follows from an owner's, is for everybody: axe-core finds nothing on any page."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from conftest import Site
from digitjs.appearance import Theme, Tokens
from digitjs.browser.server import serving
from digitjs.config import Collect, Config
from digitjs.evaluation.evaluate import draw_with_mouse
from signs import build, sign_task
from test_accessibility import LOOKS, ON_EACH_DEVICE, answered, each_look, violations

DIGITS = sign_task(tuple("0123456789"))
THEMES = {
    "poster": Theme(name="poster"),
    "colours": Theme(paper="#e9f2ff", ink="#10203a", accent="#0f7a4f", dark=Tokens(paper="#2a1030"), radius="14px"),
    "light on dark": Theme(paper="#0b2b26", ink="#f2efe4", accent="#ffb454", pen="#ffd9a0", radius="0"),
}


@pytest.fixture(scope="module", params=THEMES, ids=lambda name: name.replace(" ", "-"))
def themed_site(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, page_tools: Path
) -> Iterator[Site]:
    """A site of each theme, with the page that collects drawings."""
    folder = tmp_path_factory.mktemp("themed") / "dist"
    build(DIGITS, folder, page_tools, Config(theme=THEMES[request.param], collect=Collect()))
    with serving(folder) as address:
        yield Site(folder, folder.as_uri() + "/", address)


def is_as_wide_as_the_window(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


@pytest.fixture
def context(request: pytest.FixtureRequest, browser: Browser) -> Iterator[BrowserContext]:
    """A browser window with one of the looks."""
    with browser.new_context(**LOOKS[request.param], service_workers="block") as opened:
        yield opened


@ON_EACH_DEVICE
def test_axe_finds_nothing_on_the_drawing_page(
    context: BrowserContext, themed_site: Site, looks: tuple[str, ...]
) -> None:
    page = context.new_page()
    page.goto(themed_site.address("http"))
    page.evaluate("digitjs.ready")
    for look in each_look(page, looks):
        assert (look, violations(page)) == (look, [])
    draw_with_mouse(page, DIGITS.drawing("7"))
    expect(page.locator("#result_box")).to_have_attribute("data-state", "digit")
    for summary in page.locator("summary").all():
        summary.click()
    expect(page.locator("#why_text")).not_to_be_empty()
    for look in each_look(page, looks):
        assert (look, violations(page)) == (look, [])
        assert is_as_wide_as_the_window(page), look


@pytest.mark.parametrize("look", ["light", "dark"])
@pytest.mark.parametrize(("kind", "refuse", "unsure"), [("unsure", 0, 2), ("refused", 2, 2)])
def test_axe_finds_nothing_on_other_answers(
    browser: Browser, themed_site: Site, look: str, kind: str, refuse: float, unsure: float
) -> None:
    with browser.new_context(**LOOKS[look], service_workers="block") as context:
        page = context.new_page()
        page.goto(themed_site.address("http"))
        answered(page, kind, refuse, unsure)
        assert violations(page) == []


@ON_EACH_DEVICE
@pytest.mark.parametrize("name", ["report.html", "collect.html", "embed.html"])
def test_axe_finds_nothing_on_the_other_pages(
    context: BrowserContext, themed_site: Site, name: str, looks: tuple[str, ...]
) -> None:
    page = context.new_page()
    page.goto(themed_site.http + name)
    if name == "embed.html":
        page.evaluate("digitjs.ready")
        draw_with_mouse(page, DIGITS.drawing("7"))
    if name == "collect.html":
        expect(page.locator("#ask_class")).not_to_be_empty()
    for summary in page.locator("summary").all():
        summary.click()
    for look in each_look(page, looks):
        assert (look, violations(page)) == (look, [])
        assert is_as_wide_as_the_window(page), look


@pytest.mark.parametrize("width", [320, 390])
@pytest.mark.parametrize("language", ["en", "de", "es"])
def test_the_menu_gives_way_to_the_title_on_a_phone(
    browser: Browser, themed_site: Site, width: int, language: str
) -> None:
    with browser.new_context(viewport={"width": width, "height": 844}) as context:
        page = context.new_page()
        page.goto(themed_site.http + "collect.html")
        page.locator("#select_language").select_option(language)
        expect(page.locator("html")).to_have_attribute("lang", language)
        title = page.locator(".masthead-brand span[dir]").last
        assert title.evaluate("(title) => title.scrollWidth <= title.clientWidth")
        heights = [link.bounding_box() for link in page.locator(".pages-link").all()]
        assert all(box and round(box["height"]) == 44 for box in heights)
        assert is_as_wide_as_the_window(page)


@pytest.mark.parametrize("look", ["light", "dark"])
def test_ink_on_the_canvas_has_the_colour_of_the_theme(browser: Browser, themed_site: Site, look: str) -> None:
    darkest = """(canvas) => {
        const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
        const most = data.reduce((best, value, i) => (i % 4 === 3 && value > data[best] ? i : best), 3);
        return `rgb(${[...data.slice(most - 3, most)].join(', ')})`;
    }"""
    with browser.new_context(**LOOKS[look]) as context:
        page = context.new_page()
        page.goto(themed_site.address("http"))
        page.evaluate("digitjs.ready")
        draw_with_mouse(page, DIGITS.drawing("7"))
        pen = page.evaluate(
            """() => {
                const probe = document.body.appendChild(document.createElement('i'));
                probe.style.color = 'var(--pen)';
                return getComputedStyle(probe).color;
            }"""
        )
        for canvas in ("#canvas", "#canvas_image"):
            assert page.locator(canvas).evaluate(darkest) == pen
