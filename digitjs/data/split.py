"""Which samples are fitted, which choose, and which measure."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Places = NDArray[np.int64]

VALIDATION = 12  # one in so many training samples is held out: 5,000 of MNIST's 60,000
TEST = 7  # one in so many, where the data do not say: MNIST's share
SMALL = 3_000  # samples: of fewer, without a test split, all are fitted and networks are cross-validated
FEW = 30  # training samples of a class, on average: of fewer, all are fitted too, whatever there is to test with
WRITERS = 5  # from so many on, those who are tested have drawn nothing of what is fitted
SPLIT_SEED = 20  # which ones; the same for every network, whatever the training seed


@dataclass(frozen=True)
class Splits:
    """Places in all samples, each in order."""

    train: Places
    validation: Places
    test: Places
    how: str  # in words


def splits(labels: Places, is_test: NDArray[np.bool_], writers: Places | None) -> Splits:
    """Divide samples.

    Args:
        labels: (n,)
        is_test: (n,) what the data give to test with; none where they have no such split.
        writers: (n,) who drew each, where that is known.
    """
    train, test, none = np.flatnonzero(~is_test), np.flatnonzero(is_test), np.array([], np.int64)
    few = len(train) < FEW * len(np.unique(labels))
    if len(test):
        if few:
            return Splits(train, none, test, "as the data have them, without validation: there are few of each class")
        return _held_out(train, test, "as the data have them")
    if few or len(labels) < SMALL:
        return Splits(train, none, none, f"none: fewer than {SMALL:,} samples, or {FEW} a class, are all trained on")
    if writers is not None and len(np.unique(writers)) >= WRITERS:
        held, how = by_writer(writers), "by writer: who is tested has drawn nothing of what is trained on"
        if len(np.unique(labels[~held])) < len(np.unique(labels)):
            held, how = stratified(labels), "by class, as one writer alone drew some of them"
    else:
        held, how = stratified(labels), "by class, as the data have no test split and no writers"
    return _held_out(np.flatnonzero(~held), np.flatnonzero(held), how)


def by_writer(writers: Places) -> NDArray[np.bool_]:
    """(n,) whether a sample is by one of the writers who are held out: as many as draw one in TEST samples."""
    names, counts = np.unique(writers, return_counts=True)
    order = np.random.default_rng(SPLIT_SEED).permutation(len(names))
    before = np.cumsum(counts[order]) - counts[order]
    return np.isin(writers, names[order[before < len(writers) / TEST]])


def stratified(labels: Places) -> NDArray[np.bool_]:
    """(n,) whether a sample is held out: one in TEST of each class."""
    random = np.random.default_rng(SPLIT_SEED)
    held = np.zeros(len(labels), bool)
    for label in np.unique(labels):
        of_class = np.flatnonzero(labels == label)
        held[random.permutation(of_class)[: len(of_class) // TEST]] = True
    return held


def _held_out(train: Places, test: Places, how: str) -> Splits:
    """With a share of the training samples as the validation split."""
    order = np.random.default_rng(SPLIT_SEED).permutation(len(train))
    held, kept = np.sort(order[: len(order) // VALIDATION]), np.sort(order[len(order) // VALIDATION :])
    return Splits(train[kept], train[held], test, how)
