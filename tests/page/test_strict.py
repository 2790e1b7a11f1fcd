"""Nothing leaves the device and nothing breaks the page's policy, whatever a visitor does."""

import base64
from collections.abc import Iterator
from urllib.parse import urlparse

import pytest
from playwright.sync_api import Browser, Page, expect

from conftest import ROOT, Site
from digitjs.data import stroke_file
from digitjs.evaluation.evaluate import draw_with_mouse

SEVEN = next(
    d.strokes for d in stroke_file.read(ROOT / "tests" / "fixtures" / "strokes" / "digits.jsonl") if d.label == 7
)
WATCH = "broken = []; addEventListener('securitypolicyviolation', (event) => broken.push(event.violatedDirective));"


@pytest.fixture(params=["file", "http"])
def watched(request: pytest.FixtureRequest, browser: Browser, full_site: Site) -> Iterator[tuple[Page, list[str], str]]:
    """A page, every address it asks for, and where the site is."""
    asked: list[str] = []
    with browser.new_context(viewport={"width": 1280, "height": 900}) as context:
        context.add_init_script(WATCH)
        context.on("request", lambda one: asked.append(one.url))
        page = context.new_page()
        yield page, asked, full_site.address(request.param)


def use_everything(page: Page) -> None:
    page.evaluate("digitjs.ready")
    draw_with_mouse(page, SEVEN)
    page.select_option("#select_model", "all")
    page.evaluate("digitjs.ready")
    for summary in page.locator("summary").all():
        summary.click()
    expect(page.locator("#why_text")).not_to_be_empty()
    page.click("[data-why='3']")
    page.click("#share")
    page.click("#correct")
    for button in ("#save_picture", "#save_strokes", "#export_corrections"):
        with page.expect_download():
            page.click(button)
    page.click("#delete_corrections")
    for selector, values in {
        "#select_language": ("de", "es", "en"),
        "#select_theme": ("dark", "light", "auto"),
    }.items():
        for value in values:
            page.select_option(selector, value)
    page.click("[data-example='5']")
    expect(page.locator("#prediction")).to_have_text("5")
    encoded = page.evaluate("document.getElementById('canvas').toDataURL()").partition(",")[2]
    picture = {"name": "digit.png", "mimeType": "image/png", "buffer": base64.b64decode(encoded)}
    page.set_input_files("#choose_picture", [picture])  # type: ignore[list-item]
    expect(page.locator("#bring_note")).to_contain_text("traced")


def test_using_everything_asks_no_other_host_and_breaks_no_policy(watched: tuple[Page, list[str], str]) -> None:
    page, asked, address = watched
    page.goto(address)
    use_everything(page)
    broken = page.evaluate("broken")
    page.goto(address.replace("index.html", "report.html"))
    page.goto(address.replace("index.html", "embed.html"))
    page.evaluate("digitjs.ready")
    broken += page.evaluate("broken")
    own = urlparse(address)
    foreign = [url for url in asked if urlparse(url)[:2] != own[:2] and urlparse(url).scheme not in ("data", "blob")]
    assert len(asked) > 10
    assert (foreign, broken) == ([], [])


def test_the_policy_forbids_what_it_should(browser: Browser, full_site: Site) -> None:
    """That the test above can fail: an inline script and another host are refused, and heard of."""
    page = browser.new_page()
    page.goto(full_site.address("http"))
    page.evaluate(WATCH)
    page.evaluate(
        """() => {
            const script = document.createElement('script');
            script.textContent = 'globalThis.inline = true';
            document.head.append(script);
            return fetch('http://127.0.0.2:9/').catch(() => {});
        }"""
    )
    page.wait_for_function("broken.length >= 2")
    assert page.evaluate("[globalThis.inline, broken.sort()]") == [None, ["connect-src", "script-src-elem"]]
    page.close()
