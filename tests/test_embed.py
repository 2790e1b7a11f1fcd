"""The pad inside somebody else's page."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page

from conftest import ROOT, Site
from digitjs import strokes
from digitjs.server import serving

SEVEN = next(d.strokes for d in strokes.read(ROOT / "tests" / "strokes" / "digits.jsonl") if d.label == 7)
HOST = """<!doctype html><meta charset="utf-8"><title>A blog</title><link rel="icon" href="data:,">
<p>Read this first.</p><iframe src="{address}" width="320" height="480" title="Draw a digit" style="border: 0"></iframe>
<script>heard = []; addEventListener('message', ({{ data }}) => heard.push(data));</script>"""


@pytest.fixture
def host(page: Page, full_site: Site, tmp_path: Path) -> Iterator[Page]:
    """A page of another origin with the pad in it."""
    (tmp_path / "index.html").write_text(HOST.format(address=full_site.http + "embed.html"))
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
