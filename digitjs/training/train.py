"""Fitted networks, from the cache or by training."""

import shutil
from dataclasses import replace
from pathlib import Path

import msgspec
import tensorflow as tf

from digitjs.data.samples import Dataset
from digitjs.errors import os_error_in
from digitjs.filesystem import checksums
from digitjs.model_card import Epoch
from digitjs.networks.keras_model import Training, build_model
from digitjs.networks.network import Network
from digitjs.training.augment import fonts
from digitjs.training.fit import Execution, fit_model

WEIGHTS = "fitted.weights.h5"
HISTORY = "epochs.json"


def train_network(network: Network, dataset: Dataset, folder: Path, execution: Execution) -> Training:
    """The fitted network of a training folder, trained there if it is not finished yet or damaged.

    Args:
        network: its layers and recipe.
        dataset: fitted to its training digits; the validation digits only watch.
        folder: this training's own, named by its key; an interrupted training goes on after its last finished epoch.
        execution: who hears of each epoch, and which processors share its batches.

    Raises:
        OSError: the folder cannot be written.
        CheckpointError: the last epoch of an interrupted training is damaged.
    """
    try:
        done = checksums.intact(folder)
        training = _cached(network, folder) if done else _train(network, dataset, folder, execution)
    except tf.errors.OpError as error:
        raise os_error_in(error.message, folder) or error from error
    return replace(training, letters=fonts.warped_letters(network.recipe))


def forget(folder: Path) -> None:
    """Remove a training, finished or not."""
    shutil.rmtree(folder, ignore_errors=True)


def _cached(network: Network, folder: Path) -> Training:
    model = build_model(network.name, network.layers, size=network.framing.size)
    model.load_weights(folder / WEIGHTS)
    return Training(network, model, msgspec.json.decode((folder / HISTORY).read_bytes(), type=tuple[Epoch, ...]))


def _train(network: Network, dataset: Dataset, folder: Path, execution: Execution) -> Training:
    checkpoints = folder / "checkpoints"
    checkpoints.mkdir(parents=True, exist_ok=True)
    training = fit_model(network, dataset, checkpoints, execution)
    training.model.save_weights(folder / WEIGHTS)
    (folder / HISTORY).write_bytes(msgspec.json.encode(training.epochs))
    checksums.write(folder, (WEIGHTS, HISTORY))
    shutil.rmtree(checkpoints)
    return training
