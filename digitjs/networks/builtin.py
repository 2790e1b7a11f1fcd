"""The networks that digitjs trains, and how they are found by name."""

from digitjs.errors import DigitjsError
from digitjs.networks.layers import Layer, Option
from digitjs.networks.network import Network
from digitjs.networks.recipe import Augmentation, Recipe


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
    has_trunk=True,
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
        raise DigitjsError("Two networks have the same name: give each network in builtin.py a name of its own.")
    for name in names:
        if name not in known:
            raise DigitjsError(f"There is no network {name}: choose from {', '.join(known)}.")
    return tuple(known[name] for name in dict.fromkeys(names)) or NETWORKS
