"""What TensorFlow.js 4.22 makes of each layer and argument of Keras: the one table that says what may be used."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from digitjs.networks.layers import INERT
from digitjs.networks.rewrite import rules
from digitjs.networks.rewrite.expression import Call, Expression
from digitjs.networks.rewrite.given import Given

Rule = Callable[[Given, Call], Expression]


@dataclass(frozen=True)
class Row:
    """One class of layers."""

    passes: frozenset[str]  # arguments that TensorFlow.js takes as Keras does, whatever they are
    only: Mapping[str, tuple[object, ...]]  # values of others that it answers rightly
    handled: frozenset[str]  # arguments that the rule reads
    weights: tuple[str, ...]  # as TensorFlow.js names them, in the order of both
    rule: Rule | None = None  # None: it is kept
    activations: tuple[str, ...] = ()  # arguments that name functions within the layer
    defaults: Mapping[str, Any] = field(default_factory=dict)  # Keras's, where TensorFlow.js has others


def _row(passes: str = "", *, handled: str = "", weights: str = "", rule: Rule | None = None, **only: Any) -> Row:
    """A row; `only` are the arguments with the values that are right, `inside` and `defaults` those of Row."""
    inside, defaults = tuple(only.pop("inside", "").split()), only.pop("defaults", {})
    return Row(
        frozenset(passes.split()), only, frozenset(handled.split()), tuple(weights.split()), rule, inside, defaults
    )


PAD = ("valid", "same")
ONE = (1, [1], [1, 1], [1, 1, 1], (1, 1))
NO = (False, None)
LAST = ("channels_last", None)
CONV = "filters kernel_size strides dilation_rate use_bias"
POOL: dict[str, Any] = {"padding": PAD, "data_format": LAST}
RECURRENT = "units use_bias return_sequences go_backwards unroll"
STATE: dict[str, Any] = {"stateful": NO, "return_state": NO, "time_major": NO}

_conv = _row(
    CONV,
    handled="groups",
    weights="kernel bias",
    rule=rules.convolution,
    padding=PAD,
    data_format=LAST,
)
_transposed = _row(
    "filters kernel_size strides use_bias",
    weights="kernel bias",
    padding=PAD,
    data_format=LAST,
    dilation_rate=ONE,
    output_padding=(None,),
    groups=ONE,
)
_pool = _row("pool_size strides", **POOL)
_global = _row(handled="keepdims", rule=rules.keepdims, data_format=LAST)
_merge = _row()

LAYERS: dict[str, Row] = {
    "Activation": _row(handled="activation", rule=rules.activation),
    "Add": _merge,
    "Average": _merge,
    "AveragePooling1D": _pool,
    "AveragePooling2D": _pool,
    "AveragePooling3D": _pool,
    "BatchNormalization": _row(
        "epsilon center scale",
        handled="axis",
        weights="gamma beta moving_mean moving_variance",
        rule=rules.batch_normalization,
    ),
    "Concatenate": _row("axis"),
    "Conv1D": _row(
        f"{CONV} padding", handled="groups", weights="kernel bias", rule=rules.convolution, data_format=LAST
    ),
    "Conv2D": _conv,
    "Conv2DTranspose": _transposed,
    "Conv3D": _conv,
    "Conv3DTranspose": _transposed,
    "ConvLSTM2D": _row(
        f"{CONV} padding return_sequences go_backwards",
        weights="kernel recurrent_kernel bias",
        rule=rules.recurrent,
        inside="activation recurrent_activation",
        data_format=LAST,
        defaults={"recurrent_activation": "sigmoid", "activation": "tanh"},
        **STATE,
    ),
    "Cropping2D": _row("cropping", data_format=LAST),
    "Dense": _row("units use_bias", weights="kernel bias", lora_rank=(None,), quantization_config=(None,)),
    "DepthwiseConv2D": _row(
        "kernel_size strides depth_multiplier use_bias",
        handled="dilation_rate",
        weights="depthwise_kernel bias",
        rule=rules.undilated,
        padding=PAD,
        data_format=LAST,
        groups=ONE,
    ),
    "Dot": _row("axes normalize", rule=rules.dot),
    "ELU": _row(handled="alpha", rule=rules.elu),
    "Embedding": _row("input_dim output_dim input_length mask_zero", weights="embeddings", lora_rank=(None,)),
    "Flatten": _row(rule=rules.flatten, data_format=LAST),
    "GRU": _row(
        RECURRENT,
        weights="kernel recurrent_kernel bias",
        rule=rules.recurrent,
        inside="activation recurrent_activation",
        reset_after=(False,),
        defaults={"recurrent_activation": "sigmoid", "activation": "tanh", "reset_after": True},
        **STATE,
    ),
    "GlobalAveragePooling1D": _global,
    "GlobalAveragePooling2D": _global,
    "GlobalMaxPooling1D": _global,
    "GlobalMaxPooling2D": _global,
    "InputLayer": _row(
        handled="batch_shape batch_input_shape shape dtype",
        rule=rules.input_layer,
        sparse=NO,
        ragged=NO,
        optional=NO,
    ),
    "LSTM": _row(
        RECURRENT,
        weights="kernel recurrent_kernel bias",
        rule=rules.recurrent,
        inside="activation recurrent_activation",
        defaults={"recurrent_activation": "sigmoid", "activation": "tanh"},
        **STATE,
    ),
    "LayerNormalization": _row("axis epsilon center scale", weights="gamma beta", rms_scaling=NO),
    "LeakyReLU": _row(handled="negative_slope alpha", rule=rules.leaky_relu),
    "Masking": _row("mask_value"),
    "MaxPooling1D": _pool,
    "MaxPooling2D": _pool,
    "MaxPooling3D": _pool,
    "Maximum": _merge,
    "Minimum": _merge,
    "Multiply": _merge,
    "Normalization": _row(handled="axis mean variance invert", weights="mean variance count", rule=rules.normalization),
    "PReLU": _row("shared_axes", weights="alpha"),
    "Permute": _row("dims"),
    "ReLU": _row(handled="max_value negative_slope threshold", rule=rules.relu),
    "RepeatVector": _row("n"),
    "Rescaling": _row(handled="scale offset", rule=rules.rescaling),
    "Reshape": _row("target_shape"),
    "SeparableConv2D": _row(
        CONV + " depth_multiplier",
        weights="depthwise_kernel pointwise_kernel bias",
        padding=PAD,
        data_format=LAST,
        groups=ONE,
    ),
    "SimpleRNN": _row(
        RECURRENT,
        weights="kernel recurrent_kernel bias",
        rule=rules.recurrent,
        inside="activation",
        defaults={"activation": "tanh"},
        **STATE,
    ),
    "Softmax": _row(handled="axis", rule=rules.softmax),
    "Subtract": _row(rule=rules.subtract),
    "ThresholdedReLU": _row("theta"),
    "UpSampling2D": _row("size", data_format=LAST, interpolation=("nearest", None)),
    "ZeroPadding2D": _row("padding", data_format=LAST),
}
LAYERS |= dict.fromkeys(INERT, _row(rule=rules.dropped))
WRAPPERS = ("Bidirectional", "TimeDistributed")
FUSED = (
    "Conv1D",
    "Conv2D",
    "Conv2DTranspose",
    "Conv3D",
    "Conv3DTranspose",
    "Dense",
    "DepthwiseConv2D",
    "SeparableConv2D",
)
