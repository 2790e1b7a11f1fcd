"""The networks: their layers and how they are trained, as plain values that need no TensorFlow to read."""

import ast
import hashlib
from typing import Any

import msgspec

from digitjs.errors import DigitjsError
from digitjs.project import PACKAGE


class Layer(msgspec.Struct, frozen=True):
    """One Keras layer: the name of its class in `tf_keras.layers` and its arguments."""

    kind: str
    options: dict[str, Any] = {}

    def __str__(self) -> str:
        arguments = ", ".join(f"{key}={value!r}" for key, value in self.options.items())
        return f"{self.kind}({arguments})"


class Recipe(msgspec.Struct, frozen=True, kw_only=True):
    """How a network is trained."""

    name: str
    optimizer: str  # as tf_keras.optimizers.get
    epochs: int
    batch_size: int


class Network(msgspec.Struct, frozen=True, kw_only=True):
    """The recipe of something that maps (n, 28, 28, 1) to (n, 10) probabilities."""

    name: str  # also its folder and its value in the page's selector
    title: str
    layers: tuple[Layer, ...]
    recipe: Recipe
    tutorial: Recipe | None = None  # the one whose accuracy is published

    def with_recipe(self, name: str) -> "Network":
        """The same layers, trained by another of its recipes.

        Raises:
            DigitjsError: it has none of that name.
        """
        recipes = [recipe for recipe in (self.recipe, self.tutorial) if recipe]
        for recipe in recipes:
            if recipe.name == name:
                return msgspec.structs.replace(self, recipe=recipe)
        known = ", ".join(recipe.name for recipe in recipes)
        raise DigitjsError(f"{self.name} has no recipe {name}: choose from {known}.")


MLP = Network(
    name="mlp",
    title="MLP",
    layers=(
        Layer("Flatten"),
        Layer("Dense", {"units": 512, "activation": "relu"}),
        Layer("Dense", {"units": 256, "activation": "relu"}),
        Layer("Dropout", {"rate": 0.2}),
        Layer("Dense", {"units": 10, "activation": "softmax"}),
    ),
    recipe=Recipe(name="tutorial", optimizer="rmsprop", epochs=25, batch_size=64),
)

CNN = Network(
    name="cnn",
    title="CNN",
    layers=(
        Layer("Conv2D", {"filters": 32, "kernel_size": 5, "activation": "relu"}),
        Layer("MaxPooling2D", {"pool_size": 2}),
        Layer("Dropout", {"rate": 0.2}),
        Layer("Flatten"),
        Layer("Dense", {"units": 128, "activation": "relu"}),
        Layer("Dense", {"units": 10, "activation": "softmax"}),
    ),
    recipe=Recipe(name="tutorial", optimizer="adam", epochs=10, batch_size=200),
)

NETWORKS = (MLP, CNN)  # in the page's order; the first is its default


def find(names: tuple[str, ...]) -> tuple[Network, ...]:
    """The networks of these names, all of them without any.

    Raises:
        DigitjsError: there is none of a name.
    """
    known = {network.name: network for network in NETWORKS}
    for name in names:
        if name not in known:
            raise DigitjsError(f"There is no network {name}: choose from {', '.join(known)}.")
    return tuple(known[name] for name in dict.fromkeys(names)) or NETWORKS


def training_key(network: Network, *, data: str, seed: int) -> str:
    """What a training is cached under: the same layers, recipe, data and seed give the same key.

    Args:
        network: layers and recipe.
        data: the fingerprint of the data.
        seed: of everything random in the training.
    """
    return _key(network, data, seed, _code("augment"), _code("fit"))


def export_key(training: str, quantize: str) -> str:
    """What an export of a training is cached under."""
    return _key(training, quantize, _code("export"), _code("calibration"), _code("card"))


def _key(*parts: object) -> str:
    return hashlib.sha256(msgspec.json.encode(parts, order="deterministic")).hexdigest()[:16]


def _code(module: str) -> str:
    """What a module of this package does: its syntax tree, in which comments and layout do not count."""
    return ast.dump(ast.parse((PACKAGE / f"{module}.py").read_text("utf-8")))
