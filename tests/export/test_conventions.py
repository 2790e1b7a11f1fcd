"""What a file cannot tell is found by reading labelled samples under each convention."""

from dataclasses import replace
from pathlib import Path

import msgspec
import numpy as np
import pytest

from digitjs.data import dataset
from digitjs.data.samples import Dataset
from digitjs.data.source import Source
from digitjs.data.task import Framing, framing_of
from digitjs.export import conventions
from digitjs.layers_format import Weight
from digitjs.networks.foreign import Encoding, ForeignNetwork
from digitjs.networks.graph import Graph, GraphLayer, Tensor


def nearest_mean(digits: Dataset, wanted: Encoding, channels: int = 1) -> ForeignNetwork:
    """The nearest of the means of images (784,), or (28, 28, 3), with their values as wanted."""
    scale, offset = wanted.rescaling
    images = digits.train.images.reshape(-1, 784) * scale + offset
    means = np.stack([images[digits.train.labels == label].mean(0) for label in range(10)])
    kernel, bias = means.T / wanted.scale**2, -0.5 * (means**2).sum(1) / wanted.scale**2
    kernel = np.repeat(kernel / channels, channels, axis=0)  # the channels of a pixel lie side by side
    weights = (Weight("kernel", kernel.astype(np.float32)), Weight("bias", bias.astype(np.float32)))
    shape = [784] if channels == 1 else [28, 28, 3]
    layers = (
        GraphLayer("InputLayer", "given", {"batch_shape": [None, *shape]}),
        GraphLayer("Flatten", "flat", {}, calls=((Tensor("given"),),)),
        GraphLayer("Dense", "scores", {"units": 10, "activation": "softmax"}, weights, ((Tensor("flat"),),)),
    )
    graph = Graph("mine", layers, (Tensor("given"),), (Tensor("scores"),))
    return ForeignNetwork("mine", "Mine", graph, (), digits.task.framing, Encoding(), "")


@pytest.fixture(scope="module")
def source(tiny_data: Path) -> Source:
    return Source((tiny_data,))


@pytest.mark.parametrize(
    ("wanted", "line"),
    [
        (Encoding(1, True), "input = {invert = true}"),
        (Encoding(255, False), "input = {scale = 255}"),
        (Encoding(255, True), "input = {scale = 255, invert = true}"),
    ],
)
@pytest.mark.parametrize("channels", [1, 3])
def test_the_values_that_a_network_takes_are_found(source: Source, wanted: Encoding, line: str, channels: int) -> None:
    digits = dataset.load(source)
    network = nearest_mean(digits, wanted, channels)
    found = conventions.compare(network, digits)
    assert found.readings[0].convention.encoding == wanted
    if found.is_doubtful:
        assert conventions.advice("mine", found).endswith(f"{wanted}: write {line} in its table.")
    right = conventions.compare(replace(network, encoding=wanted), digits)
    assert (right.is_doubtful, conventions.advice("mine", right)) == (False, "")
    assert right.configured == right.readings[0]
    assert right.configured.right.value == found.readings[0].right.value > 0.7
    assert conventions.said("mine", right).startswith("mine reads ")


def test_both_centres_are_tried_with_every_encoding(source: Source) -> None:
    boxed = dataset.load(source, framing_of(28, centre="box"))
    found = conventions.compare(nearest_mean(boxed, Encoding()), boxed)
    assert found.configured.convention == conventions.Convention(Encoding(), boxed.task.framing)
    tried = {(one.convention.encoding, one.convention.framing.centre) for one in found.readings}
    assert len(tried) == len(found.readings) == 8
    assert found.readings[0].convention.encoding == Encoding()


def test_pictures_are_read_as_they_are(source: Source) -> None:
    digits = dataset.load(source)
    pictures = replace(digits, task=msgspec.structs.replace(digits.task, kind="picture"))
    found = conventions.compare(nearest_mean(digits, Encoding()), pictures)
    assert {reading.convention.framing for reading in found.readings} == {Framing()}


def test_another_box_is_part_of_the_line() -> None:
    convention = conventions.Convention(Encoding(), framing_of(32, box=20, centre="box"))
    rates = [conventions.metrics.rate(np.arange(100) < right) for right in (90, 10)]
    best = conventions.Reading(convention, rates[0])
    own = conventions.Reading(conventions.Convention(Encoding(2.5), framing_of(32, box=20)), rates[1])
    said = conventions.advice("mine", conventions.Comparison(own, (best, own)))
    assert said == (
        "mine reads 10.0% of the samples as it is configured, as 0..2.5, but 90.0% as 0..1, framed by its box: "
        'write input = {centre = "box", box = 20} in its table.'
    )
