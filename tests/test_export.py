"""What is exported is TF.js's own format: the unmodified library of the public loads it and answers as Keras does."""

import shutil
from pathlib import Path

import numpy as np
import pytest
import tensorflowjs as tfjs
from playwright.sync_api import Browser

from conftest import ROOT, Site
from digitjs import card, dataset
from digitjs.errors import DigitjsError
from digitjs.export import _require_accuracy
from digitjs.fit import keras_model
from digitjs.networks import Layer
from digitjs.paths import digest
from digitjs.server import serving

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
            probe = card.read_probe(tiny_site.folder / "models" / name)
            images = [list(image) for image in probe.images]
            answer = page.evaluate(ASK, [f"site/models/{name}/model.json", images])
            assert np.abs(np.array(answer["scores"]) - np.array(probe.scores)).max() < 1e-4
            assert "BatchNormalization" not in answer["classes"]  # folded into the layer before it
        page.close()


def test_the_page_loads_the_published_network_in_bytes(tiny_site: Site) -> None:
    for name in names(tiny_site):
        folder = tiny_site.folder / "models" / name
        published, loaded = (
            tfjs.converters.load_keras_model(str(place / "model.json")).get_weights()
            for place in (folder, folder / "page")
        )
        for exact, coarse in zip(published, loaded, strict=True):
            assert np.array_equal(exact, coarse)
        sizes = [sum(shard.stat().st_size for shard in place.glob("*.bin")) for place in (folder, folder / "page")]
        assert sizes[0] == 4 * sizes[1]
        assert "quantization" not in (folder / "model.json").read_text()
        assert card.read_card(folder).bytes == sizes[1] + (folder / "page" / "model.json").stat().st_size


def test_the_card_describes_the_files_beside_it(tiny_site: Site) -> None:
    for name in names(tiny_site):
        folder = tiny_site.folder / "models" / name
        read = card.read_card(folder)
        assert read.name == name
        for file in ("model.json", "page/model.json", "model.js", "probe.json"):
            assert read.sha256[file] == digest(folder / file)
            assert read.sizes[file] == (folder / file).stat().st_size
        assert any(file.endswith(".bin") for file in read.sizes)
        assert set(read.robustness) == {"shifted", "scaled", "rotated", "thickened"}
        assert 0 < read.accuracy.low < read.accuracy.value < read.accuracy.high < 1
        assert set(read.versions) == {"digitjs", "tensorflow", "tf_keras", "tensorflowjs"}


def test_the_networks_have_exactly_their_layers(tiny_site: Site) -> None:
    read = {name: card.read_card(tiny_site.folder / "models" / name) for name in names(tiny_site)}
    assert (read["mlp"].parameters, read["cnn"].parameters) == (535_818, 592_074)
    assert read["mlp"].layers == ("Flatten", "Dense 512, relu", "Dense 256, relu", "Dropout 20%", "Dense 10, softmax")
    assert read["cnn"].layers[:2] == ("Conv2D 32, 5 × 5, relu", "MaxPooling2D 2 × 2")


def test_weights_that_cost_accuracy_are_refused(tiny_data: Path) -> None:
    test = dataset.load(tiny_data).test
    layers = (Layer("Flatten"), Layer("Dense", {"units": 10, "activation": "softmax"}))
    good, spoilt = keras_model("good", layers), keras_model("spoilt", layers)
    flat = test.images.reshape(len(test), -1)
    means = np.stack([flat[test.labels == digit].mean(0) for digit in range(10)], axis=1)
    bias = -0.5 * (means**2).sum(0)  # the nearest mean: a linear classifier that needs no training
    good.set_weights([means, bias])
    spoilt.set_weights([means[:, ::-1], bias[::-1]])
    _require_accuracy(good, good, test, "good")
    with pytest.raises(DigitjsError, match=r"spoilt reads .* less of the test digits"):
        _require_accuracy(good, spoilt, test, "spoilt")
