"""The loader gives what its docstring says, and one sentence about everything else."""

import os
import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from digitjs.data import dataset, framing
from digitjs.errors import DigitjsError

Arrays = dict[str, NDArray[np.generic]]
Spoil = Callable[[NDArray[np.generic]], NDArray[np.generic]]


@pytest.fixture
def arrays(tiny_data: Path) -> Arrays:
    """The first digits of MNIST."""
    with np.load(tiny_data) as file:
        return {name: file[name][: 30 if name.endswith("train") else 20] for name in dataset.ARRAYS}


def save(path: Path, arrays: Arrays) -> Path:
    np.savez(path, **arrays)  # type: ignore[arg-type]
    return path


def test_the_embedded_mnist_is_whole() -> None:
    digits = dataset.load()
    assert (len(digits.train), len(digits.validation), len(digits.test)) == (55_000, 5_000, 10_000)
    assert digits.train.images.shape == (55_000, 28, 28, 1)
    assert digits.train.images.dtype == np.float32
    assert (digits.train.images.min(), digits.train.images.max()) == (0, 1)
    assert np.bincount(digits.test.labels).tolist() == [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]


def test_validation_digits_are_held_out_of_the_training_digits(tmp_path: Path, arrays: Arrays) -> None:
    digits = dataset.load(save(tmp_path / "own.npz", arrays))
    both = np.concatenate([digits.train.images, digits.validation.images])
    assert len(digits.validation) == 2
    assert sorted(map(bytes, both)) == sorted(map(bytes, (arrays["x_train"] / np.float32(255))[..., np.newaxis]))


@pytest.mark.parametrize(
    "stored",
    [
        pytest.param(lambda x: x, id="uint8"),
        pytest.param(lambda x: x.astype(np.float64), id="float 0..255"),
        pytest.param(lambda x: x / np.float32(255), id="float 0..1"),
        pytest.param(lambda x: x[..., np.newaxis], id="with a channel"),
        pytest.param(lambda x: (x / 255).astype(">f8"), id="in another byte order"),
        pytest.param(np.asfortranarray, id="in another order of axes"),
        pytest.param(lambda x: np.where(x == 255, 1.004, x / 255), id="bicubic 0..1"),
        pytest.param(lambda x: np.where(x == 0, -2.0, x), id="bicubic 0..255"),
    ],
)
def test_every_way_to_store_pixels_is_read_the_same(tmp_path: Path, arrays: Arrays, stored: Spoil) -> None:
    expected = dataset.load(save(tmp_path / "plain.npz", arrays))
    changed = {name: stored(array) if name.startswith("x") else array for name, array in arrays.items()}
    digits = dataset.load(save(tmp_path / "own.npz", changed))
    np.testing.assert_allclose(digits.train.images, expected.train.images, atol=1e-7)
    np.testing.assert_array_equal(digits.test.labels, arrays["y_test"])


def test_images_of_true_and_false_are_read(tmp_path: Path, arrays: Arrays) -> None:
    ink = {name: array > 127 if name.startswith("x") else array for name, array in arrays.items()}
    digits = dataset.load(save(tmp_path / "own.npz", ink))
    np.testing.assert_array_equal(digits.test.images[..., 0], ink["x_test"])


def test_digits_of_another_frame_are_framed_in_every_split(tmp_path: Path, arrays: Arrays) -> None:
    small = {name: np.zeros_like(array) if name.startswith("x") else array for name, array in arrays.items()}
    for name in ("x_train", "x_test"):
        small[name][:, 1:15, 12:26] = arrays[name][:, ::2, ::2]
    digits = dataset.load(save(tmp_path / "own.npz", small))
    for split in (digits.train, digits.validation, digits.test):
        assert framing.is_framed(split.images)
    mixed = dataset.load(save(tmp_path / "mixed.npz", {**small, "x_train": arrays["x_train"]}))
    assert framing.is_framed(mixed.test.images)
    expected = dataset.load(save(tmp_path / "plain.npz", arrays))
    np.testing.assert_array_equal(mixed.train.images, expected.train.images)


def nan(x: NDArray[np.generic]) -> NDArray[np.generic]:
    y = x.astype(np.float32)
    y[3, 4, 5] = np.nan
    return y


BAD = [
    ("x_train", lambda x: x[:, :27], "shape (30, 27, 28)"),
    ("x_train", lambda x: x[0, 0, 0], "shape ()"),
    ("x_test", lambda x: x.astype(str), "dtype <U3"),
    ("x_train", lambda x: x[:-1], "29 images but 30 labels"),
    ("x_test", lambda x: x[:0], "x_test is empty"),
    ("x_test", lambda x: x[:0], "0 images but 20 labels"),
    ("y_test", lambda y: y.astype(np.int16) - 1, "label -1"),
    ("y_test", lambda y: y + 3, "label 10"),
    ("y_test", lambda y: y + 0.5, "not whole numbers"),
    ("y_test", lambda y: np.array(["seven"] * len(y)), "not whole numbers"),
    ("y_train", lambda y: y[0], "shape ()"),
    ("y_train", lambda y: np.eye(9)[y % 9], "shape (30, 9)"),
    ("x_train", nan, "NaN"),
    ("x_train", np.zeros_like, "no ink"),
    ("x_train", lambda x: x.astype(np.float32) * 2, "scale them to 0..255"),
    ("x_train", lambda x: x.astype(np.float32) - 9, "scale them to 0..255"),
    ("x_train", lambda x: x.astype(np.float32) + np.inf, "scale them to 0..255"),
    ("x_train", lambda x: x.astype(np.int16) - 1, "scale them to 0..255"),
    ("x_train", lambda x: x.astype(complex), "dtype complex128"),
    ("x_train", lambda x: np.zeros(30, dtype=[("pixels", "u1", (28, 28))]), "plain array of numbers"),
    ("y_train", lambda y: np.array(list(y), dtype=object), "holds Python objects"),
]


@pytest.mark.parametrize(("name", "spoil", "says"), BAD)
def test_arrays_that_are_not_digits_are_refused_by_name(
    tmp_path: Path, arrays: Arrays, name: str, spoil: Spoil, says: str
) -> None:
    with pytest.raises(DigitjsError) as refused:
        dataset.load(save(tmp_path / "own.npz", {**arrays, name: spoil(arrays[name])}))
    assert says in refused.value.message
    assert "own.npz" in refused.value.message


def binary(x: NDArray[np.generic]) -> NDArray[np.generic]:
    return (x > np.uint8(127)).astype(np.uint8)


@pytest.mark.parametrize(
    "spoilt",
    [
        {"x": lambda x: x.reshape(-1, 784)},
        {"x": lambda x: x[:, np.newaxis]},
        {"x": lambda x: x.astype(np.int64)},
        {"x": lambda x: x.reshape(-1, 784).astype(np.uint16)},
        {"x": lambda x: (x / 127.5) - 1},
        {"x": lambda x: 255 - x},
        {"x": lambda x: 1 - x / 255},
        {"x": lambda x: 1 - x / 127.5},
        {"x": lambda x: x <= 127},
        {"x": binary},
        {"x": lambda x: 1 - binary(x).astype(np.int64).reshape(-1, 784)},
        {"x": lambda x: x // 16},
        {"x": lambda x: x / 16.0},
        {"y": lambda y: np.eye(10)[y]},
        {"y": lambda y: np.eye(10)[y] > 0},
        {"y": lambda y: y[:, np.newaxis]},
        {"y": lambda y: y.astype(np.float64)},
        {"y": lambda y: y.astype(str)},
        {"y": lambda y: y.astype(bytes)},
        {"y": lambda y: np.where(y == 0, 10, y)},
        {"y": lambda y: np.where(y == 0, 10, y).astype(np.float32)[:, np.newaxis]},
        {"x": lambda x: x.reshape(-1, 784).astype(np.int64), "y": lambda y: y.astype(str)},
    ],
)
def test_one_message_says_how_to_mend_all_of_a_file(tmp_path: Path, arrays: Arrays, spoilt: dict[str, Spoil]) -> None:
    """What stands in backquotes is Python that makes the file right."""
    wrong = {name: spoilt[name[0]](array) if name[0] in spoilt else array for name, array in arrays.items()}
    with pytest.raises(DigitjsError) as refused:
        dataset.load(save(tmp_path / "own.npz", wrong))
    mended = dict(wrong)
    for code in re.findall("`(.+?)`", refused.value.message):
        [name] = (name for name in wrong if name in code)
        mended[name] = eval(code, {}, wrong)
    digits = dataset.load(save(tmp_path / "own.npz", mended))
    assert refused.value.message.count("`") == 4 * len(spoilt)
    np.testing.assert_allclose(digits.test.images[..., 0], arrays["x_test"] / 255, atol=0.51)  # as far as 0 and 1 say
    np.testing.assert_array_equal(digits.test.labels, arrays["y_test"])


def test_a_missing_array_is_named_with_those_that_are_there(tmp_path: Path, arrays: Arrays) -> None:
    del arrays["y_test"]
    with pytest.raises(DigitjsError, match=r"lacks y_test \(it has x_train, y_train, x_test\)"):
        dataset.load(save(tmp_path / "own.npz", arrays))


def test_arrays_of_other_names_are_looked_into(tmp_path: Path, arrays: Arrays) -> None:
    other = {"X": arrays["x_train"].reshape(-1, 784).astype(np.float64), "y": arrays["y_train"].astype(str)}
    with pytest.raises(DigitjsError) as refused:
        dataset.load(save(tmp_path / "own.npz", other))
    for says in ("(it has X, y)", "every sixth", "`X.reshape(-1, 28, 28)`", "`y.astype(int)`"):
        assert says in refused.value.message
    with pytest.raises(DigitjsError, match="and 34 more"):
        dataset.load(save(tmp_path / "many.npz", {f"a{i}": arrays["x_test"] for i in range(40)}))


def test_files_that_cannot_be_read_are_refused_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.npz")
    for path, says in [
        (tmp_path / "pipe.npz", "pipe"),
        (Path("/dev/zero"), "device"),
        (tmp_path, "folder"),
        (tmp_path / "missing.npz", "No such file"),
    ]:
        for read in (dataset.load, dataset.fingerprint):
            with pytest.raises(DigitjsError, match=says):
                read(path)
