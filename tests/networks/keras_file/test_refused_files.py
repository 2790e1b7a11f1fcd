"""Files that are no networks, hold code, or lie about what is in them: one sentence each, and nothing is run."""

import io
import json
import shutil
import subprocess
import sys
import warnings
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

import keras
from digitjs.errors import DigitjsError
from digitjs.filesystem.paths import digest
from digitjs.networks.keras_file.read import read_file, read_with_digest
from keras_files import TESTS, saved

DAMAGED = "is damaged or incomplete"


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files of Keras 3.8."""
    return saved("keras-3.8.0", "cnn", "keras", tmp_path_factory.mktemp("keras")).path.parent


def packed(source: Path, target: Path, change: Callable[[dict[str, bytes]], None]) -> Path:
    """A .keras file with other members."""
    with zipfile.ZipFile(source) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    change(members)
    with zipfile.ZipFile(target, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return target


def described(source: Path, target: Path, change: Callable[[Any], None]) -> Path:
    """A .keras file with another description of its layers."""

    def with_config(members: dict[str, bytes]) -> None:
        config = json.loads(members["config.json"])
        change(config)
        members["config.json"] = json.dumps(config).encode()

    return packed(source, target, with_config)


def layer(config: Any, name: str) -> dict[str, Any]:
    return next(one for one in config["config"]["layers"] if one["config"]["name"] == name)


OTHERS = {
    "empty": (b"", "is empty"),
    "text": (b"hello", "is no Keras file"),
    "model.onnx": (b"\x08\x07\x12\x07pytorch\x1a", "is an ONNX file"),
    "renamed onnx": (b"\x08\x07\x12\x07pytorch\x1a", "is an ONNX file"),
    "model.tflite": (b"\x1c\0\0\0TFL3\0\0", "is a TensorFlow Lite file"),
    "model.pt": (b"\x80\x02}q\0.", "PyTorch file or another Python pickle"),
    "model.pb": (b"\x08\x01\x12", "is a TensorFlow graph"),
    "model.safetensors": (b"\x08\0\0\0\0\0\0\0{}", "weights without the layers"),
    "array.npy": (b"\x93NUMPY\x01\0", "is a NumPy array"),
    "model.keras.gz": (b"\x1f\x8b\x08\0", "unpack it"),
    "model.json": (b'{"class_name": "Sequential"}', "without their weights"),
    "cut.keras": (b"PK\x03\x04", DAMAGED),
    "cut.h5": (b"\x89HDF\r\n\x1a\n", DAMAGED),
}


@pytest.mark.parametrize("name", OTHERS)
def test_files_of_others_are_told_by_content(name: str, tmp_path: Path) -> None:
    content, said = OTHERS[name]
    (tmp_path / name).write_bytes(content)
    with pytest.raises(DigitjsError, match=said) as refused:
        read_file(tmp_path / name)
    assert refused.value.message.startswith(f"Cannot read {tmp_path / name}: ")


@pytest.mark.parametrize(
    ("member", "said"),
    [("archive/data.pkl", "is a PyTorch file"), ("x.npy", "NumPy arrays"), ("x.txt", "without config.json")],
)
def test_archives_of_others_are_told_by_their_members(member: str, said: str, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "x.keras", "w") as archive:
        archive.writestr(member, "")
    with pytest.raises(DigitjsError, match=said):
        read_file(tmp_path / "x.keras")


@pytest.mark.parametrize(
    ("file", "said"),
    [("saved_model.pb", "is a SavedModel folder"), ("model.json", "TensorFlow.js already"), ("x", "is a")],
)
def test_folders_are_refused(file: str, said: str, tmp_path: Path) -> None:
    (tmp_path / file).touch()
    with pytest.raises(DigitjsError, match=said):
        read_file(tmp_path)


def test_a_missing_file_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(DigitjsError) as refused:
        read_file(tmp_path / "none.keras")
    assert refused.value.message == f"Cannot read {tmp_path / 'none.keras'}: No such file or directory."


def test_a_file_that_changes_while_it_is_read_is_refused(files: Path, tmp_path: Path) -> None:
    path, other, opened = tmp_path / "a.keras", tmp_path / "b.keras", []
    shutil.copy(files / "cnn.keras", path)
    packed(path, other, lambda members: members.update(added=b""))
    graph, sha256 = read_with_digest(path)
    assert (graph.name, sha256) == ("cnn", digest(path))

    def change(event: str, arguments: tuple[Any, ...]) -> None:
        if event == "open" and arguments[0] == str(path):
            opened.append(event)
            if len(opened) == 3:  # after the type was told and the digest was taken
                other.replace(path)

    sys.addaudithook(change)
    with pytest.raises(DigitjsError, match=r"Cannot read .*a.keras: it changed while it was read: try again"):
        read_with_digest(path)


def test_a_layer_of_two_models_is_to_be_saved_in_another_form(tmp_path: Path) -> None:
    shared, given = keras.layers.Dense(3), [keras.Input((3,)) for _ in range(3)]
    first, second = keras.Model(given[0], shared(given[0])), keras.Model(given[1], shared(given[1]))
    model = keras.Model(given[2], keras.layers.Add()([first(given[2]), second(given[2])]))
    with warnings.catch_warnings():  # TensorFlow's with newer NumPy, and Keras's of the older form
        warnings.simplefilter("ignore")
        for name in ("a.keras", "a.h5"):
            model.save(tmp_path / name)
    with pytest.raises(DigitjsError, match=r"layer dense\w* cannot be read .* save the model as .h5\.$"):
        read_file(tmp_path / "a.keras")
    assert [layer.kind for layer in read_file(tmp_path / "a.h5").layers] == ["InputLayer", "Dense", "Dense", "Add"]


def test_weights_alone_are_refused(files: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(files / "cnn.keras") as archive:
        (tmp_path / "cnn.weights.h5").write_bytes(archive.read("model.weights.h5"))
    with pytest.raises(DigitjsError, match="holds weights without the layers"):
        read_file(tmp_path / "cnn.weights.h5")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"module": "keras.layers", "class_name": "Lambda"}, r"layer digits is a Lambda, .* never run"),
        (
            {"module": "builtins", "class_name": "Mine", "registered_name": "Mine"},
            "class Mine, which is not Keras's own",
        ),
        ({"module": None, "class_name": "Mine", "registered_name": "Mine"}, "class Mine, which is not Keras's own"),
        ({"module": None, "class_name": "Package>Mine"}, "class Package>Mine, which is not Keras's own"),
        ({"module": "keras.layers", "registered_name": "me>Dense"}, "which is not Keras's own"),
        ({"module": "kerasy.layers"}, "which is not Keras's own"),
    ],
)
def test_code_is_refused_by_the_name_of_its_layer(
    changes: dict[str, Any], said: str, files: Path, tmp_path: Path
) -> None:
    path = described(files / "cnn.keras", tmp_path / "x.keras", lambda config: layer(config, "digits").update(changes))
    with pytest.raises(DigitjsError, match=said):
        read_file(path)


@pytest.mark.parametrize(
    "activation",
    [
        {"module": "__main__", "class_name": "function", "config": "mine", "registered_name": "function"},
        {"class_name": "__lambda__", "config": {"value": ["4wE=", None, None]}},
        ["4wE=", None, None],
        "me>mine",
    ],
)
def test_functions_that_are_not_keras_s_own_are_refused(activation: object, files: Path, tmp_path: Path) -> None:
    def change(config: Any) -> None:
        layer(config, "digits")["config"]["activation"] = activation

    with pytest.raises(DigitjsError, match=r"digits .*(never run|not known|activation)"):
        read_file(described(files / "cnn.keras", tmp_path / "x.keras", change))


def test_what_needs_a_mask_is_refused(files: Path, tmp_path: Path) -> None:
    def change(config: Any) -> None:
        node = layer(config, "gru")["inbound_nodes"][0]
        node["kwargs"]["mask"] = node["args"][0]

    with pytest.raises(DigitjsError, match="layer gru is called with a mask"):
        read_file(described(files / "sequence.keras", tmp_path / "x.keras", change))


def test_no_member_is_written_anywhere(files: Path, tmp_path: Path) -> None:
    path = packed(files / "cnn.keras", tmp_path / "x.keras", lambda members: members.update({"../../evil": b"x"}))
    assert read_file(path).name == "cnn"
    assert list(tmp_path.iterdir()) == [path]


def test_a_zip_bomb_is_refused_before_it_is_unpacked(files: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(files / "cnn.keras") as archive:
        config = archive.read("config.json")
    with zipfile.ZipFile(tmp_path / "x.keras", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("config.json", config)
        archive.writestr("model.weights.h5", bytes(50_000_000))
    with pytest.raises(DigitjsError, match="unpacks to many times its size"):
        read_file(tmp_path / "x.keras")


def test_an_archive_of_very_many_files_is_refused_before_it_is_listed(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "x.keras", "w") as archive:
        for number in range(5_000):
            archive.writestr(f"{number:0>250}", b"")
    with pytest.raises(DigitjsError, match="lists more files than any Keras file has"):
        read_file(tmp_path / "x.keras")


def test_a_description_without_end_is_refused(files: Path, tmp_path: Path) -> None:
    deep = packed(
        files / "cnn.keras", tmp_path / "x.keras", lambda members: members.update({"config.json": b"[" * 1_000_000})
    )
    with pytest.raises(DigitjsError, match="is no JSON"):
        read_file(deep)


def twice(inner: dict[str, Any], *, counted: bool) -> dict[str, Any]:
    """A model that calls a layer two times, one after the other; Functional ones count from 1 as outputs."""

    def node(name: str, call: int) -> dict[str, Any]:
        tensor = {"class_name": "__keras_tensor__", "config": {"keras_history": [name, call, 0]}}
        return {"args": [tensor], "kwargs": {}}

    image = {"class_name": "InputLayer", "config": {"name": "i", "batch_shape": [None, 2]}, "name": "i"}
    called = {**inner, "name": "m", "inbound_nodes": [node("i", 0), node("m", 0)]}
    ends = {"input_layers": ["i", 0, 0], "output_layers": ["m", 1 + counted, 0]}
    return {"class_name": "Functional", "config": {"name": "m", "layers": [image, called], **ends}}


def test_models_that_call_one_another_many_times_are_refused(tmp_path: Path, files: Path) -> None:
    model = twice({"class_name": "ReLU", "config": {"name": "m", "trainable": True}}, counted=False)
    for _ in range(40):
        model = twice(model, counted=True)

    def change(members: dict[str, bytes]) -> None:
        members["config.json"] = json.dumps(model).encode()

    with pytest.raises(DigitjsError, match="called more than 20,000 times"):
        read_file(packed(files / "cnn.keras", tmp_path / "x.keras", change))


def test_models_without_layers_that_call_one_another_many_times_are_refused(tmp_path: Path, files: Path) -> None:
    image = {"class_name": "InputLayer", "config": {"name": "i", "batch_shape": [None, 2]}, "name": "i"}
    config = {"name": "m", "layers": [image], "input_layers": ["i", 0, 0], "output_layers": ["i", 0, 0]}
    model: dict[str, Any] = {"class_name": "Functional", "config": config}
    for _ in range(40):
        model = twice(model, counted=True)

    def change(members: dict[str, bytes]) -> None:
        members["config.json"] = json.dumps(model).encode()

    with pytest.raises(DigitjsError, match="called more than 20,000 times"):
        read_file(packed(files / "cnn.keras", tmp_path / "x.keras", change))


def weights(path: Path, target: Path, change: Callable[[h5py.File], None]) -> Path:
    """An .h5 file with other weights."""
    shutil.copy(path, target)
    with h5py.File(target, "r+") as file:
        change(file)
    return target


def put(file: h5py.File, **options: Any) -> None:
    group = file["model_weights/digits"]
    name = next(name for name in group.attrs["weight_names"] if str(name).endswith("kernel"))
    del group[name]
    if "link" in options:
        group[name] = options["link"]
    else:
        group.create_dataset(name, **options)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"link": h5py.ExternalLink("other.h5", "/x")}, "is a link to something else"),
        ({"link": h5py.SoftLink("/model_weights")}, "is a link to something else"),
        ({"shape": (10**6, 10**6), "dtype": "f4"}, r"has the shape \(1000000, 1000000\)"),
        ({"shape": (10**9, 10), "dtype": "f4"}, "which are not in the file"),
        ({"data": np.ones((80, 10), "f4"), "compression": "gzip"}, "as Keras stores none"),
        ({"shape": (80, 10), "dtype": "f4", "external": [("/etc/hostname", 0, 3200)]}, "as Keras stores none"),
        ({"data": np.full((80, 10), b"x")}, "which is no number"),
        ({"shape": (0, 10), "dtype": "f4"}, "has the shape"),
    ],
)
def test_weights_that_are_not_in_the_file_are_refused(
    options: dict[str, Any], said: str, files: Path, tmp_path: Path
) -> None:
    path = weights(files / "cnn.h5", tmp_path / "x.h5", lambda file: put(file, **options))
    with pytest.raises(DigitjsError, match=said) as refused:
        read_file(path)
    assert "layer digits" in refused.value.message


def test_a_shape_is_compared_with_the_description(files: Path, tmp_path: Path) -> None:
    def change(config: Any) -> None:
        layer(config, "digits")["config"]["units"] = 10**9

    path = described(files / "cnn.keras", tmp_path / "x.keras", change)
    with pytest.raises(DigitjsError, match=r"weight kernel has the shape \(\d+, 10\), .* \(any, 1000000000\)"):
        read_file(path)


def test_names_cannot_command_a_terminal(files: Path, tmp_path: Path) -> None:
    path = described(
        files / "cnn.keras",
        tmp_path / "x.keras",
        lambda config: layer(config, "digits").update(class_name="Lambda", name="\x1b[2Jdigits"),
    )
    with pytest.raises(DigitjsError) as refused:
        read_file(path)
    assert refused.value.message.isprintable()


def test_damaged_files_are_refused_soon_and_in_little_memory(files: Path, tmp_path: Path) -> None:
    named = [str(files / name) for name in ("nested.keras", "sequence.h5", "operators.keras")]
    command = [sys.executable, str(TESTS / "tools" / "fuzz_keras_file.py"), *named]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=600)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    assert int(done.stdout.split()[0]) > 600
    assert io.StringIO(done.stdout).readline().endswith("0 faults\n")
