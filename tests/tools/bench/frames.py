"""How long the page's main thread works for each frame while somebody draws."""

from collections import Counter
from itertools import pairwise
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from bench.measure import VIEW
from digitjs.browser.launch import launch_browser
from digitjs.data.stroke_file import Drawing, Stroke
from digitjs.evaluation.evaluate import draw_with_mouse

CATEGORIES = ["toplevel", "devtools.timeline", "disabled-by-default-devtools.timeline"]
DENSER = 4  # moves for each recorded one: a mouse tells its place more often than there are frames


class Frame(msgspec.Struct, frozen=True):
    """Milliseconds of work for a frame; one of more than the display's 16.7 ms is missed."""

    passed: float  # on the clock, with whatever else this machine did meanwhile
    worked: float  # on the processor


def percentile(address: str, drawings: tuple[Drawing, ...], percent: int = 95) -> Frame:
    """Draw without pause, all networks live; each figure's percentile over the frames."""
    with launch_browser() as browser, browser.new_context(viewport=VIEW) as context:  # type: ignore[arg-type]
        page = context.new_page()
        page.goto(address)
        page.select_option("#select_model", "all")
        page.evaluate("digitjs.ready")
        draw_with_mouse(page, drawings[0].strokes)  # the first stroke compiles what later ones only run
        browser.start_tracing(page=page, categories=CATEGORIES)
        for drawing in drawings:
            page.evaluate("digitjs.clear()")
            draw_with_mouse(page, tuple(_denser(stroke) for stroke in drawing.strokes))
        events = msgspec.json.decode(browser.stop_tracing())["traceEvents"]
    passed, worked = np.percentile(_work(events), percent, axis=0).tolist()
    return Frame(passed, worked)


def _denser(stroke: Stroke) -> Stroke:
    at = np.arange(len(stroke))
    between = np.linspace(0, len(stroke) - 1, DENSER * (len(stroke) - 1) + 1)
    xs, ys = (np.interp(between, at, values) for values in zip(*stroke, strict=True))
    return tuple(zip(xs.tolist(), ys.tolist(), strict=True))


def _work(events: list[dict[str, Any]]) -> NDArray[np.float64]:
    """For each frame with a pointer's move in it, the tasks from the commit before it to its own: (n, 2)."""
    names = {_thread(event): event["args"]["name"] for event in events if event["name"] == "thread_name"}
    renderers = Counter(_thread(event) for event in events if names.get(_thread(event)) == "CrRendererMain")
    ((main, _),) = renderers.most_common(1)
    own = [event for event in events if _thread(event) == main]
    run = [event for event in own if event["name"] == "RunTask" and "tdur" in event]
    tasks = sorted((event["ts"], event["dur"], event["tdur"]) for event in run)  # microseconds
    commits = [event["ts"] for event in own if event["name"] == "Commit"]
    moves = [event["ts"] for event in own if event.get("args", {}).get("data", {}).get("type") == "pointermove"]
    starts = np.array([start for start, _, _ in tasks])
    # A task belongs to the frame that it commits, or else to the next one; frames end with their committing task.
    last = np.searchsorted(starts, sorted(commits), side="right")
    moved = np.searchsorted(starts, sorted(moves), side="right") - 1
    durations = np.array([durations for _, *durations in tasks]) / 1000
    frames = [(begin, end) for begin, end in pairwise(last) if ((moved >= begin) & (moved < end)).any()]
    return np.array([durations[begin:end].sum(0) for begin, end in frames])


def _thread(event: dict[str, Any]) -> tuple[int, int]:
    return event["pid"], event["tid"]
