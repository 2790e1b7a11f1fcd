"""One visit to a page in a fresh browser, and what it cost."""

from pathlib import Path

import msgspec
from playwright.sync_api import CDPSession, Page

from digitjs.browser import launch
from digitjs.strokes import Drawing, Stroke

PROBE = (Path(__file__).parent / "probe.js").read_text("utf-8")
Strokes = tuple[Stroke, ...]
FEW, MANY = 200, 2000  # answers: the heap after many is compared to that after few
SETTLE = 500  # milliseconds for frames and animations that are under way
VIEW = {"width": 1280, "height": 900}


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


class Visit(msgspec.Struct, frozen=True):
    """All of one visit."""

    start: First
    answers: Answers
    heap: tuple[int, int] | None  # bytes after FEW and after MANY answers


def first_network(address: str) -> str:
    """The network that the built site shows first."""
    with launch() as browser, browser.new_page() as page:
        page.goto(address)
        name: str = page.evaluate("digitjs.networks[0]")
        return name


def visit(address: str, network: str, drawings: tuple[Drawing, ...], *, heap: bool) -> Visit:
    """Open a page, ask it at once, and go on asking."""
    strokes = [drawing.strokes for drawing in drawings]
    with launch() as browser, browser.new_context(viewport=VIEW) as context:  # type: ignore[arg-type]
        page = context.new_page()
        page.add_init_script(PROBE)
        page.goto(address, wait_until="commit")
        start = page.evaluate("([name, strokes]) => bench.firstAnswer(name, strokes)", [network, strokes[0]])
        answers = _ask(page, network, strokes, FEW)
        heaps = _heaps(page, network, strokes) if heap else None
        return Visit(msgspec.convert(start, First), answers, heaps)


def _ask(page: Page, network: str, strokes: list[Strokes], count: int) -> Answers:
    script = "([name, drawings, count]) => bench.manyAnswers(name, drawings, count)"
    return msgspec.convert(page.evaluate(script, [network, strokes, count]), Answers)


def _heaps(page: Page, network: str, strokes: list[Strokes]) -> tuple[int, int]:
    """After FEW answers, which have been given, and after MANY."""
    client = page.context.new_cdp_session(page)
    few = _heap(page, client)
    _ask(page, network, strokes, MANY - FEW)
    return few, _heap(page, client)


def _heap(page: Page, client: CDPSession) -> int:
    """JavaScript's heap without what nobody holds any more, but with the code that the engine compiled."""
    page.wait_for_load_state("networkidle")  # what the page fetches after its first answers is no leak
    page.wait_for_timeout(SETTLE)
    for _ in range(2):  # finalizers of the first collection free more for the second
        client.send("HeapProfiler.collectGarbage")
    used: int = client.send("Runtime.getHeapUsage")["usedSize"]
    return used
