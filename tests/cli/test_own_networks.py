"""A network of the owner's, from a file to a page that answers as Keras does."""

import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tf_keras as keras

import keras as keras3
from conftest import SEVEN, Run
from digitjs.browser.launch import launch_browser
from digitjs.data import dataset
from digitjs.data.source import Source
from digitjs.data.task import framing_of
from digitjs.filesystem.paths import files_below
from digitjs.model_card import Card, read_card, read_probe
from digitjs.verify import check_site

CENTRES = 10  # classes


def nearest_mean(path: Path, data: Path) -> Path:
    """A file of Keras 3 that takes dark ink in 0..255 on white, 32 x 32 in three channels, and gives logits."""
    digits = dataset.load(Source((data,)), framing_of(32)).train
    means = np.stack([digits.images[digits.labels == label].mean(0).ravel() for label in range(CENTRES)])
    layers = keras3.layers
    model = keras3.Sequential(
        [
            layers.Input((32, 32, 3)),
            layers.Rescaling(1 / 255),
            layers.Conv2D(1, 1, use_bias=True),
            layers.Flatten(),
            layers.Dense(CENTRES),
        ]
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # Keras 3 beside NumPy 2
        _give(model, means)
        model.save(path)
    return path


def _give(model: Any, means: np.ndarray) -> None:
    """Weights that tell images apart by the nearest of some means."""
    model.layers[1].set_weights([np.full((1, 1, 3, 1), -1 / 3, np.float32), np.ones(1, np.float32)])  # 1 - mean
    offset = -0.5 * (means**2).sum(1)
    model.layers[3].set_weights([0.2 * means.T.astype(np.float32), 0.2 * offset.astype(np.float32)])


def ask(folder: str, name: str, script: str, given: object = None) -> Any:
    """What a script in a page of a site gives."""
    with launch_browser() as browser:
        page = browser.new_page()
        page.goto((Path(folder) / name).resolve().as_uri())
        return page.evaluate(script, given)


CONFIGURATION = """networks = []
[[network]]
model = "mine.keras"
title = "Mine"
input = {%s}
[data]
path = "%s"
"""


def card_of(folder: str = "dist", name: str = "mine") -> Card:
    return read_card(Path(folder) / "models" / name)


def test_a_keras_file_becomes_a_page_with_one_line_of_configuration(run: Run, tiny_data: Path) -> None:
    nearest_mean(Path("mine.keras"), tiny_data)
    Path("digitjs.toml").write_text(CONFIGURATION % ("scale = 255, invert = true", tiny_data))
    built = run("build")
    assert built.exit_code == 0, built.output
    assert "mine ends in logits: a softmax is added." in built.stderr
    card = card_of()
    assert (card.recipe, card.framing, card.evidence, card.advice) == (None, framing_of(32), "test", "")
    assert card.accuracy and card.accuracy.value > 0.6 and card.accuracy.count == 100
    assert card.thresholds.refuse > 0 and card.calibration.validation_error is not None
    assert [layer.kind for layer in card.layers][-1] == "Softmax"
    script = """async (strokes) => {
        await digitjs.ready;
        const pixels = digitjs.pixels(strokes);
        return [pixels, await digitjs.scores([pixels], 'mine')];
    }"""
    pixels, answered = ask("dist", "index.html", script, SEVEN)
    ink = np.array(pixels, np.float32).reshape(1, 32, 32, 1)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        model = keras3.models.load_model("mine.keras")
        logits = model.predict(np.repeat(255 - 255 * ink, 3, axis=3), verbose=0)
    expected = np.exp(logits / card.calibration.temperature - logits.max() / card.calibration.temperature)
    np.testing.assert_allclose(answered, expected / expected.sum(), atol=0.02)  # its weights are bytes


def test_what_a_file_cannot_tell_is_measured_and_proposed(run: Run, tiny_data: Path) -> None:
    nearest_mean(Path("mine.keras"), tiny_data)
    Path("digitjs.toml").write_text(CONFIGURATION % ("scale = 1", tiny_data))
    built = run("train")
    assert built.exit_code == 0, built.output
    assert "mine divides by 255 itself: if it was trained on 0..255, write input = {scale = 255}." in built.stderr
    advice = built.stderr.strip().splitlines()[-1]
    assert advice.endswith("as 0..255, inverted: write input = {scale = 255, invert = true} in its table.")
    again = run("train")
    assert again.stderr.strip() == advice  # told again, and nothing else: it is in the cache
    Path("mine.keras").write_bytes(b"damaged")
    damaged = run("train")
    assert (damaged.exit_code, "mine.keras" in damaged.stderr) == (1, True)


@pytest.fixture
def letters() -> Path:
    """A network of four letters that nobody has drawn, in a file."""
    random = np.random.default_rng(3)
    image = keras.layers.Input((28, 28))
    flat = keras.layers.Flatten()(image)
    halves = [keras.layers.Dense(4, name=name)(flat) for name in ("one", "other")]
    model = keras.Model(image, keras.layers.Softmax()(keras.layers.Add()(halves)))
    model.set_weights([random.normal(0, 0.1, weight.shape) for weight in model.get_weights()])
    model.save("letters.keras")
    return Path("letters.keras")


def test_without_data_a_network_is_published_unmeasured(run: Run, letters: Path) -> None:
    Path("digitjs.toml").write_text(
        'networks = []\n[[network]]\nmodel = "letters.keras"\nclasses = ["ä", "b", "c", "d"]\n'
    )
    built = run("build")
    assert built.exit_code == 0, built.output
    assert "letters  not measured yet  6,280 parameters" in built.stdout
    card = card_of(name="letters")
    assert card.task.classes == ("ä", "b", "c", "d")
    assert (card.accuracy, card.evidence, card.calibration.temperature) == (None, None, 1)
    assert (card.thresholds.refuse, card.thresholds.unsure) == (0, 0)
    assert not [file for file in files_below(Path("dist/models/letters")) if file.startswith("page/")]
    probe = read_probe(Path("dist/models/letters"))
    ink = np.frombuffer(b"".join(probe.images), np.uint8).reshape(-1, 28, 28) / 255
    expected = keras.models.load_model(letters).predict(ink, verbose=0)
    np.testing.assert_allclose(np.array(probe.scores), expected, atol=1e-6)
    found = check_site(Path("dist"))
    assert found.problems == ()
    assert {(one.network, one.exact, one.difference < 1e-5) for one in found.agreements} == {("letters", True, True)}
    report = ask("dist", "report.html", "() => document.getElementById('letters').innerText")
    assert "not trained here" in report


def test_a_network_of_layers_is_trained_at_its_own_size(run: Run, tiny_data: Path) -> None:
    Path("digitjs.toml").write_text(
        """networks = []
[[network]]
name = "own"
layers = [
  {kind = "AveragePooling2D", pool_size = 4},
  {kind = "Flatten"},
  {kind = "Dense", units = 10, activation = "softmax"},
]
recipe = {epochs = 30, batch_size = 40, learning_rate = 0.01}
input = {size = 64, centre = "box"}
"""
    )
    built = run("build", "--data", tiny_data)
    assert built.exit_code == 0, built.output
    card = card_of(name="own")
    assert card.task.framing == framing_of(64, centre="box")
    assert card.accuracy and card.accuracy.value > 0.5
    found = check_site(Path("dist"))
    assert found.problems == ()


def test_classes_that_nobody_can_train_are_refused(run: Run, letters: Path, tiny_data: Path) -> None:
    table = '[[network]]\nmodel = "letters.keras"\n'
    Path("digitjs.toml").write_text(f'{table}classes = ["a", "b", "c", "d"]\n')
    refused = run("build")
    assert (refused.exit_code, "There are no data to train compact, mlp, cnn on" in refused.stderr) == (1, True)
    Path("digitjs.toml").write_text(f"networks = []\n{table}")
    refused = run("build")
    assert "letters gives 4 probabilities, but the site has 10 classes" in refused.stderr
    refused = run("train", "huge")
    assert "There is no network huge: choose from compact, mlp, cnn, letters." in refused.stderr
