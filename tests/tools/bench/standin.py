"""The stand-in's folder: its page, the whole libraries, and a network of the site with a tutorial's float32 weights."""

import shutil
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

PAGE = Path(__file__).parent / "standin"
WEIGHTS = "group1-shard1of1.bin"
# What Keras writes unless told otherwise; our export writes zeros because TF.js runs these before it loads weights.
USUAL_INITIALIZER = {"class_name": "GlorotUniform", "config": {"seed": None}}
INITIALIZED = ("kernel_initializer", "depthwise_initializer", "pointwise_initializer")


def build(model: Path, folder: Path, *, libraries: tuple[Path, ...]) -> None:
    """Put the stand-in together.

    Args:
        model: the folder of one of the site's networks.
        folder: an empty folder.
        libraries: the script files the page loads by their names.
    """
    shutil.copytree(PAGE, folder, dirs_exist_ok=True)
    for library in libraries:
        shutil.copy(library, folder)
    (folder / "model").mkdir()
    described = msgspec.json.decode((model / "model.json").read_bytes())
    for layer in _layers(described["modelTopology"]):
        layer["config"] |= {key: USUAL_INITIALIZER for key in INITIALIZED if layer["config"].get(key)}
    weights = [weight for group in described["weightsManifest"] for weight in _float32(model, group)]
    random = np.random.default_rng(0)
    weights = [(name, _as_trained(values, random)) for name, values in weights]
    specs = [{"name": name, "shape": values.shape, "dtype": "float32"} for name, values in weights]
    described["weightsManifest"] = [{"paths": [WEIGHTS], "weights": specs}]
    (folder / "model" / "model.json").write_bytes(msgspec.json.encode(described))
    (folder / "model" / WEIGHTS).write_bytes(b"".join(values.tobytes() for _, values in weights))


def _layers(topology: dict[str, Any]) -> list[dict[str, Any]]:
    layers: list[dict[str, Any]] = topology["model_config"]["config"]["layers"]
    return layers


def _float32(model: Path, group: dict[str, Any]) -> list[tuple[str, Any]]:
    """The weights of a group as a network computes with them, however few bits they are stored in."""
    data = b"".join((model / path).read_bytes() for path in group["paths"])
    weights, start = [], 0
    for spec in group["weights"]:
        stored = spec.get("quantization", {})
        kind = np.dtype(stored.get("dtype", spec["dtype"]))
        count = int(np.prod(spec["shape"], dtype=int))
        values = np.frombuffer(data, kind, count, start).astype(np.float32)
        if "scale" in stored:
            values = values * np.float32(stored["scale"]) + np.float32(stored["min"])
        weights.append((spec["name"], values.reshape(spec["shape"])))
        start += count * kind.itemsize
    return weights


def _as_trained(values: Any, random: np.random.Generator) -> Any:
    """Weights anywhere in their cell of the grid to which the site rounds them, which makes its files so small."""
    steps = np.diff(np.unique(values))
    cell = steps.min() if steps.size else 0
    return (values + random.uniform(-cell / 2, cell / 2, values.shape)).astype(np.float32)
