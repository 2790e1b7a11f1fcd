"""A fitted model becomes the files that a page loads: TF.js's layers format, and what the site says of it."""

import base64
import os
import tempfile
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import tensorflow as tf
import tensorflowjs as tfjs
import tf_keras as keras
from numpy.typing import NDArray

from digitjs import __version__, metrics, model_card
from digitjs.data.dataset import Dataset, Digits
from digitjs.errors import DigitjsError
from digitjs.export import robustness
from digitjs.export.calibrate import choose_thresholds, temperature
from digitjs.export.fold_batchnorm import Fitted, fold
from digitjs.export.quantize import STEPS, rounded
from digitjs.filesystem import checksums
from digitjs.filesystem.paths import digest, files_below
from digitjs.metrics import Scores
from digitjs.model_card import Calibration, Card, Details, Mistake, Probe, Rate, Thresholds
from digitjs.networks.builtin import Network
from digitjs.training.fit import Training, keras_model

FLOAT32 = "float32"
MOST_MOVED = 1e-4  # of any probability, by folding: rounding in another order moves one by up to 1e-6
MOST_LOST = 0.0005  # of the test digits, by coarser weights
PROBES = 20  # images; two of each digit of MNIST
MISTAKES = 24  # shown on the report page


@dataclass(frozen=True)
class Scored:
    """A model with the weights that the page loads, and its calibrated probabilities."""

    model: Any  # keras.Model
    temperature: float
    validation: Scores
    test: Scores
    letters: Scores | None
    thresholds: Thresholds


def export(training: Training, network: Network, dataset: Dataset, folder: Path, *, quantize: str) -> Card:
    """Write model.json, its weight shards, model.js, probe.json, details.json, card.json and, last, their checksums.

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
        DigitjsError: the training diverged, the folded network is not the fitted one, or the weights are so coarse that
            the network reads fewer digits with them.
    """
    probe = _probe_digits(dataset.test)
    layers = fold(_fitted(training.model, network))
    exact = _keras(network.name, layers)
    require_same_answers(training.model, exact, probe.images, network.name)
    model = _write_weights(exact, layers, dataset, folder, quantize=quantize)
    require_accuracy(exact, model, dataset.test, network.name)
    _write_script(network.name, folder)
    scored = _scored(model, dataset, training.letters)
    model_card.write(folder / model_card.PROBE, _probe(probe, scored))
    details = _details(training, dataset.test, scored.test)
    model_card.write(folder / model_card.DETAILS, details)
    names = files_below(folder)
    result = Card(
        name=network.name,
        title=network.title,
        layers=tuple(str(one.layer) for one in layers),
        parameters=int(model.count_params()),
        accuracy=metrics.rate(scored.test.argmax(1) == dataset.test.labels),
        loss=metrics.cross_entropy(scored.test, dataset.test.labels),
        robustness=_robustness(model, dataset.test),
        calibration=_calibration(scored, dataset),
        thresholds=scored.thresholds,
        recipe=network.recipe,
        quantize=quantize,
        sizes={name: (folder / name).stat().st_size for name in names},
        sha256={name: digest(folder / name) for name in names},
        versions=_versions(),
    )
    model_card.write(folder / model_card.CARD, result)
    checksums.write(folder, [*names, model_card.CARD])
    return result


def _scores(model: Any, images: NDArray[np.float32]) -> Scores:
    """The model's own probabilities, not calibrated."""
    scores: Scores = model.predict(images, batch_size=500, verbose=0)
    return scores


def _fitted(model: Any, network: Network) -> list[Fitted]:
    return [
        Fitted(layer, [np.asarray(weight) for weight in built.get_weights()])
        for layer, built in zip(network.layers, model.layers, strict=True)
    ]


def _keras(name: str, layers: list[Fitted]) -> Any:
    # TF.js runs a layer's initialisers before it loads the weights: 450 ms for these nets unless they are zeros.
    model = keras_model(name, [fitted.layer for fitted in layers], initializer="zeros")
    model.set_weights([weight for fitted in layers for weight in fitted.weights])
    return model


def require_same_answers(fitted: Any, folded: Any, images: NDArray[np.float32], name: str) -> None:
    """Compare the folded network with the fitted one, in float32, on images (n, 28, 28, 1).

    Raises:
        DigitjsError: their probabilities differ by more than rounding, or are not numbers.
    """
    expected = _scores(fitted, images)
    if not np.isfinite(expected).all():
        raise DigitjsError(f"{name} gives no numbers after its training: lower the learning rate of its recipe.")
    moved = float(np.abs(_scores(folded, images) - expected).max())
    if not moved <= MOST_MOVED:
        raise DigitjsError(
            f"{name} answers otherwise with its layers folded (a probability moves by {moved:.1e}): "
            "put a Dropout of 0 between a layer and its normalisation or activation, and report this."
        )


def _write_weights(exact: Any, layers: list[Fitted], dataset: Dataset, folder: Path, *, quantize: str) -> Any:
    """Write the model as it is published and, where that is in float32, as the page loads it; gives it as read back."""
    if quantize != FLOAT32:
        write_model(exact, folder, quantize)
        return _read_model(folder)
    # The coarsest grid that reads the held-out digits as well and passes the check of the test digits; else the finest.
    for steps in STEPS:
        write_model(_keras(exact.name, rounded(layers, steps)), folder / model_card.PAGE, "uint8")
        model = _read_model(folder / model_card.PAGE)
        if all(_lost(exact, model, digits) <= _bearable(digits) for digits in (dataset.validation, dataset.test)):
            break
    write_model(model, folder, FLOAT32)  # to the last bit what the page has
    return model


def write_model(model: Any, folder: Path, quantize: str) -> None:
    """Write a Keras model as TF.js's layers format: model.json and its weight shards.

    Meanwhile the whole process has another folder for temporary files, as the converter leaves its own when it fails.
    """
    with warnings.catch_warnings(), tempfile.TemporaryDirectory() as scratch:
        warnings.filterwarnings("ignore", message=".*HDF5 file.*")  # the converter reads exactly that format
        before, tempfile.tempdir = tempfile.tempdir, scratch
        try:
            quantized = None if quantize == FLOAT32 else {quantize: "*"}
            tfjs.converters.save_keras_model(model, str(folder), quantization_dtype_map=quantized)
        finally:
            tempfile.tempdir = before


def _read_model(folder: Path) -> Any:
    """The model with the weights that a browser gets: quantised ones are as coarse here as there."""
    return tfjs.converters.load_keras_model(os.fspath(folder / "model.json"))


def require_accuracy(exact: Any, coarse: Any, test: Digits, name: str) -> None:
    """Refuse weights that are too coarse for the network.

    Raises:
        DigitjsError: fewer test digits are read right with them.
    """
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


def _scored(model: Any, dataset: Dataset, letters: NDArray[np.float32] | None) -> Scored:
    """The model's probabilities, calibrated on the validation split, and when to refuse them."""
    own = _scores(model, dataset.validation.images)
    chosen = temperature(np.log(np.clip(own, 1e-30, 1)), dataset.validation.labels)
    validation = metrics.calibrated(own, chosen)
    others = None if letters is None else metrics.calibrated(_scores(model, letters), chosen)
    return Scored(
        model=model,
        temperature=chosen,
        validation=validation,
        test=metrics.calibrated(_scores(model, dataset.test.images), chosen),
        letters=others,
        thresholds=choose_thresholds(validation, others),
    )


def _write_script(name: str, folder: Path) -> None:
    """What the page loads, once more as a script: over file:// a browser runs scripts but fetches nothing."""
    page = folder / model_card.PAGE if (folder / model_card.PAGE).exists() else folder
    model = msgspec.json.decode((page / "model.json").read_bytes())
    shards = [path for group in model["weightsManifest"] for path in group["paths"]]
    artifacts = {
        "modelTopology": model["modelTopology"],
        "weightSpecs": [spec for group in model["weightsManifest"] for spec in group["weights"]],
        "weights": base64.b64encode(b"".join((page / shard).read_bytes() for shard in shards)).decode(),
    }
    quoted = msgspec.json.encode(name).decode()
    script = f"(globalThis.digitjsModels??={{}})[{quoted}]={msgspec.json.encode(artifacts).decode()};\n"
    (folder / model_card.MODEL_SCRIPT).write_text(script, "utf-8")


def _details(training: Training, test: Digits, scores: Scores) -> Details:
    return Details(
        epochs=training.epochs,
        confusion=metrics.confusion(scores, test.labels),
        reliability=metrics.reliability(scores, test.labels),
        mistakes=_mistakes(test, scores),
    )


def _mistakes(test: Digits, scores: Scores) -> tuple[Mistake, ...]:
    """The most confident mistakes, as pictures."""
    return tuple(
        Mistake(
            index=int(i),
            png=tf.io.encode_png(np.rint(255 - test.images[i] * 255).astype(np.uint8)).numpy(),
            label=int(test.labels[i]),
            digit=int(scores[i].argmax()),
            probability=float(scores[i].max()),
        )
        for i in metrics.mistakes(scores, test.labels)[:MISTAKES]
    )


def _robustness(model: Any, test: Digits) -> dict[str, Rate]:
    return {
        name: metrics.rate(_scores(model, images).argmax(1) == test.labels)
        for name, images in robustness.variants(test.images)
    }


def _calibration(scored: Scored, dataset: Dataset) -> Calibration:
    def error(scores: Scores, digits: Digits) -> float:
        return metrics.calibration_error(metrics.reliability(scores, digits.labels))

    def refused(scores: Scores) -> Rate:
        return metrics.rate(metrics.refused(scores, scored.thresholds))

    return Calibration(
        temperature=scored.temperature,
        validation_error=error(scored.validation, dataset.validation),
        test_error=error(scored.test, dataset.test),
        refused=refused(scored.test),
        letters_refused=None if scored.letters is None else refused(scored.letters),
    )


def _versions() -> dict[str, str]:
    return {
        "digitjs": __version__,
        "tensorflow": tf.__version__,
        "tf_keras": keras.__version__,
        "tensorflowjs": tfjs.__version__,
    }


def _probe_digits(test: Digits) -> Digits:
    """The first test images of each digit, as they are after a way through bytes."""
    each = -(-PROBES // 10)
    chosen = np.sort(np.concatenate([np.flatnonzero(test.labels == digit)[:each] for digit in range(10)]))
    pixels = np.rint(test.images[chosen] * 255).astype(np.uint8)
    return Digits((pixels / 255).astype(np.float32), test.labels[chosen])


def _probe(digits: Digits, scored: Scored) -> Probe:
    """The probe's images as bytes, and the probabilities of exactly these bytes."""
    scores = metrics.calibrated(_scores(scored.model, digits.images), scored.temperature)
    return Probe(
        images=tuple(metrics.as_bytes(image) for image in digits.images),
        labels=tuple(int(label) for label in digits.labels),
        scores=tuple(tuple(float(score) for score in row) for row in scores),
    )
