"""The registry, and what a training is cached by."""

from dataclasses import replace

import pytest

from digitjs import networks
from digitjs.errors import DigitjsError
from digitjs.fit import keras_model
from digitjs.networks import CNN, COMPACT, MLP, Layer


def test_networks_are_found_by_name_in_the_order_asked_for() -> None:
    assert networks.find(()) == networks.NETWORKS
    assert networks.find(("cnn", "mlp", "cnn")) == (CNN, MLP)
    with pytest.raises(DigitjsError, match="no network resnet: choose from compact, mlp, cnn"):
        networks.find(("resnet",))


def test_a_layer_that_the_page_cannot_run_is_named() -> None:
    networks.require_runnable(MLP)
    with pytest.raises(DigitjsError, match="mlp: the page cannot run LSTM; choose from Activation, AveragePooling2D"):
        networks.require_runnable(replace(MLP, layers=(Layer("LSTM", {"units": 8}), *MLP.layers)))


def test_the_layers_are_the_published_ones() -> None:
    assert keras_model("mlp", MLP.layers).count_params() == 535_818
    assert keras_model("cnn", CNN.layers).count_params() == 592_074
    assert keras_model("compact", COMPACT.layers).count_params() <= 100_000


def test_the_tutorial_recipes_are_the_published_ones() -> None:
    mlp, cnn = (network.trained_by("tutorial", seed=1).recipe for network in (MLP, CNN))
    assert (mlp.optimizer, mlp.batch_size, mlp.epochs, mlp.augmentation) == ("rmsprop", 64, 25, None)
    assert (cnn.optimizer, cnn.batch_size, cnn.epochs, cnn.augmentation) == ("adam", 200, 10, None)


def test_a_training_is_keyed_by_layers_recipe_seed_and_data() -> None:
    key = networks.training_key(MLP, "data")
    assert key == networks.training_key(replace(MLP, title="Another title"), "data")
    others = [
        networks.training_key(MLP, "other data"),
        networks.training_key(MLP.trained_by(None, seed=99), "data"),
        networks.training_key(MLP.trained_by("tutorial", seed=MLP.recipe.seed), "data"),
        networks.training_key(replace(MLP, layers=(Layer("Flatten"), *MLP.layers)), "data"),
        networks.training_key(CNN, "data"),
    ]
    assert len({key, *others}) == 6


def test_an_export_is_keyed_by_its_training_and_its_weights() -> None:
    keys = {networks.export_key(training, MLP, kind) for training in "ab" for kind in ("float32", "uint8")}
    assert len(keys) == 4
