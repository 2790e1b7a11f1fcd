"""The figures side by side, for a person."""

from collections.abc import Callable, Iterator
from functools import partial
from statistics import median

import msgspec

from bench.frames import Frame
from bench.measure import FEW, LINES, MANY, Visit
from browsers.lighthouse import Scores

Figure = Callable[[Visit], float]


class Line(msgspec.Struct, frozen=True):
    """One figure; the stand-in's is missing where ours is measured alone."""

    what: str
    ours: float
    standin: float | None
    ratio: float | None  # the median over the pairs, not the ratio of the medians
    target: str


class Result(msgspec.Struct, frozen=True):
    """All that was measured."""

    network: str
    runs: int
    backend: str  # the stand-in's
    lines: tuple[Line, ...]
    lighthouse: dict[str, Scores]  # by page


def lines(pairs: list[tuple[Visit, Visit]], frame: Frame) -> tuple[Line, ...]:
    """The figures of paired visits, ours first, and of a frame."""
    heaps = [ours.heap for ours, _ in pairs if ours.heap]
    whole = median(many.used / few.used for few, many in heaps)
    values = median(many.values / few.values for few, many in heaps)
    return (
        _compare("bytes to the first answer, gzip", pairs, lambda visit: visit.start.bytes, "≤ 0.20"),
        _compare("navigation to ready, ms", pairs, lambda visit: visit.start.ready, "≤ 0.5"),
        *(
            _compare(f"  the same, over {name}, {latency} ms", pairs, partial(_ready_over, name), "")
            for name, (_, latency) in LINES.items()
        ),
        _compare("first answer after ready, ms", pairs, lambda visit: visit.start.first, "≤ 0.05"),
        _compare("median answer, ms", pairs, lambda visit: median(visit.answers.times), "≤ 0.05"),
        _compare("tensors leaked per answer", pairs, lambda visit: visit.answers.leaked, "ours 0"),
        Line(f"heap after {MANY:,} answers / after {FEW}", whole, None, None, "0.98 to 1.02"),
        Line("  the same, JavaScript values alone", values, None, None, ""),
        Line("frame while drawing, 95th percentile, ms", frame.passed, None, None, "< 16"),
        Line("  the same, time on the processor", frame.worked, None, None, ""),
    )


def _ready_over(line: str, visit: Visit) -> float:
    return visit.lines[line].ready


def _compare(what: str, pairs: list[tuple[Visit, Visit]], figure: Figure, target: str) -> Line:
    both = [(figure(ours), figure(standin)) for ours, standin in pairs]
    ratio = median(ours / standin for ours, standin in both)
    return Line(what, median(ours for ours, _ in both), median(standin for _, standin in both), ratio, target)


def text(result: Result) -> Iterator[str]:
    """A table, line by line."""
    yield f"Network {result.network}; medians of {result.runs} pairs; the stand-in ran on {result.backend}."
    yield ""
    yield _row("", "ours", "stand-in", "ratio", "target")
    for line in result.lines:
        yield _row(line.what, _number(line.ours), _number(line.standin), _number(line.ratio), line.target)
    for page, scores in result.lighthouse.items():
        yield ""
        yield f"Lighthouse, mobile, {page} (targets: 100, performance 98)"
        yield "  " + ", ".join(f"{name} {score:.0f}" for name, score in scores.categories.items())
        yield from (f"  {failed}" for failed in scores.failed)


def _row(what: str, ours: str, standin: str, ratio: str, target: str) -> str:
    return f"{what:44}{ours:>12}{standin:>12}{ratio:>9}   {target}"


def _number(value: float | None) -> str:
    if value is None:
        return ""
    return f"{value:,.0f}" if value >= 1000 else f"{value:.3g}"
