"""What pixels mean: paper and ink of any range and polarity, and what is no ink."""

import numpy as np
import pytest

from digitjs.data import framing, ink
from digitjs.data.font_glyphs import load
from digitjs.data.source import DataOptions
from digitjs.data.stored import Uneven


@pytest.fixture(scope="module")
def glyphs() -> np.ndarray:
    """(n, 28, 28) letters in uint8."""
    return load().images[::40]


@pytest.mark.parametrize(
    ("stored", "low", "high"),
    [
        (lambda x: x, 0, 255),
        (lambda x: x > 99, 0, 1),
        (lambda x: (x > 99).astype(np.uint8), 0, 1),
        (lambda x: x / 255, 0, 1),
        (lambda x: x / 127.5 - 1, -1, 1),
        (lambda x: x // 16, 0, 15),
        (lambda x: x / 16, 0, 16),
        (lambda x: x.astype(np.uint16) * 257, 0, 65535),
    ],
)
def test_the_range_is_that_of_the_values(glyphs: np.ndarray, stored: object, low: float, high: float) -> None:
    images = stored(glyphs)  # type: ignore[operator]
    assert ink.fault(images) == ""
    assert ink.levels(images) == ink.Levels(low, high)
    np.testing.assert_allclose(ink.unit(images, ink.levels(images)), glyphs / 255, atol=0.65)


def test_the_border_says_which_is_paper(glyphs: np.ndarray) -> None:
    scale = ink.Levels(0, 255)
    assert ink.light(glyphs, scale) == 0
    assert ink.light(255 - glyphs, scale) == 1
    half = np.concatenate([glyphs, 255 - glyphs])
    assert abs(ink.light(half, scale) - 0.5) < 0.02


def test_grey_paper_and_pencil_are_given_full_contrast(glyphs: np.ndarray) -> None:
    pencil = (0.2 + 0.3 * glyphs / 255).astype(np.float32)
    np.testing.assert_allclose(ink.contrasted(pencil), glyphs / glyphs.max((1, 2), keepdims=True), atol=1e-5)


def test_ink_is_told_from_pictures(glyphs: np.ndarray) -> None:
    scale, random = ink.Levels(0, 255), np.random.default_rng(4)
    coarse = random.integers(0, 255, (60, 6, 6), dtype=np.uint8).repeat(5, axis=1).repeat(5, axis=2)
    smooth = framing.fit(coarse.astype(np.float32)).astype(np.uint8)
    assert ink.is_picture(smooth, scale, inverted=False)
    pencil = np.where(glyphs > 60, random.normal(150, 25, glyphs.shape), 0).clip(0, 255).astype(np.uint8)
    bold = np.zeros((40, 60, 60), np.uint8)
    for i, image in enumerate(bold):
        image[10:50, 10:25], image[35:50, 10 : 30 + i % 20] = 255, 255
    for drawn in (glyphs, pencil, bold, glyphs[:, ::3, ::3], glyphs.repeat(4, axis=1).repeat(4, axis=2)):
        assert not ink.is_picture(drawn, scale, inverted=False)
    assert not ink.is_picture(255 - glyphs, scale, inverted=True)


def test_blank_images_are_found(glyphs: np.ndarray) -> None:
    images = np.concatenate([glyphs[:3], np.zeros((1, 28, 28), np.uint8), np.full((1, 28, 28), 250, np.uint8)])
    assert ink.blank(images, ink.Levels(0, 255)).tolist() == [False, False, False, True, True]


def test_images_of_many_sizes_are_framed_as_each_alone(glyphs: np.ndarray) -> None:
    images = Uneven.of(glyphs[i].repeat(1 + i % 3, axis=0).repeat(1 + i % 3, axis=1) for i in range(9))
    how = ink.treatment(images, DataOptions())
    together = ink.treated(images, np.arange(9), how)
    for i in range(9):
        alone = ink.treated(Uneven.of([images[i]]), np.arange(1), how)
        np.testing.assert_allclose(together[i], alone[0], atol=1e-5)
    assert framing.is_framed(together)
    assert ink.sizes(images) == ((28, 28), (84, 84))


def test_the_owner_is_believed(glyphs: np.ndarray) -> None:
    images = 255 - glyphs
    found = ink.treatment(images, DataOptions(transpose=True))
    assert (found.inverted, found.transposed) == (True, True)
    told = ink.treatment(images, DataOptions(invert=False, transpose=False))
    assert (told.inverted, told.transposed) == (False, False)
