"""The rewritings of single layers. Each takes the layer and what it would be if only its arguments passed."""

import math
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from digitjs.layers_format import Weight
from digitjs.networks.rewrite.activations import activated
from digitjs.networks.rewrite.expression import Call, Expression, call, rescaled
from digitjs.networks.rewrite.given import Fault, Given, UnfitError, refused

MOST_VALUES = 4_000_000  # of a kernel that is filled up with zeros: 16 MB
KERAS_EPSILON = 1e-7  # the least deviation that Normalization divides by


def dropped(given: Given, kept: Call) -> Expression:
    """Nothing: what it does, it does in training only."""
    return 0


def input_layer(given: Given, kept: Call) -> Expression:
    """The shape with its batch, under the name that TensorFlow.js reads."""
    shape = given["batch_shape"] or given["batch_input_shape"]
    if shape is None:
        raise UnfitError([Fault("", "its shape is not known, save the network with an Input of a shape")])
    dtype = str(given["dtype"] or "float32")
    kind = "float32" if "float" in dtype else dtype if dtype in ("bool", "string") else "int32"
    return call("InputLayer", batch_input_shape=list(shape), dtype=kind)


def activation(given: Given, kept: Call) -> Expression:
    """An Activation, or what makes it up."""
    after = activated(0, given["activation"], given.keras)
    return call("Activation", 0, activation="linear") if after == 0 else after


def relu(given: Given, kept: Call) -> Expression:
    """Keras's: x above the threshold, at most max_value; below, slope * (x - threshold)."""
    slope, threshold = (float(given[name] or 0) for name in ("negative_slope", "threshold"))
    most = None if given["max_value"] is None else float(given["max_value"])
    if slope and not threshold and most is None:
        return call("LeakyReLU", 0, alpha=slope)
    limit: dict[str, Any] = {} if most is None else {"max_value": most}
    if threshold:
        above: Call = call("ThresholdedReLU", 0, theta=threshold)
        above = call("ReLU", above, **limit) if limit else above
    else:
        above = call("ReLU", 0, **limit)
    if not slope:
        return above
    below = rescaled(call("ReLU", rescaled(0, -1.0, threshold)), -slope)
    return call("Add", above, below)


def leaky_relu(given: Given, kept: Call) -> Expression:
    """Under the name that TensorFlow.js has for the slope."""
    slopes = (given["negative_slope"], given["alpha"], 0.3)
    return call("LeakyReLU", 0, alpha=float(next(slope for slope in slopes if slope is not None)))


def elu(given: Given, kept: Call) -> Expression:
    """TensorFlow.js has it with alpha 1 only; others mix it with ReLU."""
    alpha = 1.0 if given["alpha"] is None else given["alpha"]
    if alpha == 1:
        return call("ELU", 0, alpha=1.0)
    return call("Add", rescaled(call("ELU", 0, alpha=1.0), alpha), rescaled(call("ReLU", 0), 1 - alpha))


def _moved_last(given: Given, kept: Call, option: str = "axis") -> Expression:
    """The layer over the last axis, between two permutations where it is another axis."""
    axis = given[option]
    axis = axis[0] if isinstance(axis, list | tuple) and len(axis) == 1 else axis
    axis = -1 if axis is None else axis
    kept = replace(kept, options={**kept.options, option: -1})
    if axis == -1 or (given.rank is not None and axis == given.rank - 1):
        return kept
    if not isinstance(axis, int) or given.rank is None or not -given.rank < axis < given.rank or axis == 0:
        raise refused(given, option, "TensorFlow.js has it for one axis, the last: let it be -1")
    others = [place for place in range(1, given.rank) if place != axis % given.rank]
    dims = [*others, axis % given.rank]
    back = [dims.index(place) + 1 for place in range(1, given.rank)]
    return call("Permute", replace(kept, inputs=(call("Permute", 0, dims=dims),)), dims=back)


def softmax(given: Given, kept: Call) -> Expression:
    """Over the last axis."""
    return _moved_last(given, kept)


def batch_normalization(given: Given, kept: Call) -> Expression:
    """Over the last axis, of up to four."""
    if given.rank == 5:
        raise UnfitError([Fault("", "TensorFlow.js has it for four axes at most, train without it")])
    return _moved_last(given, kept)


def flatten(given: Given, kept: Call) -> Expression:
    """TensorFlow.js refuses to flatten what is flat."""
    return 0 if given.rank == 2 else kept


def keepdims(given: Given, kept: Call) -> Expression:
    """Global pooling, and where the dimensions are to stay, a Reshape after it."""
    if not given["keepdims"]:
        return kept
    ones = 2 if given.kind.endswith("2D") else 1
    channels = -1 if given.shape.channels is None else given.shape.channels  # the next layer cannot be built by -1
    return call("Reshape", kept, target_shape=[*[1] * ones, channels])


def dot(given: Given, kept: Call) -> Expression:
    """Of matrices at most."""
    if given.rank is not None and given.rank > 3:
        raise UnfitError([Fault("", "TensorFlow.js has it for three axes at most, reshape before it")])
    return kept


def recurrent(given: Given, kept: Call) -> Expression:
    """From the state of zeros."""
    if given.inputs > 1:
        raise UnfitError([Fault("initial_state", "TensorFlow.js starts with zeros, leave it out")])
    return kept


def subtract(given: Given, kept: Call) -> Expression:
    """The sum with the second one negated."""
    return call("Add", 0, rescaled(1, -1.0))


def _by_channel(scale: NDArray[Any], *, centre: NDArray[Any] | float = 0.0, offset: NDArray[Any] | float = 0.0) -> Call:
    """`scale * (input - centre) + offset`, each with one value for each place of the last axis."""
    names = ("gamma", "beta", "moving_mean", "moving_variance")
    values = np.broadcast_arrays(scale, offset, centre, np.ones_like(scale))
    weights = [Weight(name, value.astype(np.float32)) for name, value in zip(names, values, strict=True)]
    return call("BatchNormalization", 0, weights=weights, axis=-1, epsilon=0.0, center=True, scale=True)


def normalization(given: Given, kept: Call) -> Expression:
    """With one mean a Rescaling, with one for each channel a BatchNormalization of these moments."""
    moments = [given["mean"], given["variance"]]
    if any(moment is None for moment in moments):
        moments = [weight.values for weight in given.weights[:2]]
    if len(moments) < 2:
        raise UnfitError([Fault("", "its mean and variance are not known, adapt it before the network is saved")])
    mean, variance = (np.asarray(moment, np.float64) for moment in moments)
    if mean.size == 1:
        deviation = max(math.sqrt(variance.item()), KERAS_EPSILON)
        if given["invert"]:
            return rescaled(0, deviation, mean.item())
        return rescaled(rescaled(0, offset=-mean.item()), 1 / deviation)
    axes = (
        given["axis"] if isinstance(given["axis"], list | tuple) else [-1 if given["axis"] is None else given["axis"]]
    )
    if len(axes) > 1 or axes[0] not in (-1, (given.rank or 0) - 1) or given.rank not in (2, 3, 4):
        raise refused(given, "axis", "TensorFlow.js has no such layer, normalise along the last axis or none")
    mean, deviation = mean.ravel(), np.maximum(np.sqrt(variance.ravel()), KERAS_EPSILON)
    if given["invert"]:
        return _by_channel(deviation, offset=mean)
    return _by_channel(1 / deviation, centre=mean)


def rescaling(given: Given, kept: Call) -> Expression:
    """With numbers as they are, with one for each channel as a BatchNormalization."""
    scale, offset = np.asarray(given.options.get("scale", 1.0)), np.asarray(given.options.get("offset", 0.0))
    if scale.size == offset.size == 1:
        return rescaled(0, scale.item(), offset.item())
    if given.rank not in (2, 3, 4) or max(scale.ndim, offset.ndim) != 1:
        raise refused(given, "scale", "TensorFlow.js takes one number, or one for each channel")
    return _by_channel(np.broadcast_arrays(scale, offset)[0], offset=offset)


def _with_kernel(kept: Call, kernel: NDArray[Any], note: str, **options: Any) -> Call:
    """The convolution with another kernel, its first weight."""
    weights = (Weight(kept.weights[0].name, kernel), *kept.weights[1:])
    return replace(kept, options={**kept.options, **options}, weights=weights, note=note)


def _zeros(shape: tuple[int, ...], like: NDArray[Any], argument: str) -> NDArray[Any]:
    """What a kernel is filled up to.

    Raises:
        UnfitError: it would be too large for a page.
    """
    values = math.prod(shape)
    if values > MOST_VALUES:
        raise UnfitError([Fault(argument, f"without it the kernel would have {values:,} values, take less of it")])
    return np.zeros(shape, like.dtype)


def convolution(given: Given, kept: Call) -> Expression:
    """Without groups, and without the causal padding, which is zeros in the kernel with the padding "same"."""
    groups = given["groups"] or 1
    if groups > 1:
        kept = _ungrouped(kept, groups)
    if given["padding"] == "causal":
        kept = _causal(given, kept)
    return kept


def _ungrouped(kept: Call, groups: int) -> Call:
    note = "with one group, its kernel filled up with zeros"
    if not kept.weights:
        return replace(kept, note=note)
    kernel = kept.weights[0].values  # (..., channels of a group, filters)
    *_, depth, filters = kernel.shape
    wide = _zeros((*kernel.shape[:-2], depth * groups, filters), kernel, f"groups={groups}")
    for group, outputs in enumerate(np.split(np.arange(filters), groups)):
        wide[..., group * depth : (group + 1) * depth, outputs] = kernel[..., outputs]
    return _with_kernel(kept, wide, note)


def _causal(given: Given, kept: Call) -> Call:
    if any(stride != 1 for stride in _sizes(given["strides"])):
        raise refused(
            given, "padding", "TensorFlow.js cannot pad so with strides, take strides of 1 or another padding"
        )
    note = "with the padding same, its kernel filled up with zeros"
    if not kept.weights:
        return replace(kept, note=note)
    kernel = kept.weights[0].values
    later = np.zeros((len(kernel) - 1, *kernel.shape[1:]), kernel.dtype)
    size = [2 * len(kernel) - 1]
    return _with_kernel(kept, np.concatenate([kernel, later]), note, padding="same", kernel_size=size)


def _sizes(value: Any) -> tuple[int, ...]:
    return tuple(value) if isinstance(value, list | tuple) else (1 if value is None else value,)


def undilated(given: Given, kept: Call) -> Expression:
    """Zeros between the values of the kernel do what a dilation does."""
    rates = _sizes(given["dilation_rate"])
    if all(rate == 1 for rate in rates):
        return kept
    note = "without dilation, its kernel filled up with zeros"
    if not kept.weights:
        return replace(kept, note=note)
    kernel = kept.weights[0].values  # (height, width, ...)
    rows, columns = rates * (2 // len(rates))
    size = ((kernel.shape[0] - 1) * rows + 1, (kernel.shape[1] - 1) * columns + 1)
    wide = _zeros((*size, *kernel.shape[2:]), kernel, f"dilation_rate={given['dilation_rate']}")
    wide[::rows, ::columns] = kernel
    return _with_kernel(kept, wide, note, kernel_size=list(size))
