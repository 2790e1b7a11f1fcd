"""Numbers are composed alike from the same seed, and look as numbers do."""

import pytest

from conftest import ROOT
from digitjs import compose, strokes
from digitjs.compose import Number

DRAWINGS = strokes.read(ROOT / "tests" / "strokes" / "digits.jsonl")


@pytest.fixture(scope="module")
def composed() -> tuple[Number, ...]:
    return compose.numbers(DRAWINGS, seed=3, each=200)


def test_every_length_is_there(composed: tuple[Number, ...]) -> None:
    assert [len(one.text) for one in composed] == [length for length in compose.LENGTHS for _ in range(200)]


def test_the_seed_decides(composed: tuple[Number, ...]) -> None:
    assert compose.numbers(DRAWINGS, seed=3, each=200) == composed
    assert compose.numbers(DRAWINGS, seed=4, each=200) != composed


def test_the_digits_stand_on_a_line_from_left_to_right(composed: tuple[Number, ...]) -> None:
    for one in composed:
        xs = [x for stroke in one.strokes for x, _ in stroke]
        ys = [y for stroke in one.strokes for _, y in stroke]
        assert max(abs(y) for y in ys) <= max(compose.SIZE) / 2 + compose.RISE + 1e-9
        assert max(xs) - min(xs) > 0.1 * len(one.text)  # thin ones, leaning into one another
        assert one.strokes[0][0][0] < max(xs) / 2 + 0.5


def test_some_boxes_overlap_and_most_do_not() -> None:
    ones = tuple(drawing for drawing in DRAWINGS if len(drawing.strokes) == 1)  # one stroke a digit
    joints = []
    for number in compose.numbers(ones, seed=5, each=200):
        for left, right in zip(number.strokes, number.strokes[1:], strict=False):
            joints.append(min(x for x, _ in right) < max(x for x, _ in left))
    assert sum(joints) / len(joints) == pytest.approx(compose.OVERLAPPING, abs=0.04)
