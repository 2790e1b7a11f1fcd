"""What was measured of a site: values, how they come about, and how they are told."""

from collections import Counter
from collections.abc import Iterator
from statistics import median, quantiles

import msgspec
import numpy as np
from numpy.typing import NDArray

from digitjs import metrics
from digitjs.data.stroke_file import Drawing
from digitjs.model_card import Card, Rate

CONFUSIONS = 10  # the commonest, in the result


class Answer(msgspec.Struct, frozen=True):
    """What a network said of one drawing."""

    probabilities: list[float]
    milliseconds: float  # framing included


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
    numbers: dict[str, Rate] = {}  # whole numbers read right, by their length


class Result(msgspec.Struct, frozen=True):
    """What the site made of a stroke file."""

    drawings: int
    networks: tuple[NetworkResult, ...]


def measured(card: Card, drawings: tuple[Drawing, ...], answers: list[Answer], took: float) -> NetworkResult:
    """All figures of one network; `took` seconds through the page."""
    scores = scores_of(answers)
    labels = np.array([drawing.label for drawing in drawings])
    read, right = scores.argmax(1), scores.argmax(1) == labels
    refused = metrics.refused(scores, card.thresholds)
    wrong = Counter(zip(labels[~right].tolist(), read[~right].tolist(), strict=True))
    times = [answer.milliseconds for answer in answers]
    writers = sorted({drawing.writer for drawing in drawings if drawing.writer is not None})
    by_writer = np.array([drawing.writer for drawing in drawings], dtype=object)
    return NetworkResult(
        network=card.name,
        accuracy=metrics.rate(right),
        digits=tuple(metrics.rate(right[labels == digit]) for digit in range(10)),
        writers={writer: metrics.rate(right[by_writer == writer]) for writer in writers},
        confusions=tuple(Confusion(label, digit, n) for (label, digit), n in wrong.most_common(CONFUSIONS)),
        calibration_error=metrics.calibration_error(metrics.reliability(scores, labels)),
        refused=metrics.rate(refused),
        unsure=metrics.rate(metrics.unsure(scores, card.thresholds)),
        milliseconds=(median(times), quantiles(times, n=20)[-1] if len(times) > 1 else times[0]),
        per_second=len(drawings) / took,
    )


def scores_of(answers: list[Answer]) -> NDArray[np.float64]:
    """(n, 10) probabilities."""
    scores: NDArray[np.float64] = np.array([answer.probabilities for answer in answers])
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
