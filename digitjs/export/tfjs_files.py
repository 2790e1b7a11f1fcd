"""Files in TF.js's layers format: written by the converter, read back as a browser reads them, and as a script."""

import base64
import os
import tempfile
import warnings
from pathlib import Path
from typing import Any

import msgspec
import tensorflowjs as tfjs

from digitjs import model_card

FLOAT32 = "float32"


def write_model(model: Any, folder: Path, quantize: str) -> None:
    """Write a Keras model as TF.js's layers format: model.json and its weight shards.

    Meanwhile the whole process has another folder for temporary files, as the converter leaves its own when it fails.
    """
    with warnings.catch_warnings(), tempfile.TemporaryDirectory() as scratch:
        warnings.filterwarnings("ignore", message=".*HDF5 file.*")  # the converter reads exactly that format
        before, tempfile.tempdir = tempfile.tempdir, scratch
        try:
            quantized = None if quantize == FLOAT32 else {quantize: "*"}
            tfjs.converters.save_keras_model(model, str(folder), quantization_dtype_map=quantized)
        finally:
            tempfile.tempdir = before


def read_model(folder: Path) -> Any:
    """The model with the weights that a browser gets: quantised ones are as coarse here as there."""
    return tfjs.converters.load_keras_model(os.fspath(folder / "model.json"))


def write_script(name: str, folder: Path) -> None:
    """What the page loads, once more as a script: over file:// a browser runs scripts but fetches nothing."""
    page = folder / model_card.PAGE if (folder / model_card.PAGE).exists() else folder
    model = msgspec.json.decode((page / "model.json").read_bytes())
    shards = [path for group in model["weightsManifest"] for path in group["paths"]]
    artifacts = {
        "modelTopology": model["modelTopology"],
        "weightSpecs": [spec for group in model["weightsManifest"] for spec in group["weights"]],
        "weights": base64.b64encode(b"".join((page / shard).read_bytes() for shard in shards)).decode(),
    }
    quoted = msgspec.json.encode(name).decode()
    script = f"(globalThis.digitjsModels??={{}})[{quoted}]={msgspec.json.encode(artifacts).decode()};\n"
    (folder / model_card.MODEL_SCRIPT).write_text(script, "utf-8")
