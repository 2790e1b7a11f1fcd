"""A network that its owner brought becomes the files that a page loads, measured where there are labelled samples."""

import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from digitjs import layers_format
from digitjs.data import font_glyphs, framing
from digitjs.data.samples import Dataset, Samples
from digitjs.data.task import Task
from digitjs.errors import DigitjsError
from digitjs.export.export import (
    PROBES,
    About,
    Measured,
    Scored,
    described,
    measure_on_test,
    probabilities,
    publish,
    score,
)
from digitjs.export.quantize import rounded_graph
from digitjs.export.tfjs_files import read_model
from digitjs.model_card import Card, CardLayer, Thresholds
from digitjs.networks import graph_edit, graph_model
from digitjs.networks.foreign import ForeignNetwork
from digitjs.networks.foreign_model import single
from digitjs.networks.graph import Graph
from digitjs.networks.names import plain
from digitjs.networks.topology import model_topology, named_weights, with_sizes

MOST_MOVED = 1e-4  # of any probability, by rewriting


@dataclass(frozen=True)
class Rewritten:
    """A network in TensorFlow.js's layers."""

    graph: Graph

    def write(self, folder: Path, quantize: str, steps: int | None = None) -> None:
        """Write it as `export.Source` says."""
        graph = self.graph if steps is None else rounded_graph(self.graph, steps)
        layers_format.write_model(folder, model_topology(graph), named_weights(graph), quantize=quantize)


def export_measured(network: ForeignNetwork, dataset: Dataset, folder: Path, quantize: str) -> Card:
    """Write the files that `export.export_model` writes, of a network that was fitted elsewhere.

    In float32 the page loads bytes only where these read as many samples right; else the weights as they are.

    Args:
        network: for the classes of the data set.
        dataset: the network was not fitted to any of it: calibrated on the validation split, measured on the test
            samples, as our own are, with the rest of a small set for the one, or half of it for each.
        folder: an empty folder.
        quantize: as `export.export_model`.

    Raises:
        DigitjsError: Keras refuses a layer, the answers are no numbers, or the weights are too coarse for the network.
    """
    held = _held_out(dataset)
    model, source = _built(network)
    _require_same(model, source, held.test)
    exact = Scored(model, source, quantize, held, *score(model, held))
    scored = publish(exact, folder, needed=False)
    return described(_about(network, source), scored, measure_on_test(scored, None), folder)


def export_unmeasured(network: ForeignNetwork, task: Task, folder: Path, quantize: str) -> Card:
    """Write the same files of a network without labelled data: nothing is known of its answers.

    Its weights stay as they are, as nothing says what rounding would cost; raises like `export_measured`.
    """
    exact, source = _built(network)
    letters = _letters(network)
    _require_same(exact, source, letters)
    source.write(folder, quantize)
    model = read_model(folder)
    scores = probabilities(model, letters.images)
    nothing, answered = Samples(letters.images[:0], letters.labels[:0]), replace(letters, labels=scores.argmax(1))
    task = msgspec.structs.replace(task, framing=network.framing)
    dataset = Dataset(task, nothing, nothing, answered)
    none = np.zeros((0, len(task.classes)), np.float32)
    scored = Scored(model, source, quantize, dataset, none, scores)
    unknown = Measured(None, nothing, none, 1.0, Thresholds(refuse=0.0, unsure=0.0))
    return described(_about(network, source), scored, unknown, folder)


def _built(network: ForeignNetwork) -> tuple[Any, Rewritten]:
    """The network as Keras has it, and as TensorFlow.js does."""
    built = graph_model.build(network.exported())
    return single(built.model, network.name), Rewritten(plain(with_sizes(network.published(), built.shapes)))


def _about(network: ForeignNetwork, source: Rewritten) -> About:
    layers = [layer for layer in source.graph.layers if layer.kind != "InputLayer"]
    return About(
        network=network,
        layers=tuple(CardLayer(layer.kind, graph_edit.described(layer)) for layer in layers),
        framing=network.framing,
        advice=network.advice,
    )


def _held_out(dataset: Dataset) -> Dataset:
    """Samples for a network that was fitted to none of them, a small set's too."""
    if not dataset.is_small:
        return dataset
    if len(dataset.test):
        return replace(dataset, validation=dataset.train)
    train, every = dataset.train, np.arange(len(dataset.train))
    one, other = (Samples(train.images[half], train.labels[half]) for half in (every % 2 == 0, every % 2 == 1))
    return replace(dataset, validation=one, test=other)


def _require_same(model: Any, source: Rewritten, samples: Samples) -> None:
    """Compare the network as TensorFlow.js has it with the one in the file.

    Raises:
        DigitjsError: their probabilities differ by more than rounding, or are not numbers.
    """
    images = samples.images[:PROBES]
    expected = probabilities(model, images)
    if not np.isfinite(expected).all():
        raise DigitjsError(
            f"{model.name} gives values that are no numbers: its file is damaged, or its training diverged."
        )
    with tempfile.TemporaryDirectory() as scratch:
        source.write(Path(scratch), layers_format.FLOAT32)
        moved = float(np.abs(probabilities(read_model(Path(scratch)), images) - expected).max())
    if not moved <= MOST_MOVED:
        raise DigitjsError(
            f"{model.name} answers otherwise in TensorFlow.js's layers (a probability moves by {moved:.1e}): "
            "see digitjs convert --explain, leave out a layer that is rewritten, and report this."
        )


def _letters(network: ForeignNetwork) -> Samples:
    """Letters of fonts for a network without any samples; their labels mean nothing."""
    known = font_glyphs.load().images
    some = known[np.linspace(0, len(known) - 1, PROBES).astype(np.int64)]
    images = framing.frame(some[..., None].astype(np.float32) / 255, network.framing)
    return Samples(images, np.zeros(len(images), np.int64))
