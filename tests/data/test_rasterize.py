"""Strokes become what the page makes of them."""

import json

import numpy as np
import pytest

from conftest import DIGITS
from digitjs.data import framing, rasterize
from digitjs.errors import DigitjsError


def test_images_are_framed_whatever_the_unit_and_place() -> None:
    drawn = rasterize.images([json.dumps(drawing.strokes).encode() for drawing in DIGITS])
    assert drawn.shape == (len(DIGITS), 28, 28, 1)
    assert framing.is_framed(drawn)
    moved = [[[(1000 + 7 * x, 7 * y - 50) for x, y in stroke] for stroke in drawing.strokes] for drawing in DIGITS]
    again = rasterize.images([json.dumps(strokes).encode() for strokes in moved])
    np.testing.assert_allclose(drawn, again, atol=1e-4)


def test_a_dot_is_as_thick_as_the_pen() -> None:
    [dot] = rasterize.images([b"[[[3, 4]]]"])
    assert dot.max() == 1
    assert 3 < dot.sum() < 6  # a disc 2.4 pixels wide


@pytest.mark.parametrize(("limit", "most"), [("CHUNK", 3), ("BYTES", 700), ("BYTES", 1)])
def test_many_drawings_are_drawn_in_order(monkeypatch: pytest.MonkeyPatch, limit: str, most: int) -> None:
    monkeypatch.setattr(rasterize, limit, most)
    strokes = [json.dumps(drawing.strokes).encode() for drawing in DIGITS]
    several = rasterize.images(strokes)
    for one, image in zip(strokes, several, strict=True):
        np.testing.assert_array_equal(rasterize.images([one])[0], image)
    assert rasterize.images([]).shape == (0, 28, 28, 1)


def test_what_is_no_drawing_ends_as_one_sentence() -> None:
    with pytest.raises(DigitjsError, match=r"rasterize\.mjs fails under Node \(SyntaxError"):
        rasterize.images([b"[[[3, "])
