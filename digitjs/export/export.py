"""A fitted model becomes the files that a page loads: TF.js's layers format, and what the site says of it."""

import shutil
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import tensorflow as tf
import tf_keras as keras
from numpy.typing import NDArray

from digitjs import __version__, layers_format, metrics, model_card
from digitjs.data.samples import Dataset, FramedImages, Samples
from digitjs.data.stored import StoredImages
from digitjs.data.task import Framing
from digitjs.errors import DigitjsError
from digitjs.export import robustness
from digitjs.export.calibrate import choose_thresholds, temperature
from digitjs.export.fold_batchnorm import WeightedLayer, fold
from digitjs.export.model_script import write_script
from digitjs.export.quantize import STEPS, rounded
from digitjs.export.tfjs_files import read_model, write_model
from digitjs.filesystem import checksums
from digitjs.filesystem.paths import digest, files_below
from digitjs.layers_format import FLOAT32
from digitjs.metrics import Scores
from digitjs.model_card import Calibration, Card, CardLayer, Details, Epoch, Evidence, Mistake, Probe, Rate, Thresholds
from digitjs.networks.foreign import ForeignNetwork
from digitjs.networks.image_rows import rows_of
from digitjs.networks.keras_model import Training, build_model
from digitjs.networks.layers import Layer
from digitjs.networks.network import Network
from digitjs.networks.processor import precision

MOST_MOVED = 1e-4  # of any probability, by folding: rounding in another order moves one by up to 1e-6
MOST_LOST = 0.0005  # of the test digits, by coarser weights
PROBES = 20  # images at least, and one of each class; two of each digit of MNIST
MISTAKES = 24  # shown on the report page
CHANGED = 10_000  # test samples, at most, that robustness is measured on: as many as MNIST has
BATCH = 500  # images that are scored at once


class Source(Protocol):
    """A network that can be written for TensorFlow.js."""

    def write(self, folder: Path, quantize: str, steps: int | None = None) -> None:
        """Write model.json and the shards of the weights.

        Args:
            folder: of these files.
            quantize: the type of the stored weights.
            steps: that the range of each kernel is divided into before that; None: it stays as it is.
        """


@dataclass(frozen=True)
class Folded:
    """A network of our own, folded."""

    name: str
    layers: list[WeightedLayer]
    size: int  # of its images

    def write(self, folder: Path, quantize: str, steps: int | None = None) -> None:
        """Write it as `Source` says."""
        layers = self.layers if steps is None else rounded(self.layers, steps)
        write_model(_keras(self.name, layers, self.size), folder, quantize)


@dataclass(frozen=True, kw_only=True)
class About:
    """What a card says of a network that is not measured."""

    network: Network | ForeignNetwork
    layers: tuple[CardLayer, ...]
    epochs: tuple[Epoch, ...] = ()
    parts: int = 1  # of the data, if several workers each learned from one
    framing: Framing | None = None  # None: the task's
    advice: str = ""


@dataclass(frozen=True)
class Scored:
    """A model and its own probabilities of the digits that it is measured on, not calibrated."""

    model: Any  # keras.Model
    source: "Source"  # what is written
    quantize: str  # the type of the published weights
    dataset: Dataset
    validation: Scores
    test: Scores

    def lost(self, coarse: "Scored") -> tuple[int, int]:
        """How many digits fewer a coarser model classifies correctly, of validation and of test."""
        validation, test = self.dataset.validation.labels, self.dataset.test.labels
        return (
            _right(self.validation, validation) - _right(coarse.validation, validation),
            _right(self.test, test) - _right(coarse.test, test),
        )


@dataclass(frozen=True)
class Measured:
    """What is known of a network's answers, and when the page refuses one or calls it unsure."""

    evidence: Evidence | None  # what the samples are; None: there are none
    samples: Samples  # that it was not fitted to
    scores: Scores  # calibrated probabilities of them
    temperature: float
    thresholds: Thresholds
    validation_error: float | None = None  # of the calibration, on the validation split
    letters: Scores | None = None


def export_model(training: Training, dataset: Dataset, folder: Path, quantize: str) -> Card:
    """Write model.json, its weight shards, model.js, probe.json, details.json, card.json and, last, their checksums.

    In float32 the weights are rounded to 8 bits, and written once more as bytes: a page then loads a quarter of the
    same weights, or a sixth where hosts compress.

    Args:
        training: the fitted network.
        dataset: calibrated on the validation split, measured on the test samples; a small set by what the training
            knows of it from cross-validation, if that is done.
        folder: an empty folder.
        quantize: float32, or float16, uint16 or uint8 for weights that are not rounded before.

    Returns:
        The card. All its figures are of the weights as they are read back from the files.

    Raises:
        DigitjsError: the training diverged, the folded network is not the fitted one, or the weights are so coarse that
            the network classifies fewer samples with them.
    """
    checked = _checked(dataset)
    layers = _fold(training, checked)
    source = Folded(training.network.name, layers, checked.task.framing.size)
    model = _keras(source.name, layers, source.size)
    exact = Scored(model, source, quantize, checked, *score(model, checked))
    scored = publish(exact, folder)
    about = About(
        network=training.network,
        layers=tuple(CardLayer(one.layer.kind, str(one.layer)) for one in layers),
        epochs=training.epochs,
        parts=training.parts,
    )
    return described(about, scored, _measure(training, dataset, scored), folder)


def described(about: About, scored: Scored, measured: Measured, folder: Path) -> Card:
    """Write what is told beside the weights; gives the card."""
    write_script(about.network.name, folder)
    probe = _probe_samples(scored.dataset)
    model_card.write(folder / model_card.PROBE, _probe(probe, scored.model, measured.temperature))
    model_card.write(folder / model_card.DETAILS, _details(about, measured))
    card = _card(about, scored, measured, folder)
    model_card.write(folder / model_card.CARD, card)
    checksums.write(folder, [*card.sizes, model_card.CARD])
    return card


def _checked(dataset: Dataset) -> Dataset:
    """What folding and rounding are checked on: of a small set, what it was fitted to."""
    if not dataset.is_small:
        return dataset
    return replace(dataset, validation=dataset.train, test=dataset.test if len(dataset.test) else dataset.train)


def _fold(training: Training, dataset: Dataset) -> list[WeightedLayer]:
    """The same network in fewer layers, compared with the fitted one."""
    weighted = [
        WeightedLayer(layer, [np.asarray(weight) for weight in built.get_weights()])
        for layer, built in zip(training.network.layers, training.model.layers, strict=True)
    ]
    layers = fold(weighted)
    name = training.network.name
    require_same_answers(
        training.model, _keras(name, layers, dataset.task.framing.size), _probe_samples(dataset).images, name
    )
    return layers


def score(model: Any, dataset: Dataset) -> tuple[Scores, Scores]:
    """Its own probabilities of the validation and of the test digits."""
    return probabilities(model, dataset.validation.images), probabilities(model, dataset.test.images)


def read_back(exact: Scored, folder: Path) -> Scored:
    model = read_model(folder)
    validation, test = score(model, exact.dataset)
    return replace(exact, model=model, validation=validation, test=test)


def probabilities(model: Any, images: FramedImages) -> Scores:
    """The model's own probabilities, not calibrated."""
    if isinstance(images, StoredImages):  # batch by batch: Keras would keep all of an array as a tensor
        places = tf.data.Dataset.range(len(images)).batch(BATCH)
        scores: Scores = model.predict(places.map(rows_of(images)), verbose=0)
    else:
        scores = model.predict(images, batch_size=BATCH, verbose=0)
    return scores


def _keras(name: str, layers: list[WeightedLayer], size: int) -> Any:
    model = build_model(name, [_zeroed(fitted.layer) for fitted in layers], size=size)
    model.set_weights([weight for fitted in layers for weight in fitted.weights])
    return model


def _zeroed(layer: Layer) -> Layer:
    """The same with zeros before its weights: TF.js runs initialisers first, random ones for 450 ms in these nets."""
    kernel = {"Conv2D": "kernel", "Dense": "kernel", "DepthwiseConv2D": "depthwise"}.get(layer.kind)
    return replace(layer, options={**layer.options, f"{kernel}_initializer": "zeros"}) if kernel else layer


def require_same_answers(fitted: Any, folded: Any, images: FramedImages, name: str) -> None:
    """Compare the folded network with the fitted one, in float32, on images (n, size, size, 1).

    Raises:
        DigitjsError: their probabilities differ by more than rounding, or are not numbers.
    """
    expected = probabilities(fitted, images)
    if not np.isfinite(expected).all():
        raise DigitjsError(f"{name} gives no numbers after its training: lower the learning rate of its recipe.")
    moved = float(np.abs(probabilities(folded, images) - expected).max())
    if not moved <= MOST_MOVED:
        raise DigitjsError(
            f"{name} answers otherwise with its layers folded (a probability moves by {moved:.1e}): "
            "put a Dropout of 0 between a layer and its normalisation or activation, and report this."
        )


def publish(exact: Scored, folder: Path, *, needed: bool = True) -> Scored:
    """Write the model as it is published and, where that is in float32, as the page loads it; gives it as read back.

    Args:
        exact: the model before anything is rounded.
        folder: of its files.
        needed: whether the page loads bytes whatever they cost; else float32 where they cost too much.

    Raises:
        DigitjsError: the weights are so coarse that the network classifies fewer samples with them.
    """
    if exact.quantize != FLOAT32:
        exact.source.write(folder, exact.quantize)
        coarse = read_back(exact, folder)
    else:
        coarse = _in_bytes(exact, folder / model_card.PAGE)
        if not needed and not _is_accurate(exact, coarse):
            shutil.rmtree(folder / model_card.PAGE)
            exact.source.write(folder, FLOAT32)
            return read_back(exact, folder)
        stored = layers_format.read_model(folder / model_card.PAGE)
        layers_format.write_model(folder, stored.topology, stored.weights)  # to the last bit what the page has
    require_accuracy(exact, coarse)
    return coarse


def _in_bytes(exact: Scored, folder: Path) -> Scored:
    """The coarsest grid that loses no more held-out and test digits than may be lost; else the finest."""
    for steps in STEPS:
        exact.source.write(folder, "uint8", steps)
        coarse = read_back(exact, folder)
        if _is_accurate(exact, coarse):
            break
    return coarse


def _is_accurate(exact: Scored, coarse: Scored) -> bool:
    splits = (exact.dataset.validation, exact.dataset.test)
    return all(lost <= _tolerance(digits) for lost, digits in zip(exact.lost(coarse), splits, strict=True))


def require_accuracy(exact: Scored, coarse: Scored) -> None:
    """Refuse weights that are too coarse for the network.

    Raises:
        DigitjsError: fewer test digits are classified correctly with them.
    """
    _, lost = exact.lost(coarse)
    test = exact.dataset.test
    if lost > _tolerance(test):
        raise DigitjsError(
            f"{exact.model.name} reads {lost / len(test):.2%} less of the test digits with weights as coarse as these: "
            "choose finer ones, such as --quantize uint16."
        )


def _right(scores: Scores, labels: NDArray[np.int64]) -> int:
    return int((scores.argmax(1) == labels).sum())


def _tolerance(digits: Samples) -> float:
    """How many digits may be lost; at least one, however small the set."""
    return max(MOST_LOST * len(digits), 1)


def _measure(training: Training, dataset: Dataset, scored: Scored) -> Measured:
    """How right it is, by the best evidence that there is."""
    if not dataset.is_small:
        return measure_on_test(scored, training.letters)
    chosen, thresholds = 1.0, Thresholds(refuse=0.0, unsure=0.0)
    crossed = None
    if training.held_out is not None:
        chosen = temperature(_logits(training.held_out), dataset.train.labels)
        crossed = metrics.calibrated(training.held_out, chosen)
        thresholds = choose_thresholds(crossed, None)
    if len(dataset.test):
        return Measured("test", dataset.test, metrics.calibrated(scored.test, chosen), chosen, thresholds)
    if crossed is not None:
        return Measured("cross-validation", dataset.train, crossed, chosen, thresholds)
    nothing = np.zeros((0, len(dataset.task.classes)), np.float32)
    return Measured(None, dataset.test, nothing, chosen, thresholds)


def measure_on_test(scored: Scored, letters: NDArray[np.float32] | None) -> Measured:
    """Its probabilities, calibrated on the validation split, and the thresholds that are chosen by them."""
    labels = scored.dataset.validation.labels
    chosen = temperature(_logits(scored.validation), labels)
    validation = metrics.calibrated(scored.validation, chosen)
    others = None if letters is None else metrics.calibrated(probabilities(scored.model, letters), chosen)
    return Measured(
        evidence="test",
        samples=scored.dataset.test,
        scores=metrics.calibrated(scored.test, chosen),
        temperature=chosen,
        thresholds=choose_thresholds(validation, others),
        validation_error=metrics.calibration_error(metrics.reliability(validation, labels)),
        letters=others,
    )


def _logits(scores: Scores) -> NDArray[np.float32]:
    """Up to a constant in each row."""
    return np.log(np.clip(scores, 1e-30, 1)).astype(np.float32)


def _card(about: About, scored: Scored, measured: Measured, folder: Path) -> Card:
    """What the site knows of the model in a folder."""
    network, samples, scores = about.network, measured.samples, measured.scores
    names = files_below(folder)
    return Card(
        name=network.name,
        title=network.title,
        task=scored.dataset.task,
        layers=about.layers,
        parameters=int(scored.model.count_params()),
        evidence=measured.evidence,
        accuracy=metrics.rate(scores.argmax(1) == samples.labels) if measured.evidence else None,
        loss=metrics.cross_entropy(scores, samples.labels) if measured.evidence else None,
        robustness=_robustness(scored.model, samples) if measured.evidence == "test" else {},
        calibration=_calibration(measured),
        thresholds=measured.thresholds,
        recipe=network.recipe if isinstance(network, Network) else None,
        precision=precision(network.recipe) if isinstance(network, Network) else "",
        parts=about.parts,
        quantize=scored.quantize,
        sizes={name: (folder / name).stat().st_size for name in names},
        sha256={name: digest(folder / name) for name in names},
        versions=_versions(),
        framing=about.framing,
        advice=about.advice,
    )


def _details(about: About, measured: Measured) -> Details:
    if measured.evidence is None:
        classes = measured.scores.shape[1]
        return Details(epochs=about.epochs, confusion=((0,) * classes,) * classes, reliability=(), mistakes=())
    labels, scores = measured.samples.labels, measured.scores
    return Details(
        epochs=about.epochs,
        confusion=metrics.confusion(scores, labels),
        reliability=metrics.reliability(scores, labels),
        mistakes=_mistakes(measured.samples, scores),
    )


def _mistakes(test: Samples, scores: Scores) -> tuple[Mistake, ...]:
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


def _robustness(model: Any, test: Samples) -> dict[str, Rate]:
    """How right it is on changed test samples: all, or so many of them, evenly spread."""
    places = np.linspace(0, len(test) - 1, min(len(test), CHANGED)).round().astype(np.int64)
    return {
        name: metrics.rate(probabilities(model, images).argmax(1) == test.labels[places])
        for name, images in robustness.variants(test.images[places])
    }


def _calibration(measured: Measured) -> Calibration:
    def refused(scores: Scores) -> Rate:
        return metrics.rate(metrics.refused(scores, measured.thresholds))

    known, scores = measured.evidence is not None, measured.scores
    return Calibration(
        temperature=measured.temperature,
        validation_error=measured.validation_error,
        test_error=metrics.calibration_error(metrics.reliability(scores, measured.samples.labels)) if known else None,
        refused=refused(scores) if known else None,
        letters_refused=None if measured.letters is None else refused(measured.letters),
    )


def _versions() -> dict[str, str]:
    return {
        "digitjs": __version__,
        "tensorflow": tf.__version__,
        "tf_keras": keras.__version__,
    }


def _probe_samples(dataset: Dataset) -> Samples:
    """The first test images of each class, as they are after a way through bytes."""
    test, classes = dataset.test, len(dataset.task.classes)
    each = -(-PROBES // classes)
    chosen = np.sort(np.concatenate([np.flatnonzero(test.labels == place)[:each] for place in range(classes)]))
    pixels = np.rint(test.images[chosen] * 255).astype(np.uint8)
    return Samples((pixels / 255).astype(np.float32), test.labels[chosen])


def _probe(samples: Samples, model: Any, temperature: float) -> Probe:
    """The probe's images as bytes, and the probabilities of exactly these bytes."""
    scores = metrics.calibrated(probabilities(model, samples.images), temperature)
    return Probe(
        images=tuple(metrics.as_bytes(image) for image in samples.images[:]),
        labels=tuple(int(label) for label in samples.labels),
        scores=tuple(tuple(float(score) for score in row) for row in scores),
    )
