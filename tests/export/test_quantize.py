"""Rounded kernels lie on a grid that 8 bits hit exactly, as near to where they were as the grid allows."""

from pathlib import Path

import numpy as np
import pytest

from digitjs.export.fold_batchnorm import WeightedLayer
from digitjs.export.quantize import FEW, STEPS, rounded, rounded_graph
from digitjs.layers_format import Weight, read_model, write_model
from digitjs.networks.graph import Graph, GraphLayer
from digitjs.networks.layers import Layer

KERNELS = {
    "around 0": np.random.default_rng(1).normal(0, 0.1, (3, 3, 4, 8)),
    "lopsided": np.random.default_rng(2).uniform(-0.01, 0.7, (20, 10)),
    "one sign": np.random.default_rng(3).uniform(0.2, 0.7, (20, 10)),
    "all alike": np.full((4, 5), 0.3),
    "ties": np.array([[-1.5, -0.5], [0.5, 1.5]]) / 51,
}


def enlarged(kernel: np.ndarray) -> np.ndarray:
    """The same weights over and over: no small kernel."""
    return np.tile(kernel, (FEW // kernel.size + 1, *[1] * (kernel.ndim - 1)))


@pytest.mark.parametrize("steps", STEPS)
@pytest.mark.parametrize("kind", KERNELS)
def test_kernels_are_rounded_to_what_a_byte_can_tell(kind: str, steps: int, tmp_path: Path) -> None:
    kernel = enlarged(KERNELS[kind]).astype(np.float32)
    bias = np.linspace(-1, 1, kernel.shape[-1], dtype=np.float32)
    ((layer, (coarse, same)),) = (
        (one.layer, one.weights) for one in rounded([WeightedLayer(DENSE, [kernel, bias])], steps)
    )
    assert layer == DENSE
    assert np.array_equal(same, bias)
    step = np.ptp(kernel) / steps
    assert np.abs(coarse - kernel).max() <= 0.501 * step
    assert len(np.unique(coarse)) <= steps + 1
    write_model(tmp_path, {}, [Weight("kernel", coarse)], quantize="uint8")
    (written,) = read_model(tmp_path).weights
    assert np.abs(written.values - coarse).max() < 1e-6  # bytes lose nothing more


def test_small_kernels_lie_on_the_finest_grid() -> None:
    kernel = KERNELS["lopsided"].astype(np.float32)
    (coarse, finest) = (
        rounded([WeightedLayer(DENSE, [kernel])], steps)[0].weights[0] for steps in (STEPS[0], STEPS[-1])
    )
    np.testing.assert_array_equal(coarse, finest)


def test_nothing_stays_nothing() -> None:
    kernel = np.array([[-0.7, 0.0], [0.31, 0.0]], np.float32)
    ((one),) = rounded([WeightedLayer(DENSE, [kernel])], 51)
    assert np.array_equal(one.weights[0] == 0, kernel == 0)


DENSE = Layer("Dense", {"units": 8})


def test_kernels_of_a_graph_are_rounded_and_biases_are_not() -> None:
    random = np.random.default_rng(6)
    kernel, bias = random.normal(0, 1, (90, 80)).astype(np.float32), random.normal(0, 1, 80).astype(np.float32)
    layer = GraphLayer("Dense", "dense", {"units": 80}, (Weight("kernel", kernel), Weight("bias", bias)))
    graph = Graph("net", (layer,), (), ())
    coarse, kept = rounded_graph(graph, 51).layers[0].weights
    assert len(np.unique(coarse.values)) <= 52
    assert np.abs(coarse.values - kernel).max() <= (kernel.max() - kernel.min()) / 51
    np.testing.assert_array_equal(kept.values, bias)
