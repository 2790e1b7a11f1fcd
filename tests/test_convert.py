"""Files of every version of Keras, in both formats, answer in TensorFlow.js as the Keras that saved them."""

import importlib
import itertools
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import digitjs
import keras
from digitjs import conversion, convert_model
from digitjs.console import Console
from digitjs.conversion import Options
from digitjs.errors import DigitjsError
from digitjs.networks.keras_file.read import from_model, read_file
from keras_files import KINDS, UNSAVED, VERSIONS, saved
from tools import keras_fixtures

WITHIN = 1e-5  # of the largest output, or 1
MIXED = 1e-2  # Keras answers in bfloat16, TensorFlow.js in float32
REFUSED = {
    "grouped": r"GroupNormalization in_groups",
    "operators": r"layer tf.__operators__.add is a TFOpLambda",  # of Keras 2 alone
}


@pytest.fixture(scope="session")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("keras")


@pytest.fixture(autouse=True)
def tools(monkeypatch: pytest.MonkeyPatch, tiny_cache: Path) -> None:
    """The npm packages of the user's own cache."""
    monkeypatch.setenv("DIGITJS_CACHE", str(tiny_cache))


def refusal(version: str, kind: str) -> str | None:
    return REFUSED.get(kind) if kind != "operators" or version == "tf_keras" else None


@pytest.mark.parametrize(("version", "kind", "form"), [*itertools.product(VERSIONS, KINDS, ("keras", "h5"))])
def test_every_file_converts_or_is_refused_by_name(
    version: str, kind: str, form: str, scratch: Path, tmp_path: Path, page_tools: Path
) -> None:
    file = saved(version, kind, form, scratch)
    assert file.path.exists() == ((version, kind, form) not in UNSAVED)
    if not file.path.exists():
        return
    if said := refusal(version, kind):
        with pytest.raises(DigitjsError, match=said):
            digitjs.convert(file.path, tmp_path / "web")
        assert not (tmp_path / "web").exists()
        return
    done = digitjs.convert(file.path, tmp_path / "web")
    assert done.difference <= WITHIN
    answers = conversion.tfjs_answers(tmp_path / "web", page_tools, file.inputs)
    for answer, expected in zip(answers, file.outputs, strict=True):
        assert answer.shape == expected.shape
        most = (MIXED if kind == "mixed" else WITHIN) * max(1, np.abs(expected).max())
        assert np.abs(answer - expected).max() <= most


def live(module: str, build: str) -> object:
    model = getattr(keras_fixtures, build)(importlib.import_module(module))
    keras_fixtures.fill(model)
    return model


@pytest.mark.filterwarnings("ignore")  # Keras's own
@pytest.mark.parametrize("module", ["keras", "tf_keras"])
@pytest.mark.parametrize("build", ["nested", "sequence", "stacked"])
def test_a_model_in_memory_converts_as_its_file_does(
    module: str, build: str, scratch: Path, tmp_path: Path, page_tools: Path
) -> None:
    file = saved(module, build, "keras", scratch)
    digitjs.convert(live(module, build), tmp_path / "web")
    answers = conversion.tfjs_answers(tmp_path / "web", page_tools, file.inputs)
    for answer, expected in zip(answers, file.outputs, strict=True):
        assert np.abs(answer - expected).max() <= WITHIN * max(1, np.abs(expected).max())


def test_what_is_no_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DigitjsError, match="dict is no Keras model"):
        digitjs.convert({}, tmp_path / "web")


def test_inputs_of_ones_own_are_compared_too(scratch: Path, tmp_path: Path) -> None:
    file = saved("keras-3.5.0", "sequence", "keras", scratch)
    done = digitjs.convert(file.path, tmp_path / "web", inputs=file.inputs)
    assert done.given is not None
    assert 0 < done.given <= WITHIN


@pytest.mark.parametrize(
    ("inputs", "said"),
    [
        ([np.zeros((2, 8, 8))], r"float64 of the shape \(2, 8, 8\): give numbers \(samples, 8, 8, 1\)"),
        ([np.zeros((2, 8, 8, 1)), np.zeros((2, 1))], "has 1 inputs: give one file"),
        ([np.array([["a"]])], "give numbers"),
        ([[1.0, 2.0]], r"float64 of the shape \(2,\): give numbers"),
        ([[[1.0], [2.0, 3.0]]], "of different lengths: give one array"),
    ],
)
def test_inputs_that_do_not_fit_are_refused(inputs: list[Any], said: str, scratch: Path, tmp_path: Path) -> None:
    with pytest.raises(DigitjsError, match=said):
        digitjs.convert(saved("keras-3.5.0", "cnn", "h5", scratch).path, tmp_path / "web", inputs=inputs)


@pytest.mark.parametrize("words", [-1, 9, np.nan])
def test_words_that_an_embedding_does_not_have_are_refused(words: float, tmp_path: Path) -> None:
    layers = keras.layers
    model = keras.Sequential([keras.Input((4,)), layers.Reshape((2, 2)), layers.Embedding(9, 2), layers.Flatten()])
    with pytest.raises(DigitjsError, match="not all from 0 to 8: give such numbers"):
        digitjs.convert(model, tmp_path / "web", inputs=np.full((1, 4), words))


def test_any_names_of_layers_convert(tmp_path: Path) -> None:
    image = keras.Input((5, 3), name="_in x")
    both = keras.layers.Bidirectional(keras.layers.LSTM(3, name="é"), name="zwei wege")(image)
    ends = [keras.layers.Dense(2, name=name)(both) for name in ("out put", "out_put", "ß")]
    done = digitjs.convert(keras.Model(image, ends, name="mein netz"), tmp_path / "web")
    assert 0 < done.difference <= WITHIN
    first, _, last = (step.layer for step in done.steps[-3:])
    assert (first, last) == ("out put", "ß")


def test_open_sizes_are_as_large_as_the_network_needs(tmp_path: Path) -> None:
    image = pixels = keras.Input((None, None, 1))
    for _ in range(6):  # 32 pixels are too few
        pixels = keras.layers.MaxPooling2D()(pixels)
    ends = keras.layers.Dense(2)(keras.layers.GlobalMaxPooling2D()(pixels))
    assert digitjs.convert(keras.Model(image, ends), tmp_path / "web").difference <= WITHIN
    with pytest.raises(DigitjsError, match=r"cannot answer inputs of the shape \(32, 32, 1\)"):
        digitjs.convert(keras.Model(image, ends), tmp_path / "other", inputs=np.ones((1, 32, 32, 1)))


def test_whole_numbers_are_drawn_as_bytes_or_as_words() -> None:
    image = keras.Input((8, 8), dtype="uint8")
    pixels = keras.Model(image, keras.layers.Flatten()(image))
    words = keras.Input((8,), dtype="int32")
    text = keras.Model(words, keras.layers.Embedding(20, 2)(keras.layers.Reshape((4, 2))(words)))
    (bytes_drawn,) = conversion.random_inputs(from_model(pixels), [(8, 8)])
    (words_drawn,) = conversion.random_inputs(from_model(text), [(8,)])
    assert 128 < bytes_drawn.max() < 256
    assert 10 < words_drawn.max() < 20


def test_an_output_that_a_layer_does_not_have_is_refused(scratch: Path, tmp_path: Path) -> None:
    graph = read_file(saved("keras-3.5.0", "logits", "keras", scratch).path)
    damaged = replace(graph, outputs=(graph.outputs[0]._replace(output=5),))
    with pytest.raises(DigitjsError, match="is used that is not there: save the model again"):
        convert_model.run(damaged, tmp_path / "web", Options(), Console())


def test_coarser_weights_are_measured_as_well(scratch: Path, tmp_path: Path) -> None:
    path = saved("keras-3.5.0", "cnn", "keras", scratch).path
    exact = digitjs.convert(path, tmp_path / "exact")
    coarse = digitjs.convert(path, tmp_path / "coarse", quantize="uint8")
    assert exact.quantized is None
    assert coarse.difference == exact.difference
    assert coarse.quantized is not None
    assert coarse.quantized > coarse.difference
    shard = "group1-shard1of1.bin"
    assert 4 * coarse.sizes[shard] == exact.sizes[shard]


def test_another_answer_is_an_error_and_leaves_the_folder_as_it_was(
    scratch: Path, tmp_path: Path, page_tools: Path
) -> None:
    graph = read_file(saved("keras-3.5.0", "cnn", "keras", scratch).path)
    prepared = conversion.prepare(graph, tmp_path / "web", Options(force=True))
    other = conversion.prepare(
        read_file(saved("keras-3.5.0", "without_input", "keras", scratch).path), tmp_path / "web", Options(force=True)
    )
    (tmp_path / "web").mkdir()
    (tmp_path / "web" / "mine.txt").write_text("kept")
    swapped = replace(prepared, rewritten=other.rewritten)  # other layers than those that Keras answers with
    with pytest.raises(DigitjsError):
        conversion.convert(swapped, page_tools, lambda note: None)
    assert [path.name for path in tmp_path.iterdir()] == ["web"]
    assert [path.name for path in (tmp_path / "web").iterdir()] == ["mine.txt"]


def test_a_difference_above_the_limit_is_told(scratch: Path, tmp_path: Path, page_tools: Path) -> None:
    prepared = conversion.prepare(
        read_file(saved("keras-3.5.0", "logits", "keras", scratch).path), tmp_path / "web", Options()
    )
    *layers, last = prepared.graph.layers
    kernel, bias = last.weights
    moved = replace(last, weights=(kernel, bias._replace(values=bias.values + 0.01)))
    spoilt = replace(prepared, graph=replace(prepared.graph, layers=(*layers, moved)))
    with pytest.raises(DigitjsError, match=r"answers otherwise in TensorFlow\.js: the largest difference is"):
        conversion.convert(spoilt, page_tools, lambda note: None)
    assert list(tmp_path.iterdir()) == []


def test_small_outputs_are_compared_at_their_own_scale(tmp_path: Path, page_tools: Path) -> None:
    layers = [keras.layers.Dense(3, kernel_initializer="ones"), keras.layers.Rescaling(1e-5)]
    graph = from_model(keras.Sequential([keras.Input((4,)), *layers]))
    prepared = conversion.prepare(graph, tmp_path / "web", Options())
    *others, last = prepared.rewritten.graph.layers
    halved = replace(
        others[-1], weights=tuple(weight._replace(values=weight.values / 2) for weight in others[-1].weights)
    )
    spoilt = replace(prepared.rewritten, graph=replace(prepared.rewritten.graph, layers=(*others[:-1], halved, last)))
    with pytest.raises(DigitjsError, match=r"difference is 1\..e-05 where the largest output is .\..e-05"):
        conversion.convert(replace(prepared, rewritten=spoilt), page_tools, lambda note: None)
    done = conversion.convert(prepared, page_tools, lambda note: None)
    assert done.difference <= WITHIN * 1e-4
    assert done.relative <= WITHIN


def test_names_cannot_command_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    image = keras.Input((4,), name="\x1b[2J\n")
    ends = keras.layers.Dense(2, name="a\u202e")(keras.layers.Dense(2, name="a\n")(image))
    graph = from_model(keras.Model(image, ends, name="net\n"))
    lines = conversion.explanation(graph)
    assert [line.isprintable() for line in (graph.name, *lines)] == [True] * 4
    Console().say("first \x1b[2J\nsecond \u202e")
    DigitjsError("third \x1b[2J").show()
    shown = capsys.readouterr()
    assert shown.out == "first \N{REPLACEMENT CHARACTER}[2J\nsecond \N{REPLACEMENT CHARACTER}\n"
    assert shown.err == "Error: third \N{REPLACEMENT CHARACTER}[2J\n"


def test_what_a_folder_holds_is_refused_or_moved_aside(scratch: Path, tmp_path: Path) -> None:
    path = saved("keras-3.5.0", "logits", "keras", scratch).path
    (tmp_path / "web").mkdir()
    (tmp_path / "web" / "mine.txt").write_text("kept")
    with pytest.raises(DigitjsError, match="is not empty: choose another folder"):
        digitjs.convert(path, tmp_path / "web")
    convert_model.run(read_file(path), tmp_path / "web", Options(force=True), Console())
    assert (tmp_path / "web.backup-1" / "mine.txt").read_text() == "kept"
    assert sorted(one.name for one in (tmp_path / "web").iterdir()) == ["group1-shard1of1.bin", "model.json"]


def test_a_type_of_weights_that_there_is_not_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DigitjsError, match="choose from float32, float16, uint16, uint8"):
        digitjs.convert("x.keras", tmp_path / "web", quantize="int4")


def test_the_lines_say_what_was_measured(scratch: Path, tmp_path: Path) -> None:
    options = Options("float16")
    done = digitjs.convert(saved("keras-3.5.0", "logits", "h5", scratch).path, tmp_path / "web", quantize="float16")
    first, second = convert_model.lines(done, options)
    assert first.startswith("Largest difference from Keras: ")
    assert "on random inputs (relative to the largest output " in first
    assert "with weights in float16" in first
    assert second.startswith(str(tmp_path / "web" / "model.json"))
    assert "234 parameters" in second
