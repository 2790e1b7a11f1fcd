"""Strokes become what the page makes of them."""

import json

import numpy as np
import pytest

from conftest import DIGITS
from digitjs.data import framing, rasterize
from digitjs.data.task import Framing, framing_of
from digitjs.errors import DigitjsError


def test_images_are_framed_whatever_the_unit_and_place() -> None:
    drawn = rasterize.images([json.dumps(drawing.strokes).encode() for drawing in DIGITS], tidy=True)
    assert drawn.shape == (len(DIGITS), 28, 28, 1)
    assert framing.is_framed(drawn)
    moved = [[[(1000 + 7 * x, 7 * y - 50) for x, y in stroke] for stroke in drawing.strokes] for drawing in DIGITS]
    again = rasterize.images([json.dumps(strokes).encode() for strokes in moved], tidy=True)
    np.testing.assert_allclose(drawn, again, atol=1e-4)


def test_a_dot_is_as_thick_as_the_pen() -> None:
    [dot] = rasterize.images([b"[[[3, 4]]]"], tidy=True)
    assert dot.max() == 1
    assert 3 < dot.sum() < 6  # a disc 2.4 pixels wide


@pytest.mark.parametrize(("limit", "most"), [("PIXELS", 3 * 28 * 28), ("BYTES", 700), ("BYTES", 1)])
def test_many_drawings_are_drawn_in_order(monkeypatch: pytest.MonkeyPatch, limit: str, most: int) -> None:
    monkeypatch.setattr(rasterize, limit, most)
    strokes = [json.dumps(drawing.strokes).encode() for drawing in DIGITS]
    several = rasterize.images(strokes, tidy=True)
    for one, image in zip(strokes, several, strict=True):
        np.testing.assert_array_equal(rasterize.images([one], tidy=True)[0], image)
    assert rasterize.images([], tidy=True).shape == (0, 28, 28, 1)


@pytest.mark.parametrize(
    "other",
    [
        framing_of(32),
        framing_of(64, centre="box"),
        framing_of(32, box=28),
        Framing(size=28, box=24, pen=4),
    ],
)
def test_another_framing_gives_images_of_its_own(other: Framing) -> None:
    drawn = rasterize.images([json.dumps(drawing.strokes).encode() for drawing in DIGITS], other, tidy=True)
    assert drawn.shape == (len(DIGITS), other.size, other.size, 1)
    assert framing.is_framed(drawn, other)
    [dot] = rasterize.images([b"[[[3, 4]]]"], other, tidy=True)
    outer, inner = (other.pen + other.softness) / 2, (other.pen - other.softness) / 2
    cone = np.pi / 3 * (outer**2 + outer * inner + inner**2)  # cut off where the ink is full
    assert dot.sum() == pytest.approx(cone, rel=0.1)


def test_what_is_no_drawing_ends_as_one_sentence() -> None:
    with pytest.raises(DigitjsError, match=r"rasterize\.mjs fails under Node \(SyntaxError"):
        rasterize.images([b"[[[3, "], tidy=True)


def test_dots_stay_where_symbols_may_have_some() -> None:
    letter = b"[[[50, 20], [50, 100]], [[50, 2]]]"
    with_dot, without = (rasterize.images([letter], tidy=tidy)[0] for tidy in (False, True))
    assert with_dot[:8].sum() > 0 and with_dot.sum() != without.sum()
    np.testing.assert_allclose(without, rasterize.images([b"[[[50, 20], [50, 100]]]"], tidy=False)[0])
