"""The registry, and what a network and its recipes may be."""

import re
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from digitjs.data.samples import Dataset, Samples
from digitjs.data.task import Task
from digitjs.errors import DigitjsError
from digitjs.filesystem.paths import resource
from digitjs.networks import builtin
from digitjs.networks.builtin import CNN, COMPACT, MLP
from digitjs.networks.keras_model import build_model, require_buildable
from digitjs.networks.layers import Layer
from digitjs.networks.network import NAME, RESERVED, Network
from digitjs.networks.recipe import Augmentation, Ink, Warp


def test_networks_are_found_by_name_in_the_order_asked_for() -> None:
    assert builtin.find(()) == builtin.NETWORKS
    assert builtin.find(("cnn", "mlp", "cnn")) == (CNN, MLP)
    with pytest.raises(DigitjsError, match="no network resnet: choose from compact, mlp, cnn"):
        builtin.find(("resnet",))


DENSE = Layer("Dense", {"units": 10, "activation": "softmax"})


def network(**changed: Any) -> Network:
    """A valid network but for what is changed."""
    return replace(MLP, **changed)


@pytest.mark.parametrize(
    "name",
    ["all", "main", "compared", "constructor", "con", "__proto__", "a/b", "../up", "", "Ünï", "a b", "7", "a" * 41],
)
def test_a_name_that_means_something_else_is_refused(name: str) -> None:
    with pytest.raises(DigitjsError, match="A network cannot be called"):
        network(name=name)


def test_no_name_is_an_id_of_the_pages() -> None:
    html = " ".join(path.read_text() for path in resource("site_templates").glob("*.html"))
    ids = [one for one in re.findall(r'\bid="([^"{]+)"', html) if NAME.fullmatch(one)]
    assert len(ids) > 10
    assert set(ids) <= set(RESERVED)


def test_names_are_unique(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(builtin, "NETWORKS", (MLP, network(name="other"), network(title="Another")))
    with pytest.raises(DigitjsError, match="have the same name"):
        builtin.find(("other",))


@pytest.mark.parametrize(
    ("layers", "says"),
    [
        (
            (Layer("ConvLSTM2D", {"filters": 8, "kernel_size": 3}), DENSE),
            "mlp cannot run in the page: ConvLSTM2D convlstm2d_1: the page cannot run ConvLSTM2D, choose from Activ",
        ),
        (
            (Layer("GRU", {"units": 8}), Layer("Flatten"), Layer("Dense", {"units": 8, "activation": "exponential"})),
            "GRU gru_1, reset_after=True: .*; Dense dense_3, activation=exponential: TensorFlow.js has no such",
        ),
        (
            (Layer("ReLU", {"negative_slope": 0.1}), Layer("Flatten"), DENSE),
            "mlp cannot run in the page as it is: ReLU relu_1: write it as LeakyReLU",
        ),
        (
            (Layer("Conv2D", {"filters": 4, "kernel_size": 3, "groups": 2}), Layer("Flatten"), DENSE),
            "Conv2D conv2d_1: write it with one group",
        ),
        (
            (Layer("GlobalMaxPooling2D", {"keepdims": True}), Layer("SpatialDropout2D"), Layer("Flatten"), DENSE),
            "GlobalMaxPooling2D .*: write it as .* and Reshape; SpatialDropout2D spatialdropout2d_2: leave it out",
        ),
        ((Layer("Flatten"), Layer("Dense", {"unit": 8}), DENSE), "Dense dense_2, unit=8: .*leave it out"),
        ((Layer("Flatten"), Layer("Flatten"), DENSE), "Flatten flatten_2: leave it out"),
        (
            (Layer("UpSampling2D", {"size": 2, "interpolation": "bilinear"}), Layer("Flatten"), DENSE),
            "UpSampling2D .*, interpolation=bilinear: TensorFlow.js places the pixels otherwise",
        ),
        (
            (Layer("Flatten"), Layer("Dense", {"units": np.int64(8)}), DENSE),
            "mlp: Dense 8 has an option that is no number",
        ),
        ((), "mlp does not end in probabilities"),
        ((Layer("Flatten"), Layer("Dense", {"units": 10})), "mlp does not end in probabilities"),
        ((Layer("Flatten"), DENSE, Layer("Dropout", {"rate": 0.1})), "does not end in probabilities"),
    ],
)
def test_layers_that_the_page_could_not_use_are_refused(layers: tuple[Layer, ...], says: str) -> None:
    with pytest.raises(DigitjsError, match=says):
        network(layers=layers)


@pytest.mark.parametrize(
    ("layers", "says"),
    [
        ((Layer("Conv2D", {"filters": 2, "kernel_size": 30}), Layer("Flatten"), DENSE), "refuses layer 1, Conv2D 2"),
        ((Layer("Dropout", {"rate": 0.1, "name": "mine"}), Layer("Flatten"), DENSE), "refuses layer 1, Dropout 10%"),
        ((DENSE,), r"mlp ends in the shape \(28, 28, 10\)"),
        ((Layer("Flatten"), Layer("Softmax")), r"mlp ends in the shape \(784,\)"),
        ((Layer("Flatten"), Layer("Dense", {"units": 12, "activation": "softmax"})), r"mlp ends in the shape \(12,\)"),
        ((Layer("Flatten"), Layer("Dense", {"units": 12}), Layer("Softmax")), r"mlp ends in the shape \(12,\)"),
    ],
)
def test_layers_that_keras_could_not_build_are_refused_in_one_line(layers: tuple[Layer, ...], says: str) -> None:
    with pytest.raises(DigitjsError, match=says) as caught:
        require_buildable(network(layers=layers), 10)
    assert len(caught.value.message.splitlines()) == 1


@pytest.mark.parametrize("end", [Layer("Softmax"), Layer("Activation", {"activation": "softmax"})], ids=str)
def test_a_softmax_may_be_a_layer_of_its_own(end: Layer) -> None:
    require_buildable(network(layers=(Layer("Flatten"), Layer("Dense", {"units": 10}), end)), 10)


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"optimizer": "sgd"}, "no known optimizer sgd: choose from adam, rmsprop"),
        ({"learning_rate": 0.0}, "learning_rate"),
        ({"learning_rate": "fast"}, "learning_rate"),
        ({"warmup": 2.0}, "warmup"),
        ({"epochs": 0}, "epochs"),
        ({"batch_size": 1.5}, "batch_size"),
        ({"average": 1.0}, "average"),
        ({"augmentation": Augmentation(outliers=0.5)}, "makes 60% of a batch of glyphs and outliers"),
        ({"augmentation": Augmentation(taps=-0.1)}, "augmentation.taps"),
        ({"augmentation": Augmentation(warp=Warp(shift=-1))}, "augmentation.warp.shift"),
        ({"augmentation": Augmentation(ink=Ink(thinnest=4.0))}, "thinnest ink that is thicker"),
    ],
)
def test_a_recipe_that_cannot_be_followed_is_refused(changed: dict[str, Any], says: str) -> None:
    with pytest.raises(DigitjsError, match=says):
        network(recipes=(replace(MLP.recipe, **changed),))


@pytest.fixture
def few_signs() -> Dataset:
    """Six images of two classes, all to be fitted."""
    images, labels = np.zeros((6, 28, 28, 1), np.float32), np.arange(6) % 2
    none = Samples(images[:0], labels[:0])
    return Dataset(Task(classes=("a", "b"), pens=None), Samples(images, labels), none, none)


def test_every_network_has_recipes_of_different_names() -> None:
    for recipes in ((), (MLP.recipe, MLP.recipe)):
        with pytest.raises(DigitjsError, match="each with its own name"):
            network(recipes=recipes)


def test_the_layers_are_the_published_ones() -> None:
    assert build_model("mlp", MLP.layers).count_params() == 535_818
    assert build_model("cnn", CNN.layers).count_params() == 592_074
    assert build_model("compact", COMPACT.layers).count_params() <= 100_000


def test_the_tutorial_recipes_are_the_published_ones() -> None:
    mlp, cnn = (network.trained_by("tutorial", seed=1).recipe for network in (MLP, CNN))
    assert (mlp.optimizer, mlp.batch_size, mlp.epochs, mlp.augmentation) == ("rmsprop", 64, 25, None)
    assert (cnn.optimizer, cnn.batch_size, cnn.epochs, cnn.augmentation) == ("adam", 200, 10, None)


def test_a_recipe_that_is_named_is_followed_however_few_samples_there_are(few_signs: Dataset) -> None:
    told = COMPACT.trained_by("pens", seed=3).adapted(few_signs).recipe
    assert (told.name, told.epochs, told.steps, told.batch_size, told.seed) == ("pens", 14, None, 192, 3)
    assert told.augmentation == COMPACT.recipe.without_pens().augmentation
    left = COMPACT.trained_by(None, seed=3).adapted(few_signs).recipe
    assert (left.name, left.trunk) == ("few", True)
