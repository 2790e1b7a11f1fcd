"""What a file is, by its first bytes: a Keras file, or a sentence that says how its network gets into one."""

from enum import Enum
from pathlib import Path

from digitjs.errors import DigitjsError
from digitjs.filesystem import inputs

MOST = 1_000_000_000  # bytes of a file
HEAD = 4096  # bytes that tell what it is
SAVE = "save the whole model with model.save('model.keras') and give that file"
PYTORCH = "it is a PyTorch file or another Python pickle: build the same layers in Keras, copy the weights, and " + SAVE
# What files of others begin with, and what to do with each.
OTHERS = (
    (b"\x80\x02", PYTORCH),
    (b"\x80\x03", PYTORCH),
    (b"\x80\x04", PYTORCH),
    (b"\x80\x05", PYTORCH),
    (b"\x93NUMPY", f"it is a NumPy array: {SAVE}"),
    (b"\x1f\x8b", "it is packed: unpack it and give the Keras file in it"),
    (b"GGUF", f"it is a GGUF file of a language model: {SAVE}"),
    (b"{", f"it is a description of layers without their weights, or a TensorFlow.js model: {SAVE}"),
)


class Format(Enum):
    """How a Keras file is stored."""

    ZIP = "PK\x03\x04"
    HDF5 = "\x89HDF\r\n\x1a\n"


def recognise(path: Path) -> Format:
    """How a Keras file is stored.

    Raises:
        DigitjsError: there is no such file, or it is another program's; the sentence says what to do.
    """
    if path.is_dir():
        raise DigitjsError(_folder(path))
    wrong = inputs.fault(path, MOST)
    if wrong:
        raise DigitjsError(f"{wrong}.")
    with path.open("rb") as file:
        head = file.read(HEAD)
    for one in Format:
        if head.startswith(one.value.encode("latin-1")):
            return one
    raise DigitjsError(_other(head, path.suffix.lower()))


def _folder(path: Path) -> str:
    if (path / "saved_model.pb").exists():
        return (
            f"it is a SavedModel folder: load it in Python with tf_keras.models.load_model({path.name!r}) and "
            f"{SAVE}, or give the .keras or .h5 file that it was made of."
        )
    if (path / "model.json").exists():
        return "it is a folder of TensorFlow.js already: give the Keras file that it was made of."
    return "it is a folder: give a .keras or .h5 file."


def _other(head: bytes, suffix: str) -> str:
    if not head:
        return "it is empty: save the model again."
    if head[4:8] == b"TFL3":
        return f"it is a TensorFlow Lite file, whose layers cannot be got back: in Keras, {SAVE}."
    if suffix == ".pb":
        return f"it is a TensorFlow graph: load the model that it was made of in Python and {SAVE}."
    if suffix == ".onnx" or (head[:1] == b"\x08" and head[2:3] in (b"\x12", b"\x1a", b"\x3a")):
        return f"it is an ONNX file: build the same layers in Keras, copy the weights, and {SAVE}."
    if suffix == ".safetensors" or head[8:10] == b'{"':
        return f"it holds weights without the layers (safetensors): build the layers in Keras, load them, and {SAVE}."
    for start, said in OTHERS:
        if head.startswith(start):
            return said + "."
    return "it is no Keras file, or a damaged one: give a .keras or .h5 file as model.save writes it."
