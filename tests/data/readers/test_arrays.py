"""Arrays under any of the usual names, in one file or in several."""

from pathlib import Path

import numpy as np
import pytest

from conftest import ARRAYS, few_digits
from digitjs.data import dataset
from digitjs.data.readers import arrays as reader
from digitjs.data.samples import Dataset
from digitjs.data.source import Source
from digitjs.errors import DigitjsError

Arrays = dict[str, np.ndarray]


@pytest.fixture
def mnist(tiny_data: Path) -> Arrays:
    return few_digits(tiny_data, 60, 60)


def loaded(path: Path) -> Dataset:
    return dataset.load(Source((path,)))


NAMES = [
    ("X_train", "Y_train", "X_test", "Y_test"),
    ("train_images", "train_labels", "test_images", "test_labels"),
    ("train_x", "train_y", "test_x", "test_y"),
    ("trainX", "trainY", "testX", "testY"),
    ("xtrain", "ytrain", "xtest", "ytest"),
    ("training_images", "training_labels", "testing_imgs", "testing_targets"),
    ("arr_0", "arr_1", "arr_2", "arr_3"),
    ("first", "second", "third", "fourth"),
]


@pytest.mark.parametrize("names", NAMES, ids=lambda names: names[0])
def test_four_arrays_are_two_splits(tmp_path: Path, mnist: Arrays, names: tuple[str, ...]) -> None:
    np.savez(tmp_path / "own.npz", **dict(zip(names, (mnist[name] for name in ARRAYS), strict=True)))
    digits = loaded(tmp_path / "own.npz")
    np.testing.assert_array_equal(digits.test.images[..., 0] * 255, mnist["x_test"])
    np.testing.assert_array_equal(digits.test.labels, mnist["y_test"])
    assert len(digits.train) == 60


@pytest.mark.parametrize(
    "names", [("images", "labels"), ("X", "y"), ("x", "y"), ("data", "target"), ("arr_0", "arr_1"), ("a", "b")]
)
def test_two_arrays_are_one_set(tmp_path: Path, mnist: Arrays, names: tuple[str, str]) -> None:
    np.savez(tmp_path / "own.npz", **{names[0]: mnist["x_train"], names[1]: mnist["y_train"]})
    digits = loaded(tmp_path / "own.npz")
    np.testing.assert_array_equal(digits.train.images[..., 0] * 255, mnist["x_train"])
    np.testing.assert_array_equal(digits.train.labels, mnist["y_train"])


def test_a_validation_split_is_trained_on(tmp_path: Path, mnist: Arrays) -> None:
    """As MedMNIST has them, in colour and with labels of shape (n, 1)."""
    coloured = np.repeat(mnist["x_train"][..., np.newaxis], 3, axis=-1)
    labels = mnist["y_train"][:, np.newaxis]
    np.savez(
        tmp_path / "own.npz",
        train_images=coloured[:40],
        train_labels=labels[:40],
        val_images=coloured[40:],
        val_labels=labels[40:],
        test_images=np.repeat(mnist["x_test"][..., np.newaxis], 3, axis=-1),
        test_labels=mnist["y_test"][:, np.newaxis],
    )
    digits = loaded(tmp_path / "own.npz")
    np.testing.assert_allclose(digits.test.images[..., 0] * 255, mnist["x_test"], atol=1.01)
    assert len(digits.train) + len(digits.validation) == 60
    assert "own.npz: its validation split is trained on; digitjs holds out its own." in digits.notes


@pytest.mark.parametrize("given", [None, "kmnist-train-imgs.npz", "kmnist-test-labels.npz"])
def test_kmnists_four_files_are_one_set(tmp_path: Path, mnist: Arrays, given: str | None) -> None:
    for name, what in (("x", "imgs"), ("y", "labels")):
        for half in ("train", "test"):
            np.savez(tmp_path / f"kmnist-{half}-{what}.npz", mnist[f"{name}_{half}"])
    signs = loaded(tmp_path / given if given else tmp_path)
    np.testing.assert_array_equal(signs.test.images[..., 0] * 255, mnist["x_test"])
    assert signs.task.classes == tuple(sorted("おきすつなはまやれを"))


def test_npy_files_named_after_what_they_hold_are_one_set(tmp_path: Path, mnist: Arrays) -> None:
    for name, array in mnist.items():
        np.save(tmp_path / f"{name}.npy", array)
    for path in (tmp_path, tmp_path / "y_test.npy"):
        assert (len(loaded(path).train), len(loaded(path).test)) == (60, 60)


def test_other_arrays_are_left_out(tmp_path: Path, mnist: Arrays) -> None:
    np.savez(tmp_path / "own.npz", **mnist, weights=np.ones(60), ids=np.arange(60))
    assert loaded(tmp_path / "own.npz").notes[0] == "own.npz: left out the arrays weights, ids."


@pytest.mark.parametrize(
    ("names", "says"),
    [
        (
            ("x_train", "y_train", "x_test"),
            r"lacks the labels of the test split \(it has x_train, y_train, x_test\)",
        ),
        (("x_train",), "it lacks the labels of the train split"),
        (("y_train",), "it lacks the images of the train split"),
        ((), "it has no arrays images and labels"),
    ],
)
def test_what_is_missing_is_said_with_what_is_there(
    tmp_path: Path, mnist: Arrays, names: tuple[str, ...], says: str
) -> None:
    np.savez(tmp_path / "own.npz", **{name: mnist[name] for name in names})
    with pytest.raises(DigitjsError, match=says):
        loaded(tmp_path / "own.npz")


def test_two_arrays_for_one_purpose_are_refused(tmp_path: Path, mnist: Arrays) -> None:
    np.savez(tmp_path / "own.npz", images=mnist["x_train"], x=mnist["x_train"], labels=mnist["y_train"])
    with pytest.raises(DigitjsError, match="x and images are both images, give one of them"):
        loaded(tmp_path / "own.npz")


@pytest.mark.parametrize(
    ("name", "kind", "split"),
    [
        ("x_train", "images", "train"),
        ("trainY", "labels", "train"),
        ("class_names", "names", ""),
        ("val_images", "images", "validation"),
        ("arr_0", "", ""),
        ("index", "", ""),
    ],
)
def test_names_say_what_arrays_are_for(name: str, kind: str, split: str) -> None:
    assert reader.role(name) == reader.Role(kind, split)
