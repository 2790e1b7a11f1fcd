"""One process of a training, for test_distribute.py: fits a small network, and keeps its weights if it is the chief.

python worker.py STRATEGY DATA FOLDER
"""

import sys
from pathlib import Path

import numpy as np

from digitjs.data import dataset
from digitjs.data.source import Source
from digitjs.errors import DigitjsError
from digitjs.model_card import Epoch
from digitjs.networks.layers import Layer
from digitjs.networks.network import Network
from digitjs.networks.recipe import Augmentation, Recipe
from digitjs.training.cluster import distribution, meet

NETWORK = Network(
    name="small",
    title="Small",
    layers=(
        Layer("Conv2D", {"filters": 4, "kernel_size": 3, "strides": 2, "use_bias": False}),
        Layer("BatchNormalization"),
        Layer("ReLU"),
        Layer("Flatten"),
        Layer("Dropout", {"rate": 0.3}),
        Layer("Dense", {"units": 10, "activation": "softmax"}),
    ),
    recipes=(Recipe(name="short", learning_rate=2e-3, epochs=4, batch_size=64, augmentation=Augmentation()),),
)


def main(strategy: str, data: Path, folder: Path) -> None:
    chosen = distribution(strategy)
    if chosen.cluster:
        meet(chosen.cluster, (), print)
    if strategy == "mirrored":
        import tensorflow as tf

        [cpu] = tf.config.list_physical_devices("CPU")
        tf.config.set_logical_device_configuration(cpu, [tf.config.LogicalDeviceConfiguration()] * 2)
    from digitjs.training import distribute
    from digitjs.training.fit import Execution, fit_model

    replicas = distribute.assemble(chosen)
    samples = dataset.load(Source((data,)))

    def report(epoch: Epoch) -> None:
        print("epoch", epoch.number, flush=True)

    with distribute.losses_named(chosen.cluster):
        fitted = fit_model(NETWORK, samples, folder, Execution(report, replicas))
    if replicas.is_chief:
        np.savez(folder / "weights.npz", *fitted.model.get_weights())


if __name__ == "__main__":
    try:
        main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))
    except DigitjsError as error:
        print(error.message, file=sys.stderr)
        sys.exit(1)
