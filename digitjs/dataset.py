"""Labelled digits, from the embedded MNIST or from the user's own file."""

import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from digitjs.errors import DigitjsError
from digitjs.project import PACKAGE, digest

MNIST = PACKAGE / "data" / "mnist.npz"
MNIST_SHA256 = "06af5dfe73b70e3bc1c36439982b18a8d76803db9b544f6fdf838a37fbb01b64"  # of the file above
ARRAYS = ("x_train", "y_train", "x_test", "y_test")
VALIDATION = 12  # one in so many training digits is held out: 5,000 of MNIST's 60,000
SPLIT_SEED = 20  # which ones; the same for every network, whatever the training seed


@dataclass(frozen=True)
class Digits:
    """Images and what they show."""

    images: NDArray[np.float32]  # (n, 28, 28, 1) in [0, 1]; 0 is paper, 1 is ink
    labels: NDArray[np.int64]  # (n,) in 0..9

    def __len__(self) -> int:
        return len(self.labels)


@dataclass(frozen=True)
class Dataset:
    """Digits to fit, digits to choose and calibrate by, and digits that choose nothing."""

    train: Digits
    validation: Digits
    test: Digits


def fingerprint(path: Path | None = None) -> str:
    """The SHA-256 of the file that `load` reads: what a trained model is keyed by.

    Raises:
        DigitjsError: the file cannot be read.
    """
    try:
        return digest(path or MNIST)
    except OSError as error:
        raise DigitjsError(f"Cannot read the data {path}: {error.strerror}.") from error


def load(path: Path | None = None) -> Dataset:
    """Read an .npz file of digits and hold out the validation split.

    Args:
        path: a file with x_train, y_train, x_test, y_test; the embedded MNIST without it. Images are
            (n, 28, 28) or (n, 28, 28, 1), uint8 0..255, or float in 0..255 or, where no value is above 1, in 0..1.

    Raises:
        DigitjsError: the file is missing, damaged, or not digits; the sentence says which array and why.
    """
    if path is None and fingerprint() != MNIST_SHA256:
        raise DigitjsError("The embedded MNIST is damaged (its SHA-256 is not the published one): reinstall digitjs.")
    arrays = _read(path or MNIST)
    where = str(path or MNIST.name)
    train = _digits(arrays, "train", where)
    test = _digits(arrays, "test", where)
    if len(train) < VALIDATION:
        raise DigitjsError(f"{where} has {len(train)} training digits: give at least {VALIDATION}.")
    order = np.random.default_rng(SPLIT_SEED).permutation(len(train))
    held, kept = np.sort(order[: len(train) // VALIDATION]), np.sort(order[len(train) // VALIDATION :])
    return Dataset(
        train=Digits(train.images[kept], train.labels[kept]),
        validation=Digits(train.images[held], train.labels[held]),
        test=test,
    )


def _read(path: Path) -> dict[str, NDArray[np.generic]]:
    """The four arrays of a file, as they are."""
    try:
        with path.open("rb") as opened:
            file = np.load(opened, allow_pickle=False)
            if not isinstance(file, np.lib.npyio.NpzFile):
                raise DigitjsError(f"{path} holds a single array: save x_train, y_train, x_test, y_test with np.savez.")
            missing = [name for name in ARRAYS if name not in file]
            if missing:
                there = ", ".join(file.files) or "nothing"
                raise DigitjsError(f"{path} lacks {', '.join(missing)} (it has {there}): name the arrays so.")
            return {name: _array(file, name, path) for name in ARRAYS}
    except FileNotFoundError as error:
        raise DigitjsError(f"There is no file {path}: give an .npz file with --data.") from error
    except OSError as error:
        raise DigitjsError(f"Cannot read {path}: {error.strerror or error}.") from error
    except (ValueError, EOFError, zipfile.BadZipFile) as error:
        raise DigitjsError(f"{path} is not an .npz file, or is cut short: save it again with np.savez.") from error


def _array(file: "np.lib.npyio.NpzFile", name: str, path: Path) -> NDArray[np.generic]:
    try:
        array: NDArray[np.generic] = file[name]
    except (ValueError, EOFError, zipfile.BadZipFile, zlib.error) as error:
        why = "holds Python objects" if "pickle" in str(error) else "is cut short or damaged"
        raise DigitjsError(f"{name} in {path} {why}: save it again as a plain array with np.savez.") from error
    return array


def _digits(arrays: dict[str, NDArray[np.generic]], half: str, where: str) -> Digits:
    x, y = arrays[f"x_{half}"], arrays[f"y_{half}"]
    images, labels = _images(x, f"x_{half} in {where}"), _labels(y, f"y_{half} in {where}")
    if len(images) != len(labels):
        raise DigitjsError(f"{where} has {len(images)} images but {len(labels)} labels for {half}: give one for each.")
    if len(images) == 0:
        raise DigitjsError(f"x_{half} in {where} is empty: give at least one digit.")
    return Digits(images, labels)


def _images(x: NDArray[np.generic], name: str) -> NDArray[np.float32]:
    if x.shape[1:] not in ((28, 28), (28, 28, 1)):
        raise DigitjsError(f"{name} has shape {x.shape}: give (n, 28, 28) or (n, 28, 28, 1).")
    if x.dtype != np.uint8 and not np.issubdtype(x.dtype, np.floating):
        raise DigitjsError(f"{name} has dtype {x.dtype}: give uint8 or float.")
    images = x.reshape(-1, 28, 28, 1).astype(np.float32)
    if np.isnan(images).any():
        raise DigitjsError(f"{name} has pixels that are not a number (NaN): remove or fill them.")
    if images.size and (images.min() < 0 or images.max() > 255):
        raise DigitjsError(f"{name} has pixels from {images.min():g} to {images.max():g}: scale them to 0..255.")
    unit = np.issubdtype(x.dtype, np.floating) and images.size > 0 and images.max() <= 1
    return images if unit else images / np.float32(255)


def _labels(y: NDArray[np.generic], name: str) -> NDArray[np.int64]:
    if y.ndim != 1:
        raise DigitjsError(f"{name} has shape {y.shape}: give one label for each image, shape (n,).")
    if not np.issubdtype(y.dtype, np.integer):
        raise DigitjsError(f"{name} has dtype {y.dtype}: give integers 0..9.")
    wrong = [int(label) for label in np.unique(y) if not 0 <= int(label) <= 9]
    if wrong:
        raise DigitjsError(f"{name} has the label {wrong[0]}: labels are 0..9.")
    return y.astype(np.int64)
