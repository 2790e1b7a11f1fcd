"""One visit to a page in a fresh browser, and what it cost."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
import numpy as np
from playwright.sync_api import CDPSession, Page

from digitjs.browser.launch import launch_browser
from digitjs.data.stroke_file import Drawing, Stroke

PROBE = (Path(__file__).parent / "probe.js").read_text("utf-8")
Strokes = tuple[Stroke, ...]
FEW, MANY = 200, 2000  # answers: the heap after many is compared to that after few
VALUES = ("object", "array", "closure", "string", "concatenated string", "sliced string", "number", "regexp")
START = 1000  # milliseconds for a new browser to come to rest: its own start is no page's
SETTLE = 500  # milliseconds for frames and animations that are under way
VIEW = {"width": 1280, "height": 900}
# A good line at home, and Lighthouse's "slow 4G": bit/s towards the page, and milliseconds there and back.
LINES = {"50 Mbit/s": (50e6, 10), "1.6 Mbit/s": (1.6e6, 150)}


class First(msgspec.Struct, frozen=True):
    """Up to the first answer."""

    ready: float  # milliseconds since navigation
    first: float  # milliseconds
    bytes: int  # compressed
    backend: str  # TF.js's, where the page tells it


class Answers(msgspec.Struct, frozen=True):
    """What many answers cost."""

    times: tuple[float, ...]  # milliseconds
    leaked: float  # tensors for each answer


class Heap(msgspec.Struct, frozen=True):
    """JavaScript's heap in bytes, without what nobody holds any more."""

    used: int
    values: int  # the part that scripts hold; the rest is the engine's: above all code, compiled for what runs often


class Visit(msgspec.Struct, frozen=True):
    """All of one visit."""

    start: First
    lines: dict[str, First]  # the same over each of LINES
    answers: Answers
    heap: tuple[Heap, Heap] | None  # after FEW and after MANY answers


def first_network(address: str) -> str:
    """The network that the built site shows first."""
    with launch_browser() as browser, browser.new_page() as page:
        page.goto(address)
        name: str = page.evaluate("digitjs.networks[0]")
        return name


def visit(address: str, network: str, drawings: tuple[Drawing, ...], *, heap: bool) -> Visit:
    """Open a page, ask it at once, and go on asking."""
    strokes = [drawing.strokes for drawing in drawings]
    lines = {name: _over(line, address, network, strokes[0]) for name, line in LINES.items()}
    with _page() as page:
        start = _first(page, address, network, strokes[0])
        answers = _ask(page, network, strokes, FEW)
        heaps = _heaps(page, network, strokes) if heap else None
    return Visit(start, lines, answers, heaps)


@contextmanager
def _page() -> Iterator[Page]:
    """A page of a new browser that has come to rest."""
    with launch_browser() as browser, browser.new_context(viewport=VIEW) as context:  # type: ignore[arg-type]
        page = context.new_page()
        page.add_init_script(PROBE)
        page.wait_for_timeout(START)
        yield page


def _over(line: tuple[float, float], address: str, network: str, strokes: Strokes) -> First:
    """The start of a visit over a line of so many bit/s and milliseconds."""
    speed, latency = line
    conditions = {"downloadThroughput": speed / 8, "uploadThroughput": speed / 8, "latency": latency, "offline": False}
    with _page() as page:
        page.context.new_cdp_session(page).send("Network.emulateNetworkConditions", conditions)
        return _first(page, address, network, strokes)


def _first(page: Page, address: str, network: str, strokes: Strokes) -> First:
    page.goto(address, wait_until="commit")
    script = "([name, strokes]) => bench.firstAnswer(name, strokes)"
    return msgspec.convert(page.evaluate(script, [network, strokes]), First)


def _ask(page: Page, network: str, strokes: list[Strokes], count: int) -> Answers:
    script = "([name, drawings, count]) => bench.manyAnswers(name, drawings, count)"
    return msgspec.convert(page.evaluate(script, [network, strokes, count]), Answers)


def _heaps(page: Page, network: str, strokes: list[Strokes]) -> tuple[Heap, Heap]:
    """After FEW answers, which have been given, and after MANY."""
    client = page.context.new_cdp_session(page)
    few = _heap(page, client)
    _ask(page, network, strokes, MANY - FEW)
    return few, _heap(page, client)


def _heap(page: Page, client: CDPSession) -> Heap:
    page.wait_for_load_state("networkidle")  # what the page fetches after its first answers is no leak
    page.wait_for_timeout(SETTLE)
    values = _values(client)  # before the rest is measured: a first snapshot leaves something behind
    for _ in range(2):  # finalizers of the first collection free more for the second
        client.send("HeapProfiler.collectGarbage")
    used: int = client.send("Runtime.getHeapUsage")["usedSize"]
    return Heap(used, values)


def _values(client: CDPSession) -> int:
    """The size of the nodes of a heap snapshot that are JavaScript values."""
    chunks: list[str] = []

    def take(event: dict[str, str]) -> None:
        chunks.append(event["chunk"])

    client.on("HeapProfiler.addHeapSnapshotChunk", take)
    client.send("HeapProfiler.takeHeapSnapshot")
    client.remove_listener("HeapProfiler.addHeapSnapshotChunk", take)
    snapshot = msgspec.json.decode("".join(chunks))
    meta = snapshot["snapshot"]["meta"]
    nodes = np.array(snapshot["nodes"]).reshape(-1, len(meta["node_fields"]))
    kinds, sizes = (nodes[:, meta["node_fields"].index(field)] for field in ("type", "self_size"))
    wanted = [place for place, kind in enumerate(meta["node_types"][0]) if kind in VALUES]
    return int(sizes[np.isin(kinds, wanted)].sum())
