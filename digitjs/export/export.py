"""A fitted model becomes the files that a page loads: TF.js's layers format, and what the site says of it."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import tensorflow as tf
import tf_keras as keras
from numpy.typing import NDArray

from digitjs import __version__, metrics, model_card
from digitjs.data import font_glyphs, framing
from digitjs.data.samples import Dataset, Samples
from digitjs.data.task import Framing, Task
from digitjs.errors import DigitjsError
from digitjs.export import robustness
from digitjs.export.calibrate import choose_thresholds, temperature
from digitjs.export.fold_batchnorm import WeightedLayer, fold
from digitjs.export.quantize import STEPS, rounded, rounded_graph
from digitjs.export.tfjs_files import read_model, write_model, write_script
from digitjs.filesystem import checksums
from digitjs.filesystem.paths import digest, files_below
from digitjs.layers_format import FLOAT32
from digitjs.metrics import Scores
from digitjs.model_card import Calibration, Card, CardLayer, Details, Epoch, Evidence, Mistake, Probe, Rate, Thresholds
from digitjs.networks.foreign import ForeignNetwork
from digitjs.networks.graph_edit import described
from digitjs.networks.keras_model import Training, build_model, of_graph
from digitjs.networks.network import Network

MOST_MOVED = 1e-4  # of any probability, by folding: rounding in another order moves one by up to 1e-6
MOST_LOST = 0.0005  # of the test digits, by coarser weights
PROBES = 20  # images at least, and one of each class; two of each digit of MNIST
MISTAKES = 24  # shown on the report page


@dataclass(frozen=True)
class Scored:
    """A model and its own probabilities of the digits that it is measured on, not calibrated."""

    model: Any  # keras.Model
    rounded: Callable[[int], Any]  # the same network with kernels on a grid of so many steps
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
    name, size = training.network.name, checked.task.framing.size
    model = _keras(name, layers, size)

    def coarse(steps: int) -> Any:
        return _keras(name, rounded(layers, steps), size)

    exact = Scored(model, coarse, quantize, checked, *score(model, checked))
    scored = _quantize(exact, folder)
    require_accuracy(exact, scored)
    about = About(
        network=training.network,
        layers=tuple(CardLayer(one.layer.kind, str(one.layer)) for one in layers),
        epochs=training.epochs,
    )
    return _described(about, scored, _measure(training, dataset, scored), folder)


def export_foreign(network: ForeignNetwork, dataset: Dataset, folder: Path, quantize: str, *, advice: str = "") -> Card:
    """Write the same files of a network that its owner brought.

    In float32 the page loads bytes only where these read as many samples right; else the weights as they are.

    Args:
        network: for the classes of the data set.
        dataset: the network was not fitted to any of it: calibrated on the validation split, measured on the test
            samples, as our own are, with the rest of a small set for the one, or half of it for each.
        folder: an empty folder.
        quantize: as `export_model`.
        advice: what its owner should change, for the card.

    Raises:
        DigitjsError: Keras refuses a layer, the answers are no numbers, or the weights are too coarse for the network.
    """
    held = _held_out(dataset)
    model = of_graph(network.exported())
    exact = Scored(model, lambda steps: _rounded(network, steps), quantize, held, *score(model, held))
    _require_numbers(network.name, exact.validation)
    scored = _quantize(exact, folder, needed=False)
    require_accuracy(exact, scored)
    about = About(network=network, layers=card_layers(network), framing=network.framing, advice=advice)
    return _described(about, scored, _measure_on_test(scored, None), folder)


def export_unmeasured(network: ForeignNetwork, task: Task, folder: Path, quantize: str) -> Card:
    """Write the same files of a network that its owner brought without labelled data: nothing is known of its answers.

    Its weights stay as they are, as nothing says what rounding would cost; raises like `export_foreign`.
    """
    nothing = Samples(np.zeros((0, network.framing.size, network.framing.size, 1), np.float32), np.zeros(0, np.int64))
    task = msgspec.structs.replace(task, framing=network.framing)
    model = of_graph(network.exported())
    write_model(model, folder, quantize)
    none = np.zeros((0, len(task.classes)), np.float32)
    dataset = Dataset(task=task, train=nothing, validation=nothing, test=_letters(network, model))
    _require_numbers(network.name, _scores(model, dataset.test.images))
    scored = Scored(read_model(folder), lambda steps: model, quantize, dataset, none, none)
    unknown = Measured(None, nothing, none, 1.0, Thresholds(refuse=0.0, unsure=0.0))
    return _described(
        About(network=network, layers=card_layers(network), framing=network.framing), scored, unknown, folder
    )


def _described(about: "About", scored: Scored, measured: Measured, folder: Path) -> Card:
    """Write what is told beside the weights; gives the card."""
    write_script(about.network.name, folder)
    probe = _probe_samples(scored.dataset)
    model_card.write(folder / model_card.PROBE, _probe(probe, scored.model, measured.temperature))
    model_card.write(folder / model_card.DETAILS, _details(about, measured))
    card = _card(about, scored, measured, folder)
    model_card.write(folder / model_card.CARD, card)
    checksums.write(folder, [*card.sizes, model_card.CARD])
    return card


def _held_out(dataset: Dataset) -> Dataset:
    """Samples for a network that was fitted to none of them, a small set's too."""
    if not dataset.is_small:
        return dataset
    if len(dataset.test):
        return replace(dataset, validation=dataset.train)
    every = np.arange(len(dataset.train))
    halves = (every[every % 2 == rest] for rest in (0, 1))
    one, other = (Samples(dataset.train.images[half], dataset.train.labels[half]) for half in halves)
    return replace(dataset, validation=one, test=other)


def card_layers(network: ForeignNetwork) -> tuple[CardLayer, ...]:
    """The layers of a network from a file, for the page to name."""
    return tuple(
        CardLayer(layer.kind, described(layer)) for layer in network.exported().layers if layer.kind != "InputLayer"
    )


def _rounded(network: ForeignNetwork, steps: int) -> Any:
    """A network from a file with its kernels on a grid."""
    return of_graph(rounded_graph(network.exported(), steps))


def _require_numbers(name: str, scores: Scores) -> None:
    if not np.isfinite(scores).all():
        raise DigitjsError(f"{name} gives values that are no numbers: its file is damaged, or its training diverged.")


def _letters(network: ForeignNetwork, model: Any) -> Samples:
    """Letters of fonts as test images of a network without any, each with its best answer as its label."""
    known = font_glyphs.load().images
    some = known[np.linspace(0, len(known) - 1, PROBES).astype(np.int64)]
    images = framing.frame(some[..., None].astype(np.float32) / 255, network.framing)
    return Samples(images, _scores(model, images).argmax(1).astype(np.int64))


@dataclass(frozen=True, kw_only=True)
class About:
    """What a card says of a network that is not measured."""

    network: Network | ForeignNetwork
    layers: tuple[CardLayer, ...]
    epochs: tuple[Epoch, ...] = ()
    framing: Framing | None = None  # None: the task's
    advice: str = ""


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
    return _scores(model, dataset.validation.images), _scores(model, dataset.test.images)


def _read_back(exact: Scored, folder: Path) -> Scored:
    model = read_model(folder)
    validation, test = score(model, exact.dataset)
    return replace(exact, model=model, validation=validation, test=test)


def _scores(model: Any, images: NDArray[np.float32]) -> Scores:
    """The model's own probabilities, not calibrated."""
    scores: Scores = model.predict(images, batch_size=500, verbose=0)
    return scores


def _keras(name: str, layers: list[WeightedLayer], size: int) -> Any:
    # TF.js runs a layer's initialisers before it loads the weights: 450 ms for these nets unless they are zeros.
    model = build_model(name, [fitted.layer for fitted in layers], size=size, initializer="zeros")
    model.set_weights([weight for fitted in layers for weight in fitted.weights])
    return model


def require_same_answers(fitted: Any, folded: Any, images: NDArray[np.float32], name: str) -> None:
    """Compare the folded network with the fitted one, in float32, on images (n, size, size, 1).

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


def _quantize(exact: Scored, folder: Path, *, needed: bool = True) -> Scored:
    """Write the model as it is published and, where that is in float32, as the page loads it; gives it as read back.

    Args:
        exact: the model before anything is rounded.
        folder: of its files.
        needed: whether the page loads bytes whatever they cost; else float32 where they cost too much.
    """
    if exact.quantize != FLOAT32:
        write_model(exact.model, folder, exact.quantize)
        return _read_back(exact, folder)
    # The coarsest grid that reads the held-out digits as well and passes the check of the test digits; else the finest.
    for steps in STEPS:
        write_model(exact.rounded(steps), folder / model_card.PAGE, "uint8")
        coarse = _read_back(exact, folder / model_card.PAGE)
        if _is_accurate(exact, coarse):
            break
    else:
        if not needed:
            shutil.rmtree(folder / model_card.PAGE)
            write_model(exact.model, folder, FLOAT32)
            return _read_back(exact, folder)
    write_model(coarse.model, folder, FLOAT32)  # to the last bit what the page has
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
        return _measure_on_test(scored, training.letters)
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


def _measure_on_test(scored: Scored, letters: NDArray[np.float32] | None) -> Measured:
    """Its probabilities, calibrated on the validation split, and the thresholds that are chosen by them."""
    labels = scored.dataset.validation.labels
    chosen = temperature(_logits(scored.validation), labels)
    validation = metrics.calibrated(scored.validation, chosen)
    others = None if letters is None else metrics.calibrated(_scores(scored.model, letters), chosen)
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
    return {
        name: metrics.rate(_scores(model, images).argmax(1) == test.labels)
        for name, images in robustness.variants(test.images)
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
    scores = metrics.calibrated(_scores(model, samples.images), temperature)
    return Probe(
        images=tuple(metrics.as_bytes(image) for image in samples.images),
        labels=tuple(int(label) for label in samples.labels),
        scores=tuple(tuple(float(score) for score in row) for row in scores),
    )
