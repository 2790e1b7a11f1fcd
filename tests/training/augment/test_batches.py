"""Augmented batches: the same from the same seed, always images and distributions, framed as MNIST is."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf

from digitjs.data import dataset, font_glyphs
from digitjs.data.samples import Samples
from digitjs.data.source import Source
from digitjs.data.stored import StoredImages, as_bytes
from digitjs.networks.recipe import Augmentation, Recipe
from digitjs.training.augment import fonts, glyph_tables, outliers
from digitjs.training.augment.batches import compose, counts, stream
from digitjs.training.augment.glyph import table

RECIPE = Recipe(name="test", epochs=2, batch_size=64, augmentation=Augmentation())


@pytest.fixture(scope="module")
def digits(tiny_data: Path) -> Samples:
    return dataset.load(Source((tiny_data,))).train


Batch = tuple[np.ndarray, np.ndarray]


def first(digits: Samples, recipe: Recipe, epoch: int = 0) -> Batch:
    """Of an epoch; each call compiles the augmentation anew, which takes seconds."""
    images, targets = next(iter(stream(digits, 10, recipe, epoch)))
    return images.numpy(), targets.numpy()


@pytest.fixture(scope="module")
def batch(digits: Samples) -> Batch:
    return first(digits, RECIPE)


@pytest.fixture(scope="module")
def later(digits: Samples) -> Batch:
    """Of the second epoch."""
    return first(digits, RECIPE, epoch=1)


def test_batches_are_images_and_distributions(batch: Batch) -> None:
    images, targets = batch
    assert images.shape == (64, 28, 28, 1)
    assert images.min() >= 0 and images.max() <= 1
    np.testing.assert_allclose(targets.sum(1), 1, atol=1e-6)
    uniform = (targets == targets[:, :1]).all(1)
    assert uniform.sum() == counts(RECIPE)[2]
    assert (targets.max(1)[~uniform] == 1).all()


def test_the_seed_and_the_epoch_decide(digits: Samples, batch: Batch, later: Batch) -> None:
    images, targets = batch
    again = first(digits, RECIPE)
    np.testing.assert_array_equal(images, again[0])
    np.testing.assert_array_equal(targets, again[1])
    assert not np.array_equal(images, first(digits, replace(RECIPE, seed=2))[0])
    assert not np.array_equal(images, later[0])


def test_images_from_a_file_give_the_same_batches(digits: Samples, later: Batch) -> None:
    stored = replace(digits, images=StoredImages(as_bytes(digits.images)))
    plain = replace(RECIPE, augmentation=None)
    for recipe, expected in ((RECIPE, later), (plain, first(digits, plain, epoch=1))):
        for own, other in zip(expected, first(stored, recipe, epoch=1), strict=True):
            np.testing.assert_array_equal(own, other)


def test_an_epoch_shows_every_digit_once_at_most(digits: Samples) -> None:
    plain = replace(RECIPE, augmentation=None, epochs=1)
    shown = np.concatenate([images.numpy() for images, _ in stream(digits, 10, plain)])
    assert len(shown) == len(digits) // 64 * 64
    assert len(np.unique(shown.reshape(len(shown), -1), axis=0)) == len(shown)
    known = {bytes(image) for image in digits.images}
    assert all(bytes(image) in known for image in shown)


def test_digits_stay_framed_as_mnist_is(digits: Samples) -> None:
    still = replace(RECIPE, augmentation=Augmentation(styles=0, glyphs=0, taps=0, outliers=0))
    images, _ = first(digits, still)
    at = np.arange(28)
    mass = images.sum((1, 2, 3))
    centres = [(images.sum((2, 3)) @ at) / mass, (images.sum((1, 3)) @ at) / mass]
    assert np.abs(np.mean(centres, axis=1) - 14).max() < 0.5
    dark = images[..., 0] > 0.5
    sides = np.maximum(dark.any(2).sum(1), dark.any(1).sum(1))
    assert 15 < np.median(sides) <= 21


def test_smoothing_spreads_a_share_of_the_target(digits: Samples) -> None:
    _, targets = first(digits, replace(RECIPE, augmentation=None, label_smoothing=0.1))
    assert sorted(np.unique(targets.round(6))) == pytest.approx([0.01, 0.91])


def composed(digits: Samples, recipe: Recipe, label: int) -> np.ndarray:
    """The images of a batch around digits that are all called `label`."""
    some = tf.constant(digits.images[: counts(recipe)[0]])
    images, _ = compose(recipe, (some, tf.fill((len(some),), label)), tf.constant(1.0), tf.constant([1, 2], tf.int64))
    made: np.ndarray = images.numpy()
    return made


def test_without_pens_only_the_digits_themselves_are_shown(digits: Samples) -> None:
    """What a label means decides nothing then, and what is no digit is made of scribbles and of the digits given."""
    plain = replace(RECIPE, augmentation=replace(Augmentation(), taps=0.0).without_pens())
    count, drawn, strange = counts(plain)
    assert (drawn, strange) == (0, counts(RECIPE)[2])
    np.testing.assert_array_equal(composed(digits, plain, 1), composed(digits, plain, 2))
    assert not np.array_equal(composed(digits, RECIPE, 1), composed(digits, RECIPE, 2))  # 1 has flags, 2 no pen style
    blank = replace(digits, images=np.zeros_like(digits.images))
    ink = composed(blank, plain, 1).sum((1, 2, 3)) > 0
    assert ink.sum() == strange - strange // 5  # the scribbles; mixtures of nothing are nothing
    assert not ink[:count].any()


def test_any_batch_can_be_filled(digits: Samples) -> None:
    shares = (Augmentation(glyphs=0.0, outliers=0.5), Augmentation(glyphs=0.5, outliers=0.0), Augmentation())
    for augmentation in shares:
        for size in range(1, 100):
            own, drawn, strange = counts(replace(RECIPE, batch_size=size, augmentation=augmentation))
            assert own + drawn + strange == size
            assert own >= max(strange, 1)  # non-digits are made of as many digits
    assert len(composed(digits, replace(RECIPE, batch_size=15, augmentation=shares[0]), 1)) == 15


def test_letters_of_fonts_are_their_share_of_the_non_digits(digits: Samples) -> None:
    drawn = {bytes(image) for image in font_glyphs.load().images}
    some, seed = tf.constant(digits.images[:30]), tf.constant([1, 2], tf.int64)
    mixed = outliers.draw_outliers(table(glyph_tables.OTHERS), some, 0.5, seed).numpy()
    assert [bytes(np.rint(image * 255).astype(np.uint8)) in drawn for image in mixed] == [False] * 15 + [True] * 15


def test_thresholds_are_chosen_by_every_letter_that_the_recipe_trains_with() -> None:
    letters = fonts.warped_letters(RECIPE)
    assert letters is not None
    assert len(letters) == (font_glyphs.load().labels < 0).sum()
    assert letters.min() >= 0 and letters.max() <= 1
    np.testing.assert_array_equal(letters, fonts.warped_letters(replace(RECIPE, seed=2)))
    assert fonts.warped_letters(replace(RECIPE, augmentation=Augmentation().without_pens())) is None
