"""A network with another beginning or end is the same function of the page's ink."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from digitjs.errors import DigitjsError
from digitjs.layers_format import Weight
from digitjs.networks import graph_edit as edit
from digitjs.networks.foreign_model import of_graph
from digitjs.networks.graph import Graph, GraphLayer, Tensor

RANDOM = np.random.default_rng(5)
INK = RANDOM.uniform(0, 1, (6, 28, 28, 1)).astype(np.float32)


def dense(units: int, inputs: int, activation: str = "linear", name: str = "scores") -> GraphLayer:
    kernel, bias = RANDOM.normal(0, 0.1, (inputs, units)), RANDOM.normal(0, 1, units)
    weights = (Weight("kernel", kernel.astype(np.float32)), Weight("bias", bias.astype(np.float32)))
    return GraphLayer("Dense", name, {"units": units, "activation": activation}, weights)


def chain(shape: tuple[int, ...], *layers: GraphLayer) -> Graph:
    """A network of layers one after the other."""
    every = [GraphLayer("InputLayer", "given", {"batch_shape": [None, *shape]})]
    for layer in layers:
        called = ((Tensor(every[-1].name),),)
        every.append(GraphLayer(layer.kind, layer.name, layer.options, layer.weights, called))
    return Graph("net", tuple(every), (Tensor("given"),), (Tensor(every[-1].name),), keras=2)


def flat(shape: tuple[int, ...], activation: str = "softmax", units: int = 4) -> Graph:
    """A dense network of images of any shape."""
    return chain(shape, GraphLayer("Flatten", "flat", {}), dense(units, int(np.prod(shape)), activation))


def answers(graph: Graph, images: np.ndarray) -> np.ndarray:
    scores: np.ndarray = of_graph(graph).predict(images, verbose=0)
    return scores


@pytest.mark.parametrize("rescaling", [(1.0, 0.0), (255.0, 0.0), (-1.0, 1.0), (-255.0, 255.0)])
@pytest.mark.parametrize(
    ("shape", "given"),
    [
        ((784,), lambda x: x.reshape(-1, 784)),
        ((28, 28), lambda x: x[..., 0]),
        ((28, 28, 1), lambda x: x),
        ((28, 28, 3), lambda x: np.repeat(x, 3, axis=3)),
    ],
)
def test_the_pages_ink_becomes_what_a_network_takes(
    shape: tuple[int, ...], given: Callable[[np.ndarray], np.ndarray], rescaling: tuple[float, float]
) -> None:
    net = flat(shape, "sigmoid")
    page = edit.with_input(net, 28, rescaling)
    assert edit.input_shape(page) == (28, 28, 1)
    taken = given(INK * rescaling[0] + rescaling[1])
    np.testing.assert_allclose(answers(page, INK), answers(net, taken), atol=1e-6)


def test_names_that_a_network_has_already_are_not_given_again() -> None:
    net = chain((784,), GraphLayer("Rescaling", "image", {"scale": 2.0}), dense(4, 784, "softmax", "shape"))
    page = edit.with_input(net, 28, (1.0, 0.0))
    assert [layer.name for layer in page.layers] == ["image_1", "shape_1", "image", "shape"]
    np.testing.assert_allclose(answers(page, INK), answers(net, INK.reshape(-1, 784)), atol=1e-6)


@pytest.mark.parametrize("activation", ["linear", "sigmoid", "log_softmax"])
def test_what_is_no_probability_yet_gets_a_softmax(activation: str) -> None:
    net = flat((28, 28, 1), activation)
    ended, said = edit.with_softmax(net)
    assert "softmax" in said
    scores = answers(ended, INK)
    np.testing.assert_allclose(scores.sum(1), 1, atol=1e-6)
    assert (scores.argmax(1) == answers(net, INK).argmax(1)).all()
    assert edit.with_softmax(ended) == (ended, "")


@pytest.mark.parametrize(
    "end",
    [
        (dense(4, 784, "softmax"),),
        (dense(4, 784), GraphLayer("Activation", "end", {"activation": "softmax"})),
        (dense(4, 784), GraphLayer("Softmax", "end", {"axis": -1})),
        (dense(4, 784), GraphLayer("Softmax", "end", {"axis": 1})),
        (dense(4, 784, "softmax"), GraphLayer("Reshape", "end", {"target_shape": [4]})),
    ],
)
def test_probabilities_stay_as_they_are(end: tuple[GraphLayer, ...]) -> None:
    net = chain((28, 28, 1), GraphLayer("Flatten", "flat", {}), *end)
    assert edit.with_softmax(net) == (net, "")


@pytest.mark.parametrize(
    ("net", "says"),
    [
        (flat((28, 28), "relu"), "net ends in relu, which are no probabilities"),
        (flat((28, 28), "tanh"), "net ends in tanh"),
        (chain((28, 28), dense(4, 28), GraphLayer("ReLU", "end", {})), "net ends in ReLU, which"),
        (chain((784,), dense(4, 784, "relu"), GraphLayer("Dropout", "end", {})), "net ends in Dropout of relu, which"),
        (chain((28, 4), GraphLayer("Softmax", "end", {"axis": 1})), "net ends in Softmax over axis 1, which"),
        (chain((784,), dense(4, 784, "softmax"), GraphLayer("Rescaling", "end", {"scale": 2.0})), "sum to 2: let"),
        (chain((784,), dense(4, 784, "softmax"), GraphLayer("Rescaling", "end", {"scale": -1.0})), "of softmax"),
    ],
)
def test_an_end_that_has_no_meaning_as_probabilities_is_refused(net: Graph, says: str) -> None:
    with pytest.raises(DigitjsError, match=says):
        edit.with_softmax(net)


def test_several_inputs_and_outputs_are_refused() -> None:
    net = flat((28, 28, 1))
    with pytest.raises(DigitjsError, match="net has 2 outputs: take a network with one"):
        edit.with_softmax(Graph(net.name, net.layers, net.inputs, net.outputs * 2))
    with pytest.raises(DigitjsError, match="net has 2 inputs: take a network of one image"):
        edit.input_of(Graph(net.name, net.layers, net.inputs * 2, net.outputs))


def averaged() -> Graph:
    """Two networks of the same image and the mean of their probabilities."""
    branches = [dense(4, 784, "softmax", name) for name in ("one", "other")]
    called = [GraphLayer(one.kind, one.name, one.options, one.weights, ((Tensor("flat"),),)) for one in branches]
    net = chain((28, 28, 1), GraphLayer("Flatten", "flat", {}))
    mean = GraphLayer("Average", "mean", {}, calls=((Tensor("one"), Tensor("other")),))
    return Graph("net", (*net.layers, *called, mean), net.inputs, (Tensor("mean"),), keras=2)


def summed(*scales: float) -> Graph:
    """The sum of multiples of the probabilities of two networks, as operators write it."""
    net = averaged()
    scaled = [
        GraphLayer("Rescaling", f"{name}_{scale}", {"scale": scale, "offset": 0.0}, calls=((Tensor(name),),))
        for name, scale in zip(("one", "other"), scales, strict=True)
    ]
    end = GraphLayer("Add", "mean", {}, calls=(tuple(Tensor(one.name) for one in scaled),))
    return Graph("net", (*net.layers[:-1], *scaled, end), net.inputs, net.outputs, keras=2)


def test_mixtures_of_probabilities_are_probabilities_where_they_sum_to_one() -> None:
    for scales in ((0.5, 0.5), (0.3, 0.7)):
        net = summed(*scales)
        assert edit.with_softmax(net) == (net, "")
    with pytest.raises(DigitjsError, match=r"net ends in probabilities that sum to 1.5: let it give their mean"):
        edit.with_softmax(summed(1.0, 0.5))


def test_a_chain_of_sums_is_followed_once() -> None:
    layers = [GraphLayer("InputLayer", "given", {"batch_shape": [None, 4]})]
    layers += [
        GraphLayer("Add", f"sum_{n}", {}, calls=((Tensor(layers[-1].name if n == 0 else f"sum_{n - 1}"),) * 2,))
        for n in range(2000)
    ]
    net = Graph("net", tuple(layers), (Tensor("given"),), (Tensor("sum_1999"),))
    assert edit.with_softmax(net)[1] == "net ends in logits: a softmax is added."


@pytest.mark.parametrize(
    "net",
    [
        flat((28, 28, 1)),
        edit.with_softmax(flat((28, 28, 1), "linear"))[0],
        chain((784,), dense(4, 784, "softmax"), GraphLayer("Dropout", "end", {"rate": 0.5})),
        averaged(),
    ],
)
def test_outputs_are_put_in_another_order(net: Graph) -> None:
    order = [2, 0, 3, 1]
    images: Any = INK if len(edit.input_shape(net)) == 3 else INK.reshape(-1, 784)
    moved = edit.reordered(net, order)
    np.testing.assert_allclose(answers(moved, images), answers(net, images)[:, order], atol=1e-7)
    assert edit.outputs_of(moved) == 4
    assert edit.with_softmax(averaged())[1] == ""


def test_how_many_probabilities_follows_from_the_last_layers() -> None:
    assert edit.outputs_of(flat((28, 28), units=26)) == 26
    pooled = [GraphLayer("Conv2D", "conv", {"filters": 7}), GraphLayer("GlobalAveragePooling2D", "mean", {})]
    assert edit.outputs_of(chain((28, 28, 1), *pooled)) == 7
    assert edit.outputs_of(chain((28, 28, 1), GraphLayer("Flatten", "flat", {}))) is None


def test_layers_are_described_as_our_own_are() -> None:
    options = {"filters": 8, "kernel_size": [3, 3], "padding": "same", "activation": "relu", "strides": [1, 1]}
    assert edit.described(GraphLayer("Conv2D", "conv", options)) == "Conv2D 8, 3 × 3, same, relu"
    assert edit.described(GraphLayer("Dense", "dense", {"units": 10, "activation": "linear"})) == "Dense 10"
    assert edit.parameters(flat((28, 28, 1))) == 785 * 4
