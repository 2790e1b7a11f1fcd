"""Labelled digits, from the embedded MNIST or from the user's own file."""

import hashlib
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from digitjs.data import faults, framing, npz
from digitjs.data.samples import Dataset, Samples
from digitjs.data.task import Task
from digitjs.errors import DigitjsError
from digitjs.filesystem import inputs
from digitjs.filesystem.paths import PACKAGE

MNIST = PACKAGE / "data" / "mnist.npz"
MNIST_SHA256 = "06af5dfe73b70e3bc1c36439982b18a8d76803db9b544f6fdf838a37fbb01b64"  # of the file above
ARRAYS = ("x_train", "y_train", "x_test", "y_test")
NAMED = 6  # arrays of other names that a message looks into
VALIDATION = 12  # one in so many training digits is held out: 5,000 of MNIST's 60,000
SPLIT_SEED = 20  # which ones; the same for every network, whatever the training seed


def fingerprint(path: Path | None = None) -> str:
    """The SHA-256 of the file that `load` reads: what a trained model is keyed by.

    Raises:
        DigitjsError: the file cannot be read.
    """
    path = path or MNIST
    inputs.require(path, "data", npz.LARGEST)
    digest = hashlib.sha256()
    try:
        with path.open("rb") as file:
            for part in iter(lambda: file.read(1 << 20), b""):
                digest.update(part)
    except OSError as error:
        if path == MNIST:
            raise DigitjsError(f"Cannot read {MNIST}, digitjs's own MNIST: reinstall digitjs.") from error
        raise DigitjsError(f"Cannot read the data {path}: {error.strerror}.") from error
    return digest.hexdigest()


def load(path: Path | None = None) -> Dataset:
    """Read an .npz file of digits, frame them unless they are framed as MNIST was, and hold out the validation split.

    Args:
        path: a file with x_train, y_train, x_test, y_test; the embedded MNIST without it. Images are
            (n, 28, 28) or (n, 28, 28, 1); 0 is paper, and ink is 255 in uint8, True in booleans, and in floats 1, or
            255 where some value is above 1. Labels are integers (n,) in 0..9.

    Raises:
        DigitjsError: the file is missing, damaged, or not digits; the sentence says what is wrong and how to mend it.
    """
    if path is None and fingerprint() != MNIST_SHA256:
        raise DigitjsError("The embedded MNIST is damaged (its SHA-256 is not the published one): reinstall digitjs.")
    try:
        task = Task() if path is None else Task(dataset="", pens=None)  # the script of own digits is not known
        return _dataset(_arrays(path or MNIST), task)
    except MemoryError as error:
        raise DigitjsError(f"The data {path or MNIST} need more memory than there is: give fewer digits.") from error


def _arrays(path: Path) -> dict[str, npz.Array]:
    """The four arrays of a file, once nothing is wrong with them."""
    there = npz.names(path)
    missing = [name for name in ARRAYS if name not in there]
    arrays = npz.read(path, there[:NAMED] if missing else ARRAYS)
    wrong = [fault for name, array in arrays.items() if (fault := _fault(name, array))]
    if missing:
        wrong = [_lacking(missing, there), *wrong]
    else:
        wrong += _differing(arrays)
    if wrong:
        raise DigitjsError(f"Cannot use the data {path}: {'; '.join(wrong)}.")
    return arrays


def _lacking(missing: list[str], there: tuple[str, ...]) -> str:
    named = ", ".join(there[:NAMED]) or "nothing"
    more = f" and {len(there) - NAMED} more" if len(there) > NAMED else ""
    split = "" if any("test" in name.lower() for name in there) else ", every sixth digit as a test digit"
    return f"it lacks {', '.join(missing)} (it has {named}{more}), save the arrays under these names{split}"


def _fault(name: str, array: npz.Array) -> str:
    """What is wrong with an array by itself: of labels, where it is named or shaped so, or of images."""
    labels = name.startswith("y_") or (not name.startswith("x_") and array.size < 28 * 28 * len(np.atleast_1d(array)))
    return faults.of_labels(array, name) if labels else faults.of_images(array, name)


def _differing(arrays: dict[str, npz.Array]) -> list[str]:
    """What is wrong with the numbers of digits."""
    count = {name: len(np.atleast_1d(array)) for name, array in arrays.items()}
    wrong = [
        f"{half} has {count[f'x_{half}']} images but {count[f'y_{half}']} labels, give one for each"
        for half in ("train", "test")
        if count[f"x_{half}"] != count[f"y_{half}"]
    ]
    if 0 < count["x_train"] < VALIDATION:
        wrong.append(f"it has {count['x_train']} training digits, give at least {VALIDATION}")
    return wrong


def _dataset(arrays: dict[str, npz.Array], task: Task) -> Dataset:
    """The three splits of valid arrays. What is split is the arrays as they are: floats take four times the memory."""
    order = np.random.default_rng(SPLIT_SEED).permutation(len(arrays["x_train"]))
    held, kept = np.sort(order[: len(order) // VALIDATION]), np.sort(order[len(order) // VALIDATION :])
    train, test = _unit(arrays["x_train"], kept), _unit(arrays["x_test"], slice(None))
    validation = _unit(arrays["x_train"], held)
    if not framing.is_framed(train):
        train, validation = framing.frame(train), framing.frame(validation)
    if not framing.is_framed(test):
        test = framing.frame(test)
    labels = {half: arrays[f"y_{half}"].astype(np.int64) for half in ("train", "test")}
    return Dataset(
        task=task,
        train=Samples(train, labels["train"][kept]),
        validation=Samples(validation, labels["train"][held]),
        test=Samples(test, labels["test"]),
    )


def _unit(x: npz.Array, chosen: NDArray[np.int64] | slice) -> NDArray[np.float32]:
    """The chosen images as (n, 28, 28, 1) in 0..1."""
    images = x[chosen].reshape(-1, 28, 28, 1).astype(np.float32)
    images /= np.float32(faults.full_ink(x))
    return np.clip(images, 0, 1, out=images)
