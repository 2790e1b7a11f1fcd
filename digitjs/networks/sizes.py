"""How many numbers a network of layers learns and multiplies, without Keras: shapes followed from layer to layer."""

import math
from collections.abc import Iterable

from digitjs.networks.layers import Layer, Option

Shape = tuple[int, ...]  # without the batch
KERNELS = ("Conv2D", "Dense", "DepthwiseConv2D")


def parameters(layers: Iterable[Layer], size: int) -> int:
    """As many as Keras counts.

    Args:
        layers: of the kinds that the page runs, with options that Keras takes.
        size: of the images, in pixels a side.
    """
    shape: Shape = (size, size, 1)
    total = 0
    for layer in layers:
        total += _weights(layer, shape)
        shape = _after(layer, shape)
    return total


def multiplications(layers: Iterable[Layer], size: int) -> int:
    """Of one image in the layers that have kernels, where nearly all time goes; a bias counts as one.

    Args:
        layers: as of `parameters`.
        size: of the images, in pixels a side.
    """
    shape: Shape = (size, size, 1)
    total = 0
    for layer in layers:
        after = _after(layer, shape)
        if layer.kind in KERNELS:
            total += _weights(layer, shape) * math.prod(after[:-1])
        shape = after
    return total


def _weights(layer: Layer, shape: Shape) -> int:
    """Of one layer that is given this shape."""
    options, channels = layer.options, shape[-1]
    bias = options.get("use_bias", True) is not False
    match layer.kind:
        case "Dense":
            return (channels + bias) * _number(options["units"])
        case "Conv2D":
            per_filter = math.prod(_pair(options["kernel_size"])) * channels // _number(options.get("groups", 1))
            return (per_filter + bias) * _number(options["filters"])
        case "DepthwiseConv2D":
            each = math.prod(_pair(options["kernel_size"])) + bias
            return each * channels * _number(options.get("depth_multiplier", 1))
        case "BatchNormalization":
            learned = sum(options.get(name, True) is not False for name in ("scale", "center"))
            return (learned + 2) * shape[_number(options.get("axis", -1)) - (_number(options.get("axis", -1)) > 0)]
        case "PReLU":
            shared = options.get("shared_axes", ())
            axes = shared if isinstance(shared, tuple) else (_number(shared),)
            return math.prod(length for axis, length in enumerate(shape, start=1) if axis not in axes)
    return 0


def _after(layer: Layer, shape: Shape) -> Shape:
    """What one layer gives for this shape."""
    options = layer.options
    match layer.kind:
        case "Dense":
            return (*shape[:-1], _number(options["units"]))
        case "Flatten":
            return (math.prod(shape),)
        case "GlobalAveragePooling2D" | "GlobalMaxPooling2D":
            return (1, 1, shape[2]) if options.get("keepdims") else (shape[2],)
        case "Conv2D" | "DepthwiseConv2D":
            depth = options["filters"] if layer.kind == "Conv2D" else options.get("depth_multiplier", 1)
            channels = _number(depth) * (shape[2] if layer.kind == "DepthwiseConv2D" else 1)
            return (*_windows(layer, shape, _pair(options["kernel_size"]), (1, 1)), channels)
        case "AveragePooling2D" | "MaxPooling2D":
            window = _pair(options.get("pool_size", 2))
            return (*_windows(layer, shape, window, window), shape[2])
        case "ZeroPadding2D":
            down, across = _pair(options.get("padding", 1))
            return (shape[0] + 2 * down, shape[1] + 2 * across, shape[2])
        case "Cropping2D":
            down, across = _pair(options.get("cropping", 0))
            return (shape[0] - 2 * down, shape[1] - 2 * across, shape[2])
        case "Permute":
            return tuple(shape[place - 1] for place in _several(options["dims"]))
        case "Reshape":
            wanted = _several(options["target_shape"])
            rest = math.prod(shape) // max(1, math.prod(length for length in wanted if length != -1))
            return tuple(rest if length == -1 else length for length in wanted)
    return shape


def _windows(layer: Layer, shape: Shape, window: Shape, strides: Shape) -> Shape:
    """How many places a window has, down and across."""
    options = layer.options
    steps = _pair(options.get("strides", strides))
    if options.get("padding") == "same":
        return tuple(-(-length // step) for length, step in zip(shape, steps, strict=False))
    dilation = _pair(options.get("dilation_rate", 1))
    reach = [(each - 1) * apart + 1 for each, apart in zip(window, dilation, strict=True)]
    return tuple((length - far) // step + 1 for length, far, step in zip(shape, reach, steps, strict=False))


def _pair(value: Option | Shape) -> Shape:
    """A number as two."""
    return value if isinstance(value, tuple) else (_number(value),) * 2


def _several(value: Option) -> Shape:
    return value if isinstance(value, tuple) else (_number(value),)


def _number(value: Option) -> int:
    assert isinstance(value, int)  # as Keras wants it
    return value
