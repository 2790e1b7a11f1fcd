"""The same function in fewer layers: what a fitted network becomes before it is exported."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from digitjs.networks.layers import Layer

Weights = list[NDArray[np.float32]]

LINEAR = ("Conv2D", "DepthwiseConv2D", "Dense")
EPSILON = 1e-3  # of a batch normalisation that names none


@dataclass(frozen=True)
class WeightedLayer:
    """A layer with the weights that training gave it, in Keras's order."""

    layer: Layer
    weights: Weights


def fold(layers: list[WeightedLayer]) -> list[WeightedLayer]:
    """Fold batch normalisation and activations into the linear layer before them.

    A browser then runs one fused kernel where training had three layers; the function is the same
    to float32 rounding. What is not known to fold stays a layer.
    """
    folded: list[WeightedLayer] = []
    for fitted in layers:
        absorbed = _absorb(folded[-1], fitted) if folded else None
        if absorbed is None:
            folded.append(fitted)
        else:
            folded[-1] = absorbed
    return folded


def _absorb(linear: WeightedLayer, after: WeightedLayer) -> WeightedLayer | None:
    """Both layers as one, or None where that would be another function, or one that is not understood."""
    options = linear.layer.options
    if linear.layer.kind not in LINEAR or options.get("activation", "linear") != "linear":
        return None
    if _is_per_channel(after.layer) and options.get("data_format", "channels_last") == "channels_last":
        return _normalised(linear, after)
    activation = _activation(after.layer)
    if activation is None:
        return None
    return WeightedLayer(Layer(linear.layer.kind, {**options, "activation": activation}), linear.weights)


def _is_per_channel(layer: Layer) -> bool:
    """Whether it is a batch normalisation that scales and shifts each channel."""
    known = {"axis", "momentum", "epsilon", "center", "scale"}
    return layer.kind == "BatchNormalization" and layer.options.keys() <= known and layer.options.get("axis", -1) == -1


def _activation(layer: Layer) -> str | None:
    """What a linear layer calls the function of an activation layer; None where it has no name for it."""
    if layer.kind == "ReLU" and not layer.options:
        return "relu"
    name = layer.options.get("activation") if layer.kind == "Activation" and len(layer.options) == 1 else None
    return name if isinstance(name, str) else None


def _normalised(linear: WeightedLayer, after: WeightedLayer) -> WeightedLayer:
    """A linear layer with the batch normalisation after it in its kernel and bias."""
    options = after.layer.options
    *learned, mean, variance = after.weights  # (channels,) each
    gamma = learned.pop(0) if options.get("scale", True) else np.float32(1)
    beta = learned.pop(0) if options.get("center", True) else np.float32(0)
    scale = gamma / np.sqrt(variance + np.array(options.get("epsilon", EPSILON), np.float32))
    kernel, *biases = linear.weights
    bias = biases[0] if biases else np.zeros_like(mean)
    # A depthwise kernel is (height, width, channels, multiplier), and its output channels are numbered in that order.
    factor = scale.reshape(kernel.shape[2:]) if linear.layer.kind == "DepthwiseConv2D" else scale
    weights = [kernel * factor, (bias - mean) * scale + beta]
    return WeightedLayer(Layer(linear.layer.kind, {**linear.layer.options, "use_bias": True}), weights)
