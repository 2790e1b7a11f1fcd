"""How well a built site reads real pen strokes: every digit goes through the page, in a real browser."""

import random
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray
from playwright.sync_api import Page

from digitjs import evaluation
from digitjs.browser import launch
from digitjs.card import Card, Rate, read_card
from digitjs.compose import Number, numbers
from digitjs.server import serving
from digitjs.strokes import Drawing, Stroke

BATCH = 250  # drawings handed to the page at once; the progress moves in these steps
CONFUSIONS = 10  # the commonest, in the result
PAD = 0.8  # of the canvas's shorter side is drawn on by the mouse

Progress = Callable[[int, int], None]  # done, of


class Confusion(msgspec.Struct, frozen=True):
    """How often a digit was read as another one."""

    label: int
    digit: int
    count: int


class Drawn(msgspec.Struct, frozen=True):
    """Drawings that a real mouse drew on the canvas, beside the same strokes given to the page's script."""

    right: Rate  # as drawn by the mouse
    agreeing: int  # drawings for which both ways give the same digit


class NetworkResult(msgspec.Struct, frozen=True, kw_only=True):
    """What one network made of a stroke file."""

    network: str
    accuracy: Rate
    digits: tuple[Rate, ...]  # by label; a label that does not occur has a count of 0
    writers: dict[str, Rate]  # by writer, where the file names them
    confusions: tuple[Confusion, ...]
    calibration_error: float  # expected, 15 bins, in 0..1
    refused: Rate  # "this does not look like a digit"
    unsure: Rate  # "not sure: 4 or 9"
    milliseconds: tuple[float, float]  # a prediction, framing included: median, 95th percentile
    per_second: float  # digits, through the page
    drawn: Drawn | None = None
    numbers: dict[int, Rate] = {}  # whole numbers read right, by their length


class Result(msgspec.Struct, frozen=True):
    """What the site made of a stroke file."""

    drawings: int
    networks: tuple[NetworkResult, ...]


class Misread(msgspec.Struct, frozen=True):
    """A drawing that a network took for something else."""

    network: str
    line: int  # of drawings, from 1
    label: int
    digit: int
    probability: float
    strokes: tuple[Stroke, ...]


class _Answer(msgspec.Struct, frozen=True):
    probabilities: list[float]
    milliseconds: float


def evaluate(
    folder: Path, drawings: tuple[Drawing, ...], *, draw: int, compose: bool, seed: int, progress: Progress
) -> tuple[Result, tuple[Misread, ...]]:
    """Read every drawing with every network of a built site.

    Args:
        folder: the site.
        drawings: of a stroke file.
        draw: so many of them are drawn once more, with a mouse on the canvas.
        compose: also read numbers composed of them.
        seed: which drawings the mouse draws, and how numbers are composed.
        progress: told how many drawings of one network are done.

    Raises:
        DigitjsError: there is no browser, or a card is missing.
    """
    chosen = random.Random(seed).sample(range(len(drawings)), min(draw, len(drawings)))
    composed = numbers(drawings, seed=seed) if compose else ()
    results: list[NetworkResult] = []
    misread: list[Misread] = []
    with _page(folder) as page:
        for name in page.evaluate("digitjs.networks"):
            card = read_card(folder / "models" / name)
            began = time.monotonic()
            answers = _classify(page, name, drawings, progress)
            took = time.monotonic() - began
            result = _result(card, drawings, answers, took)
            if chosen:
                result = msgspec.structs.replace(result, drawn=_draw(page, name, drawings, answers, chosen))
            if composed:
                result = msgspec.structs.replace(result, numbers=_read(page, name, composed))
            results.append(result)
            misread += _misread(name, drawings, answers)
    return Result(len(drawings), tuple(results)), tuple(misread)


@contextmanager
def _page(folder: Path) -> Iterator[Page]:
    with launch() as browser, serving(folder) as address:
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.goto(address + "index.html")
        page.evaluate("digitjs.ready")
        yield page


def _classify(page: Page, name: str, drawings: tuple[Drawing, ...], progress: Progress) -> list[_Answer]:
    script = """async ([drawings, name]) => {
        const answers = [];
        for (const strokes of drawings) answers.push(await digitjs.classify(strokes, name));
        return answers;
    }"""
    answers: list[_Answer] = []
    for start in range(0, len(drawings), BATCH):
        batch = [drawing.strokes for drawing in drawings[start : start + BATCH]]
        answers += msgspec.convert(page.evaluate(script, [batch, name]), type=list[_Answer])
        progress(len(answers), len(drawings))
    return answers


def _result(card: Card, drawings: tuple[Drawing, ...], answers: list[_Answer], took: float) -> NetworkResult:
    scores = _scores(answers)
    labels = np.array([drawing.label for drawing in drawings])
    read, right = scores.argmax(1), scores.argmax(1) == labels
    refused = evaluation.refused(scores, card.thresholds)
    wrong = Counter(zip(labels[~right].tolist(), read[~right].tolist(), strict=True))
    times = [answer.milliseconds for answer in answers]
    writers = sorted({drawing.writer for drawing in drawings if drawing.writer is not None})
    by_writer = np.array([drawing.writer for drawing in drawings], dtype=object)
    return NetworkResult(
        network=card.name,
        accuracy=evaluation.rate(right),
        digits=tuple(evaluation.rate(right[labels == digit]) for digit in range(10)),
        writers={writer: evaluation.rate(right[by_writer == writer]) for writer in writers},
        confusions=tuple(Confusion(label, digit, n) for (label, digit), n in wrong.most_common(CONFUSIONS)),
        calibration_error=evaluation.calibration_error(evaluation.reliability(scores, labels)),
        refused=evaluation.rate(refused),
        unsure=evaluation.rate(evaluation.unsure(scores, card.thresholds)),
        milliseconds=(median(times), quantiles(times, n=20)[-1] if len(times) > 1 else times[0]),
        per_second=len(drawings) / took,
    )


def _draw(page: Page, name: str, drawings: tuple[Drawing, ...], answers: list[_Answer], chosen: list[int]) -> Drawn:
    """Draw with a real mouse, one drawing after the other, and ask the page what it sees."""
    page.select_option("#select_model", name)
    page.evaluate("digitjs.ready")
    expected = _scores(answers).argmax(1)
    digits = []
    for i in chosen:
        page.evaluate("digitjs.clear()")
        draw_with_mouse(page, drawings[i].strokes)
        digits.append(int(page.evaluate("async (name) => (await digitjs.predict(name)).digit", name)))
    page.evaluate("digitjs.clear()")
    right = np.array([digit == drawings[i].label for digit, i in zip(digits, chosen, strict=True)])
    agreeing = sum(digit == expected[i] for digit, i in zip(digits, chosen, strict=True))
    return Drawn(evaluation.rate(right), int(agreeing))


def draw_with_mouse(page: Page, strokes: tuple[Stroke, ...]) -> None:
    """Draw strokes in the middle of the canvas, as large as fits, with the mouse."""
    canvas = page.locator("#canvas")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    if box is None:
        raise RuntimeError("The page shows no canvas.")
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


def _read(page: Page, name: str, composed: tuple[Number, ...]) -> dict[int, Rate]:
    script = """async ([drawings, name]) => {
        const texts = [];
        for (const strokes of drawings) texts.push((await digitjs.read(strokes, name)).text);
        return texts;
    }"""
    texts: list[str] = []
    for start in range(0, len(composed), BATCH):
        texts += page.evaluate(script, [[one.strokes for one in composed[start : start + BATCH]], name])
    right = np.array([text == one.text for text, one in zip(texts, composed, strict=True)])
    length = np.array([len(one.text) for one in composed])
    return {int(n): evaluation.rate(right[length == n]) for n in np.unique(length)}


def _misread(name: str, drawings: tuple[Drawing, ...], answers: list[_Answer]) -> Iterator[Misread]:
    scores = _scores(answers)
    for i, drawing in enumerate(drawings):
        digit = int(scores[i].argmax())
        if digit != drawing.label:
            yield Misread(name, i + 1, drawing.label, digit, float(scores[i].max()), drawing.strokes)


def _scores(answers: list[_Answer]) -> NDArray[np.float32]:
    scores: NDArray[Any] = np.array([answer.probabilities for answer in answers], dtype=np.float32)
    return scores


def as_json(result: Result) -> str:
    """All figures, for a program."""
    return msgspec.json.format(msgspec.json.encode(result, order="deterministic")).decode() + "\n"


def lines(result: Result) -> Iterator[str]:
    """All figures, for a person."""
    yield f"{result.drawings} drawings"
    for one in result.networks:
        yield ""
        yield f"{one.network}  {_percent(one.accuracy)} of the drawings are read right"
        yield "  by digit      " + "  ".join(f"{digit} {rate.value:.1%}" for digit, rate in enumerate(one.digits))
        if one.writers:
            worst = sorted(one.writers.items(), key=lambda pair: (pair[1].value, pair[0]))
            middle = median(rate.value for rate in one.writers.values())
            named = "  ".join(f"{writer} {rate.value:.1%}" for writer, rate in worst[:5])
            yield f"  by writer     {len(worst)} writers, median {middle:.1%}; the hardest: {named}"
        mixed = "  ".join(f"{pair.label} as {pair.digit} ({pair.count})" for pair in one.confusions)
        yield f"  confusions    {mixed or 'none'}"
        yield f"  calibration   error {one.calibration_error:.2%}"
        yield f"  other answers not a digit {_percent(one.refused)}, not sure {_percent(one.unsure)}"
        middle, slow = one.milliseconds
        yield f"  time          {middle:.2f} ms a drawing (95th percentile {slow:.2f}), {one.per_second:.0f} a second"
        if one.drawn:
            agreeing = f"{one.drawn.agreeing} of {one.drawn.right.count} as the script reads them"
            yield f"  by mouse      {_percent(one.drawn.right)} right, {agreeing}"
        for length, rate in one.numbers.items():
            yield f"  {length} digits      {_percent(rate)} of {rate.count} numbers are read right"


def _percent(rate: Rate) -> str:
    return f"{rate.value:.2%} ({rate.low:.2%} to {rate.high:.2%})"
