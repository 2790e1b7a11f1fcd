"""Networks are counted without Keras as Keras counts them."""

import pytest

from digitjs.networks import builtin
from digitjs.networks.keras_model import build_model
from digitjs.networks.layers import Layer
from digitjs.networks.network import Network
from digitjs.networks.sizes import multiplications, parameters

END = (Layer("Flatten"), Layer("Dense", {"units": 3}))


@pytest.mark.parametrize("network", builtin.NETWORKS, ids=lambda network: network.name)
def test_the_built_in_networks(network: Network) -> None:
    assert parameters(network.layers, 28) == build_model(network.name, network.layers).count_params()


@pytest.mark.parametrize(
    "layers",
    [
        (Layer("Conv2D", {"filters": 4, "kernel_size": (3, 5), "strides": 2, "padding": "same"}),),
        (Layer("Conv2D", {"filters": 4, "kernel_size": 3, "dilation_rate": 2, "use_bias": False}),),
        (Layer("DepthwiseConv2D", {"kernel_size": 5, "depth_multiplier": 3, "strides": (2, 2)}), Layer("PReLU")),
        (Layer("Conv2D", {"filters": 4, "kernel_size": 3}), Layer("PReLU", {"shared_axes": (1, 2)})),
        (Layer("BatchNormalization", {"scale": False}), Layer("AveragePooling2D", {"pool_size": 3, "strides": 2})),
        (Layer("MaxPooling2D", {"pool_size": (2, 3), "padding": "same"}), Layer("BatchNormalization", {"axis": 1})),
        (Layer("ZeroPadding2D", {"padding": 2}), Layer("Cropping2D", {"cropping": 1}), Layer("ReLU")),
        (
            Layer("Permute", {"dims": (3, 1, 2)}),
            Layer("Dense", {"units": 5}),
            Layer("Reshape", {"target_shape": (-1, 4)}),
        ),
        (Layer("Conv2D", {"filters": 6, "kernel_size": 1}), Layer("GlobalMaxPooling2D"), Layer("Dense", {"units": 2})),
        (Layer("Conv2D", {"filters": 6, "kernel_size": 1}), Layer("GlobalAveragePooling2D", {"keepdims": True})),
    ],
)
def test_layers_of_every_kind(layers: tuple[Layer, ...]) -> None:
    assert parameters((*layers, *END), 32) == build_model("net", (*layers, *END), size=32).count_params()


def test_a_kernel_multiplies_at_each_of_its_places() -> None:
    convolution = Layer("Conv2D", {"filters": 4, "kernel_size": 3, "use_bias": False})  # 28 to 26
    depthwise = Layer("DepthwiseConv2D", {"kernel_size": 2, "strides": 2, "use_bias": False})  # 26 to 13
    dense = Layer("Dense", {"units": 3, "use_bias": False})
    layers = (convolution, Layer("BatchNormalization"), Layer("ReLU"), depthwise, Layer("Flatten"), dense)
    assert multiplications(layers, 28) == 26 * 26 * 4 * 9 + 13 * 13 * 4 * 4 + 13 * 13 * 4 * 3
