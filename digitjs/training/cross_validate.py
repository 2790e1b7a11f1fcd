"""How a small set is measured: each part of it by a network that was fitted to the others."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from digitjs.data.samples import Dataset, Samples
from digitjs.filesystem import checksums
from digitjs.networks.network import Network
from digitjs.training.fit import fit_model

FOLDS = 5
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
        np.save(folder / SCORES, _scores(network, dataset, folder, progress))
        checksums.write(folder, (SCORES,))
    scores: Scores = np.load(folder / SCORES, allow_pickle=False)
    return scores


def _scores(network: Network, dataset: Dataset, folder: Path, progress: Progress) -> Scores:
    scores = np.zeros((len(dataset.train), len(dataset.task.classes)), np.float32)
    chosen = tuple(folds(dataset.train))
    for done, held in enumerate(chosen, start=1):
        checkpoints = folder / "checkpoints" / str(done)
        checkpoints.mkdir(parents=True, exist_ok=True)
        others = replace(dataset, train=_part(dataset.train, ~held))
        model = fit_model(network, others, checkpoints, report=lambda epoch: None).model
        scores[held] = model.predict(dataset.train.images[held], batch_size=500, verbose=0)
        progress(done, len(chosen))
    shutil.rmtree(folder / "checkpoints")
    return scores


def folds(samples: Samples) -> Iterator[NDArray[np.bool_]]:
    """Which samples (n,) each fold holds out: whole writers where two or more are known, else a share of each class."""
    order = np.random.default_rng(SEED).permutation(len(samples))
    groups = samples.writers if samples.writers is not None else np.zeros(0)
    if len(np.unique(groups)) > 1:
        names = np.random.default_rng(SEED).permutation(np.unique(groups))
        turn = np.searchsorted(np.sort(names), groups)
        place = np.argsort(np.argsort(names))[turn] % min(FOLDS, len(names))
    else:
        place = np.empty(len(samples), np.int64)
        for label in np.unique(samples.labels):
            of_class = order[samples.labels[order] == label]
            place[of_class] = np.arange(len(of_class)) % FOLDS
    for fold in np.unique(place):
        yield place == fold


def _part(samples: Samples, chosen: NDArray[np.bool_]) -> Samples:
    writers = None if samples.writers is None else samples.writers[chosen]
    strokes = None if samples.strokes is None else tuple(samples.strokes[place] for place in np.flatnonzero(chosen))
    return Samples(samples.images[chosen], samples.labels[chosen], writers, strokes)
