"""What the page loads, as a script: over file:// a browser runs scripts but fetches nothing. No TensorFlow."""

import base64
from pathlib import Path

import msgspec

from digitjs import model_card


def write_script(name: str, folder: Path) -> None:
    """Write the model of an export, as its page loads it, as a script that keeps it under the network's name."""
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
    (folder / model_card.MODEL_SCRIPT).write_text(script, "utf-8", newline="\n")
