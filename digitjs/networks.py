"""The networks: their layers and recipes, as plain values that need no TensorFlow to read."""

import ast
import hashlib
from dataclasses import dataclass, field, replace

import msgspec

from digitjs.errors import DigitjsError
from digitjs.paths import PACKAGE
from digitjs.recipes import Augmentation, Recipe

# What TF.js's layers and the kernels in the page's bundle run; tests/test_layers.py asks each in a browser.
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
    """The recipe of something that maps (n, 28, 28, 1) to (n, 10) probabilities."""

    name: str  # also its folder and its value in the page's selector
    title: str
    layers: tuple[Layer, ...]
    recipes: tuple[Recipe, ...]  # the first is the one that is used

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
            epochs=28,
            batch_size=192,
            bfloat16=True,
            augmentation=Augmentation(),
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
            epochs=10,
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
        DigitjsError: there is none of a name, or the page could not run a layer of one.
    """
    known = {network.name: network for network in NETWORKS}
    for name in names:
        if name not in known:
            raise DigitjsError(f"There is no network {name}: choose from {', '.join(known)}.")
    found = tuple(known[name] for name in dict.fromkeys(names)) or NETWORKS
    for network in found:
        require_runnable(network)
    return found


def require_runnable(network: Network) -> None:
    """Better known before the training than after it.

    Raises:
        DigitjsError: a layer that the page cannot run.
    """
    for layer in network.layers:
        if layer.kind not in RUNNABLE:
            raise DigitjsError(f"{network.name}: the page cannot run {layer.kind}; choose from {', '.join(RUNNABLE)}.")


def training_key(network: Network, data: str) -> str:
    """What a training is cached under: the same layers, recipe, data and code give the same key.

    Args:
        network: layers and recipe.
        data: the fingerprint of the data.
    """
    return _key(network.layers, network.recipe, data, _code("augment"), _code("fit.py"))


def export_key(training: str, network: Network, quantize: str) -> str:
    """What an export of a training is cached under."""
    measured = ("export.py", "calibration.py", "evaluation.py", "folding.py", "rounding.py", "robustness.py", "card.py")
    return _key(training, network.name, network.title, quantize, *map(_code, measured))


def _key(*parts: object) -> str:
    return hashlib.sha256(msgspec.json.encode(parts, order="deterministic")).hexdigest()[:16]


def _code(name: str) -> list[str]:
    """What a module or folder of this package does: its syntax trees, without comments, layout and docstrings."""
    path = PACKAGE / name
    sources = sorted(path.glob("*.py")) if path.is_dir() else [path]
    return [_tree(source.read_text("utf-8")) for source in sources]


def _tree(source: str) -> str:
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and ast.get_docstring(node) is not None:
            node.body = node.body[1:]
    return ast.dump(tree)
