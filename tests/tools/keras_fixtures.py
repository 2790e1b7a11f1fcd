"""Networks of many kinds, saved by the Keras that runs this, with what it answers: files for the tests of reading.

    KERAS_BACKEND=jax python tests/tools/keras_fixtures.py keras tests/fixtures/keras/keras-3.5.0.zip

The first argument is the module, keras or tf_keras. Files of versions that the tests have are made by the tests.
"""

import importlib
import io
import logging
import sys
import tempfile
import warnings
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

Module = Any  # keras or tf_keras
SEED = 5
SAMPLES = 3


def cnn(k: Module) -> Any:
    """A chain as in tutorials, with what matters in training alone."""
    layers = k.layers
    return k.Sequential(
        [
            layers.Input((8, 8, 1), name="image"),
            layers.Conv2D(4, 3, padding="same", use_bias=False, kernel_regularizer=k.regularizers.L2(1e-4)),
            layers.BatchNormalization(),
            layers.LeakyReLU(0.1),
            layers.MaxPooling2D(2),
            layers.Dropout(0.3),
            layers.Conv2D(5, (1, 3), activation="relu", kernel_constraint=k.constraints.MaxNorm(3)),
            layers.Flatten(),
            layers.Dense(10, activation="softmax", name="digits"),
        ],
        name="cnn",
    )


def residual(k: Module) -> Any:
    """A graph with separable convolutions, whose branches are added and concatenated."""
    layers = k.layers
    image = k.Input((8, 8, 3), name="image")
    x = layers.Rescaling(1 / 255, offset=-0.5)(image)
    x = layers.Conv2D(4, 3, strides=2, padding="same")(x)
    before = x = layers.ReLU(6.0)(layers.BatchNormalization()(x))
    x = layers.DepthwiseConv2D(3, padding="same", depth_multiplier=1)(x)
    x = layers.Activation("silu" if k.__name__ == "keras" else "swish")(x)
    x = layers.Add()([x, before])
    x = layers.Concatenate()([layers.SeparableConv2D(3, 3, padding="same", activation="gelu")(x), before])
    x = layers.AveragePooling2D(2)(x)
    return k.Model(image, layers.Dense(4)(layers.GlobalAveragePooling2D()(x)), name="residual")


def nested(k: Module) -> Any:
    """Models in a graph, one of each class, that are called twice and give outputs of the whole."""
    layers = k.layers
    inside = k.Input((5,))
    x = layers.Dense(3)(layers.BatchNormalization()(layers.Dense(6, activation="tanh")(inside)))
    encoder = k.Model(inside, [x, layers.Add()([x, x])], name="encoder")
    head = k.Sequential([layers.Input((3,)), layers.Dense(2, activation="sigmoid")], name="head")
    left, right = k.Input((5,), name="left"), k.Input((5,), name="right")
    (first, _), (second, doubled) = encoder(left), encoder(right)
    joined = layers.Concatenate()([head(first), head(second)])
    return k.Model([left, right], [layers.Dense(2)(joined), doubled, head(doubled)], name="siamese")


def stacked(k: Module) -> Any:
    """Models in models in a chain, one of them frozen."""
    layers = k.layers
    pixels = k.Input((6, 6, 2))
    trunk = k.Model(pixels, layers.BatchNormalization()(layers.Conv2D(3, 3, name="conv")(pixels)), name="trunk")
    trunk.trainable = False
    body = k.Sequential([trunk, layers.Activation("relu"), layers.Flatten()], name="body")
    return k.Sequential([layers.Input((6, 6, 2)), body, layers.Dense(4, activation="softmax")], name="stacked")


def operators(k: Module) -> Any:
    """Sums written as a + b, functions of tensors, and a layer that is called twice."""
    layers = k.layers
    image = k.Input((6,), name="image")
    shared = layers.Dense(6, activation="elu", name="shared")
    first = shared(image)
    x = first + shared(first)
    if k.__name__ == "keras":
        x = k.ops.relu(x * first)
        x = k.ops.maximum(x, first)
    return k.Model(image, layers.Dense(3)(x), name="operators")


def without_input(k: Module) -> Any:
    """A chain that learns its input's shape from the first data."""
    layers = k.layers
    model = k.Sequential([layers.Conv2D(3, 3, activation="relu"), layers.Flatten(), layers.Dense(4)], name="built")
    model.build((None, 6, 6, 1))
    return model


def sequence(k: Module) -> Any:
    """Numbers of words and a series as inputs, recurrent layers, two outputs."""
    layers = k.layers
    words, series = k.Input((7,), name="words", dtype="int32"), k.Input((9, 2), name="series")
    x = layers.Embedding(11, 4)(words)
    x = layers.Bidirectional(layers.LSTM(3, return_sequences=True))(x)
    x = layers.TimeDistributed(layers.Dense(4, activation="relu"))(x)
    x = layers.GRU(5, reset_after=False)(x)
    y = layers.GlobalMaxPooling1D()(layers.Conv1D(4, 3, padding="causal")(series))
    both = layers.LayerNormalization()(layers.Concatenate()([x, y]))
    return k.Model(
        [words, series],
        [layers.Dense(2, name="mood")(both), layers.Dense(3, "softmax", name="topic")(both)],
        name="words",
    )


def logits(k: Module) -> Any:
    """A multilayer perceptron that ends without a softmax."""
    layers = k.layers
    return k.Sequential(
        [layers.Input((16,)), layers.Dense(8, activation="selu"), layers.PReLU(), layers.Dense(10)], name="logits"
    )


def mixed(k: Module) -> Any:
    """A network in mixed precision."""
    layers = k.layers
    before = k.mixed_precision.dtype_policy() if k.__name__ == "keras" else k.mixed_precision.global_policy()
    setter = "set_dtype_policy" if k.__name__ == "keras" else "set_global_policy"
    getattr(k.mixed_precision, setter)("mixed_bfloat16")
    try:
        return k.Sequential(
            [
                layers.Input((8, 8, 1)),
                layers.Conv2D(4, 3, activation="relu"),
                layers.GlobalAveragePooling2D(),
                layers.Dense(4, activation="softmax", dtype="float32"),
            ],
            name="mixed",
        )
    finally:
        getattr(k.mixed_precision, setter)(before)


def gates(k: Module) -> Any:
    """Squeeze and excite, with a hard sigmoid, which Keras 2 and 3 define differently."""
    layers = k.layers
    image = k.Input((6, 6, 4), name="image")
    x = layers.Dense(4, activation="hard_sigmoid")(layers.GlobalAveragePooling2D(keepdims=True)(image))
    x = layers.Multiply()([image, x])
    x = layers.UpSampling2D(2)(layers.SpatialDropout2D(0.2)(x))
    return k.Model(image, layers.Dense(2)(layers.Flatten()(x)), name="gates")


def grouped(k: Module) -> Any:
    """Layers that TensorFlow.js does not have."""
    layers = k.layers
    image = k.Input((6, 6, 4), name="image")
    x = layers.GroupNormalization(2, name="in_groups")(layers.Conv2D(4, 3, groups=2)(image))
    return k.Model(image, layers.Dense(2)(layers.Flatten()(x)), name="grouped")


NETWORKS: tuple[Callable[[Module], Any], ...] = (
    *(cnn, residual, nested, stacked, operators, without_input, sequence, logits, mixed, gates, grouped),
)


def fill(model: Any) -> None:
    """Give every weight random values, the same everywhere; variances and scales stay positive."""
    random = np.random.default_rng(SEED)
    values = []
    for weight in model.get_weights():
        drawn = random.normal(0, 0.4, weight.shape)
        values.append(np.abs(drawn) + 0.5 if weight.ndim == 1 else drawn)
    model.set_weights(values)


def inputs(model: Any) -> list[np.ndarray]:
    """Random inputs of a model, in the order of its inputs."""
    random = np.random.default_rng(SEED + 1)
    return [
        random.integers(0, 11, (SAMPLES, *tensor.shape[1:])).astype(np.int32)
        if tensor.name.startswith("words")
        else random.uniform(0, 1, (SAMPLES, *tensor.shape[1:])).astype(np.float32)
        for tensor in model.inputs
    ]


def save(build: Callable[[Module], Any], k: Module, folder: Path) -> None:
    """Write NAME.keras, NAME.h5 and NAME.npz with inputs x0, x1, … and outputs y0, y1, …."""
    k.backend.clear_session()
    model = build(k)
    fill(model)
    name = build.__name__
    given = inputs(model)
    answers = model.predict(given if len(given) > 1 else given[0], verbose=0)
    answers = answers if isinstance(answers, list) else [answers]
    arrays = {f"x{place}": value for place, value in enumerate(given)}
    arrays |= {f"y{place}": np.asarray(value, np.float32) for place, value in enumerate(answers)}
    np.savez_compressed(folder / f"{name}.npz", **arrays)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # .h5 is called legacy
        model.save(folder / f"{name}.keras")
        try:
            model.save(str(folder / f"{name}.h5"))
        except ValueError:  # Keras 3.0 cannot save two weights of one name in a model within a model
            (folder / f"{name}.h5").unlink()


def main() -> None:
    """Write the archive that the command line names."""
    k, target = importlib.import_module(sys.argv[1]), Path(sys.argv[2])
    logging.getLogger("absl").setLevel("ERROR")
    written = io.BytesIO()
    with tempfile.TemporaryDirectory() as scratch, zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for build in NETWORKS:
            save(build, k, Path(scratch))
        for path in sorted(Path(scratch).iterdir()):
            archive.writestr(zipfile.ZipInfo(path.name), path.read_bytes(), zipfile.ZIP_DEFLATED, 9)
    target.write_bytes(written.getvalue())


if __name__ == "__main__":
    main()
