"""The built-in networks as they come with the package: exports that were trained, measured and packed before.

What is packed is what a page loads, a byte for each weight, with the card and what was measured. The float32 files are
made of it again and are the same to the last bit, which the SHA-256 on the card prove. No TensorFlow.
"""

import shutil
from pathlib import Path

import msgspec

from digitjs import layers_format, model_card
from digitjs.cache_keys import recipe_key
from digitjs.errors import DigitjsError
from digitjs.export.model_script import write_script
from digitjs.filesystem import checksums
from digitjs.filesystem.paths import PACKAGE, digest
from digitjs.model_card import CARD, DETAILS, PAGE, PROBE, read_card
from digitjs.networks.network import Network

PACKED = PACKAGE / "export" / "packed"
KEYS = "keys.json"  # in it, of each network: what its layers, recipe and data were when it was trained
COPIED = (PROBE, DETAILS)


def pack(network: Network, export: Path, *, data: str, packed: Path = PACKED) -> None:
    """Keep an export as one that comes with the package.

    Args:
        network: that was trained.
        export: its folder, with float32 weights.
        data: the fingerprint of the data that it was trained on.
        packed: where the package keeps them.

    Raises:
        DigitjsError: the export is damaged, or its page does not load bytes.
    """
    if not checksums.intact(export) or not (export / PAGE).is_dir():
        raise DigitjsError(f"{export} is no whole export in float32: run digitjs build first.")
    folder = packed / network.name
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(export / PAGE, folder / PAGE)
    for name in COPIED:
        shutil.copy(export / name, folder)
    model_card.write(folder / CARD, msgspec.structs.replace(read_card(export), pretrained=True))
    keys = {**_keys(packed), network.name: recipe_key(network, data)}
    (packed / KEYS).write_bytes(msgspec.json.format(msgspec.json.encode(keys, order="sorted"), indent=1) + b"\n")


def require_packed(network: Network, *, data: str, packed: Path = PACKED) -> None:
    """Refuse a network that did not come with the package as it is now.

    Raises:
        DigitjsError: there is none of its name, or its layers, its recipe or the data have changed since.
    """
    key = _keys(packed).get(network.name)
    if key is None:
        raise DigitjsError(f"{network.name} did not come trained with digitjs: leave --pretrained out to train it.")
    if key != recipe_key(network, data):
        raise DigitjsError(
            f"The weights of {network.name} that came with digitjs are of another recipe: leave --pretrained out, or "
            "run make pretrained."
        )


def is_packed(network: object, *, data: str) -> bool:
    """Whether a network came with the package as it is now, its recipe and the fingerprint of its data too."""
    return isinstance(network, Network) and _keys(PACKED).get(network.name) == recipe_key(network, data)


def key(network: Network, packed: Path = PACKED) -> str:
    """What the unpacked export is cached under."""
    return f"pretrained-{network.name}-{digest(packed / network.name / CARD)[:16]}"


def unpack(network: Network, folder: Path, packed: Path = PACKED) -> None:
    """Write the export of a packed network: the same files as after a training.

    Args:
        network: of those that are packed.
        folder: an empty folder.

    Raises:
        DigitjsError: a packed file is not as the card says.
    """
    source = packed / network.name
    shutil.copytree(source / PAGE, folder / PAGE)
    for name in (*COPIED, CARD):
        shutil.copy(source / name, folder)
    model = layers_format.read_model(source / PAGE)
    layers_format.write_model(folder, model.topology, model.weights)
    write_script(network.name, folder)
    card = read_card(folder)
    for name, sha256 in card.sha256.items():
        if not (folder / name).is_file() or digest(folder / name) != sha256:
            raise DigitjsError(f"{name} of {network.name}, which came with digitjs, is damaged: reinstall digitjs.")
    checksums.write(folder, [*card.sizes, CARD])


def _keys(packed: Path) -> dict[str, str]:
    try:
        return msgspec.json.decode((packed / KEYS).read_bytes(), type=dict[str, str])
    except OSError:
        return {}
    except msgspec.MsgspecError as error:
        raise DigitjsError(f"{packed / KEYS} is damaged ({error}): reinstall digitjs.") from error
