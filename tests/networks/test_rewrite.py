"""Each layer and argument of Keras is answered by TensorFlow.js as by Keras, rewritten for it, or refused by name."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
import tf_keras
from numpy.typing import NDArray
from tfjs_in_node import run

import keras
from digitjs.errors import DigitjsError
from digitjs.layers_format import Weight
from digitjs.networks.graph import Graph, GraphLayer, Tensor
from digitjs.networks.keras_file.read import from_model
from digitjs.networks.layers import INERT
from digitjs.networks.rewrite import Rewritten, explain, rewrite
from digitjs.networks.rewrite.table import LAYERS, WRAPPERS

IMAGE, SERIES, VOLUME, FILM, TOKENS = (9, 8, 4), (7, 3), (5, 4, 3, 2), (3, 5, 4, 2), (7,)
K2, K3 = tf_keras.layers, keras.layers
KEPT, REWRITTEN, DROPPED = "kept", "rewritten", "dropped"


@dataclass(frozen=True)
class Case:
    """One layer in a network of its own."""

    fate: str  # or what the refusal says, as a pattern
    build: Callable[[], Any]  # the layer, or a function of the network's input that calls layers
    shape: tuple[int, ...] = IMAGE
    inputs: int = 1
    version: int = 3
    name: str = ""

    def __str__(self) -> str:
        return self.name


def case(fate: str, kind: str, *args: Any, on: tuple[int, ...] = IMAGE, inputs: int = 1, **options: Any) -> Case:
    """A layer of Keras 3 by its class and arguments; with `version=2` one of Keras 2."""
    version = options.pop("version", 3)
    layers = K3 if version == 3 else K2
    said = [*map(str, args), *(f"{name}={value}" for name, value in options.items())]
    name = f"keras{version}-{kind}({','.join(said)})-of-{'x'.join(map(str, on))}".replace(" ", "")
    return Case(fate, lambda: getattr(layers, kind)(*args, **options), on, inputs, version, name)


NAMES = ("elu", "gelu", "linear", "log_softmax", "mish", "relu", "relu6", "selu", "sigmoid", "softmax", "softplus")
NAMES_3 = (*NAMES, "celu", "silu", "softsign", "swish", "tanh")
NAMES_2 = (*NAMES, "hard_sigmoid", "softsign", "swish", "tanh")
COMPOSED = ("hard_shrink", "hard_sigmoid", "hard_silu", "hard_swish", "hard_tanh", "leaky_relu", "log_sigmoid")
COMPOSED = (*COMPOSED, "soft_shrink", "sparse_plus", "sparse_sigmoid", "tanh_shrink")
REFUSED_NAMES = ("exponential", "glu", "sparsemax", "squareplus", "threshold")
MERGES = ("Add", "Average", "Concatenate", "Maximum", "Minimum", "Multiply")
INNER_LSTM = {"layer": {"class_name": "LSTM", "config": {"units": 3, "name": "lstm"}}}

CASES = (
    *(case(KEPT, "Activation", name) for name in NAMES_3),
    *(case(KEPT, "Activation", name, version=2) for name in NAMES_2),
    *(case(REWRITTEN, "Activation", name) for name in COMPOSED),
    *(case(KEPT, "Dense", 5, activation=name, on=(6,)) for name in NAMES_3),
    *(case(REWRITTEN, "Dense", 5, activation=name, on=(6,)) for name in COMPOSED),
    *(case(rf"activation={name}: .*no such function", "Activation", name) for name in ("exponential", "squareplus")),
    case("activation=exponential: ", "Dense", 5, activation="exponential", version=2),
    # convolutions
    case(KEPT, "Conv2D", 5, 3, strides=2, padding="same", activation="relu"),
    case(KEPT, "Conv2D", 5, (1, 3), dilation_rate=2, use_bias=False),
    case(KEPT, "Conv2D", 5, 3, activation="hard_sigmoid", version=2),
    case(REWRITTEN, "Conv2D", 5, 3, activation="hard_sigmoid"),
    case(REWRITTEN, "Conv2D", 6, 3, groups=2, padding="same", activation="leaky_relu"),
    case(REWRITTEN, "Conv2D", 8, 3, groups=4, version=2),
    case(KEPT, "Conv1D", 5, 3, strides=2, padding="same", on=SERIES),
    case(REWRITTEN, "Conv1D", 5, 3, padding="causal", dilation_rate=2, on=SERIES),
    case(REWRITTEN, "Conv1D", 6, 2, groups=3, on=SERIES),
    case("padding=causal: .*strides", "Conv1D", 5, 3, padding="causal", strides=2, on=SERIES),
    case(KEPT, "Conv3D", 3, 2, strides=2, padding="same", on=VOLUME),
    case(REWRITTEN, "Conv3D", 4, 2, groups=2, on=VOLUME),
    case(KEPT, "Conv2DTranspose", 3, 2, strides=2, padding="same"),
    case(KEPT, "Conv2DTranspose", 3, 3, strides=2),
    case(KEPT, "Conv2DTranspose", 3, 2, strides=3, version=2),
    case(r"dilation_rate=\[2, 2\]", "Conv2DTranspose", 3, 2, dilation_rate=2),
    case(r"output_padding=\[1, 1\]", "Conv2DTranspose", 3, 3, strides=2, output_padding=1),
    case(KEPT, "Conv3DTranspose", 3, 2, strides=2, padding="same", on=VOLUME),
    case(KEPT, "DepthwiseConv2D", 3, strides=2, padding="same", depth_multiplier=2),
    case(REWRITTEN, "DepthwiseConv2D", 3, dilation_rate=2, depth_multiplier=2),
    case(REWRITTEN, "DepthwiseConv2D", (2, 3), dilation_rate=2, padding="same", activation="silu"),
    case(REWRITTEN, "DepthwiseConv2D", 3, dilation_rate=(2, 2), version=2),
    case(KEPT, "SeparableConv2D", 5, 3, strides=2, padding="same", depth_multiplier=2),
    case(KEPT, "SeparableConv2D", 5, 3, dilation_rate=2, version=2),
    case("data_format=channels_first", "Conv2D", 5, 3, data_format="channels_first"),
    case("data_format=channels_first", "MaxPooling2D", data_format="channels_first"),
    # normalization
    case(KEPT, "BatchNormalization"),
    case(KEPT, "BatchNormalization", axis=3, scale=False),
    case(KEPT, "BatchNormalization", on=(6,), center=False),
    case(REWRITTEN, "BatchNormalization", axis=1),
    case(REWRITTEN, "BatchNormalization", axis=1, on=SERIES),
    case(REWRITTEN, "BatchNormalization", axis=[2], version=2),
    case("four axes at most", "BatchNormalization", on=VOLUME),
    *(case(KEPT, "LayerNormalization", axis=axis) for axis in (-1, 1, [1, 2, 3], [-2, -1])),
    case("GroupNormalization .*: TensorFlow.js has no such layer, train with Batch", "GroupNormalization", 2),
    case("UnitNormalization .*: TensorFlow.js has no such layer", "UnitNormalization"),
    case(REWRITTEN, "Normalization", axis=None, mean=3.0, variance=2.0),
    case(REWRITTEN, "Normalization", axis=None, mean=3.0, variance=2.0, invert=True),
    case(REWRITTEN, "Normalization", mean=[1.0, 2.0, 3.0, 4.0], variance=[2.0, 3.0, 4.0, 5.0]),
    case(REWRITTEN, "Normalization", mean=[1.0, 2.0, 3.0, 4.0], variance=[2.0, 3.0, 4.0, 5.0], invert=True),
    case(REWRITTEN, "Normalization"),
    case(REWRITTEN, "Normalization", version=2),
    case(r"axis=\[1, 2, 3\]", "Normalization", axis=(1, 2, 3)),
    case(KEPT, "Rescaling", 1 / 127.5, -1),
    case(REWRITTEN, "Rescaling", [0.1, 0.2, 0.3, 0.4], [1.0, 2.0, 3.0, 4.0]),
    case(REWRITTEN, "Rescaling", [0.1, 0.2, 0.3, 0.4], 1.0),
    # activations as layers
    case(KEPT, "ReLU"),
    case(KEPT, "ReLU", max_value=6.0),
    case(REWRITTEN, "ReLU", negative_slope=0.1),
    case(REWRITTEN, "ReLU", threshold=0.5),
    case(REWRITTEN, "ReLU", threshold=0.5, max_value=1.5),
    case(REWRITTEN, "ReLU", negative_slope=0.1, max_value=1.5),
    case(REWRITTEN, "ReLU", negative_slope=0.1, max_value=1.5, threshold=0.5),
    case(REWRITTEN, "ReLU", negative_slope=0.1, max_value=1.5, threshold=0.5, version=2),
    case(KEPT, "LeakyReLU"),
    case(KEPT, "LeakyReLU", 0.1),
    case(KEPT, "LeakyReLU", 0.1, version=2),
    case(KEPT, "ThresholdedReLU", 0.5, version=2),
    *(case(KEPT, "PReLU", shared_axes=axes) for axes in (None, [1], [1, 2])),
    case(KEPT, "ELU"),
    case(REWRITTEN, "ELU", 0.5),
    case(KEPT, "Softmax"),
    case(KEPT, "Softmax", axis=3),
    case(REWRITTEN, "Softmax", axis=1),
    case(REWRITTEN, "Softmax", axis=-2, version=2),
    case(r"axis=\[1, 2\]", "Softmax", axis=[1, 2]),
    # pooling, shapes
    *(case(KEPT, f"{kind}Pooling2D", 3, strides=2, padding="same") for kind in ("Average", "Max")),
    *(case(KEPT, f"{kind}Pooling2D", (2, 3)) for kind in ("Average", "Max")),
    *(case(KEPT, f"{kind}Pooling1D", 3, strides=2, padding="same", on=SERIES) for kind in ("Average", "Max")),
    *(case(KEPT, f"{kind}Pooling3D", 2, padding="same", on=VOLUME) for kind in ("Average", "Max")),
    *(case(KEPT, f"Global{kind}Pooling2D") for kind in ("Average", "Max")),
    *(case(REWRITTEN, f"Global{kind}Pooling2D", keepdims=True) for kind in ("Average", "Max")),
    *(case(KEPT, f"Global{kind}Pooling1D", on=SERIES) for kind in ("Average", "Max")),
    *(case(REWRITTEN, f"Global{kind}Pooling1D", keepdims=True, on=SERIES) for kind in ("Average", "Max")),
    case("GlobalAveragePooling3D .*: TensorFlow.js has no such layer", "GlobalAveragePooling3D", on=VOLUME),
    case(KEPT, "Flatten"),
    case(KEPT, "Reshape", (8, -1)),
    case(KEPT, "Permute", (3, 1, 2)),
    case(KEPT, "RepeatVector", 3, on=(6,)),
    case(KEPT, "ZeroPadding2D", ((1, 2), (3, 4))),
    case(KEPT, "ZeroPadding2D", 1),
    case(KEPT, "Cropping2D", ((1, 2), (3, 1))),
    case(KEPT, "UpSampling2D", (2, 3)),
    case("interpolation=bilinear: .*take nearest", "UpSampling2D", 2, interpolation="bilinear"),
    case("CategoryEncoding .*: .*encode before", "CategoryEncoding", 5, on=(1,)),
    case(KEPT, "Dense", 5),
    case(KEPT, "Dense", 5, on=VOLUME),
    # several inputs
    *(case(KEPT, kind, inputs=3) for kind in MERGES),
    case(KEPT, "Concatenate", axis=1, inputs=2),
    case(REWRITTEN, "Subtract", inputs=2),
    *(case(KEPT, "Dot", axes=axes, on=SERIES, inputs=2) for axes in (-1, (1, 1), (2, 2))),
    case("three axes at most", "Dot", axes=-1, inputs=2),
    case(KEPT, "Dot", axes=1, normalize=True, on=(6,), inputs=2),
    # recurrent and text
    case(KEPT, "LSTM", 3, return_sequences=True, on=SERIES),
    case(KEPT, "LSTM", 3, go_backwards=True, activation="relu", on=SERIES),
    case(KEPT, "LSTM", 3, recurrent_activation="hard_sigmoid", on=SERIES, version=2),
    case("recurrent_activation=hard_sigmoid", "LSTM", 3, recurrent_activation="hard_sigmoid", on=SERIES),
    case("stateful=True", "LSTM", 3, stateful=True, on=SERIES),
    case(KEPT, "GRU", 3, reset_after=False, on=SERIES),
    case("reset_after=True: .*reset_after=False", "GRU", 3, on=SERIES),
    case(KEPT, "SimpleRNN", 3, unroll=True, on=SERIES),
    case(KEPT, "ConvLSTM2D", 3, 3, padding="same", return_sequences=True, on=FILM),
    case(KEPT, "Embedding", 5, 3, on=TOKENS),
)


def chain(*layers: Any) -> Callable[[Any], Any]:
    """Layers one after another."""

    def build(given: Any) -> Any:
        for layer in layers:
            given = layer(given)
        return given

    return build


def in_both_orders(given: Any) -> Any:
    """Shared layers, each of which is called with what the other one gives."""
    first, second, drop = K3.Dense(4), K3.Dense(4, activation="leaky_relu"), K3.Dropout(0.2)
    one, other = first(drop(second(given))), second(drop(first(given)))
    return K3.Add()([one, other, second(drop(second(one)))])


def squeezed(kind: str, *, keepdims: bool) -> Callable[[Any], Any]:
    """A layer of an image and one number for each of its channels."""
    return lambda given: getattr(K3, kind)()([given, K3.GlobalAveragePooling2D(keepdims=keepdims)(given)])


def network(fate: str, name: str, build: Callable[[], Any], on: tuple[int, ...] = IMAGE, version: int = 3) -> Case:
    """A network of several layers; the fate is that of the last one."""
    return Case(fate, build, on, version=version, name=name)


MASKED = {"input_dim": 5, "output_dim": 3, "mask_zero": True}


def squeeze_and_excite(given: Any) -> Any:
    """As MobileNet has it, whose sizes TensorFlow.js has to know when it builds the convolution."""
    features = K3.Concatenate()([K3.DepthwiseConv2D(3, depth_multiplier=2)(given), K3.Conv2D(4, 3)(given)])
    mean = K3.GlobalAveragePooling2D(keepdims=True)(K3.MaxPooling2D()(K3.BatchNormalization()(features)))
    return K3.Multiply()([K3.Conv2D(12, 1, activation="hard_sigmoid")(K3.Dense(3, activation="relu")(mean)), features])


NETWORKS = (
    network(KEPT, "squeeze-and-excite", lambda: squeeze_and_excite),
    network(KEPT, "shared-in-both-orders", lambda: in_both_orders),
    network(
        KEPT,
        "dropped-within",
        lambda: chain(K3.Dropout(0.1), K3.SpatialDropout2D(0.1), K3.ReLU(), K3.Flatten(), K3.Flatten(), K3.Dense(3)),
    ),
    network(REWRITTEN, "dropped-at-the-end", lambda: chain(K3.ReLU(), K3.GaussianNoise(0.1))),
    network(REWRITTEN, "nothing-but-dropped", lambda: K3.Dropout(0.1)),
    network(REWRITTEN, "several-ends", lambda: lambda x: [K3.Dropout(0.1)(x), K3.ReLU()(x), K3.Dropout(0.1)(x)]),
    network(REWRITTEN, "one-output-several-times", lambda: lambda x: [y := K3.ReLU()(x), y, K3.Dropout(0.1)(y), y]),
    network(KEPT, "one-tensor-twice", lambda: lambda x: K3.Multiply()([x, K3.ReLU()(x), x])),
    *(
        network(
            REWRITTEN if kind == "Subtract" else KEPT,
            f"{kind}-{'broadcast' if keepdims else 'of-two-ranks'}",
            lambda kind=kind, keepdims=keepdims: squeezed(kind, keepdims=keepdims),  # type: ignore[misc]
            on=(9, 4, 4),
        )
        for kind in ("Add", "Average", "Maximum", "Minimum", "Multiply", "Subtract")
        for keepdims in (True, False)
    ),
    network(KEPT, "masked-lstm", lambda: chain(K2.Embedding(**MASKED), K2.Dropout(0.1), K2.LSTM(3)), TOKENS, 2),
    network(KEPT, "masked-gru", lambda: chain(K2.Embedding(**MASKED), K2.GRU(3, reset_after=False)), TOKENS, 2),
    network(
        REWRITTEN,
        "masked-layers",
        lambda: chain(
            K2.Embedding(**MASKED),
            K2.Dense(3, activation="relu"),
            K2.BatchNormalization(),
            K2.LSTM(3, return_sequences=True),
            K2.SimpleRNN(3),
            K2.Dense(2, activation="leaky_relu"),
        ),
        TOKENS,
        2,
    ),
    network(KEPT, "masking", lambda: chain(K2.ReLU(), K2.Masking(), K2.LSTM(3)), (7, 1), 2),
    *(
        network("does not heed the mask", name, build, TOKENS, 2)
        for name, build in {
            "masked-backwards": lambda: chain(K2.Embedding(**MASKED), K2.LSTM(3, go_backwards=True)),
            "masked-pooling": lambda: chain(K2.Embedding(**MASKED), K2.GlobalAveragePooling1D()),
            "masked-convolution": lambda: chain(K2.Embedding(**MASKED), K2.Conv1D(3, 2), K2.LSTM(3)),
        }.items()
    ),
    *(
        network(KEPT, f"bidirectional-{mode}", lambda mode=mode: K3.Bidirectional(K3.LSTM(3), merge_mode=mode), SERIES)  # type: ignore[misc]
        for mode in ("concat", "sum", "ave", "mul")
    ),
    network(KEPT, "bidirectional-keras2", lambda: K2.Bidirectional(K2.LSTM(3, return_sequences=True)), SERIES, 2),
    network("merge_mode=None", "bidirectional-apart", lambda: K3.Bidirectional(K3.LSTM(3), merge_mode=None), SERIES),
    network(
        "backward_layer: ",
        "bidirectional-of-two-kinds",
        lambda: K3.Bidirectional(K3.LSTM(3), backward_layer=K3.LSTM(3, go_backwards=True, activation="relu")),
        SERIES,
    ),
    network("layer=GRU reset_after=True", "bidirectional-gru", lambda: K3.Bidirectional(K3.GRU(3)), SERIES),
    network(KEPT, "distributed-dense", lambda: K3.TimeDistributed(K3.Dense(3, activation="relu")), SERIES),
    network(REWRITTEN, "distributed-groups", lambda: K3.TimeDistributed(K3.Conv2D(4, 2, groups=2)), FILM),
    network(KEPT, "distributed-keras2", lambda: K2.TimeDistributed(K2.DepthwiseConv2D(2)), FILM, 2),
    network(
        "layer=Dense: .*several layers",
        "distributed-hard-sigmoid",
        lambda: K3.TimeDistributed(K3.Dense(3, activation="hard_sigmoid")),
        SERIES,
    ),
)
ALL = (*CASES, *NETWORKS)


def model_of(case: Case, given: list[NDArray[Any]]) -> Any:
    """The network, with weights as training could leave them."""
    library = keras if case.version == 3 else tf_keras
    # Keras 3 would also collect garbage, which takes a minute for all cases together.
    library.backend.clear_session(**{"free_memory": False} if library is keras else {})
    library.utils.set_random_seed(1)
    dtype = "int32" if case.shape == TOKENS else "float32"
    batch = 2 if "stateful" in case.name else None
    inputs = [library.layers.Input(case.shape, batch_size=batch, dtype=dtype) for _ in range(case.inputs)]
    layer = case.build()
    if (
        type(layer).__name__ == "Normalization"
        and not getattr(layer, "input_mean", None)
        and "axis=(1" not in case.name
    ):
        layer.adapt(given[0])
    model = library.Model(inputs if case.inputs > 1 else inputs[0], layer(inputs if case.inputs > 1 else inputs[0]))
    random = np.random.default_rng(1)
    if type(layer).__name__ != "Normalization":  # biases and moments begin as zeros and ones, which hides mistakes
        weights = model.get_weights()
        model.set_weights([each if each.ndim > 1 else random.uniform(0.1, 0.9, each.shape) for each in weights])
    return model


def inputs_of(case: Case) -> list[NDArray[Any]]:
    random = np.random.default_rng(0)
    if case.shape == TOKENS:
        return [random.integers(0, 5, (2, *case.shape))]
    return [random.normal(0, 2, (2, *case.shape)).astype(np.float32) for _ in range(case.inputs)]


@dataclass(frozen=True)
class Outcome:
    """What came of a case."""

    graph: Graph
    expected: list[NDArray[Any]]
    rewritten: Rewritten | str  # or the refusal
    answers: list[NDArray[Any]] | str  # or TensorFlow.js's error


@pytest.fixture(scope="module")
def outcomes() -> dict[str, Outcome]:
    """Of all cases, by their names; one run of Node."""
    built: list[tuple[Case, Graph, list[NDArray[Any]], list[NDArray[Any]], Rewritten | str]] = []
    for each in ALL:
        given = inputs_of(each)
        model = model_of(each, given)
        source = from_model(model)
        try:
            done: Rewritten | str = rewrite(source)
            found = model(given if each.inputs > 1 else given[0])
        except DigitjsError as error:
            done, found = error.message, []
        expected = [np.asarray(value) for value in (found if isinstance(found, list | tuple) else [found])]
        built.append((each, source, given, expected, done))
    runs = [(done.graph, given) for _, _, given, _, done in built if isinstance(done, Rewritten)]
    answers = iter(run(runs))
    return {
        each.name: Outcome(source, expected, done, next(answers) if isinstance(done, Rewritten) else [])
        for each, source, _, expected, done in built
    }


@pytest.mark.parametrize("each", ALL, ids=str)
def test_tensorflow_js_answers_as_keras_does_or_the_layer_is_refused(each: Case, outcomes: dict[str, Outcome]) -> None:
    outcome = outcomes[each.name]
    if each.fate not in (KEPT, REWRITTEN, DROPPED):
        assert isinstance(outcome.rewritten, str), outcome.rewritten
        assert re.search(each.fate, outcome.rewritten)
        assert "\n" not in outcome.rewritten
        return
    assert isinstance(outcome.rewritten, Rewritten), outcome.rewritten
    assert isinstance(outcome.answers, list), outcome.answers
    assert outcome.rewritten.steps[-1].fate == each.fate
    for answer, expected in zip(outcome.answers, outcome.expected, strict=True):
        assert answer.shape == expected.shape
        assert np.abs(answer - expected).max() < 1e-6 * max(1, np.abs(expected).max())


def test_every_layer_of_the_table_has_a_case(outcomes: dict[str, Outcome]) -> None:
    assert len(outcomes) == len(ALL)
    kinds = {layer.kind for outcome in outcomes.values() for layer in outcome.graph.layers}
    untried = set(LAYERS) - kinds
    assert untried <= {*IDENTITIES, "SpatialDropout1D", "SpatialDropout3D"}


def graph(*layers: tuple[str, dict[str, Any]], keras: int = 3) -> Graph:
    """A chain of layers, without weights, of images of 9 x 8 and four channels."""
    made = [GraphLayer("InputLayer", "image", {"batch_shape": [None, *IMAGE]})]
    for place, (kind, options) in enumerate(layers, start=1):
        made.append(GraphLayer(kind, f"{kind.lower()}_{place}", options, calls=((Tensor(made[-1].name),),)))
    return Graph("mine", tuple(made), (Tensor("image"),), (Tensor(made[-1].name),), keras)


FAULTY = graph(
    ("GroupNormalization", {"groups": 2}),
    ("Conv2D", {"filters": 4, "kernel_size": [3, 3], "padding": "reflect", "new": 3}),
    ("GroupNormalization", {"groups": 2}),
    ("Dropout", {"rate": 0.5}),
    ("ReLU", {"negative_slope": 0.1}),
    ("LayerNormalization", {"rms_scaling": True}),
)


def test_all_faults_of_a_network_are_told_in_one_message() -> None:
    with pytest.raises(DigitjsError) as caught:
        rewrite(FAULTY)
    assert caught.value.message == (
        "mine cannot run in TensorFlow.js: "
        "GroupNormalization groupnormalization_1 and 1 more: TensorFlow.js has no such layer, "
        "train with BatchNormalization or LayerNormalization; "
        "Conv2D conv2d_2, padding=reflect: TensorFlow.js answers rightly with valid or same only; "
        "Conv2D conv2d_2, new=3: it is not known what TensorFlow.js makes of it, leave it out; "
        "LayerNormalization layernormalization_6, rms_scaling=True: TensorFlow.js answers rightly with False only."
    )


def test_what_becomes_of_each_layer_is_explained_whether_it_can_run_or_not() -> None:
    fates = {step.layer: (step.fate, step.what) for step in explain(FAULTY)}
    assert fates["image"] == (KEPT, "")
    assert fates["dropout_4"] == (DROPPED, "it does nothing at inference")
    assert fates["relu_5"] == (REWRITTEN, "as LeakyReLU")
    assert fates["groupnormalization_1"][0] == "refused"
    assert len(fates) == len(FAULTY.layers)


def test_what_was_rewritten_is_kept_when_it_is_rewritten_again(outcomes: dict[str, Outcome]) -> None:
    done = [outcome.rewritten for outcome in outcomes.values() if isinstance(outcome.rewritten, Rewritten)]
    assert len(done) > 150
    for once in done:
        twice = rewrite(once.graph)
        assert [layer.kind for layer in twice.graph.layers] == [layer.kind for layer in once.graph.layers]
        assert [layer.options for layer in twice.graph.layers] == [layer.options for layer in once.graph.layers]


def test_every_activation_of_keras_has_a_case() -> None:
    named = {function.__name__ for function in vars(keras.activations).values() if callable(function)}
    ours = {*NAMES_3, *COMPOSED, *REFUSED_NAMES}
    assert named - {"get", "serialize", "deserialize"} <= ours
    assert [step.fate for name in REFUSED_NAMES for step in explain(graph(("Dense", {"activation": name})))[1:]] == [
        "refused"
    ] * len(REFUSED_NAMES)


def test_every_other_layer_of_keras_is_refused_by_name() -> None:
    kinds = [name for name, value in vars(K3).items() if isinstance(value, type) and name == value.__name__]
    others = [name for name in kinds if name not in LAYERS and name not in WRAPPERS]
    assert len(others) > 40
    for name in others:
        with pytest.raises(DigitjsError, match=f"mine cannot run in TensorFlow.js: {name} {name.lower()}_1: "):
            rewrite(graph((name, {})))


IDENTITIES = tuple(kind for kind in INERT if kind not in ("SpatialDropout1D", "SpatialDropout3D"))  # of images
PLAIN = ("AugMix", "CutMix", "Identity", "MixUp", "RandAugment", "RandomElasticTransform", "RandomFlip")
SETTINGS: dict[str, tuple[Any, ...]] = {
    **dict.fromkeys((*PLAIN, "RandomGaussianBlur", "RandomPerspective", "Solarization"), ()),
    "RandomColorJitter": ((0, 255), 0.2, 0.2, 0.2, 0.2),
    "RandomPosterization": (4,),
    "RandomTranslation": (0.2, 0.2),
}


@pytest.mark.parametrize("kind", IDENTITIES)
def test_what_is_dropped_does_nothing_at_inference(kind: str) -> None:
    images = np.random.default_rng(0).uniform(0, 255, (2, 9, 8, 3)).astype(np.float32)
    library = keras if hasattr(K3, kind) else tf_keras
    image = library.Input((9, 8, 3))
    model = library.Model(image, getattr(library.layers, kind)(*SETTINGS.get(kind, (0.3,)))(image))
    assert np.array_equal(model.predict(images, verbose=0), images)
    assert explain(graph((kind, {"factor": 0.3}), ("ReLU", {})))[1].fate == DROPPED


@pytest.mark.parametrize("kind", ["RandomCrop", "RandomFourierFeatures", "RandomNegate"])
def test_what_is_called_random_is_not_dropped_for_its_name(kind: str) -> None:
    assert explain(graph((kind, {})))[1].fate == "refused"


def test_the_page_has_a_part_of_the_layers() -> None:
    network = graph(("ConvLSTM2D", {"filters": 3, "kernel_size": [2, 2]}))
    assert explain(network)[1].fate == KEPT
    with pytest.raises(
        DigitjsError, match=r"mine cannot run in the page: ConvLSTM2D .*: the page cannot run ConvLSTM2D"
    ):
        rewrite(network, target="page")


def called(kind: str, options: dict[str, Any], calls: tuple[tuple[Tensor, ...], ...]) -> Graph:
    """A layer called as is said with a series of numbers, `Tensor("series")`."""
    series = GraphLayer("InputLayer", "series", {"batch_shape": [None, *SERIES]})
    return Graph(
        "mine", (series, GraphLayer(kind, "layer", options, calls=calls)), (Tensor("series"),), (Tensor("layer"),)
    )


def test_calls_that_tensorflow_js_does_not_make_are_refused() -> None:
    series = Tensor("series")
    with pytest.raises(DigitjsError, match=r"LSTM layer, initial_state: TensorFlow.js starts with zeros"):
        rewrite(called("LSTM", {"units": 3}, ((series, series, series),)))
    with pytest.raises(DigitjsError, match="Add layer: it is called with more inputs here than there"):
        rewrite(called("Add", {}, ((series, series), (series, series, series))))


def test_calls_in_a_circle_are_refused() -> None:
    ring = Graph(
        "ring",
        (
            GraphLayer("InputLayer", "image", {"batch_shape": [None, 4]}),
            GraphLayer("Dense", "one", {"units": 4}, calls=((Tensor("two"),),)),
            GraphLayer("Dense", "two", {"units": 4}, calls=((Tensor("one"),),)),
        ),
        (Tensor("image"),),
        (Tensor("two"),),
    )
    with pytest.raises(DigitjsError, match="ring calls layers in a circle"):
        rewrite(ring)


@pytest.mark.parametrize(
    ("kind", "options"),
    [
        ("Reshape", {}),
        ("Reshape", {"target_shape": 7}),
        ("Softmax", {"axis": 9}),
        ("ReLU", {"threshold": "high"}),
        ("ELU", {"alpha": [1]}),
        ("BatchNormalization", {"axis": "last"}),
        ("Normalization", {"mean": "none", "variance": 2}),
        ("Rescaling", {"scale": {"of": 1}}),
        ("Dense", {"units": 3, "activation": ["relu"]}),
        ("TimeDistributed", {}),
        ("Bidirectional", {"layer": {"class_name": "LSTM"}}),
    ],
)
def test_arguments_that_make_no_sense_are_refused(kind: str, options: dict[str, Any]) -> None:
    with pytest.raises(DigitjsError, match=f"mine cannot run in TensorFlow.js: {kind} {kind.lower()}_1"):
        rewrite(graph((kind, options)))


def test_a_kernel_that_would_be_too_large_without_dilation_is_refused() -> None:
    image = GraphLayer("InputLayer", "image", {"batch_shape": [None, *IMAGE]})
    kernel = Weight("kernel", np.ones((3, 3, 4, 1), np.float32))
    options = {"kernel_size": [3, 3], "dilation_rate": [10_000, 10_000], "use_bias": False}
    layer = GraphLayer("DepthwiseConv2D", "wide", options, (kernel,), ((Tensor("image"),),))
    with pytest.raises(
        DigitjsError, match=r"wide, dilation_rate=.*: without it the kernel would have 1,600,160,004 values"
    ):
        rewrite(Graph("mine", (image, layer), (Tensor("image"),), (Tensor("wide"),)))
