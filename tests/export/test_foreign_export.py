"""A network from a file is measured on samples that it has not seen, and published as coarsely as they allow."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from conftest import few_digits
from digitjs.data import dataset
from digitjs.data.samples import Dataset
from digitjs.data.source import Source
from digitjs.errors import DigitjsError
from digitjs.export.foreign import export_measured
from digitjs.filesystem.paths import files_below
from digitjs.layers_format import Weight
from digitjs.model_card import Card
from digitjs.networks.foreign import Encoding, ForeignNetwork
from digitjs.networks.graph import Graph, GraphLayer, Tensor


@pytest.fixture(scope="module")
def digits(tiny_data: Path) -> Dataset:
    return dataset.load(Source((tiny_data,)))


def network(digits: Dataset, first: float = 0.0) -> ForeignNetwork:
    """The nearest of the means, with a weight for the first pixel, which no digit inks."""
    images = digits.train.images.reshape(-1, 784)
    means = np.stack([images[digits.train.labels == label].mean(0) for label in range(10)])
    kernel, bias = 0.3 * means.T.astype(np.float32), -0.15 * (means**2).sum(1).astype(np.float32)
    kernel[0, 0] = first
    options = {"units": 10, "activation": "softmax"}
    weights = (Weight("kernel", kernel), Weight("bias", bias))
    layers = (
        GraphLayer("InputLayer", "given", {"batch_shape": [None, 784]}),
        GraphLayer("Dense", "scores", options, weights, ((Tensor("given"),),)),
    )
    graph = Graph("mine", layers, (Tensor("given"),), (Tensor("scores"),))
    classes = digits.task.classes
    return ForeignNetwork("mine", "Mine", graph, classes, digits.task.framing, Encoding(), "")


def export(one: ForeignNetwork, digits: Dataset, folder: Path, quantize: str = "float32") -> Card:
    folder.mkdir()
    return export_measured(one, digits, folder, quantize)


def test_bytes_are_loaded_only_where_they_read_as_well(digits: Dataset, tmp_path: Path) -> None:
    fine = export(network(digits), digits, tmp_path / "fine")
    assert fine.loaded == ("page/model.json", "page/group1-shard1of1.bin")
    assert fine.evidence == "test" and fine.accuracy and fine.accuracy.value > 0.6
    spoilt = export(network(digits, first=1e4), digits, tmp_path / "spoilt")
    assert spoilt.loaded == ("model.json", "group1-shard1of1.bin")
    assert not [file for file in files_below(tmp_path / "spoilt") if file.startswith("page/")]
    assert spoilt.accuracy and abs(spoilt.accuracy.value - fine.accuracy.value) < 0.02  # one of 100 may be lost
    with pytest.raises(DigitjsError, match=r"mine reads .* less of the test digits with weights as coarse as these"):
        export(network(digits, first=1e4), digits, tmp_path / "coarse", "uint8")


def test_few_samples_measure_it_too(digits: Dataset, tiny_data: Path, tmp_path: Path) -> None:
    np.savez(tmp_path / "few.npz", **few_digits(tiny_data, 60, 20))
    few = dataset.load(Source((tmp_path / "few.npz",)))
    assert few.is_small
    tested = export(network(digits), few, tmp_path / "tested")
    assert (tested.evidence, tested.accuracy and tested.accuracy.count) == ("test", 20)
    halved = export(
        network(digits),
        replace(few, test=replace(few.test, images=few.test.images[:0], labels=few.test.labels[:0])),
        tmp_path / "halved",
    )
    assert (halved.evidence, halved.accuracy and halved.accuracy.count) == ("test", 30)


def test_weights_that_are_no_numbers_are_refused(digits: Dataset, tmp_path: Path) -> None:
    with pytest.raises(DigitjsError, match="mine gives values that are no numbers: its file is damaged"):
        export(network(digits, first=np.nan), digits, tmp_path / "nan")
