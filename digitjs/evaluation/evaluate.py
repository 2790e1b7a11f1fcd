"""How well a built site reads real pen strokes: every drawing goes through the page, in a real browser."""

import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import msgspec
import numpy as np
from playwright.sync_api import Error, Page

from digitjs import metrics
from digitjs.browser.launch import PATIENCE, ask, launch_browser, reason
from digitjs.browser.server import serving
from digitjs.data.stroke_file import Drawing, Stroke
from digitjs.data.task import Task
from digitjs.errors import DigitjsError
from digitjs.evaluation.results import Answer, Drawn, NetworkResult, Result, length, measured, outcome, scores_of
from digitjs.evaluation.synthetic_numbers import Number, numbers
from digitjs.model_card import CARD, Card, Rate, read_card

BATCH = 250  # drawings handed to the page at once; the progress moves in these steps
PAD = 0.8  # of the canvas's shorter side is drawn on by the mouse

Progress = Callable[[int, int], None]  # done, of


class Misread(msgspec.Struct, frozen=True):
    """A drawing that the page says something wrong of."""

    network: str
    line: int  # of drawings, from 1
    label: str  # empty for what is of no class
    said: str  # "?" stands for what is refused
    probability: float  # of the best class
    strokes: tuple[Stroke, ...]


@dataclass(frozen=True)
class Measurement:
    """What is measured."""

    drawings: tuple[Drawing, ...]  # of a stroke file
    draw: int  # so many of the single symbols are drawn once more, with a mouse on the canvas
    compose: bool  # also read numbers composed of the single digits among them
    seed: int  # which drawings the mouse draws, and how numbers are composed


def measure(folder: Path, wanted: Measurement, progress: Progress) -> tuple[Result, tuple[Misread, ...]]:
    """Read every drawing with every network of a built site.

    Args:
        folder: the site.
        wanted: the drawings, and what else is measured with them.
        progress: called with how many drawings of one network are done, then how many numbers.

    Raises:
        DigitjsError: there is no browser, the page does not work, a card is missing, or a label is none of the
            site's classes, or there are no digits to compose.
    """
    drawings, task = wanted.drawings, _task(folder)
    single = [i for i, drawing in enumerate(drawings) if length(drawing, task) == 1]
    if wanted.compose and not (single and task.is_digits):
        raise DigitjsError("The drawings hold no single digits to compose numbers of: leave out --numbers.")
    chosen = random.Random(wanted.seed).sample(single, min(wanted.draw, len(single)))
    composed = numbers(tuple(drawings[i] for i in single), seed=wanted.seed) if wanted.compose else ()
    results: list[NetworkResult] = []
    misread: list[Misread] = []
    with _page(folder) as page:
        cards = {name: read_card(folder / "models" / name) for name in ask(page, "() => digitjs.networks")}
        for name, card in cards.items():
            began = time.monotonic()
            answers = _ask(page, name, drawings, progress)
            took = time.monotonic() - began
            result = measured(card, drawings, answers, took)
            if chosen:
                drawn = _draw(page, card, [(drawings[i], answers[i]) for i in chosen])
                result = msgspec.structs.replace(result, drawn=drawn)
            if composed:
                result = msgspec.structs.replace(result, numbers=_read(page, name, composed, progress))
            results.append(result)
            misread += _misread(card, drawings, answers)
    return Result(len(drawings), tuple(results), task.classes), tuple(misread)


def _task(folder: Path) -> Task:
    """What the networks of a site tell apart.

    Raises:
        DigitjsError: there is no card.
    """
    models = sorted(path.parent for path in (folder / "models").glob(f"*/{CARD}"))
    if not models:
        raise DigitjsError(f"{folder} has no models: run digitjs build.")
    return read_card(models[0]).task


@contextmanager
def _page(folder: Path) -> Iterator[Page]:
    """The drawing page of a site, its first network loaded; what goes wrong in it ends as one sentence."""
    with launch_browser() as browser, serving(folder) as address:
        try:
            page = browser.new_page(viewport={"width": 1280, "height": 900})
            page.set_default_timeout(1000 * PATIENCE)
            page.goto(address + "index.html")
            ask(page, "() => digitjs.ready")
            yield page
        except (Error, msgspec.ValidationError) as error:
            raise DigitjsError(
                f"The page in {folder} fails ({reason(error)}): run digitjs verify for details."
            ) from error


def _ask(page: Page, name: str, drawings: tuple[Drawing, ...], progress: Progress) -> list[Answer]:
    script = """async ([drawings, name]) => {
        const answers = [];
        for (const strokes of drawings) {
            const { probabilities, milliseconds } = await digitjs.classify(strokes, name);
            const { text, symbols } = await digitjs.read(strokes, name);
            answers.push({ probabilities, milliseconds, text, kinds: symbols.map((one) => one.kind) });
        }
        return answers;
    }"""
    answers: list[Answer] = []
    for start in range(0, len(drawings), BATCH):
        batch = [drawing.strokes for drawing in drawings[start : start + BATCH]]
        answers += msgspec.convert(ask(page, script, [batch, name]), type=list[Answer])
        progress(len(answers), len(drawings))
    return answers


def _draw(page: Page, card: Card, chosen: list[tuple[Drawing, Answer]]) -> Drawn:
    """Draw with a real mouse, one drawing after the other, and ask the page what it sees."""
    page.select_option("#select_model", card.name)
    ask(page, "() => digitjs.ready")
    classes = []
    for drawing, _ in chosen:
        ask(page, "() => digitjs.clear()")
        draw_with_mouse(page, drawing.strokes)
        classes.append(str(ask(page, "async (name) => (await digitjs.predict(name)).class", card.name)))
    ask(page, "() => digitjs.clear()")
    expected = [card.task.classes[place] for place in scores_of([answer for _, answer in chosen]).argmax(1)]
    right = np.array([read == str(drawing.label) for read, (drawing, _) in zip(classes, chosen, strict=True)])
    return Drawn(metrics.rate(right), sum(one == other for one, other in zip(expected, classes, strict=True)))


def draw_with_mouse(page: Page, strokes: tuple[Stroke, ...]) -> None:
    """Draw strokes in the middle of the canvas, as large as fits, with the mouse."""
    canvas = page.locator("#canvas")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    if box is None:
        raise DigitjsError("The page shows no canvas: run digitjs verify for details.")
    xs, ys = [x for stroke in strokes for x, _ in stroke], [y for stroke in strokes for _, y in stroke]
    side = max(max(xs) - min(xs), max(ys) - min(ys)) or 1.0
    scale = PAD * min(box["width"], box["height"]) / side
    left = box["x"] + box["width"] / 2 - scale * (min(xs) + max(xs)) / 2
    top = box["y"] + box["height"] / 2 - scale * (min(ys) + max(ys)) / 2
    for stroke in strokes:
        path = [(left + scale * x, top + scale * y) for x, y in stroke]
        page.mouse.move(*path[0])
        page.mouse.down()
        for x, y in path[1:]:
            page.mouse.move(x, y)
        page.mouse.up()


def _read(page: Page, name: str, composed: tuple[Number, ...], progress: Progress) -> dict[str, Rate]:
    script = """async ([drawings, name]) => {
        const texts = [];
        for (const strokes of drawings) texts.push((await digitjs.read(strokes, name)).text);
        return texts;
    }"""
    texts: list[str] = []
    for start in range(0, len(composed), BATCH):
        texts += ask(page, script, [[one.strokes for one in composed[start : start + BATCH]], name])
        progress(len(texts), len(composed))
    right = np.array([text == one.text for text, one in zip(texts, composed, strict=True)])
    lengths = np.array([len(one.text) for one in composed])
    return {str(n): metrics.rate(right[lengths == n]) for n in np.unique(lengths)}


def _misread(card: Card, drawings: tuple[Drawing, ...], answers: list[Answer]) -> Iterator[Misread]:
    for line, (drawing, answer) in enumerate(zip(drawings, answers, strict=True), start=1):
        if outcome(drawing, answer, card.task) != "right":
            label = "" if drawing.label is None else str(drawing.label)
            yield Misread(card.name, line, label, answer.text, max(answer.probabilities), drawing.strokes)
