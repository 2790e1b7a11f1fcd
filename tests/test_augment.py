"""Augmented batches: the same from the same seed, always images and distributions, framed as MNIST is."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from digitjs import dataset
from digitjs.augment import batches, counts
from digitjs.dataset import Digits
from digitjs.recipes import Augmentation, Recipe

RECIPE = Recipe(name="test", epochs=2, batch_size=64, augmentation=Augmentation())


@pytest.fixture(scope="module")
def digits(tiny_data: Path) -> Digits:
    return dataset.load(tiny_data).train


def first(digits: Digits, recipe: Recipe, epoch: int = 0) -> tuple[np.ndarray, np.ndarray]:
    images, targets = next(iter(batches(digits, recipe, epoch)))
    return images.numpy(), targets.numpy()


def test_batches_are_images_and_distributions(digits: Digits) -> None:
    images, targets = first(digits, RECIPE)
    assert images.shape == (64, 28, 28, 1)
    assert images.min() >= 0 and images.max() <= 1
    np.testing.assert_allclose(targets.sum(1), 1, atol=1e-6)
    uniform = (targets == targets[:, :1]).all(1)
    assert uniform.sum() == counts(RECIPE)[2]
    assert (targets.max(1)[~uniform] == 1).all()


def test_the_seed_and_the_epoch_decide(digits: Digits) -> None:
    images, targets = first(digits, RECIPE)
    again = first(digits, RECIPE)
    np.testing.assert_array_equal(images, again[0])
    np.testing.assert_array_equal(targets, again[1])
    assert not np.array_equal(images, first(digits, replace(RECIPE, seed=2))[0])
    assert not np.array_equal(images, first(digits, RECIPE, epoch=1)[0])


def test_an_epoch_shows_every_digit_once_at_most(digits: Digits) -> None:
    plain = replace(RECIPE, augmentation=None, epochs=1)
    shown = np.concatenate([images.numpy() for images, _ in batches(digits, plain)])
    assert len(shown) == len(digits) // 64 * 64
    assert len(np.unique(shown.reshape(len(shown), -1), axis=0)) == len(shown)
    known = {bytes(image) for image in digits.images}
    assert all(bytes(image) in known for image in shown)


def test_digits_stay_framed_as_mnist_is(digits: Digits) -> None:
    still = replace(RECIPE, augmentation=Augmentation(styles=0, glyphs=0, taps=0, outliers=0))
    images, _ = first(digits, still)
    at = np.arange(28)
    mass = images.sum((1, 2, 3))
    centres = [(images.sum((2, 3)) @ at) / mass, (images.sum((1, 3)) @ at) / mass]
    assert np.abs(np.mean(centres, axis=1) - 14).max() < 0.5
    dark = images[..., 0] > 0.5
    sides = np.maximum(dark.any(2).sum(1), dark.any(1).sum(1))
    assert 15 < np.median(sides) <= 21


def test_smoothing_spreads_a_share_of_the_target(digits: Digits) -> None:
    _, targets = first(digits, replace(RECIPE, augmentation=None, label_smoothing=0.1))
    assert sorted(np.unique(targets.round(6))) == pytest.approx([0.01, 0.91])
