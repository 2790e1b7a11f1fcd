"""The pad inside somebody else's page."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from conftest import DIGITS, Site
from digitjs.browser.server import serving

SEVEN, NINE = (next(drawing.strokes for drawing in DIGITS if drawing.label == label) for label in (7, 9))
HOST = """<!doctype html><meta charset="utf-8"><title>A blog</title><link rel="icon" href="data:,">
<p>Read this first.</p>
<iframe src="{address}" width="320" height="480" title="Draw a digit" style="border: 0" {attributes}></iframe>
<script>heard = []; addEventListener('message', ({{ data }}) => heard.push(data));</script>"""


def row(count: int) -> list[list[list[float]]]:
    """Nines beside one another, in CSS pixels of a small sheet: the last bar is the one at the page's edge."""
    size = 260 / max(count, 2)
    return [
        [[15 + size * (number + 0.7 * x), 80 + 0.9 * size * y] for x, y in stroke]
        for number in range(count)
        for stroke in NINE
    ]


@pytest.fixture(params=["", 'sandbox="allow-scripts"'], ids=["open", "sandboxed"])
def host(request: pytest.FixtureRequest, page: Page, full_site: Site, tmp_path: Path) -> Iterator[Page]:
    """A page of another origin with the pad in it; in a sandbox it has no storage, and may fetch nothing."""
    html = HOST.format(address=full_site.http + "embed.html", attributes=request.param)
    (tmp_path / "index.html").write_text(html)
    with serving(tmp_path) as address:
        page.goto(address)
        page.frames[1].wait_for_function("window.digitjs")
        page.frames[1].evaluate("digitjs.ready")
        yield page


def test_it_fits_its_frame(host: Page) -> None:
    size = host.frames[1].evaluate("[document.documentElement.scrollWidth, document.documentElement.scrollHeight]")
    assert size[0] <= 320 and size[1] <= 480


def test_it_tells_the_answer_and_can_be_cleared(host: Page) -> None:
    box = host.frame_locator("iframe").locator("#canvas").bounding_box()
    assert box
    for stroke in SEVEN:
        path = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in stroke]
        host.mouse.move(*path[0])
        host.mouse.down()
        for x, y in path[1:]:
            host.mouse.move(x, y)
        host.mouse.up()
    host.wait_for_function("heard.at(-1)?.text === '7'")
    [digit] = host.evaluate("heard.at(-1).digits")
    assert (digit["digit"], digit["kind"], len(digit["probabilities"])) == (7, "digit", 10)
    host.evaluate("frames[0].postMessage({type: 'digitjs', action: 'clear'}, '*')")
    host.wait_for_function("heard.at(-1).text === ''")
    assert host.frames[1].evaluate("digitjs.strokes") == []


def test_a_button_released_outside_of_the_frame_ends_the_stroke(host: Page) -> None:
    frame = host.locator("iframe").bounding_box()
    box = host.frame_locator("iframe").locator("#canvas").bounding_box()
    assert frame and box
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    if host.locator("iframe").get_attribute("sandbox"):
        # A browser sends what follows a captured press to the frame's own process, Playwright's mouse to the page's.
        client = host.context.new_cdp_session(host.frames[1])

        def send(kind: str, to: tuple[float, float], pressed: int) -> None:
            place = {"x": to[0] - frame["x"], "y": to[1] - frame["y"]}
            options = {"button": "none" if kind == "mouseMoved" and not pressed else "left", "clickCount": 1}
            client.send("Input.dispatchMouseEvent", {"type": kind, **place, **options, "buttons": pressed})

        send("mouseMoved", (x, y), 0)
        send("mousePressed", (x, y), 1)
        send("mouseMoved", (x, box["y"] - 30), 1)
        send("mouseReleased", (x, box["y"] - 30), 0)
    else:
        host.mouse.move(x, y)
        host.mouse.down()
        host.mouse.move(x, box["y"] - 30)  # over the words of the page around
        host.mouse.up()
    ended = host.frames[1].evaluate("digitjs.strokes")
    host.mouse.move(x - 40, y)
    host.mouse.move(x - 40, y + 40)
    assert host.frames[1].evaluate("digitjs.strokes") == ended
    assert [min(py for _, py in stroke) < 0 for stroke in ended] == [True]


@pytest.mark.parametrize("count", [1, 4, 6])
@pytest.mark.parametrize("language", ["en", "de", "es"])
def test_numbers_fit_its_frame_too(browser: Browser, full_site: Site, language: str, count: int) -> None:
    with browser.new_context(viewport={"width": 320, "height": 480}) as context:
        page = context.new_page()
        page.add_init_script(f"localStorage.setItem('digitjs.language', '{language}')")
        page.goto(full_site.http + "embed.html")
        expect(page.locator("html")).to_have_attribute("lang", language)
        page.evaluate("digitjs.ready")
        page.evaluate("(strokes) => { digitjs.strokes = strokes; }", row(count))
        expect(page.locator("#prediction")).to_have_text("9" * count)
        size = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.scrollHeight]")
        assert size == [320, 480]
