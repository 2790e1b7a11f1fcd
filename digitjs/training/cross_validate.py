"""How a small set is measured: each part of it by a network that was fitted to the others."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from digitjs.data.samples import Dataset, Samples
from digitjs.errors import os_error_in
from digitjs.filesystem import checksums
from digitjs.networks.network import Network
from digitjs.training.fit import CheckpointError, Execution, fit_model

FOLDS = 5
WRITERS = 3  # from so many on, folds hold out whole writers: of two, half of the drawings would be fitted
SEED = 5  # of which samples or writers are in which fold
SCORES = "held_out.npy"

Scores = NDArray[np.float32]
Progress = Callable[[int, int], None]  # folds done, of


def held_out_scores(network: Network, dataset: Dataset, folder: Path, progress: Progress) -> Scores:
    """The probabilities (n, classes) of each training sample, by a network that was fitted without its fold.

    Args:
        network: its layers and recipe.
        dataset: a small set.
        folder: this measurement's own; what was finished there is not done again.
        progress: called after each fold.
    """
    if not checksums.intact(folder):
        folder.mkdir(parents=True, exist_ok=True)
        try:
            scores = _scores(network, dataset, folder, progress)
        except CheckpointError:  # of an interrupted measurement
            shutil.rmtree(folder / "checkpoints")
            scores = _scores(network, dataset, folder, progress)
        except tf.errors.OpError as error:
            raise os_error_in(error.message, folder) or error from error
        np.save(folder / SCORES, scores)
        checksums.write(folder, (SCORES,))
    known: Scores = np.load(folder / SCORES, allow_pickle=False)
    return known


def _scores(network: Network, dataset: Dataset, folder: Path, progress: Progress) -> Scores:
    scores = np.zeros((len(dataset.train), len(dataset.task.classes)), np.float32)
    chosen = tuple(folds(dataset.train))
    for done, held in enumerate(chosen, start=1):
        checkpoints = folder / "checkpoints" / str(done)
        checkpoints.mkdir(parents=True, exist_ok=True)
        others = replace(dataset, train=_part(dataset.train, ~held))
        model = fit_model(network, others, checkpoints, Execution()).model
        scores[held] = model.predict(dataset.train.images[held], batch_size=500, verbose=0)
        progress(done, len(chosen))
    shutil.rmtree(folder / "checkpoints")
    return scores


def folds(samples: Samples) -> Iterator[NDArray[np.bool_]]:
    """Which samples (n,) each fold holds out: whole writers where enough are known and none alone drew a class, else a
    share of each class.
    """
    place = None if samples.writers is None else _by_writer(samples.writers, samples.labels)
    if place is None:
        place = _by_class(samples.labels)
    for fold in np.unique(place):
        yield place == fold


def _by_writer(writers: NDArray[np.int64], labels: NDArray[np.int64]) -> NDArray[np.int64] | None:
    """The fold (n,) of each sample, the same for all of a writer; None where a fold would leave a class unknown."""
    names = np.unique(writers)
    if len(names) < WRITERS:
        return None
    turns = np.random.default_rng(SEED).permutation(len(names)) % FOLDS
    place: NDArray[np.int64] = turns[np.searchsorted(names, writers)]
    known = (np.unique(labels[place != fold]) for fold in np.unique(place))
    return place if all(len(some) == len(np.unique(labels)) for some in known) else None


def _by_class(labels: NDArray[np.int64]) -> NDArray[np.int64]:
    """The fold (n,) of each sample, a class's samples one after the other in all folds."""
    order = np.random.default_rng(SEED).permutation(len(labels))
    place = np.empty(len(labels), np.int64)
    for label in np.unique(labels):
        of_class = order[labels[order] == label]
        place[of_class] = np.arange(len(of_class)) % FOLDS
    return place


def _part(samples: Samples, chosen: NDArray[np.bool_]) -> Samples:
    writers = None if samples.writers is None else samples.writers[chosen]
    strokes = None if samples.strokes is None else tuple(samples.strokes[place] for place in np.flatnonzero(chosen))
    return Samples(samples.images[chosen], samples.labels[chosen], writers, strokes)
