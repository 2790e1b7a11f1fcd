"""Images of the owner's are framed as the page frames drawings, and as training frames what it bends."""

from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf

from digitjs.data import dataset, framing
from digitjs.data.source import Source
from digitjs.data.task import Framing, framing_of
from digitjs.networks.recipe import Warp
from digitjs.training.augment.warp import bend


@pytest.fixture(scope="module")
def digits(tiny_data: Path) -> np.ndarray:
    """(n, 28, 28, 1) of MNIST."""
    return dataset.load(Source((tiny_data,))).train.images


def elsewhere(digits: np.ndarray) -> np.ndarray:
    """The same digits at half the size and in another place each."""
    moved = np.zeros_like(digits)
    for i, digit in enumerate(digits):
        y, x = i % 14, i * 5 % 14
        moved[i, y : y + 14, x : x + 14] = digit[::2, ::2]
    return moved


def test_only_digits_framed_as_mnist_count_as_framed(digits: np.ndarray) -> None:
    assert framing.is_framed(digits)
    assert not framing.is_framed(elsewhere(digits))
    assert not framing.is_framed(np.roll(digits, 2, axis=1))
    assert not framing.is_framed(digits[:, 2:-2, 2:-2].repeat(2, axis=1).repeat(2, axis=2)[:, 10:38, 10:38])


def test_framed_digits_are_those_of_the_training(digits: np.ndarray) -> None:
    moved = elsewhere(digits)
    framed = framing.frame(moved)
    assert framing.is_framed(framed)
    unbent = bend(tf.constant(moved), Warp(), tf.constant([1, 2]), strength=0.0).numpy()
    assert np.median(abs(framed - unbent).max(axis=(1, 2, 3))) < 0.002


def test_how_dark_the_ink_is_does_not_change_its_frame(digits: np.ndarray) -> None:
    moved = elsewhere(digits)
    np.testing.assert_allclose(framing.frame(moved / 5), framing.frame(moved) / 5, atol=1e-4)


def test_no_ink_is_lost_where_most_of_it_is_on_one_side() -> None:
    """A heavy foot under a long thin stem: its centre of mass in the middle would push the stem out."""
    image = np.zeros((1, 28, 28, 1), np.float32)
    image[0, 0:24, 13] = 1
    image[0, 24:28, 4:24] = 1
    framed = framing.frame(image)
    rows = framed[0, ..., 0].max(axis=1) > framing.INK
    assert 18 <= rows.sum() <= 20
    assert rows.any()


@pytest.mark.parametrize(
    "other", [framing_of(32), framing_of(64), framing_of(28, centre="box"), framing_of(64, box=40)]
)
def test_digits_are_framed_at_other_sizes(digits: np.ndarray, other: Framing) -> None:
    framed = framing.frame(digits, other)
    assert framed.shape == (len(digits), other.size, other.size, 1)
    assert framing.is_framed(framed, other)
    assert not framing.is_framed(framed)
    width = abs(np.diff(framed, axis=2)).sum((1, 2, 3)) / other.side  # edges: as many in each row as before
    assert np.median(width / (abs(np.diff(digits, axis=2)).sum((1, 2, 3)) / 20)) == pytest.approx(1, abs=0.12)


def test_whole_images_fill_another_size(digits: np.ndarray) -> None:
    whole = framing.fit(digits[..., 0], 56)
    means = whole.reshape(-1, 28, 2, 28, 2).mean((2, 4))
    assert whole.shape == (len(digits), 56, 56)
    assert np.median(abs(means - digits[..., 0]).max((1, 2))) < 0.3


def test_empty_images_stay_empty() -> None:
    assert framing.frame(np.zeros((2, 28, 28, 1), np.float32)).max() == 0
