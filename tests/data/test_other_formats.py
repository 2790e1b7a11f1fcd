"""Formats that are not read are named, and the Python in the message converts them."""

import gzip
import re
import zipfile
from pathlib import Path

import h5py
import numpy as np
import pytest
import scipy.io

from conftest import few_digits
from digitjs.data import dataset
from digitjs.data.samples import Dataset
from digitjs.data.source import DataOptions, Source
from digitjs.errors import DigitjsError


@pytest.fixture
def mnist(tiny_data: Path) -> dict[str, np.ndarray]:
    return few_digits(tiny_data, 36, 36)


def converted(path: Path, name: str, monkeypatch: pytest.MonkeyPatch, **options: bool) -> Dataset:
    """What the message's Python makes of a file."""
    with pytest.raises(DigitjsError) as refused:
        dataset.load(Source((path,)))
    [code] = re.findall("`(.+)`", refused.value.message)
    monkeypatch.chdir(path.parent)
    exec(code, {})
    return dataset.load(Source((Path(name),), DataOptions(**options)))  # type: ignore[arg-type]


def test_hdf5(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mnist: dict[str, np.ndarray]) -> None:
    with h5py.File(tmp_path / "own.h5", "w") as file:
        file["images"], file["labels"] = mnist["x_train"], mnist["y_train"]
    digits = converted(tmp_path / "own.h5", "data.npz", monkeypatch)
    np.testing.assert_array_equal(digits.train.images[..., 0] * 255, mnist["x_train"])


def test_matlab(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mnist: dict[str, np.ndarray]) -> None:
    arrays = {"images": np.moveaxis(mnist["x_train"], 0, -1), "labels": mnist["y_train"][:, np.newaxis]}
    scipy.io.savemat(tmp_path / "own.mat", arrays)
    digits = converted(tmp_path / "own.mat", "data.npz", monkeypatch)
    np.testing.assert_array_equal(digits.train.images[..., 0] * 255, mnist["x_train"])


def test_emnist_as_matlab_has_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mnist: dict[str, np.ndarray]) -> None:
    halves = {
        half: {
            "images": mnist[f"x_{half}"].swapaxes(1, 2).reshape(-1, 784),
            "labels": mnist[f"y_{half}"][:, np.newaxis],
        }
        for half in ("train", "test")
    }
    scipy.io.savemat(tmp_path / "emnist-digits.mat", {"dataset": halves})
    digits = converted(tmp_path / "emnist-digits.mat", "emnist.npz", monkeypatch, transpose=True)
    np.testing.assert_array_equal(digits.test.images[..., 0] * 255, mnist["x_test"])


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("own", b"digits", "in no format that digitjs reads"),
        ("own", b"", "is empty"),
        ("own", b"\x89HDF\r\n\x1a\n", "is an HDF5 file: convert it with `import h5py"),
        ("own.mat", b"MATLAB 5.0 MAT-file", "is a MATLAB file"),
        ("own", b"PAR1", "is a Parquet file"),
        ("own.tfrecord", b"\x10\0\0\0", "is a TFRecord file"),
        ("own", gzip.compress(b"digits", mtime=0), "is a gzip file of something else"),
        ("own", gzip.compress(b"digits", mtime=0)[:-9], "is a gzip file of something else"),
        ("own.npz", b"PK\x03\x04", "cut short or damaged"),
    ],
)
def test_each_is_named_as_far_as_it_is_known(tmp_path: Path, name: str, content: bytes, says: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(DigitjsError, match=says):
        dataset.load(Source((tmp_path / name,)))


def test_a_folder_of_such_files_says_so_too(tmp_path: Path) -> None:
    (tmp_path / "train-00000.parquet").write_bytes(b"PAR1")
    (tmp_path / "dataset_infos.json").write_text("{}")
    with pytest.raises(DigitjsError, match=r"train-00000\.parquet is a Parquet file: convert it with"):
        dataset.load(Source((tmp_path,)))


def test_a_zip_of_something_else_is_to_be_unpacked(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "own.zip", "w") as file:
        file.writestr("a/1.png", b"picture")
    with pytest.raises(DigitjsError, match=r"own\.zip is a zip file without NumPy arrays: unpack it"):
        dataset.load(Source((tmp_path / "own.zip",)))
