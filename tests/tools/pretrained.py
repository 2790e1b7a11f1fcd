"""Train the built-in networks, where the cache has no training of theirs, and pack them for the package."""

from digitjs import pipeline
from digitjs.cli.options import SEED
from digitjs.config import QUANTIZE
from digitjs.console import Console
from digitjs.data import dataset
from digitjs.export import pretrained
from digitjs.filesystem.paths import default_cache
from digitjs.networks.builtin import NETWORKS


def main() -> None:
    networks = tuple(network.trained_by(None, seed=SEED) for network in NETWORKS)
    build = pipeline.resolve(pipeline.Plan(networks, data=None, quantize=QUANTIZE[0]), default_cache())
    pipeline.train(build, Console())
    for network, export in zip(networks, build.exports, strict=True):
        pretrained.pack(network, export, data=dataset.fingerprint())


if __name__ == "__main__":
    main()
