"""Large networks: they load with honest progress, and the pen never waits for their answers."""

import json
import re
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import numpy as np
import pytest
import tf_keras as keras
from playwright.sync_api import Browser, Page, Route, expect

from conftest import SEVEN, Site
from digitjs.browser.server import Handler, serving
from digitjs.data.task import Framing
from digitjs.evaluation.evaluate import draw_with_mouse
from own_networks import OwnNetwork, own_site, randomised

L = keras.layers
LARGE = Framing(size=64, box=48, centre="mass", pen=5.0, softness=2.0)
LONGEST = 50  # milliseconds that the page's thread may compute at a stretch: so long an event of the pen waits at most
TASKS = ["disabled-by-default-devtools.timeline", "toplevel", "__metadata"]
MOVES = """
    moves = [];
    addEventListener('pointermove', (event) => moves.push(performance.now() - event.timeStamp), true);
"""


def network() -> OwnNetwork:
    """Three convolutions of 64 filters over 64 x 64 pixels: 300 million multiplications."""
    keras.utils.set_random_seed(1)
    convolutions = [L.Conv2D(64, 3, padding="same", activation="relu") for _ in range(3)]
    ends = [L.GlobalAveragePooling2D(), L.Dense(10, activation="softmax")]
    return OwnNetwork("slow", randomised(keras.Sequential([L.InputLayer((64, 64, 1)), *convolutions, *ends])), LARGE)


@pytest.fixture(scope="module")
def slow() -> OwnNetwork:
    return network()


@pytest.fixture(scope="module")
def site(slow: OwnNetwork, tmp_path_factory: pytest.TempPathFactory, page_tools: Path) -> Iterator[Site]:
    with own_site((slow,), tmp_path_factory.mktemp("slow"), page_tools) as served:
        yield served


def draw_and_wait(page: Page) -> None:
    page.click("#clear_canvas")
    draw_with_mouse(page, SEVEN)
    expect(page.locator("[data-chart=slow]")).to_be_visible()


def longest_task(trace: bytes) -> float:
    """Milliseconds of computing, whatever else the machine does meanwhile, by the page's thread."""
    events = json.loads(trace)["traceEvents"]
    threads = {
        (event["pid"], event["tid"])
        for event in events
        if event["name"] == "thread_name" and event["args"]["name"] == "CrRendererMain"
    }
    tasks = [e for e in events if e["name"].endswith("RunTask") and (e["pid"], e["tid"]) in threads and "tdur" in e]
    assert len(tasks) > 100
    return max(event["tdur"] for event in tasks) / 1000


@pytest.mark.parametrize("scheme", ["http", "file"])
def test_the_pen_does_not_wait(scheme: str, site: Site, slow: OwnNetwork, page: Page) -> None:
    page.add_init_script(MOVES)
    page.goto(site.address(scheme))
    page.evaluate("digitjs.ready")
    draw_and_wait(page)
    browser = page.context.browser
    assert browser
    browser.start_tracing(page=page, categories=TASKS)
    for _ in range(3):
        draw_and_wait(page)
    longest = longest_task(browser.stop_tracing())
    moves = page.evaluate("moves")
    answer = page.evaluate("digitjs.predict('slow')")
    print({"longest": longest, "moves": len(moves), "wait": max(moves), "answer": answer["milliseconds"]})
    assert longest < LONGEST < answer["milliseconds"]
    pixels = page.evaluate("digitjs.pixels(digitjs.strokes)")
    assert np.abs(slow.scores(np.array([pixels]))[0] - answer["probabilities"]).max() < 1e-5


def test_where_a_host_forbids_workers_the_page_answers_itself(site: Site, slow: OwnNetwork, browser: Browser) -> None:
    def forbid(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, headers={**answer.headers, "content-security-policy": "worker-src 'none'"})

    with browser.new_context() as context:
        context.route("**/index.html", forbid)
        page = context.new_page()
        page.goto(site.address("http"))
        page.evaluate("digitjs.ready")
        answer = page.evaluate("(strokes) => digitjs.classify(strokes, 'slow')", SEVEN)
        pixels = page.evaluate("(strokes) => digitjs.pixels(strokes)", SEVEN)
        assert np.abs(slow.scores(np.array([pixels]))[0] - answer["probabilities"]).max() < 1e-5
        assert page.evaluate("digitjs.memory().numTensors") > 0  # the worker has its own


class Halting(Handler):
    """Sends half of each file of weights, and the rest when it may."""

    go_on = threading.Event()

    def copyfile(self, source: IO[bytes], outputfile: IO[bytes]) -> None:  # type: ignore[override]
        content = source.read()
        half = len(content) // 2 if self.path.partition("?")[0].endswith(".bin") else len(content)
        outputfile.write(content[:half])
        outputfile.flush()
        if half < len(content) and self.go_on.wait(60):
            outputfile.write(content[half:])


def test_progress_is_the_share_of_the_bytes_that_are_there(site: Site, browser: Browser) -> None:
    files = site.folder / "models" / "slow"
    half = (files / "model.json").stat().st_size + sum(path.stat().st_size // 2 for path in files.glob("*.bin"))
    whole = sum(path.stat().st_size for path in (files / "model.json", *files.glob("*.bin")))
    with serving(site.folder, handler=Halting) as address, browser.new_page() as page:
        page.goto(address)
        expect(page.locator("#loading")).to_have_js_property("value", half / whole)
        Halting.go_on.set()
        page.evaluate("digitjs.ready")
        expect(page.locator("#loading")).to_be_hidden()


def test_a_file_that_is_another_one_is_refused(site: Site, browser: Browser) -> None:
    """Also where the page counts what comes, and therefore checks it itself."""
    with browser.new_context() as context:
        context.route("**/*.bin*", lambda route: route.fulfill(body=b"0" * 1000))
        context.route(re.compile(r"/model\.js\?"), lambda route: route.abort())
        page = context.new_page()
        page.goto(site.address("http"))
        expect(page.locator("#problem")).to_contain_text(
            re.compile(r"\.bin could not be downloaded, or is not the file")
        )
