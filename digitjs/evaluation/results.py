"""What was measured of a site: values, how they are computed, and how they are printed."""

from collections import Counter
from collections.abc import Iterator
from statistics import median, quantiles
from typing import Literal, get_args

import msgspec
import numpy as np
from numpy.typing import NDArray

from digitjs import metrics
from digitjs.data.stroke_file import Drawing
from digitjs.data.task import DIGITS, Task
from digitjs.errors import DigitjsError
from digitjs.model_card import Card, Rate

Outcome = Literal["right", "refused", "split", "misread"]
CONFUSIONS = 10  # the commonest, in the result
NAMED = 12  # classes that a message names
WORST = 12  # classes that are listed, where there are more than these


class Answer(msgspec.Struct, frozen=True):
    """What a network, and the page with it, said of one drawing."""

    probabilities: list[float]  # of the whole drawing, taken as one symbol
    milliseconds: float  # for them, framing included
    text: str  # what the page reads, "?" for what it refuses
    kinds: list[str]  # of its symbols: "refused" where it says that one is of no class


class Confusion(msgspec.Struct, frozen=True):
    """How often a class was read as another one; digits are numbers."""

    label: int | str
    digit: int | str
    count: int


class Drawn(msgspec.Struct, frozen=True):
    """Drawings that a real mouse drew on the canvas, beside the same strokes given to the page's script."""

    right: Rate  # as drawn by the mouse
    agreeing: int  # drawings for which both ways give the same class


class Said(msgspec.Struct, frozen=True):
    """What the page says of drawings, which is not always the best class."""

    right: Rate  # of what is of no class: it, or a part of it, is refused
    refused: Rate  # as many symbols as there are, some of them "this does not look like a digit"
    split: Rate  # more symbols than there are, or fewer
    misread: Rate  # as many symbols as there are, not the right ones


class NetworkResult(msgspec.Struct, frozen=True, kw_only=True):
    """What one network made of a stroke file."""

    network: str
    accuracy: Rate  # of single symbols: the best class, whatever the page says
    said: Said  # of single symbols
    rows: dict[str, Said]  # of rows, by their length
    non_digits: Said  # of what is of no class
    digits: tuple[Rate, ...]  # accuracy by class, in the task's order; one that does not occur has a count of 0
    writers: dict[str, Rate]  # accuracy by writer, where the file names them
    confusions: tuple[Confusion, ...]
    calibration_error: float | None  # of single symbols: expected, 15 bins, in 0..1
    unsure: Rate  # of single symbols taken as one: "not sure: 4 or 9"
    milliseconds: tuple[float, float]  # a prediction, framing included: median, 95th percentile
    per_second: float  # drawings, through the page
    drawn: Drawn | None = None
    numbers: dict[str, Rate] = {}  # whole numbers read right, composed of single digits, by their length


class Result(msgspec.Struct, frozen=True):
    """What the site made of a stroke file."""

    drawings: int
    networks: tuple[NetworkResult, ...]
    classes: tuple[str, ...]  # of the site


def length(drawing: Drawing, task: Task) -> int:
    """How many symbols a drawing has by its label; 0 for what is of no class.

    Raises:
        DigitjsError: the label is no class of the task, and no row of its classes.
    """
    if drawing.label is None:
        return 0
    text = str(drawing.label)
    if text in task.classes:
        return 1
    if task.reading == "row" and set(text) <= set(task.classes):
        return len(text)
    few = ", ".join(task.classes[:NAMED]) + (", …" if len(task.classes) > NAMED else "")
    raise DigitjsError(
        f"The label {text!r} is none of the site's classes ({few}): correct it, or write null for what is of no class."
    )


def outcome(drawing: Drawing, answer: Answer, task: Task) -> Outcome:
    """How what the page says of a drawing compares with its label."""
    if drawing.label is None:
        if "refused" in answer.kinds or set(answer.kinds) <= {"sign"}:
            return "right"
        return "misread" if len(answer.kinds) == 1 else "split"
    if answer.text == str(drawing.label):
        return "right"
    if len(answer.kinds) != length(drawing, task):
        return "split"
    return "refused" if "refused" in answer.kinds else "misread"


def measured(card: Card, drawings: tuple[Drawing, ...], answers: list[Answer], took: float) -> NetworkResult:
    """All figures of one network; `took` seconds through the page."""
    task = card.task
    outcomes = np.array([outcome(*pair, task) for pair in zip(drawings, answers, strict=True)])
    lengths = np.array([length(drawing, task) for drawing in drawings])
    single = lengths == 1
    places = {name: place for place, name in enumerate(task.classes)}
    labels = np.array([places[str(drawings[i].label)] for i in np.flatnonzero(single)], dtype=np.int64)
    scores = scores_of(answers)[single]
    right = scores.argmax(1) == labels
    times = [answer.milliseconds for answer in answers]
    by_writer = np.array([drawing.writer for drawing in drawings], dtype=object)[single]
    writers = sorted({writer for writer in by_writer if writer is not None})
    return NetworkResult(
        network=card.name,
        accuracy=metrics.rate(right),
        said=_said(outcomes[single]),
        rows={str(n): _said(outcomes[lengths == n]) for n in np.unique(lengths) if n > 1},
        non_digits=_said(outcomes[lengths == 0]),
        digits=tuple(metrics.rate(right[labels == place]) for place in range(len(task.classes))),
        writers={writer: metrics.rate(right[by_writer == writer]) for writer in writers},
        confusions=_confusions(scores, labels, task),
        calibration_error=metrics.calibration_error(metrics.reliability(scores, labels)) if single.any() else None,
        unsure=metrics.rate(metrics.unsure(scores, card.thresholds)),
        milliseconds=(median(times), quantiles(times, n=20)[-1] if len(times) > 1 else times[0]),
        per_second=len(drawings) / took,
    )


def _confusions(scores: NDArray[np.float64], labels: NDArray[np.int64], task: Task) -> tuple[Confusion, ...]:
    """The commonest, as the task's classes; digits as numbers."""
    read = scores.argmax(1)
    wrong = Counter(zip(labels[read != labels].tolist(), read[read != labels].tolist(), strict=True))
    names = range(10) if task.is_digits else task.classes
    return tuple(Confusion(names[label], names[other], n) for (label, other), n in wrong.most_common(CONFUSIONS))


def _said(outcomes: NDArray[np.str_]) -> Said:
    right, refused, split, misread = (metrics.rate(outcomes == name) for name in get_args(Outcome))
    return Said(right=right, refused=refused, split=split, misread=misread)


def scores_of(answers: list[Answer]) -> NDArray[np.float64]:
    """(n, classes) probabilities."""
    scores: NDArray[np.float64] = np.array([answer.probabilities for answer in answers])
    return scores


def as_json(result: Result) -> str:
    """All figures, for a program."""
    return msgspec.json.format(msgspec.json.encode(result, order="deterministic")).decode() + "\n"


def lines(result: Result) -> Iterator[str]:
    """All figures, for a person."""
    yield f"{result.drawings} drawings"
    noun = "digit" if result.classes == DIGITS else "symbol"
    for one in result.networks:
        yield ""
        yield one.network
        if one.accuracy.count:
            yield from _of_single_symbols(one, result.classes, noun)
        for length, said in one.rows.items():
            yield (
                f"  {length} {noun}s".ljust(16)
                + f"{_percent(said.right)} of {said.right.count} rows said right; {_wrong(said)}"
            )
        if one.non_digits.right.count:
            yield _of_non_members(one.non_digits, noun)
        middle, slow = one.milliseconds
        yield f"  time          {middle:.2f} ms a drawing (95th percentile {slow:.2f}), {one.per_second:.0f} a second"
        if one.drawn:
            agreeing = f"{one.drawn.agreeing} of {one.drawn.right.count} as the script reads them"
            yield f"  by mouse      {_percent(one.drawn.right)} right, {agreeing}"
        for length, rate in one.numbers.items():
            yield f"  {length} composed    {_percent(rate)} of {rate.count} numbers are read right"


def _of_single_symbols(one: NetworkResult, classes: tuple[str, ...], noun: str) -> Iterator[str]:
    yield f"  said right    {_percent(one.said.right)} of {one.said.right.count} {noun}s; {_wrong(one.said)}"
    yield f"  best {noun}".ljust(16) + f"{_percent(one.accuracy)} right, whatever the page says"
    yield f"  by {noun}".ljust(16) + _by_class(one, classes)
    if one.writers:
        worst = sorted(one.writers.items(), key=lambda pair: (pair[1].value, pair[0]))
        middle = median(rate.value for rate in one.writers.values())
        named = "  ".join(f"{writer} {rate.value:.1%}" for writer, rate in worst[:5])
        yield f"  by writer     {len(worst)} writers, median {middle:.1%}; the hardest: {named}"
    mixed = "  ".join(f"{pair.label} as {pair.digit} ({pair.count})" for pair in one.confusions)
    yield f"  confusions    {mixed or 'none'}"
    yield f"  calibration   error {one.calibration_error:.2%}"
    yield f"  not sure      {_percent(one.unsure)}"


def _by_class(one: NetworkResult, classes: tuple[str, ...]) -> str:
    """The accuracy of each class; where they are many, of the hardest."""
    rates = [pair for pair in zip(classes, one.digits, strict=True) if pair[1].count or len(classes) <= WORST]
    many = len(rates) > WORST
    chosen = sorted(rates, key=lambda pair: pair[1].value)[:WORST] if many else rates
    return ("the hardest: " if many else "") + "  ".join(f"{name} {rate.value:.1%}" for name, rate in chosen)


def _of_non_members(said: Said, noun: str) -> str:
    taken = f"read as one {noun} {said.misread.value:.2%}, as several symbols {said.split.value:.2%}"
    return f"  non-{noun}s".ljust(16) + f"{_percent(said.right)} of {said.right.count} are refused; {taken}"


def _wrong(said: Said) -> str:
    return f"refused {said.refused.value:.2%}, split {said.split.value:.2%}, misread {said.misread.value:.2%}"


def _percent(rate: Rate) -> str:
    return f"{rate.value:.2%} ({rate.low:.2%} to {rate.high:.2%})"
