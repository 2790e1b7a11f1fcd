"""Kernels on a coarse grid: each weight then fits into a byte, and a compressed file needs less than that.

The converter also writes biases as bytes, on 255 steps of its own choice; a grid is therefore judged by the model read
back from the files.
"""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from digitjs.export.fold_batchnorm import WeightedLayer
from digitjs.layers_format import Weight
from digitjs.networks.graph import Graph

# How many steps a kernel's range may be divided into, the coarsest first. All divide 255: the converter's 8 bits then
# hit each value exactly. In 51 steps the compact network takes 58 kB compressed, in 255 it takes 76, in float32 333.
STEPS = (51, 85, 255)
FEW = 5000  # weights: a smaller kernel has 255 steps at any rate; the first two of the compact network cost 2 kB, and
# with them on the coarse grid its probabilities move nearly twice as far


def rounded(layers: list[WeightedLayer], steps: int) -> list[WeightedLayer]:
    """The same layers with every kernel on a grid of its own; biases are few and left to the converter.

    Args:
        layers: as they would be exported.
        steps: that a kernel's range from its lowest to its highest weight is divided into; a small one's into 255.
    """
    return [
        WeightedLayer(one.layer, [_on_grid(weight, steps) if weight.ndim > 1 else weight for weight in one.weights])
        for one in layers
    ]


def rounded_graph(graph: Graph, steps: int) -> Graph:
    """The same for a network of any shape, its weights as TF.js's."""
    return replace(
        graph,
        layers=tuple(
            replace(layer, weights=tuple(Weight(name, _coarse(values, steps)) for name, values in layer.weights))
            for layer in graph.layers
        ),
    )


def _coarse(values: NDArray[np.generic], steps: int) -> NDArray[np.generic]:
    return _on_grid(values.astype(np.float32), steps) if values.ndim > 1 else values


def _on_grid(kernel: NDArray[np.float32], steps: int) -> NDArray[np.float32]:
    """The nearest multiples of a step; 0, which padding needs, is one of them."""
    steps = steps if kernel.size >= FEW else STEPS[-1]
    lowest, highest = float(kernel.min()), float(kernel.max())
    step = (highest - lowest) / steps
    if step == 0:
        return kernel
    places = np.rint(kernel.astype(np.float64) / step)
    # Ties at both ends could go apart or together: the range must stay so many steps, or the converter misses the grid.
    first = np.rint(lowest / step)
    places = np.where(kernel == kernel.max(), first + steps, np.clip(places, first, first + steps))
    return (places * step).astype(np.float32)
