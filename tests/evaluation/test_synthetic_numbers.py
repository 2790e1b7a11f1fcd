"""Numbers are composed alike from the same seed, and every digit keeps its shape and its place on the line."""

from itertools import pairwise

import pytest

from conftest import DIGITS
from digitjs.data.stroke_file import Drawing, Stroke
from digitjs.evaluation import synthetic_numbers
from digitjs.evaluation.synthetic_numbers import Number

SIMPLE = tuple(one for one in DIGITS if len(one.strokes) == 1)  # so that stroke i of a number is its digit i


@pytest.fixture(scope="module")
def composed() -> tuple[Number, ...]:
    return synthetic_numbers.numbers(DIGITS, seed=3, each=200)


def test_every_length_is_there(composed: tuple[Number, ...]) -> None:
    assert [len(one.text) for one in composed] == [length for length in synthetic_numbers.LENGTHS for _ in range(200)]


def test_the_seed_decides(composed: tuple[Number, ...]) -> None:
    assert synthetic_numbers.numbers(DIGITS, seed=3, each=200) == composed
    assert synthetic_numbers.numbers(DIGITS, seed=4, each=200) != composed


def test_the_digits_keep_their_shapes_and_stand_on_a_line() -> None:
    for number in synthetic_numbers.numbers(SIMPLE, seed=5, each=50):
        for stroke, label in zip(number.strokes, number.text, strict=True):
            originals = [shape(one.strokes[0]) for one in SIMPLE if str(one.label) == label]
            assert any(shape(stroke) == pytest.approx(original) for original in originals)
            _, top, _, bottom = box(stroke)
            assert abs(top + bottom) / 2 <= synthetic_numbers.RISE + 1e-9


def test_boxes_of_neighbours_part_or_overlap_as_far_as_they_should() -> None:
    gaps = [
        box(right)[0] - box(left)[2]
        for one in synthetic_numbers.numbers(SIMPLE, seed=5, each=200)
        for left, right in pairwise(one.strokes)
    ]
    overlaps = [-gap for gap in gaps if gap <= 0]
    assert max(overlaps) <= synthetic_numbers.OVERLAP[1]
    assert min(gap for gap in gaps if gap > 0) >= synthetic_numbers.GAP[0] - 1e-9
    assert max(gaps) <= synthetic_numbers.GAP[1] + 1e-9
    assert len(overlaps) / len(gaps) == pytest.approx(synthetic_numbers.OVERLAPPING, abs=0.04)


def test_a_number_has_one_slant_and_each_digit_a_size() -> None:
    upright = (Drawing(label=1, strokes=(((0.0, 0.0), (0.0, 7.0)),)),)
    slants, sizes = set(), []
    for one in synthetic_numbers.numbers(upright, seed=6, each=50):
        [slant] = {round((top[0] - foot[0]) / (foot[1] - top[1]), 9) for top, foot in one.strokes}
        slants.add(slant)
        sizes += [foot[1] - top[1] for top, foot in one.strokes]
    assert synthetic_numbers.SLANT[0] <= min(slants) < 0 < max(slants) <= synthetic_numbers.SLANT[1]
    assert synthetic_numbers.SIZE[0] <= min(sizes) < 0.9 < 1.1 < max(sizes) <= synthetic_numbers.SIZE[1] + 1e-9
    assert len(slants) == 4 * 50


def test_dots_are_composed_like_any_other_drawing() -> None:
    dots = (Drawing(label=1, strokes=(((5.0, 5.0),),)),)
    assert [len(one.strokes) for one in synthetic_numbers.numbers(dots, seed=1, each=1)] == list(
        synthetic_numbers.LENGTHS
    )


def box(stroke: Stroke) -> tuple[float, float, float, float]:
    """Left, top, right, bottom."""
    xs, ys = zip(*stroke, strict=True)
    return min(xs), min(ys), max(xs), max(ys)


def shape(stroke: Stroke) -> tuple[float, ...]:
    """How high each point lies between the lowest and the highest: a slant moves points sideways only."""
    _, top, _, bottom = box(stroke)
    return tuple((y - top) / (bottom - top) for _, y in stroke)
