"""What the page can run: what image classifiers are made of, as far as both of its backends have the kernels."""

from collections.abc import Iterable

from digitjs.networks.rewrite.activations import NATIVE
from digitjs.networks.rewrite.expression import Call
from digitjs.networks.rewrite.given import Fault, UnfitError

# In TensorFlow.js's names; tests/page/test_layers.py runs each in a browser.
PAGE_LAYERS = (
    *("Activation", "Add", "Average", "AveragePooling1D", "AveragePooling2D", "BatchNormalization", "Concatenate"),
    *("Conv1D", "Conv2D", "Conv2DTranspose", "Cropping2D", "Dense", "DepthwiseConv2D", "Dot", "ELU", "Flatten"),
    *("GlobalAveragePooling1D", "GlobalAveragePooling2D", "GlobalMaxPooling1D", "GlobalMaxPooling2D", "InputLayer"),
    *("LSTM", "LayerNormalization", "LeakyReLU", "MaxPooling1D", "MaxPooling2D", "Maximum", "Minimum", "Multiply"),
    *("PReLU", "Permute", "ReLU", "RepeatVector", "Rescaling", "Reshape", "SeparableConv2D", "SimpleRNN", "Softmax"),
    *("ThresholdedReLU", "UpSampling2D", "ZeroPadding2D"),
)
PAGE_ACTIVATIONS = tuple(sorted({*NATIVE.values(), "hard_sigmoid"}))


def require_page(calls: Iterable[Call]) -> None:
    """Refuse what the page cannot run.

    Raises:
        UnfitError: a layer that it does not have.
    """
    unknown = dict.fromkeys(each.kind for each in calls if each.kind not in PAGE_LAYERS)
    if unknown:
        kinds = ", ".join(PAGE_LAYERS)
        raise UnfitError(Fault("", f"the page cannot run {kind}, choose from {kinds}") for kind in unknown)
