"""What the page's own bundle of TensorFlow.js can run: a part of what the npm package can."""

from collections.abc import Iterable

from digitjs.networks.rewrite.expression import Call
from digitjs.networks.rewrite.given import Fault, UnfitError

# The layers and activations of assets/js/tensorflow/layers.js with the kernels of kernels.json;
# tests/page/test_layers.py runs each in a browser.
PAGE_LAYERS = (
    *("Activation", "AveragePooling2D", "BatchNormalization", "Conv2D", "Cropping2D", "Dense", "DepthwiseConv2D"),
    *("ELU", "Flatten", "GlobalAveragePooling2D", "GlobalMaxPooling2D", "InputLayer", "LeakyReLU", "MaxPooling2D"),
    *("PReLU", "Permute", "ReLU", "Reshape", "Softmax", "ZeroPadding2D"),
)
PAGE_ACTIVATIONS = ("elu", "hard_sigmoid", "linear", "relu", "relu6", "sigmoid", "softmax", "swish", "tanh")


def page_faults(calls: Iterable[Call]) -> None:
    """Refuse what the page cannot run.

    Raises:
        UnfitError: a layer or an activation that is not in its bundle.
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
