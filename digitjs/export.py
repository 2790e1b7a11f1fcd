"""A fitted model becomes the files that a page loads: TF.js's layers format, and what the site says of it."""

import base64
import os
import tempfile
import warnings
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import tensorflow as tf
import tensorflowjs as tfjs
import tf_keras as keras
from numpy.typing import NDArray

from digitjs import __version__, card, evaluation, robustness
from digitjs.calibration import choose_thresholds, temperature
from digitjs.card import Calibration, Card, Details, Mistake, Probe
from digitjs.dataset import Dataset, Digits
from digitjs.errors import DigitjsError
from digitjs.fit import Training, keras_model
from digitjs.folding import Fitted, divide_logits, fold
from digitjs.networks import Network
from digitjs.paths import digest, files_below
from digitjs.rounding import STEPS, rounded

FLOAT32 = "float32"
MOST_LOST = 0.0005  # of the test digits, by coarser weights
PROBES = 20  # images; two of each digit of MNIST
MISTAKES = 24  # shown on the report page


def export(training: Training, network: Network, dataset: Dataset, folder: Path, *, quantize: str) -> Card:
    """Write model.json, its weight shards, model.js, probe.json, details.json and, last, card.json.

    In float32 the weights are rounded to what a byte can tell, and written once more as bytes: a page then loads a
    quarter, or a sixth where hosts compress, of the very same network.

    Args:
        training: the fitted network.
        network: its layers and recipe.
        dataset: calibrated on the validation split, measured on the test digits.
        folder: an empty folder.
        quantize: float32, or the converter's float16, uint16 or uint8 for weights that are not rounded before.

    Returns:
        The card. All its figures are of the weights as they are read back from the files.

    Raises:
        DigitjsError: the weights are so coarse that the network reads fewer digits with them.
    """
    logits = np.log(np.clip(_scores(training.model, dataset.validation.images), 1e-30, 1))
    cooled = temperature(logits, dataset.validation.labels)
    deployed = _folded(training.model, network, cooled)
    exact = _keras(network.name, deployed)
    if quantize == FLOAT32:
        coarse = _rounded(exact, network.name, deployed, dataset.validation)
        _write_model(coarse, folder / card.PAGE, "uint8")
        model = _read_model(folder / card.PAGE)
        _write_model(model, folder, FLOAT32)  # to the last bit what the page has
    else:
        _write_model(exact, folder, quantize)
        model = _read_model(folder)
    _write_script(network.name, folder)
    _require_accuracy(exact, model, dataset.test, network.name)
    card.write(folder / card.PROBE, _probe(model, dataset.test))
    validation = _scores(model, dataset.validation.images)
    test = _scores(model, dataset.test.images)
    details = Details(
        epochs=training.epochs,
        confusion=evaluation.confusion(test, dataset.test.labels),
        reliability=evaluation.reliability(test, dataset.test.labels),
        mistakes=_mistakes(dataset.test, test),
    )
    card.write(folder / card.DETAILS, details)
    thresholds = choose_thresholds(validation)
    names = files_below(folder)
    result = Card(
        name=network.name,
        title=network.title,
        layers=tuple(str(fitted.layer) for fitted in deployed),
        parameters=int(model.count_params()),
        accuracy=evaluation.rate(test.argmax(1) == dataset.test.labels),
        loss=evaluation.cross_entropy(test, dataset.test.labels),
        robustness={
            name: evaluation.rate(_scores(model, images).argmax(1) == dataset.test.labels)
            for name, images in robustness.variants(dataset.test.images)
        },
        calibration=Calibration(
            temperature=cooled,
            validation_error=evaluation.calibration_error(
                evaluation.reliability(validation, dataset.validation.labels)
            ),
            test_error=evaluation.calibration_error(details.reliability),
            refused=evaluation.rate(evaluation.refused(test, thresholds)),
        ),
        thresholds=thresholds,
        training_seconds=round(sum(epoch.seconds for epoch in training.epochs), 1),
        recipe=network.recipe,
        quantize=quantize,
        sizes={name: (folder / name).stat().st_size for name in names},
        sha256={name: digest(folder / name) for name in names},
        versions={
            "digitjs": __version__,
            "tensorflow": tf.__version__,
            "tf_keras": keras.__version__,
            "tensorflowjs": tfjs.__version__,
        },
    )
    card.write(folder / card.CARD, result)
    return result


def _scores(model: Any, images: NDArray[np.float32]) -> NDArray[np.float32]:
    scores: NDArray[np.float32] = model.predict(images, batch_size=500, verbose=0)
    return scores


def _folded(model: Any, network: Network, cooled: float) -> list[Fitted]:
    """The same function in fewer layers, its probabilities calibrated."""
    pairs = [
        Fitted(layer, [np.asarray(weight) for weight in built.get_weights()])
        for layer, built in zip(network.layers, model.layers, strict=True)
    ]
    return divide_logits(fold(pairs), cooled)


def _keras(name: str, layers: list[Fitted]) -> Any:
    # TF.js runs a layer's initialisers before it loads the weights: 450 ms for these nets unless they are zeros.
    model = keras_model(name, [fitted.layer for fitted in layers], initializer="zeros")
    model.set_weights([weight for fitted in layers for weight in fitted.weights])
    return model


def _write_model(model: Any, folder: Path, quantize: str) -> None:
    with warnings.catch_warnings(), tempfile.TemporaryDirectory() as scratch:
        warnings.filterwarnings("ignore", message=".*HDF5 file.*")  # the converter reads exactly that format
        before, tempfile.tempdir = tempfile.tempdir, scratch  # it leaves its file behind when it fails
        try:
            quantized = None if quantize == FLOAT32 else {quantize: "*"}
            tfjs.converters.save_keras_model(model, str(folder), quantization_dtype_map=quantized)
        finally:
            tempfile.tempdir = before


def _read_model(folder: Path) -> Any:
    """The model with the weights that a browser gets: quantised ones are as coarse here as there."""
    return tfjs.converters.load_keras_model(os.fspath(folder / "model.json"))


def _rounded(exact: Any, name: str, layers: list[Fitted], validation: Digits) -> Any:
    """The model on the coarsest grid that reads the held-out digits as well, or else on the finest."""
    for steps in STEPS:
        coarse = _keras(name, rounded(layers, steps))
        if _lost(exact, coarse, validation) <= _bearable(validation):
            break
    return coarse


def _require_accuracy(exact: Any, coarse: Any, test: Digits, name: str) -> None:
    """Refuse weights that are too coarse for the network."""
    lost = _lost(exact, coarse, test)
    if lost > _bearable(test):
        raise DigitjsError(
            f"{name} reads {lost / len(test):.2%} less of the test digits with weights as coarse as these: "
            "choose finer ones, such as --quantize uint16."
        )


def _lost(exact: Any, coarse: Any, digits: Digits) -> int:
    """How many digits less are read right."""
    right, still = (int((_scores(model, digits.images).argmax(1) == digits.labels).sum()) for model in (exact, coarse))
    return right - still


def _bearable(digits: Digits) -> float:
    """How many digits may be lost; one always may, however small the set."""
    return max(MOST_LOST * len(digits), 1)


def _write_script(name: str, folder: Path) -> None:
    """What the page loads, once more as a script: over file:// a browser runs scripts but fetches nothing."""
    page = folder / card.PAGE if (folder / card.PAGE).exists() else folder
    model = msgspec.json.decode((page / "model.json").read_bytes())
    shards = [path for group in model["weightsManifest"] for path in group["paths"]]
    artifacts = {
        "modelTopology": model["modelTopology"],
        "weightSpecs": [spec for group in model["weightsManifest"] for spec in group["weights"]],
        "weights": base64.b64encode(b"".join((page / shard).read_bytes() for shard in shards)).decode(),
    }
    quoted = msgspec.json.encode(name).decode()
    script = f"(globalThis.digitjsModels??={{}})[{quoted}]={msgspec.json.encode(artifacts).decode()};\n"
    (folder / card.MODEL_SCRIPT).write_text(script, "utf-8")


def _mistakes(test: Digits, scores: NDArray[np.float32]) -> tuple[Mistake, ...]:
    """The most confident mistakes, as pictures."""
    return tuple(
        Mistake(
            index=int(i),
            png=tf.io.encode_png(np.rint(255 - test.images[i] * 255).astype(np.uint8)).numpy(),
            label=int(test.labels[i]),
            digit=int(scores[i].argmax()),
            probability=float(scores[i].max()),
        )
        for i in evaluation.mistakes(scores, test.labels)[:MISTAKES]
    )


def _probe(model: Any, test: Digits) -> Probe:
    """The first test images of each digit, as bytes, and the scores of exactly these bytes."""
    each = -(-PROBES // 10)
    chosen = np.sort(np.concatenate([np.flatnonzero(test.labels == digit)[:each] for digit in range(10)]))
    images = tuple(evaluation.as_bytes(test.images[i]) for i in chosen)
    pixels = np.stack([np.frombuffer(image, np.uint8) for image in images]).reshape(-1, 28, 28, 1)
    scores = _scores(model, (pixels / 255).astype(np.float32))
    return Probe(
        images=images,
        labels=tuple(int(test.labels[i]) for i in chosen),
        scores=tuple(tuple(float(score) for score in row) for row in scores),
    )
