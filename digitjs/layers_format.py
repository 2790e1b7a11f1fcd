"""TF.js's layers format: a model.json with a network's layers, and its weights in shards. No TensorFlow.

What is written equals what the converter of tensorflowjs 4.22 writes of the same network, byte for byte.
"""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Annotated, Any, Literal, NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from digitjs.errors import DigitjsError
from digitjs.filesystem import inputs

MODEL = "model.json"
FLOAT32 = "float32"
QUANTIZE = (FLOAT32, "float16", "uint16", "uint8")  # what weights may be stored as
SHARD = 4 * 1024 * 1024  # bytes of each file of weights but the last: what browsers cache
CONVERTED_BY = "TensorFlow.js Converter v4.22.0"
STORED = {FLOAT32: FLOAT32, "float16": FLOAT32, "bfloat16": FLOAT32, "float64": FLOAT32}
STORED |= {"int32": "int32", "int64": "int32", "bool": "bool"}  # TF.js reads no other types of weights
MOST_JSON, MOST_WEIGHTS = 64_000_000, 2_000_000_000  # bytes of files that are read

Array = NDArray[np.generic]
Size = Annotated[int, msgspec.Meta(ge=1, lt=2**31)]


class Weight(NamedTuple):
    """One array of a layer, by its name: kernel within the layer, dense_1/kernel within the network."""

    name: str
    values: Array


@dataclass(frozen=True)
class LayersModel:
    """A network as model.json has it."""

    topology: dict[str, Any]  # model_config, the configuration of its layers, beside the version of Keras
    weights: tuple[Weight, ...]  # by their names within the network; float32, int32 or bool


class Quantization(msgspec.Struct, frozen=True, omit_defaults=True):
    """How one weight's stored values are to be read: times the scale, plus the least value; float16 as they are."""

    dtype: Literal["float16", "uint16", "uint8"]
    min: float = 0.0
    scale: float = 1.0


class Entry(msgspec.Struct, frozen=True):
    """One weight of a group."""

    name: str
    shape: Annotated[tuple[Size, ...], msgspec.Meta(max_length=8)]
    dtype: Literal["float32", "int32", "bool"]
    quantization: Quantization | None = None

    @property
    def stored(self) -> np.dtype[Any]:
        """The type of its bytes."""
        return np.dtype(self.quantization.dtype if self.quantization else self.dtype).newbyteorder("<")

    @property
    def size(self) -> int:
        """Its bytes."""
        return self.stored.itemsize * math.prod(self.shape)


class Group(msgspec.Struct, frozen=True):
    """Weights, one after another in the bytes of some files."""

    paths: tuple[str, ...]
    weights: tuple[Entry, ...]


class _Model(msgspec.Struct, frozen=True):
    """What is read of a model.json."""

    modelTopology: dict[str, Any]  # noqa: N815
    weightsManifest: tuple[Group, ...]  # noqa: N815
    format: Literal["layers-model"] = "layers-model"


def write_model(
    folder: Path, topology: Mapping[str, Any], weights: Sequence[Weight], *, quantize: str = FLOAT32
) -> None:
    """Write model.json and the shards of its weights.

    Args:
        folder: made if it is missing; files of these names are replaced.
        topology: JSON values: `model_config`, as Keras 2 gives it, after its `keras_version` and `backend`.
        weights: by their names within the network, layer/kernel; stored in this order.
        quantize: the type of weights of floating point in the files: float32, float16, uint16 or uint8. The last two
            are steps between the least and the greatest value of each weight, which hit zero.

    Raises:
        DigitjsError: two weights have one name, or one is empty, of a type that TF.js does not read, or not finite.
        OSError: a file cannot be written.
    """
    stored = [_stored(weight, quantize) for weight in weights]
    if len({weight.name for weight in weights}) < len(weights):
        raise DigitjsError("Two weights of the network have the same name: rename one of the layers.")
    content = b"".join(values.tobytes() for _, values in stored)
    count = math.ceil(len(content) / SHARD)
    names = [f"group1-shard{number}of{count}.bin" for number in range(1, count + 1)]
    version = topology.get("keras_version")
    model = {
        "format": "layers-model",
        "generatedBy": f"keras v{version}" if version else None,
        "convertedBy": CONVERTED_BY,
        "modelTopology": topology,
        "weightsManifest": [{"paths": names, "weights": [entry for entry, _ in stored]}],
    }
    text = json.dumps(model)  # its commas and escapes are the converter's; msgspec writes others
    folder.mkdir(parents=True, exist_ok=True)
    for place, name in enumerate(names):
        (folder / name).write_bytes(content[place * SHARD : (place + 1) * SHARD])
    (folder / MODEL).write_bytes(text.encode())


def _stored(weight: Weight, quantize: str) -> tuple[dict[str, Any], Array]:
    """A weight's entry in the manifest, its keys in the converter's order, and the values that are stored."""
    name, values = weight
    dtype = STORED.get(values.dtype.name)
    if dtype is None or not values.size:
        kind = f"is of the type {values.dtype.name}" if values.size else "is empty"
        raise DigitjsError(f"The weight {name} {kind}, which TensorFlow.js does not read: convert it to float32 first.")
    with np.errstate(over="ignore"):
        values = values.astype(np.dtype(dtype).newbyteorder("<"))
    entry: dict[str, Any] = {"name": name, "shape": list(values.shape), "dtype": dtype}
    if quantize == FLOAT32 or dtype != FLOAT32:
        return entry, values
    with np.errstate(over="ignore"):
        finite = np.isfinite(values.astype(np.float16) if quantize == "float16" else values).all()
    if not finite:
        raise DigitjsError(f"The weight {name} has values that {quantize} cannot hold: store it as float32.")
    values, how = _quantized(values, np.dtype(quantize))
    return {**entry, "quantization": {"dtype": quantize, **how, "original_dtype": dtype}}, values


def _quantized(values: Array, dtype: np.dtype[Any]) -> tuple[Array, dict[str, float]]:
    """Values in a coarser type, and the scale and the least value that lead back."""
    if dtype.kind == "f":
        return values.astype(dtype.newbyteorder("<")), {}
    exact = values.astype(np.float64)
    least, greatest = float(exact.min()), float(exact.max())
    if least == greatest:
        return np.zeros(values.shape, dtype.newbyteorder("<")), {"min": least, "scale": 1.0}
    steps = int(np.iinfo(dtype).max)
    scale = (greatest - least) / steps
    if least <= 0 <= greatest:  # zero is hit exactly: convolutions pad with it
        least = float(-np.round((0 - least) / scale) * scale)
        greatest = steps * scale + least
    coarse = np.round((exact.clip(least, greatest) - least) / scale)
    return coarse.astype(dtype.newbyteorder("<")), {"min": least, "scale": scale}


def read_model(folder: Path) -> LayersModel:
    """Read a model.json and its shards, as a browser reads them: quantised weights are as coarse here as there.

    Raises:
        DigitjsError: a file is missing, damaged, too large, or no model of layers.
    """
    path = folder / MODEL
    try:
        model = msgspec.json.decode(_bytes(path, MOST_JSON), type=_Model)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise DigitjsError(f"{path} is no model of layers for TensorFlow.js ({error}): convert it again.") from error
    weights = [weight for group in model.weightsManifest for weight in _weights(folder, group)]
    return LayersModel(model.modelTopology, tuple(weights))


def _weights(folder: Path, group: Group) -> list[Weight]:
    for name in group.paths:
        if PurePath(name).name != name or "\\" in name or "\0" in name:
            raise DigitjsError(f"{folder / MODEL} names {name!r}, which is no file beside it: convert it again.")
    content = b"".join(_bytes(folder / name, MOST_WEIGHTS) for name in group.paths)
    if len(content) != sum(entry.size for entry in group.weights):
        raise DigitjsError(
            f"The files of weights in {folder} have {len(content):,} bytes, not the "
            f"{sum(entry.size for entry in group.weights):,} that {MODEL} describes: convert the model again."
        )
    weights, offset = [], 0
    for entry in group.weights:
        stored = np.frombuffer(content, entry.stored, math.prod(entry.shape), offset).reshape(entry.shape)
        weights.append(Weight(entry.name, _restored(stored, entry)))
        offset += entry.size
    return weights


def _restored(stored: Array, entry: Entry) -> Array:
    """What TF.js makes of the stored values, in the type of the weight."""
    how, dtype = entry.quantization, np.dtype(entry.dtype)
    if how is None or how.dtype == "float16":
        return stored.astype(dtype)
    with np.errstate(over="ignore", invalid="ignore"):
        exact = stored.astype(np.float64) * how.scale + how.min
        values: Array = (exact if dtype.kind == "f" else np.rint(exact)).astype(dtype)
    return values


def _bytes(path: Path, most: int) -> bytes:
    inputs.require(path, "model", most)
    try:
        return path.read_bytes()
    except OSError as error:
        raise DigitjsError(f"Cannot read the model {path}: {error.strerror}.") from error
