"""The networks: their layers and recipes, as plain values that need no TensorFlow to read."""

import re
from dataclasses import dataclass, field, replace
from pathlib import PureWindowsPath

import msgspec

from digitjs.errors import DigitjsError
from digitjs.networks.recipe import Augmentation, Recipe, require_valid

# The layers and activations that TF.js and the kernels in the page's bundle run; tests/test_layers.py asks each in a
# browser.
RUNNABLE = (
    "Activation",
    "AveragePooling2D",
    "BatchNormalization",
    "Conv2D",
    "Cropping2D",
    "Dense",
    "DepthwiseConv2D",
    "Dropout",
    "ELU",
    "Flatten",
    "GlobalAveragePooling2D",
    "GlobalMaxPooling2D",
    "LeakyReLU",
    "MaxPooling2D",
    "PReLU",
    "Permute",
    "ReLU",
    "Reshape",
    "Softmax",
    "ZeroPadding2D",
)
ACTIVATIONS = ("elu", "hard_sigmoid", "linear", "relu", "relu6", "sigmoid", "softmax", "swish", "tanh")

# The name of a network is a folder, a URL, an element's id on the report page and a value of the page's selector.
NAME = re.compile(r"[a-z][a-z0-9-]{0,39}")
RESERVED = (
    *("all", "constructor"),  # the selector's value for all networks, a key of every JavaScript object
    *("agreement", "announcement", "canvas", "compared", "correct", "digits", "erase", "examples"),  # ids of templates
    *("inside", "journey", "live", "loading", "main", "prediction", "problem", "redo", "share", "undo", "unstarted"),
)

Option = int | float | str | bool | tuple[int, ...]


@dataclass(frozen=True)
class Layer:
    """One Keras layer: the name of its class in `tf_keras.layers` and its arguments."""

    kind: str
    options: dict[str, Option] = field(default_factory=dict)

    def __str__(self) -> str:
        """As a person says it: Conv2D 16, 3 × 3, relu."""
        size = self.options.get("kernel_size") or self.options.get("pool_size")
        rate = self.options.get("rate")
        parts = [
            self.options.get("filters") or self.options.get("units"),
            f"{size} × {size}" if isinstance(size, int) else size,
            f"{rate:.0%}" if isinstance(rate, float) else None,
            "same" if self.options.get("padding") == "same" else None,
            self.options.get("activation"),
        ]
        return f"{self.kind} {', '.join(str(part) for part in parts if part)}".strip()


@dataclass(frozen=True)
class Network:
    """The recipe of something that maps (n, 28, 28, 1) to (n, 10) probabilities.

    Raises:
        DigitjsError: when it is made, for a name, a layer or a recipe that could not be used.
    """

    name: str  # also its folder and its value in the page's selector
    title: str
    layers: tuple[Layer, ...]
    recipes: tuple[Recipe, ...]  # the first is the one that is used

    def __post_init__(self) -> None:
        _require_name(self.name)
        _require_layers(self)
        names = [recipe.name for recipe in self.recipes]
        if len(names) != len(set(names)) or not names:
            raise DigitjsError(f"{self.name} has the recipes {names}: give it one at least, each with its own name.")
        for recipe in self.recipes:
            require_valid(recipe)

    @property
    def recipe(self) -> Recipe:
        """How it is trained."""
        return self.recipes[0]

    def trained_by(self, name: str | None, *, seed: int) -> "Network":
        """The same layers with another of its recipes (None keeps its own) and another seed.

        Raises:
            DigitjsError: it has no recipe of that name.
        """
        known = {recipe.name: recipe for recipe in self.recipes}
        if name is not None and name not in known:
            raise DigitjsError(f"{self.name} has no recipe {name}: choose from {', '.join(known)}.")
        return replace(self, recipes=(replace(known[name] if name else self.recipe, seed=seed),))

    def without_pens(self) -> "Network":
        """The same, trained without shapes of the Latin script."""
        recipes = tuple(
            replace(recipe, augmentation=recipe.augmentation and recipe.augmentation.without_pens())
            for recipe in self.recipes
        )
        return replace(self, recipes=recipes)


def _require_name(name: str) -> None:
    if not NAME.fullmatch(name):
        raise DigitjsError(f"A network cannot be called {name}: take up to 40 of a-z, 0-9 and -, first a letter.")
    if name in RESERVED or PureWindowsPath(name).is_reserved():
        raise DigitjsError(f"A network cannot be called {name}, which has a meaning of its own: choose another name.")


def _require_layers(network: Network) -> None:
    for layer in network.layers:
        activation = layer.options.get("activation", "linear")
        for used, known in ((layer.kind, RUNNABLE), (activation, ACTIVATIONS)):
            if used not in known:
                raise DigitjsError(f"{network.name}: the page cannot run {used}; choose from {', '.join(known)}.")
        try:
            msgspec.to_builtins(layer.options)  # as keys and cards write them
        except TypeError as error:
            raise DigitjsError(
                f"{network.name}: {layer} has an option that is no number, text or tuple: {error}."
            ) from error
    if not _ends_in_probabilities(network.layers):
        raise DigitjsError(
            f"{network.name} does not end in ten probabilities: let its last layer be a Dense of 10 units with the "
            "activation softmax, or a Softmax after one without."
        )


def _ends_in_probabilities(layers: tuple[Layer, ...]) -> bool:
    """As far as one can tell without Keras, which `fit.require_buildable` asks for the shape."""
    if not layers:
        return False
    last = layers[-1]
    softmax = last.options.get("activation") == "softmax" or (
        last.kind == "Softmax" and last.options.get("axis", -1) == -1
    )
    scores = next((layer for layer in reversed(layers) if layer.kind not in ("Softmax", "Activation")), last)
    return softmax and scores.options.get("units", 10) == 10


def _block(filters: int, padding: str = "valid") -> tuple[Layer, ...]:
    """A 3 x 3 convolution, normalised; the normalisation folds into the convolution at export."""
    options: dict[str, Option] = {"filters": filters, "kernel_size": 3, "padding": padding, "use_bias": False}
    return Layer("Conv2D", options), Layer("BatchNormalization"), Layer("ReLU")


POOL = Layer("MaxPooling2D", {"pool_size": 2})
SOFTMAX = Layer("Dense", {"units": 10, "activation": "softmax"})

# 7.1 million multiplications. Full resolution first, because a strided first layer (5 x 5, stride 2, and a global mean
# instead of the dense layer) lost 0.2 points of the pens and 0.1 of MNIST.
COMPACT = Network(
    name="compact",
    title="Compact CNN",
    layers=(
        *_block(16),  # 26 x 26
        *_block(32),  # 24 x 24
        POOL,
        *_block(48, "same"),  # 12 x 12
        *_block(48),  # 10 x 10
        POOL,
        *_block(96),  # 3 x 3
        Layer("Flatten"),
        Layer("Dropout", {"rate": 0.3}),
        SOFTMAX,
    ),
    recipes=(
        Recipe(
            name="pens",
            learning_rate=3e-3,
            warmup=0.1,
            cosine=True,
            epochs=14,
            batch_size=192,
            bfloat16=True,
            augmentation=Augmentation(glyphs=0.12),
        ),
    ),
)

MLP = Network(
    name="mlp",
    title="MLP",
    layers=(
        Layer("Flatten"),
        Layer("Dense", {"units": 512, "activation": "relu"}),
        Layer("Dense", {"units": 256, "activation": "relu"}),
        Layer("Dropout", {"rate": 0.2}),
        SOFTMAX,
    ),
    recipes=(
        Recipe(
            name="pens",
            learning_rate=2e-3,
            warmup=0.05,
            cosine=True,
            epochs=28,
            batch_size=256,
            augmentation=Augmentation(),
        ),
        Recipe(name="tutorial", optimizer="rmsprop", epochs=25, batch_size=64),  # 98.28 % published
    ),
)

CNN = Network(
    name="cnn",
    title="CNN",
    layers=(
        Layer("Conv2D", {"filters": 32, "kernel_size": 5, "activation": "relu"}),
        POOL,
        Layer("Dropout", {"rate": 0.2}),
        Layer("Flatten"),
        Layer("Dense", {"units": 128, "activation": "relu"}),
        SOFTMAX,
    ),
    recipes=(
        Recipe(
            name="pens",
            learning_rate=1.5e-3,
            warmup=0.05,
            cosine=True,
            epochs=8,
            batch_size=128,
            augmentation=Augmentation(),
        ),
        Recipe(name="tutorial", optimizer="adam", epochs=10, batch_size=200),  # 99.04 % published
    ),
)

NETWORKS = (COMPACT, MLP, CNN)  # in the page's order; the first is its default


def find(names: tuple[str, ...]) -> tuple[Network, ...]:
    """The networks of these names, all of them without any.

    Raises:
        DigitjsError: there is none of a name, or two of one.
    """
    known = {network.name: network for network in NETWORKS}
    if len(known) < len(NETWORKS):
        raise DigitjsError("Two networks have the same name: give each network in networks.py a name of its own.")
    for name in names:
        if name not in known:
            raise DigitjsError(f"There is no network {name}: choose from {', '.join(known)}.")
    return tuple(known[name] for name in dict.fromkeys(names)) or NETWORKS
