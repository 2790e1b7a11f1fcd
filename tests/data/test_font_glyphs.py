"""The drawn glyphs of handwriting fonts: the file that is recorded, what is in it, and where it came from."""

from pathlib import Path

import numpy as np
import pytest

from browsers import npm
from digitjs.data import draw_font_glyphs, font_glyphs
from digitjs.errors import DigitjsError

LIKE_DIGITS = "oOIlzZsSbgqiBGyJD!<>?(Øø"
REDRAWN = draw_font_glyphs.Font("delius")  # one package, 0.1 MB, in tests/package.json


def test_the_file_is_the_recorded_one_and_holds_framed_digits_and_non_digits() -> None:
    known = font_glyphs.load()
    assert len(known.images) == len(known.labels) == len(known.fonts) > 3000
    assert (np.bincount(known.labels[known.labels >= 0], minlength=10) > 40).all()
    assert not set(known.characters[known.labels < 0]) & set(LIKE_DIGITS + "0123456789")
    ink = known.images / 255
    at = np.arange(28) + 0.5
    centres = np.stack([ink.sum(1) @ at, ink.sum(2) @ at]) / ink.sum((1, 2))
    assert np.abs(centres - 14.5).max() < 0.5
    dark = [(known.images > 127).any(axis) for axis in (1, 2)]
    sides = np.max([28 - ink.argmax(1) - ink[:, ::-1].argmax(1) for ink in dark], axis=0)
    assert sides.min() >= 17 and sides.max() <= 20


def test_another_file_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    damaged = tmp_path / "font_glyphs.npz"
    damaged.write_bytes(font_glyphs.FONT_GLYPHS.read_bytes()[:-1])
    monkeypatch.setattr(font_glyphs, "FONT_GLYPHS", damaged)
    font_glyphs.load.cache_clear()
    with pytest.raises(DigitjsError, match="SHA-256"):
        font_glyphs.load()


def test_a_font_is_drawn_again_to_the_last_bit() -> None:
    drawn = list(draw_font_glyphs.draw(REDRAWN, npm.install()))
    known = font_glyphs.load()
    mine = known.fonts == REDRAWN.name
    assert "".join(known.characters[mine]) == "".join(character for character, _ in drawn)
    np.testing.assert_array_equal(known.images[mine], np.stack([image for _, image in drawn]))
