"""Keras layers as plain data, and which of them the page can run."""

from dataclasses import dataclass, field

# The layers and activations that TF.js and the kernels in the page's bundle run; tests/page/test_layers.py runs each in
# a browser.
RUNNABLE = (
    "Activation",
    "AveragePooling2D",
    "BatchNormalization",
    "Conv2D",
    "Cropping2D",
    "Dense",
    "DepthwiseConv2D",
    "Dropout",
    "ELU",
    "Flatten",
    "GlobalAveragePooling2D",
    "GlobalMaxPooling2D",
    "LeakyReLU",
    "MaxPooling2D",
    "PReLU",
    "Permute",
    "ReLU",
    "Reshape",
    "Softmax",
    "ZeroPadding2D",
)
ACTIVATIONS = ("elu", "hard_sigmoid", "linear", "relu", "relu6", "sigmoid", "softmax", "swish", "tanh")

Option = int | float | str | bool | tuple[int, ...]


@dataclass(frozen=True)
class Layer:
    """One Keras layer: the name of its class in `tf_keras.layers` and its arguments."""

    kind: str
    options: dict[str, Option] = field(default_factory=dict)

    def __str__(self) -> str:
        """As a person says it: Conv2D 16, 3 × 3, relu."""
        size = self.options.get("kernel_size") or self.options.get("pool_size")
        if isinstance(size, tuple):
            size = " × ".join(map(str, size))
        rate = self.options.get("rate")
        parts = [
            self.options.get("filters") or self.options.get("units"),
            f"{size} × {size}" if isinstance(size, int) else size,
            f"{rate:.0%}" if isinstance(rate, float) else None,
            "same" if self.options.get("padding") == "same" else None,
            self.options.get("activation"),
        ]
        return f"{self.kind} {', '.join(str(part) for part in parts if part)}".strip()
