"""Splits hold out what was asked, of whom was asked, the same each time."""

import numpy as np
import pytest

from digitjs.data.split import SMALL, splits


def none(count: int) -> np.ndarray:
    return np.zeros(count, bool)


def test_the_split_of_the_data_is_kept() -> None:
    is_test = np.arange(130) % 10 == 0
    found = splits(np.arange(130) % 3, is_test, None)
    np.testing.assert_array_equal(found.test, np.flatnonzero(is_test))
    assert (len(found.train), len(found.validation)) == (108, 9)
    both = np.sort(np.concatenate([found.train, found.validation]))
    np.testing.assert_array_equal(both, np.flatnonzero(~is_test))


def test_small_sets_are_all_trained_on() -> None:
    found = splits(np.arange(SMALL - 1) % 3, none(SMALL - 1), None)
    assert (len(found.train), len(found.validation), len(found.test)) == (SMALL - 1, 0, 0)


def test_each_class_is_tested_in_its_share() -> None:
    labels = np.repeat([0, 1, 2], [2000, 993, 7])
    found = splits(labels, none(3000), None)
    assert np.bincount(labels[found.test]).tolist() == [285, 141, 1]


def test_writers_are_held_out_whole() -> None:
    labels, writers = np.arange(3500) % 7, np.arange(3500) // 100
    found = splits(labels, none(3500), writers)
    assert len(found.test) == 500
    assert not set(writers[found.test]) & set(writers[found.train])
    assert not set(writers[found.validation]) & set(writers[found.train])


@pytest.mark.parametrize("is_test", [none(4000), np.arange(4000) >= 3500], ids=["none", "of the data"])
def test_who_is_validated_on_has_drawn_nothing_of_what_is_fitted(is_test: np.ndarray) -> None:
    labels, writers = np.arange(4000) % 7, np.arange(4000) // 100
    found = splits(labels, is_test, writers)
    assert 200 <= len(found.validation) <= 400
    assert not set(writers[found.validation]) & set(writers[np.concatenate([found.train, found.test])])


def test_a_rare_class_is_validated_on_in_its_share() -> None:
    labels = np.repeat([0, 1, 2], [2400, 597, 3])
    found = splits(labels, np.arange(3000) < 0, np.arange(3000) // 1500)
    assert len(np.unique(labels[found.train])) == 3
    kept = np.concatenate([found.train, found.validation])
    assert np.bincount(labels[found.validation]).tolist() == [count // 12 for count in np.bincount(labels[kept])][:2]


def test_mnist_is_held_out_by_chance_alone_as_ever() -> None:
    labels = np.arange(24_000) % 10
    found = splits(labels, np.arange(24_000) >= 20_000, None)
    order = np.random.default_rng(20).permutation(20_000)
    np.testing.assert_array_equal(found.validation, np.sort(order[: 20_000 // 12]))


def test_a_class_of_one_writer_is_not_lost() -> None:
    writers = np.arange(3500) // 100
    labels = writers.copy()  # each draws a class of their own
    found = splits(labels, none(3500), writers)
    assert len(np.unique(labels[found.train])) == 35
    assert found.how.startswith("by class, as one writer alone")


def test_few_writers_are_no_reason_to_lose_one() -> None:
    found = splits(np.arange(3500) % 7, none(3500), np.arange(3500) // 1000)
    assert found.how.startswith("by class")


def test_few_samples_of_each_class_are_all_trained_on_whatever_there_is_to_test_with() -> None:
    labels = np.tile(np.arange(6), 7)
    found = splits(labels, np.arange(len(labels)) >= 30, None)
    assert (len(found.train), len(found.validation), len(found.test)) == (30, 0, 12)
    many = np.tile(np.arange(500), 7)  # more than enough in all
    assert len(splits(many, np.zeros(len(many), bool), None).validation) == 0
