"""What is exported is TF.js's own format: the unmodified library of the public loads it and answers as Keras does."""

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Browser

from conftest import ROOT, Site
from digitjs import metrics, model_card
from digitjs.browser.server import serving
from digitjs.data import dataset
from digitjs.data.samples import Samples
from digitjs.data.source import Source
from digitjs.data.stored import StoredImages, as_bytes
from digitjs.errors import DigitjsError
from digitjs.export import tfjs_files
from digitjs.export.calibrate import choose_thresholds
from digitjs.export.export import (
    Scored,
    export_model,
    probabilities,
    require_accuracy,
    require_same_answers,
    score,
)
from digitjs.filesystem.paths import digest
from digitjs.model_card import CardLayer
from digitjs.networks.keras_model import Training, build_model
from digitjs.networks.layers import Layer
from digitjs.networks.network import Network
from digitjs.networks.recipe import Recipe

TFJS = ROOT / "assets" / "node_modules" / "@tensorflow" / "tfjs" / "dist" / "tf.min.js"
PAGE = '<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,"><script src="tf.min.js"></script>'
ASK = """async ([url, images]) => {
    await tf.setBackend('cpu');
    const model = await tf.loadLayersModel(url);
    const input = tf.tensor(images).reshape([-1, 28, 28, 1]).div(255);
    return { scores: await model.predict(input).array(), classes: model.layers.map((layer) => layer.getClassName()) };
}"""


@pytest.fixture(scope="module")
def public(tmp_path_factory: pytest.TempPathFactory, tiny_site: Site) -> Path:
    """A page with nothing but tf.min.js beside the built site."""
    folder = tmp_path_factory.mktemp("public")
    shutil.copytree(tiny_site.folder, folder / "site")
    shutil.copy(TFJS, folder)
    (folder / "index.html").write_text(PAGE)
    return folder


def names(site: Site) -> list[str]:
    return sorted(path.parent.name for path in site.folder.glob("models/*/card.json"))


def test_the_public_library_loads_every_model_and_agrees_with_keras(
    browser: Browser, public: Path, tiny_site: Site
) -> None:
    with serving(public) as address:
        page = browser.new_page()
        page.goto(address)
        for name in names(tiny_site):
            probe = model_card.read_probe(tiny_site.folder / "models" / name)
            images = [list(image) for image in probe.images]
            answer = page.evaluate(ASK, [f"site/models/{name}/model.json", images])
            temperature = model_card.read_card(tiny_site.folder / "models" / name).calibration.temperature
            calibrated = metrics.calibrated(np.array(answer["scores"]), temperature)
            assert np.abs(calibrated - np.array(probe.scores)).max() < 1e-4
            assert "BatchNormalization" not in answer["classes"]  # folded into the layer before it
        page.close()


def test_the_page_loads_the_published_network_in_bytes(tiny_site: Site) -> None:
    for name in names(tiny_site):
        folder = tiny_site.folder / "models" / name
        published, loaded = (tfjs_files.read_model(place).get_weights() for place in (folder, folder / "page"))
        for exact, coarse in zip(published, loaded, strict=True):
            assert np.array_equal(exact, coarse)
        sizes = [sum(shard.stat().st_size for shard in place.glob("*.bin")) for place in (folder, folder / "page")]
        assert sizes[0] == 4 * sizes[1]
        assert "quantization" not in (folder / "model.json").read_text()
        assert model_card.read_card(folder).bytes == sizes[1] + (folder / "page" / "model.json").stat().st_size


def test_the_card_describes_the_files_beside_it(tiny_site: Site) -> None:
    for name in names(tiny_site):
        folder = tiny_site.folder / "models" / name
        read = model_card.read_card(folder)
        assert read.name == name
        for file in ("model.json", "page/model.json", "model.js", "probe.json"):
            assert read.sha256[file] == digest(folder / file)
            assert read.sizes[file] == (folder / file).stat().st_size
        assert any(file.endswith(".bin") for file in read.sizes)
        assert set(read.robustness) == {"shifted", "scaled", "rotated", "thickened"}
        assert 0 < read.accuracy.low < read.accuracy.value < read.accuracy.high < 1
        assert read.calibration.letters_refused is None  # nobody knows whether the letters are digits of these data
        assert set(read.versions) == {"digitjs", "tensorflow", "tf_keras"}


def test_the_networks_have_exactly_their_layers(tiny_site: Site) -> None:
    read = {name: model_card.read_card(tiny_site.folder / "models" / name) for name in names(tiny_site)}
    assert (read["mlp"].parameters, read["cnn"].parameters) == (535_818, 592_074)
    assert tuple(layer.text for layer in read["mlp"].layers) == (
        "Flatten",
        "Dense 512, relu",
        "Dense 256, relu",
        "Dropout 20%",
        "Dense 10, softmax",
    )
    assert read["cnn"].layers[:2] == (
        CardLayer("Conv2D", "Conv2D 32, 5 × 5, relu"),
        CardLayer("MaxPooling2D", "MaxPooling2D 2 × 2"),
    )


SOFTMAX = (Layer("Flatten"), Layer("Dense", {"units": 10, "activation": "softmax"}))


def nearest_mean(digits: Samples, layers: tuple[Layer, ...], *, sharpness: float = 1.0) -> Any:
    """A linear classifier that needs no training; the sharper, the surer."""
    flat = digits.images.reshape(len(digits), -1)
    means = np.stack([flat[digits.labels == digit].mean(0) for digit in range(10)], axis=1)
    model = build_model("good", layers)
    model.set_weights([sharpness * means, -0.5 * sharpness * (means**2).sum(0)])
    return model


def test_weights_that_cost_accuracy_are_refused(tiny_data: Path) -> None:
    digits = dataset.load(Source((tiny_data,)))
    good, spoilt = nearest_mean(digits.test, SOFTMAX), build_model("spoilt", SOFTMAX)
    means, bias = good.get_weights()
    spoilt.set_weights([means[:, ::-1], bias[::-1]])
    exact, coarse = (Scored(model, [], "uint8", digits, *score(model, digits)) for model in (good, spoilt))
    require_accuracy(exact, exact)
    with pytest.raises(DigitjsError, match=r"good reads .* less of the test digits"):
        require_accuracy(exact, coarse)


def test_images_from_a_file_are_scored_as_those_of_memory(tiny_data: Path) -> None:
    train = dataset.load(Source((tiny_data,))).train
    model, many = nearest_mean(train, SOFTMAX), np.tile(train.images, (3, 1, 1, 1))
    stored = StoredImages(as_bytes(many))
    np.testing.assert_array_equal(probabilities(model, stored), probabilities(model, many))


def test_a_folded_network_that_answers_otherwise_is_refused(tiny_data: Path) -> None:
    test = dataset.load(Source((tiny_data,))).test
    good, other = nearest_mean(test, SOFTMAX), nearest_mean(test, SOFTMAX, sharpness=1.001)
    require_same_answers(good, nearest_mean(test, SOFTMAX, sharpness=1.000001), test.images, "good")
    with pytest.raises(DigitjsError, match=r"good answers otherwise with its layers folded \(a probability moves by"):
        require_same_answers(good, other, test.images, "good")
    other.set_weights([weight * np.nan for weight in other.get_weights()])
    with pytest.raises(DigitjsError, match="other gives no numbers after its training: lower the learning rate"):
        require_same_answers(other, good, test.images, "other")


@pytest.mark.parametrize("layers", [SOFTMAX, (SOFTMAX[0], Layer("Dense", {"units": 10}), Layer("Softmax"))], ids=len)
def test_every_network_is_calibrated_and_published_as_it_was_fitted(
    layers: tuple[Layer, ...], tiny_data: Path, tmp_path: Path
) -> None:
    digits = dataset.load(Source((tiny_data,)))
    fitted = nearest_mean(digits.train, layers, sharpness=10.0)
    network = Network(name="mean", title="Nearest mean", layers=layers, recipes=(Recipe(name="none"),))
    letters = np.random.default_rng(3).random((50, 28, 28, 1), dtype=np.float32)
    made = export_model(Training(network, fitted, (), letters), digits, tmp_path, "float32")
    assert made.calibration.temperature > 2  # it is far too sure
    published = tfjs_files.read_model(tmp_path)
    own, exact = (model.predict(digits.validation.images, verbose=0) for model in (published, fitted))
    assert np.abs(own - exact).max() < 0.1  # coarser weights, but no temperature in them
    labels = digits.validation.labels
    stated = metrics.calibrated(own, made.calibration.temperature)
    assert metrics.cross_entropy(stated, labels) < 0.7 * metrics.cross_entropy(own, labels)
    assert made.calibration.validation_error == metrics.calibration_error(metrics.reliability(stated, labels))
    shown = metrics.calibrated(published.predict(letters, verbose=0), made.calibration.temperature)
    assert made.thresholds == choose_thresholds(stated, shown)
    assert made.calibration.letters_refused == metrics.rate(metrics.refused(shown, made.thresholds))


def test_few_samples_are_measured_on_a_test_split_or_by_cross_validation_or_not_at_all(
    tiny_data: Path, tmp_path: Path
) -> None:
    digits = dataset.load(Source((tiny_data,)))
    few = replace(
        digits, validation=replace(digits.train, images=digits.train.images[:0], labels=digits.train.labels[:0])
    )
    alone = replace(few, test=few.validation)
    fitted = nearest_mean(digits.train, SOFTMAX, sharpness=10.0)
    network = Network(name="mean", title="Nearest mean", layers=SOFTMAX, recipes=(Recipe(name="none"),))
    training = Training(network, fitted, ())
    crossed = replace(training, held_out=fitted.predict(digits.train.images, verbose=0))
    made = {}
    for name, known, data in (("tested", crossed, few), ("crossed", crossed, alone), ("neither", training, alone)):
        (tmp_path / name).mkdir()
        made[name] = export_model(known, data, tmp_path / name, "float32")
    assert [card.evidence for card in made.values()] == ["test", "cross-validation", None]
    tested, by_others, neither = made.values()
    assert tested.accuracy and tested.accuracy.count == len(digits.test)
    assert by_others.accuracy and by_others.accuracy.count == len(digits.train)
    assert tested.calibration.temperature == by_others.calibration.temperature > 2
    assert tested.thresholds == by_others.thresholds
    assert (neither.accuracy, neither.loss, neither.robustness, neither.calibration.temperature) == (
        None,
        None,
        {},
        1.0,
    )
    assert (neither.thresholds.refuse, neither.thresholds.unsure) == (0.0, 0.0)
    confusion = model_card.read_details(tmp_path / "neither").confusion
    assert np.array(confusion).shape == (10, 10) and np.sum(confusion) == 0
