"""TF.js's layers format: the official converter writes and reads the same, and a damaged file is one sentence."""

import json
import random
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from digitjs.config import QUANTIZE
from digitjs.errors import DigitjsError
from digitjs.layers_format import SHARD, Weight, read_model, write_model

RANDOM = np.random.default_rng(5)
TOPOLOGY = {"keras_version": "2.19.0", "backend": "tensorflow", "model_config": {"config": {"name": "Größe"}}}
WEIGHTS = (
    Weight("a/kernel", RANDOM.normal(0, 1, (3, 3, 4, 8)).astype(np.float32)),
    Weight("a/bias", np.zeros(8, np.float32)),
    Weight("b/negative", RANDOM.uniform(-3, -1, 50).astype(np.float32)),
    Weight("b/from_zero", np.linspace(0, 2, 7, dtype=np.float32)),
    Weight("b/to_zero", np.linspace(-2, 0, 7, dtype=np.float32)),
    Weight("b/alike", np.full((2, 3), 0.3, np.float32)),
    Weight("c/scalar", np.array(1.5, np.float32)),
    Weight("c/double", RANDOM.normal(0, 1, 5)),
    Weight("c/half", RANDOM.normal(0, 1, 5).astype(np.float16)),
    Weight("c/count", np.arange(4)),
    Weight("c/mask", np.array([True, False])),
    Weight("d/large", RANDOM.normal(0, 0.1, (1100, 1000)).astype(np.float32)),  # more than a shard
)


@pytest.fixture(scope="module")
def converter() -> ModuleType:
    """The official one, which does not install on every platform."""
    pytest.importorskip("tensorflowjs")
    from tensorflowjs.converters import keras_h5_conversion

    return keras_h5_conversion


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.mark.parametrize("quantize", QUANTIZE)
def test_files_equal_those_of_the_official_converter(quantize: str, converter: ModuleType, tmp_path: Path) -> None:
    ours, official = tmp_path / "ours", tmp_path / "official"
    write_model(ours, TOPOLOGY, WEIGHTS, quantize=quantize)
    official.mkdir()
    group = [{"name": weight.name, "data": weight.values} for weight in WEIGHTS]
    types = None if quantize == "float32" else {quantize: "*"}
    converter.write_artifacts(TOPOLOGY, [group], str(official), quantization_dtype_map=types)
    assert len(files(ours)) == (3 if quantize == "float32" else 2)
    assert files(ours) == files(official)


@pytest.mark.parametrize("quantize", QUANTIZE)
def test_values_are_read_as_the_official_converter_reads_them(
    quantize: str, converter: ModuleType, tmp_path: Path
) -> None:
    from tensorflowjs.read_weights import read_weights

    write_model(tmp_path, TOPOLOGY, WEIGHTS, quantize=quantize)
    manifest = json.loads((tmp_path / "model.json").read_text())["weightsManifest"]
    for weight, official in zip(read_model(tmp_path).weights, read_weights(manifest, tmp_path, True), strict=True):
        assert (weight.name, weight.values.dtype) == (official["name"], official["data"].dtype)
        np.testing.assert_array_equal(weight.values, official["data"], strict=True)


@pytest.mark.parametrize(
    ("quantize", "steps"), [("float32", None), ("float16", None), ("uint16", 65535), ("uint8", 255)]
)
def test_what_is_written_is_read_back(quantize: str, steps: int | None, tmp_path: Path) -> None:
    write_model(tmp_path, TOPOLOGY, WEIGHTS, quantize=quantize)
    read = read_model(tmp_path)
    assert read.topology == TOPOLOGY
    assert [weight.name for weight in read.weights] == [weight.name for weight in WEIGHTS]
    for weight, (_, values) in zip(read.weights, WEIGHTS, strict=True):
        step = np.ptp(values.astype(float)) / steps if steps and values.dtype.kind == "f" else 0
        coarse = 1e-3 * np.abs(values).max() if quantize == "float16" else 1e-7
        assert weight.values.shape == values.shape
        assert np.abs(weight.values.astype(float) - values).max() <= 0.51 * step + coarse
        assert np.array_equal(weight.values[values == 0], values[values == 0])  # zero stays zero


def test_weights_of_other_byte_order_are_the_same_weights(tmp_path: Path) -> None:
    for name, order in (("little", "<f4"), ("big", ">f4")):
        write_model(tmp_path / name, {}, [Weight("kernel", np.arange(5).astype(order))])
    assert files(tmp_path / "little") == files(tmp_path / "big")


@pytest.mark.parametrize(
    ("weights", "quantize", "message"),
    [
        (
            [Weight("a", np.ones(1)), Weight("a", np.ones(1))],
            "float32",
            "Two weights of the network have the same name",
        ),
        ([Weight("a", np.ones((0, 3)))], "uint8", "The weight a is empty, which TensorFlow.js does not read"),
        ([Weight("a", np.array(["text"]))], "float32", "The weight a is of the type str"),
        ([Weight("a", np.array([0, np.nan]))], "uint8", "The weight a has values that uint8 cannot hold"),
        ([Weight("a", np.array([0, 1e6]))], "float16", "The weight a has values that float16 cannot hold"),
    ],
)
def test_weights_that_cannot_be_stored_are_named(
    weights: list[Weight], quantize: str, message: str, tmp_path: Path
) -> None:
    with pytest.raises(DigitjsError, match=message):
        write_model(tmp_path, {}, weights, quantize=quantize)
    assert files(tmp_path) == {}


SMALL = (Weight("a/kernel", np.arange(6, dtype=np.float32).reshape(2, 3)), Weight("a/bias", np.ones(3, np.float32)))


def spoil(folder: Path, **changes: Any) -> None:
    """Change a model.json: its keys, or those of its first weight."""
    model = json.loads((folder / "model.json").read_text())
    for key, value in changes.items():
        target = model if key in model else model["weightsManifest"][0]
        (target if key in target else target["weights"][0])[key] = value
    (folder / "model.json").write_text(json.dumps(model))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"format": "graph-model"}, r"no model of layers for TensorFlow.js \(Invalid enum value 'graph-model'"),
        ({"modelTopology": None}, "no model of layers"),
        ({"weightsManifest": "text"}, "no model of layers"),
        ({"paths": ["missing.bin"]}, r"Cannot read the model .*missing\.bin: No such file"),
        ({"paths": ["../group1-shard1of1.bin"]}, "which is no file beside it"),
        ({"paths": ["/etc/passwd"]}, "which is no file beside it"),
        ({"paths": [".."]}, "it is a folder"),
        ({"paths": ["a\0b"]}, "which is no file beside it"),
        ({"shape": [2, 4]}, "have 36 bytes, not the 44 that model.json describes"),
        ({"shape": [2**30] * 8}, "have 36 bytes, not the"),
        ({"shape": [-2, -3]}, "no model of layers"),
        ({"shape": [1] * 9}, "no model of layers"),
        ({"dtype": "string"}, "no model of layers"),
        ({"quantization": {"dtype": "uint8", "min": 0, "scale": 1}}, "have 36 bytes, not the 18"),
    ],
)
def test_a_damaged_model_is_one_sentence(changes: dict[str, Any], message: str, tmp_path: Path) -> None:
    write_model(tmp_path, TOPOLOGY, SMALL)
    if "quantization" in changes:
        text = (tmp_path / "model.json").read_text().replace('"float32"}', '"float32", "quantization": null}')
        (tmp_path / "model.json").write_text(text)
    spoil(tmp_path, **changes)
    with pytest.raises(DigitjsError, match=message):
        read_model(tmp_path)


def test_any_cut_or_changed_byte_is_read_or_refused(tmp_path: Path) -> None:
    write_model(tmp_path, TOPOLOGY, SMALL, quantize="uint8")
    path, chance, refused = tmp_path / "model.json", random.Random(3), 0
    whole = path.read_bytes()
    changed = [whole[: chance.randrange(len(whole))] for _ in range(100)]
    changed += [b"[" * 100_000, b"", b"\xff" + whole]
    for _ in range(300):
        place = chance.randrange(len(whole))
        changed.append(whole[:place] + bytes([whole[place] ^ 1 << chance.randrange(8)]) + whole[place + 1 :])
    for content in changed:
        path.write_bytes(content)
        try:
            assert len(read_model(tmp_path).weights) == 2
        except DigitjsError:
            refused += 1
    assert 103 <= refused < len(changed)


def test_shards_are_as_large_as_browsers_cache(tmp_path: Path) -> None:
    write_model(tmp_path, {}, [Weight("kernel", np.ones(SHARD // 4 * 2 + 1, np.float32))])
    sizes = {path.name: path.stat().st_size for path in tmp_path.glob("*.bin")}
    assert sizes == {"group1-shard1of3.bin": SHARD, "group1-shard2of3.bin": SHARD, "group1-shard3of3.bin": 4}
