"""Which samples are fitted, which choose, and which measure."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Places = NDArray[np.int64]

VALIDATION = 12  # one in so many training samples is held out: 5,000 of MNIST's 60,000
TEST = 7  # one in so many, where the data do not say: MNIST's share
SMALL = 3_000  # samples: of fewer, without a test split, all are fitted and networks are cross-validated
FEW = 30  # training samples of a class, on average: of fewer, all are fitted too, whatever there is to test with
WRITERS = 5  # from so many on, those who are held out have drawn nothing of what is fitted
EVEN = 1_000  # training samples of each class: from so many on, chance alone holds out a fair share of each
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
    how = "as the data have them"
    if len(test) and few:
        return Splits(train, none, test, f"{how}, without validation: there are few of each class")
    if not len(test):
        if few or len(labels) < SMALL:
            how = f"none: fewer than {SMALL:,} samples, or {FEW} a class, are all trained on"
            return Splits(train, none, none, how)
        held, how = _tested(labels, writers)
        train, test = np.flatnonzero(~held), np.flatnonzero(held)
    held = _chosen_by(labels[train], None if writers is None else writers[train])
    return Splits(train[~held], train[held], test, how)


def by_writer(writers: Places, share: int = TEST) -> NDArray[np.bool_]:
    """(n,) whether a sample is by one of the writers who are held out: as many as draw one in `share` samples."""
    names, counts = np.unique(writers, return_counts=True)
    order = np.random.default_rng(SPLIT_SEED).permutation(len(names))
    before = np.cumsum(counts[order]) - counts[order]
    return np.isin(writers, names[order[before < len(writers) / share]])


def stratified(labels: Places, share: int = TEST) -> NDArray[np.bool_]:
    """(n,) whether a sample is held out: one in `share` of each class."""
    random = np.random.default_rng(SPLIT_SEED)
    held = np.zeros(len(labels), bool)
    for label in np.unique(labels):
        of_class = np.flatnonzero(labels == label)
        held[random.permutation(of_class)[: len(of_class) // share]] = True
    return held


def _tested(labels: Places, writers: Places | None) -> tuple[NDArray[np.bool_], str]:
    """(n,) which samples are held out to test with, where the data do not say, and how they were chosen."""
    if writers is None or not _are_enough(writers):
        return stratified(labels), "by class, as the data have no test split and no writers"
    held = by_writer(writers)
    if _loses_a_class(labels, held):
        return stratified(labels), "by class, as one writer alone drew some of them"
    return held, "by writer: who is tested has drawn nothing of what is trained on"


def _chosen_by(labels: Places, writers: Places | None) -> NDArray[np.bool_]:
    """(n,) which training samples are held out to choose and calibrate by."""
    if writers is not None and _are_enough(writers):
        held = by_writer(writers, VALIDATION)
        if not _loses_a_class(labels, held):
            return held
    if np.unique(labels, return_counts=True)[1].min() < EVEN:
        return stratified(labels, VALIDATION)
    held = np.zeros(len(labels), bool)
    held[np.random.default_rng(SPLIT_SEED).permutation(len(labels))[: len(labels) // VALIDATION]] = True
    return held


def _are_enough(writers: Places) -> bool:
    return len(np.unique(writers)) >= WRITERS


def _loses_a_class(labels: Places, held: NDArray[np.bool_]) -> bool:
    """Whether no sample of some class is left to fit."""
    return len(np.unique(labels[~held])) < len(np.unique(labels))
