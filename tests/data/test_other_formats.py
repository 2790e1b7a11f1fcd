"""Digits in other formats than .npz are recognised, and the Python in the message converts them."""

import gzip
import re
import struct
from pathlib import Path

import numpy as np
import pytest

from digitjs.data import dataset
from digitjs.data.samples import Dataset
from digitjs.errors import DigitjsError


@pytest.fixture
def mnist(tiny_data: Path) -> dict[str, np.ndarray]:
    with np.load(tiny_data) as file:
        return {name: file[name][:36] for name in dataset.ARRAYS}


def converted(path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Dataset:
    """What the message's Python makes of a file."""
    with pytest.raises(DigitjsError) as refused:
        dataset.load(path)
    [code] = re.findall("`(.+)`", refused.value.message)
    monkeypatch.chdir(folder)
    exec(code, {})
    return dataset.load(Path("digits.npz"))


@pytest.mark.parametrize(
    ("separator", "header", "name"),
    [(",", True, "train.csv"), (",", False, "A_Z.csv"), ("\t", False, "digits.tsv"), (";", False, "digits.data")],
)
def test_tables_in_text(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    mnist: dict[str, np.ndarray],
    separator: str,
    header: bool,
    name: str,
) -> None:
    rows = np.column_stack([mnist["y_train"], mnist["x_train"].reshape(-1, 784)])
    names = [["label", *(f"pixel{i}" for i in range(784))]] if header else []
    text = "".join(separator.join(map(str, row)) + "\r\n" for row in [*names, *rows])
    (tmp_path / name).write_text(text, newline="")
    digits = converted(tmp_path / name, tmp_path, monkeypatch)
    np.testing.assert_array_equal(digits.test.images[..., 0] * 255, mnist["x_train"][::6])
    np.testing.assert_array_equal(digits.test.labels, mnist["y_train"][::6])


@pytest.mark.parametrize("given", [0, -1])
@pytest.mark.parametrize(
    "name",
    [
        "{mnist}-{kind}-idx{number}-ubyte.gz",
        "{mnist}-{kind}-idx{number}-ubyte",
        "{mnist}-{kind}.idx{number}-ubyte",
        "emnist-digits-{half}-{kind}-idx{number}-ubyte.gz",
    ],
)
def test_idx_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mnist: dict[str, np.ndarray], name: str, given: int
) -> None:
    files = []
    for half in ("train", "test"):
        for kind, array in (("images", mnist[f"x_{half}"]), ("labels", mnist[f"y_{half}"])):
            stored = array.transpose(0, 2, 1) if "emnist" in name and kind == "images" else array
            head = struct.pack(f">4B{array.ndim}I", 0, 0, 8, array.ndim, *array.shape)
            named = {"half": half, "mnist": "train" if half == "train" else "t10k", "kind": kind, "number": array.ndim}
            files.append(tmp_path / name.format(**named))
            opened = gzip.open if name.endswith(".gz") else open
            with opened(files[-1], "wb") as file:
                file.write(head + np.ascontiguousarray(stored).tobytes())
    digits = converted(files[given], tmp_path, monkeypatch)
    np.testing.assert_array_equal(digits.test.images[..., 0] * 255, mnist["x_test"])


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"digits", "is not an .npz file, or is cut short"),
        (b"", "is not an .npz file, or is cut short"),
        (b"\x89HDF\r\n\x1a\n", "is an HDF5 file"),
        (gzip.compress(b"digits")[:-9], "is a gzip file"),
        (b"\x93NUMPY\x01\x00", "a single array"),
    ],
)
def test_what_is_none_of_these_is_named_as_far_as_it_is_known(tmp_path: Path, content: bytes, says: str) -> None:
    (tmp_path / "own").write_bytes(content)
    with pytest.raises(DigitjsError, match=says):
        dataset.load(tmp_path / "own")
