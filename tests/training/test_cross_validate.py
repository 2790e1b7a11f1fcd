"""Small sets: every sample is held out once, whole writers at a time; nothing is measured twice."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from digitjs.data.samples import Dataset, Samples
from digitjs.data.task import Task
from digitjs.networks import builtin
from digitjs.networks.network import Network
from digitjs.training import cross_validate
from digitjs.training.cross_validate import folds, held_out_scores


def samples(writers: list[int] | None, labels: list[int]) -> Samples:
    images = np.zeros((len(labels), 28, 28, 1), np.float32)
    known = None if writers is None else np.array(writers, np.int64)
    return Samples(images, np.array(labels, np.int64), known)


def test_folds_hold_out_whole_writers() -> None:
    writers = [w for w in range(7) for _ in range(4)]
    held = list(folds(samples(writers, [0, 1, 2, 3] * 7)))
    assert len(held) == cross_validate.FOLDS
    assert (np.sum(held, axis=0) == 1).all()
    for fold in held:
        assert not set(np.array(writers)[fold]) & set(np.array(writers)[~fold])


def test_three_writers_make_three_folds() -> None:
    assert len(list(folds(samples([3, 3, 8, 8, 9, 9], [0, 1, 0, 1, 0, 1])))) == 3


def test_no_fold_leaves_a_class_that_one_writer_drew_unknown() -> None:
    labels = [0, 0, 0, 1, 1, 1, 2, 2, 2]
    held = list(folds(samples([1, 1, 1, 2, 2, 2, 3, 3, 3], labels)))
    assert (np.sum(held, axis=0) == 1).all()
    for fold in held:
        assert set(np.array(labels)[~fold]) == {0, 1, 2}


@pytest.mark.parametrize("writers", [None, [4] * 15, [4] * 8 + [5] * 7])
def test_without_writers_each_fold_holds_out_a_share_of_each_class(writers: list[int] | None) -> None:
    labels = [0, 1, 2] * 5
    held = list(folds(samples(writers, labels)))
    assert (np.sum(held, axis=0) == 1).all()
    for fold in held:
        assert sorted(np.array(labels)[fold]) == [0, 1, 2]


@pytest.fixture(scope="module")
def bars() -> Dataset:
    """Bars that lie and bars that stand, by three people: ten drawings of each."""
    random = np.random.default_rng(1)
    images = np.zeros((60, 28, 28, 1), np.float32)
    for i in range(60):
        at = random.integers(11, 15)
        images[i, 4:24, at : at + 3] = 1
        if i % 2:
            images[i] = images[i].transpose(1, 0, 2)
    train = Samples(images, np.arange(60) % 2, np.arange(60) // 20)
    nothing = Samples(images[:0], train.labels[:0])
    return Dataset(Task(("|", "–"), reading="one", pens=None, dataset=""), train, nothing, nothing)


def quick(dataset: Dataset, name: str) -> Network:
    network = builtin.find((name,))[0].adapted(dataset)
    return replace(network, recipes=(replace(network.recipe, epochs=2, steps=6),))


def test_each_sample_is_scored_by_a_network_that_has_not_seen_it(bars: Dataset, tmp_path: Path) -> None:
    network, done = quick(bars, "compact"), list[tuple[int, int]]()
    scores = held_out_scores(network, bars, tmp_path, lambda *counts: done.append(counts))
    assert done == [(1, 3), (2, 3), (3, 3)]
    assert scores.shape == (60, 2)
    np.testing.assert_allclose(scores.sum(1), 1, atol=1e-5)
    assert (scores.argmax(1) == bars.train.labels).mean() > 0.9
    again = held_out_scores(network, bars, tmp_path, lambda *counts: done.append(counts))
    assert len(done) == 3
    np.testing.assert_array_equal(scores, again)
