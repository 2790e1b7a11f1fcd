"""What the page can run: what image classifiers are made of, as far as both of its backends have the kernels."""

from collections.abc import Iterable

from digitjs.networks.rewrite.activations import NATIVE
from digitjs.networks.rewrite.expression import Call
from digitjs.networks.rewrite.given import Fault, UnfitError

# In TensorFlow.js's names; tests/page/test_layers.py runs each in a browser. What needs operations that treeshake.mjs
# leaves out is missing: Conv1D, Conv2DTranspose, LayerNormalization, SeparableConv2D, UpSampling2D and gelu.
PAGE_LAYERS = (
    *("Activation", "Add", "Average", "AveragePooling1D", "AveragePooling2D", "BatchNormalization", "Concatenate"),
    *("Conv2D", "Cropping2D", "Dense", "DepthwiseConv2D", "Dot", "ELU", "Flatten", "GlobalAveragePooling1D"),
    *("GlobalAveragePooling2D", "GlobalMaxPooling1D", "GlobalMaxPooling2D", "InputLayer", "LSTM", "LeakyReLU"),
    *("MaxPooling1D", "MaxPooling2D", "Maximum", "Minimum", "Multiply", "PReLU", "Permute", "ReLU", "RepeatVector"),
    *("Rescaling", "Reshape", "SimpleRNN", "Softmax", "ThresholdedReLU", "ZeroPadding2D"),
)
PAGE_ACTIVATIONS = tuple(sorted({*NATIVE.values(), "hard_sigmoid"} - {"gelu"}))


def require_page(calls: Iterable[Call]) -> None:
    """Refuse what the page cannot run.

    Raises:
        UnfitError: a layer or an activation that it does not have.
    """
    faults = []
    for each in calls:
        name = each.options.get("activation", "linear")
        if each.kind not in PAGE_LAYERS:
            faults.append(Fault("", f"the page cannot run {each.kind}, choose from {', '.join(PAGE_LAYERS)}"))
        if name not in PAGE_ACTIVATIONS:
            known = ", ".join(PAGE_ACTIVATIONS)
            faults.append(Fault(f"activation={name}", f"the page cannot run it, choose from {known}"))
    if faults:
        raise UnfitError(dict.fromkeys(faults))
