"""The page's language: the last one chosen wins, whenever its words arrive, and nothing else waits for them."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from conftest import ROOT, Site
from digitjs.data import stroke_file
from digitjs.evaluation.evaluate import draw_with_mouse

SEVEN = next(
    d.strokes for d in stroke_file.read(ROOT / "tests" / "fixtures" / "strokes" / "digits.jsonl") if d.label == 7
)
GERMAN = "**/text.de.*"
ARRIVED = """async () => {
    const frame = () => new Promise(requestAnimationFrame);
    while (!globalThis.digitjsText.de) await frame();
    await frame();
}"""


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A browser window of its own, where words may fail to arrive."""
    with browser.new_context(viewport={"width": 1280, "height": 900}, service_workers="block") as opened:
        yield opened


def hold(context: BrowserContext) -> list[Route]:
    """Keep the German words back; whoever asked for them."""
    asked: list[Route] = []
    context.route(GERMAN, lambda route: asked.append(route))
    return asked


def arrive(page: Page, asked: list[Route]) -> None:
    for route in asked:
        route.continue_()
    page.evaluate(ARRIVED)


def language(page: Page) -> list[str | None]:
    """Of the page, of its selector, and of the next visit."""
    found: list[str | None] = page.evaluate(
        """() => [
            document.documentElement.lang,
            document.getElementById('select_language').value,
            localStorage.getItem('digitjs.language'),
        ]"""
    )
    return found


@pytest.mark.parametrize("name", ["index.html", "report.html"])
@pytest.mark.parametrize("remembered", [True, False])
def test_the_language_chosen_last_wins(context: BrowserContext, full_site: Site, name: str, remembered: bool) -> None:
    page = context.new_page()
    if remembered:
        page.add_init_script("localStorage.setItem('digitjs.language', 'de')")
    asked = hold(context)
    with page.expect_request(GERMAN):
        page.goto(full_site.http + name, wait_until="domcontentloaded")
        if not remembered:
            page.select_option("#select_language", "de")
    expect(page.locator("#select_language")).to_have_value("de")
    page.select_option("#select_language", "es")
    expect(page.locator("html")).to_have_attribute("lang", "es")
    arrive(page, asked)
    assert language(page) == ["es", "es", "es"]


def test_the_page_reads_while_the_words_are_on_their_way(context: BrowserContext, full_site: Site) -> None:
    page = context.new_page()
    page.add_init_script("localStorage.setItem('digitjs.language', 'de')")
    asked = hold(context)
    page.goto(full_site.address("http"), wait_until="domcontentloaded")
    page.evaluate("digitjs.ready")
    draw_with_mouse(page, SEVEN)
    expect(page.locator("#prediction_note")).to_contain_text("It is a 7")
    arrive(page, asked)
    expect(page.locator("#prediction_note")).to_contain_text("Das ist eine 7")
    assert language(page) == ["de", "de", "de"]


def test_a_language_that_does_not_arrive_is_told_and_can_be_chosen_again(
    context: BrowserContext, full_site: Site
) -> None:
    page = context.new_page()
    page.goto(full_site.address("http"))
    context.route(GERMAN, lambda route: route.abort())
    page.select_option("#select_language", "de")
    expect(page.locator("#language_problem")).to_be_visible()
    assert language(page) == ["en", "en", None]
    context.unroute(GERMAN)
    page.select_option("#select_language", "de")
    expect(page.locator("#language_problem")).to_be_hidden()
    assert language(page) == ["de", "de", "de"]
