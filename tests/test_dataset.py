"""The loader gives what its docstring says, and one sentence about everything else."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from digitjs import dataset
from digitjs.errors import DigitjsError

Arrays = dict[str, NDArray[np.generic]]


@pytest.fixture
def arrays() -> Arrays:
    random = np.random.default_rng(1)
    return {
        "x_train": random.integers(0, 256, (24, 28, 28), dtype=np.uint8),
        "y_train": (np.arange(24) % 10).astype(np.uint8),
        "x_test": random.integers(0, 256, (10, 28, 28), dtype=np.uint8),
        "y_test": np.arange(10, dtype=np.uint8),
    }


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
    ],
)
def test_every_way_to_store_pixels_is_read_the_same(
    tmp_path: Path, arrays: Arrays, stored: Callable[[NDArray[np.generic]], NDArray[np.generic]]
) -> None:
    expected = dataset.load(save(tmp_path / "plain.npz", arrays))
    changed = {name: stored(array) if name.startswith("x") else array for name, array in arrays.items()}
    digits = dataset.load(save(tmp_path / "own.npz", changed))
    np.testing.assert_allclose(digits.train.images, expected.train.images, atol=1e-7)
    np.testing.assert_array_equal(digits.test.labels, arrays["y_test"])


def nan(x: NDArray[np.generic]) -> NDArray[np.generic]:
    y = x.astype(np.float32)
    y[3, 4, 5] = np.nan
    return y


BAD = [
    ("x_train", lambda x: x[:, :27], "shape (24, 27, 28)"),
    ("x_train", lambda x: x.reshape(24, 784), "shape (24, 784)"),
    ("x_test", lambda x: x.astype(np.int32), "dtype int32"),
    ("x_train", lambda x: x[:-1], "23 images but 24 labels"),
    ("x_test", lambda x: x[:0], "0 images but 10 labels"),
    ("y_train", lambda y: y + 1, "label 10"),
    ("y_test", lambda y: y.astype(np.int16) - 1, "label -1"),
    ("y_test", lambda y: y.astype(np.float32), "dtype float32"),
    ("y_train", lambda y: np.eye(10)[y], "shape (24, 10)"),
    ("x_train", nan, "NaN"),
    ("x_train", lambda x: x.astype(np.float32) * 2, "scale them to 0..255"),
    ("x_train", lambda x: x.astype(np.float32) - 1, "scale them to 0..255"),
    ("x_train", lambda x: x.astype(np.float32) + np.inf, "scale them to 0..255"),
    ("y_train", lambda y: np.array(list(y), dtype=object), "holds Python objects"),
]


@pytest.mark.parametrize(("name", "spoil", "says"), BAD)
def test_arrays_that_are_not_digits_are_refused_by_name(
    tmp_path: Path,
    arrays: Arrays,
    name: str,
    spoil: Callable[[NDArray[np.generic]], NDArray[np.generic]],
    says: str,
) -> None:
    with pytest.raises(DigitjsError) as refused:
        dataset.load(save(tmp_path / "own.npz", {**arrays, name: spoil(arrays[name])}))
    assert says in refused.value.message
    assert "own.npz" in refused.value.message


def test_an_empty_set_is_refused(tmp_path: Path, arrays: Arrays) -> None:
    empty = {name: array[:0] if name.endswith("test") else array for name, array in arrays.items()}
    with pytest.raises(DigitjsError, match=r"x_test in .* is empty"):
        dataset.load(save(tmp_path / "own.npz", empty))


def test_a_missing_array_is_named_with_those_that_are_there(tmp_path: Path, arrays: Arrays) -> None:
    del arrays["y_test"]
    with pytest.raises(DigitjsError, match=r"lacks y_test \(it has x_train, y_train, x_test\)"):
        dataset.load(save(tmp_path / "own.npz", arrays))


def test_files_that_are_no_npz_are_refused(tmp_path: Path, arrays: Arrays) -> None:
    whole = save(tmp_path / "whole.npz", arrays).read_bytes()
    (tmp_path / "short.npz").write_bytes(whole[: len(whole) // 2])
    (tmp_path / "text.npz").write_text("digits")
    (tmp_path / "empty.npz").touch()
    np.save(tmp_path / "single.npy", arrays["x_train"])
    for name, says in [
        ("short.npz", "cut short"),
        ("text.npz", "not an .npz"),
        ("empty.npz", "not an .npz"),
        ("single.npy", "single array"),
        ("missing.npz", "no file"),
        (".", "Is a directory"),
    ]:
        with pytest.raises(DigitjsError, match=says):
            dataset.load(tmp_path / name)


def test_damage_inside_a_compressed_array_is_noticed(tmp_path: Path, arrays: Arrays) -> None:
    path = tmp_path / "own.npz"
    np.savez_compressed(path, **arrays)  # type: ignore[arg-type]
    content = bytearray(path.read_bytes())
    content[len(content) // 3 : len(content) // 3 + 40] = bytes(40)
    path.write_bytes(content)
    with pytest.raises(DigitjsError, match="cut short or damaged"):
        dataset.load(path)
