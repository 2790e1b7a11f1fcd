"""Training: the same weights from the same seed, also when it was interrupted."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from digitjs.data import dataset
from digitjs.data.samples import Dataset
from digitjs.data.source import Source
from digitjs.model_card import Epoch
from digitjs.networks.layers import Layer
from digitjs.networks.network import Network
from digitjs.networks.recipe import Augmentation, Recipe
from digitjs.training import train
from digitjs.training.fit import CheckpointError, Execution, fit_model

NETWORK = Network(
    name="small",
    title="Small",
    layers=(
        Layer("Flatten"),
        Layer("Dropout", {"rate": 0.2}),
        Layer("Dense", {"units": 10, "activation": "softmax"}),
    ),
    recipes=(Recipe(name="short", learning_rate=5e-3, cosine=True, epochs=3, batch_size=64, average=0.9),),
)
NOISY = replace(  # all layers that draw at random
    NETWORK,
    layers=(
        Layer("GaussianNoise", {"stddev": 0.1}),
        Layer("Flatten"),
        Layer("AlphaDropout", {"rate": 0.1}),
        Layer("GaussianDropout", {"rate": 0.1}),
        Layer("Dense", {"units": 10, "activation": "softmax"}),
    ),
)
AUGMENTED = replace(NETWORK, recipes=(replace(NETWORK.recipe, augmentation=Augmentation()),))


@pytest.fixture(scope="module")
def tiny(tiny_data: Path) -> Dataset:
    return dataset.load(Source((tiny_data,)))


def weights(network: Network, tiny: Dataset, folder: Path) -> list[np.ndarray]:
    fitted: list[np.ndarray] = fit_model(network, tiny, folder, Execution()).model.get_weights()
    return fitted


class InterruptionError(Exception):
    """Somebody ends the command."""


def interrupt(epoch: Epoch) -> None:
    if epoch.number == 2:
        raise InterruptionError


@pytest.mark.parametrize("network", [NETWORK, NOISY, AUGMENTED], ids=["plain", "noisy", "augmented"])
def test_an_interrupted_training_ends_with_the_same_weights(network: Network, tiny: Dataset, tmp_path: Path) -> None:
    with pytest.raises(InterruptionError):
        fit_model(network, tiny, tmp_path / "interrupted", Execution(interrupt))
    reported: list[int] = []
    resumed = fit_model(network, tiny, tmp_path / "interrupted", Execution(lambda epoch: reported.append(epoch.number)))
    assert reported == [3]
    assert [epoch.number for epoch in resumed.epochs] == [1, 2, 3]
    for one, other in zip(resumed.model.get_weights(), weights(network, tiny, tmp_path / "whole"), strict=True):
        np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("damage", ["data", "index"])
def test_a_damaged_checkpoint_is_noticed(tiny: Dataset, tmp_path: Path, damage: str) -> None:
    with pytest.raises(InterruptionError):
        fit_model(NETWORK, tiny, tmp_path, Execution(interrupt))
    file = next(tmp_path.glob(f"*.{damage}*"))
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
    with pytest.raises(CheckpointError):
        fit_model(NETWORK, tiny, tmp_path, Execution(interrupt))


def test_another_seed_gives_other_weights(tiny: Dataset, tmp_path: Path) -> None:
    other = NETWORK.trained_by(None, seed=2)
    assert not np.array_equal(weights(NETWORK, tiny, tmp_path / "a")[0], weights(other, tiny, tmp_path / "b")[0])


def test_training_learns_and_is_kept(tiny: Dataset, tmp_path: Path) -> None:
    longer = replace(NETWORK, recipes=(replace(NETWORK.recipe, epochs=15),))
    reported: list[Epoch] = []
    first = train.train_network(longer, tiny, tmp_path / "kept", Execution(reported.append))
    assert first.letters is None  # which it did not train with
    assert reported[-1].validation_accuracy > max(0.7, reported[0].validation_accuracy)
    second = train.train_network(longer, tiny, tmp_path / "kept", Execution(reported.append))
    assert len(reported) == 15
    assert second.epochs == first.epochs
    np.testing.assert_array_equal(second.model.predict(tiny.test.images), first.model.predict(tiny.test.images))


def test_a_set_smaller_than_a_batch_is_trained_on(tiny: Dataset, tmp_path: Path) -> None:
    few = replace(tiny, train=replace(tiny.train, images=tiny.train.images[:20], labels=tiny.train.labels[:20]))
    epochs = fit_model(AUGMENTED, few, tmp_path, Execution()).epochs
    assert len(epochs) == 3
