"""One process of a training, for test_distribute.py: fits a small network, and keeps its weights if it is the chief.

python worker.py STRATEGY DATA FOLDER [shard]

With a share of its own, it prints how many samples it has read, and keeps its weights in any case.
"""

import sys
from contextlib import nullcontext
from pathlib import Path

import numpy as np

from digitjs.console import Console
from digitjs.data import dataset
from digitjs.data.source import Source
from digitjs.errors import DigitjsError
from digitjs.model_card import Epoch
from digitjs.networks.layers import Layer
from digitjs.networks.network import Network
from digitjs.networks.recipe import Augmentation, Recipe
from digitjs.training.cluster import distribution
from digitjs.training.meeting import join, lost

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


def main(strategy: str, data: Path, folder: Path, *, sharded: bool) -> None:
    chosen = distribution(strategy, sharded=sharded)
    meeting = join(chosen.cluster, print) if chosen.cluster else None
    if meeting:
        meeting.agree(())
    if strategy == "mirrored":
        import tensorflow as tf

        [cpu] = tf.config.list_physical_devices("CPU")
        tf.config.set_logical_device_configuration(cpu, [tf.config.LogicalDeviceConfiguration()] * 2)
    from digitjs.training import distribute
    from digitjs.training.fit import Execution, fit_model

    if meeting:
        meeting.begin()
    with Console().connecting(lost(chosen.cluster).message) if chosen.cluster else nullcontext():
        replicas = distribute.assemble(chosen)
    samples = dataset.load(Source((data,)), share=chosen.share)
    if sharded:
        print("read", sum(map(len, (samples.train, samples.validation, samples.test))), flush=True)

    def report(epoch: Epoch) -> None:
        print("epoch", epoch.number, epoch.validation_accuracy, flush=True)

    folder.mkdir(parents=True, exist_ok=True)
    with distribute.losses_named(chosen.cluster):
        fitted = fit_model(NETWORK, samples, folder, Execution(report, replicas))
    if replicas.is_chief or sharded:
        np.savez(folder / "weights.npz", *fitted.model.get_weights())


if __name__ == "__main__":
    try:
        main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]), sharded="shard" in sys.argv[4:])
    except DigitjsError as error:
        print(error.message, file=sys.stderr)
        sys.exit(1)
