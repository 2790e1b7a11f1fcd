"""What a training and an export are cached under: everything that made them, as a hash. No TensorFlow."""

import hashlib
import platform
from importlib import metadata
from pathlib import Path

import msgspec

from digitjs import __version__
from digitjs.filesystem.paths import PACKAGE, digest
from digitjs.networks.foreign import ForeignNetwork
from digitjs.networks.network import Network
from digitjs.networks.processor import precision

# The code that turns digits and a recipe into weights. The registry of networks is left out: its values are hashed
# themselves, so that a new network does not train the others again. Data of the package are in it by the SHA-256 that
# their loaders check.
TRAINING = ("data", "networks/image_rows.py", "networks/keras_model.py", "networks/recipe.py", "training")
TRAINING_LIBRARIES = ("numpy", "tensorflow", "tf_keras")
# The code that turns weights into the files of a model.
EXPORT = ("config.py", "networks", "export", "layers_format.py", "metrics.py", "model_card.py")


def training_key(network: Network, data: str, package: Path = PACKAGE) -> str:
    """What a training is cached under: the same layers, recipe, data, code, libraries and arithmetic give the same key.

    Args:
        network: layers and recipe.
        data: the fingerprint of the data.
        package: the folder with this package's code.
    """
    versions = [metadata.version(library) for library in TRAINING_LIBRARIES]
    machine = (platform.system(), platform.machine(), precision(network.recipe))
    return _key(network.layers, network.recipe, data, _code(TRAINING, package), versions, machine)


def of_parts(key: str, parts: int) -> str:
    """What is cached under a key where so many workers each learned from a part of the data; of one, the key."""
    return key if parts == 1 else f"{key}-of-{parts}"


def recipe_key(network: Network, data: str) -> str:
    """What was asked for when a network was trained: its layers, its recipe and its data, whatever code followed it."""
    return _key(network.layers, network.recipe, data)


def export_key(training: str, network: Network, quantize: str, package: Path = PACKAGE) -> str:
    """What an export of a training is cached under."""
    return _key(training, network.name, network.title, quantize, _code(EXPORT, package), __version__)


def foreign_key(network: ForeignNetwork, data: str, quantize: str, package: Path = PACKAGE) -> str:
    """What the export of a network from a file is cached under: the file, what its table says, the data and the code.

    Args:
        network: for the classes of the site.
        data: the fingerprint of the data it is measured on; empty: there are none.
        quantize: how its weights are stored.
        package: the folder with this package's code.
    """
    versions = (__version__, *(metadata.version(library) for library in TRAINING_LIBRARIES))
    given = (network.digest, network.name, network.title, network.classes, network.framing, network.encoding)
    return _key(given, network.named, data, quantize, _code(("data", *EXPORT), package), versions)


def _key(*parts: object) -> str:
    return hashlib.sha256(msgspec.json.encode(parts, order="deterministic")).hexdigest()[:16]


def sources(names: tuple[str, ...], package: Path = PACKAGE) -> list[Path]:
    """Every source file of some modules and folders of a package."""
    paths = [package / name for name in names]
    return [file for path in paths for file in (sorted(path.rglob("*.py")) if path.is_dir() else [path])]


def _code(names: tuple[str, ...], package: Path) -> list[tuple[str, str]]:
    """The SHA-256 of every source file, by its path."""
    return [(file.relative_to(package).as_posix(), digest(file)) for file in sources(names, package)]
