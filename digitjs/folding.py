"""The same function in fewer layers: what a fitted network becomes before it is exported."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from digitjs.networks import Layer

Weights = list[NDArray[np.float32]]


@dataclass(frozen=True)
class Fitted:
    """A layer with the weights that training gave it, in Keras's order."""

    layer: Layer
    weights: Weights


def fold(layers: list[Fitted]) -> list[Fitted]:
    """Fold batch normalisation and activations into the linear layer before them.

    A browser then runs one fused kernel where training had three layers; the function is the same
    to float32 rounding.
    """
    folded: list[Fitted] = []
    for fitted in layers:
        before = folded[-1] if folded else None
        if before is not None and _takes(before.layer, fitted.layer):
            folded[-1] = _absorb(before, fitted)
        else:
            folded.append(fitted)
    return folded


def divide_logits(layers: list[Fitted], temperature: float) -> list[Fitted]:
    """Divide the logits by a temperature, in the weights of the last layer: its softmax is then calibrated."""
    last = layers[-1]
    return [*layers[:-1], Fitted(last.layer, [weight / np.float32(temperature) for weight in last.weights])]


def _takes(linear: Layer, after: Layer) -> bool:
    if linear.kind not in ("Conv2D", "DepthwiseConv2D", "Dense") or linear.options.get("activation"):
        return False
    return after.kind in ("BatchNormalization", "ReLU", "Activation")


def _absorb(linear: Fitted, after: Fitted) -> Fitted:
    options = dict(linear.layer.options)
    if after.layer.kind != "BatchNormalization":
        options["activation"] = after.layer.options.get("activation", "relu")
        return Fitted(Layer(linear.layer.kind, options), linear.weights)
    gamma, beta, mean, variance = after.weights  # (channels,) each
    scale = gamma / np.sqrt(variance + _epsilon(after.layer))
    kernel = linear.weights[0]
    bias = linear.weights[1] if len(linear.weights) > 1 else np.zeros_like(mean)
    # A depthwise kernel is (height, width, channels, 1); the others end in their output channels.
    factor = scale[:, np.newaxis] if linear.layer.kind == "DepthwiseConv2D" else scale
    options["use_bias"] = True
    return Fitted(Layer(linear.layer.kind, options), [kernel * factor, (bias - mean) * scale + beta])


def _epsilon(normalisation: Layer) -> float:
    epsilon = normalisation.options.get("epsilon", 1e-3)  # Keras's default
    return epsilon if isinstance(epsilon, float) else 1e-3
