"""What is wrong with arrays of digits, in words, with the Python that mends it."""

import math

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.generic]

SHAPES = ((28, 28), (28, 28, 1))  # of an image
OVER = 0.01  # of full ink: floats may lie so far outside of the range, as bicubic resizing leaves them
FAINT = 32  # of 255: where no pixel is darker, the images are of another scale


def full_ink(x: Array) -> int:
    """The value of full ink, where 0 is paper: 1 in booleans and in floats that hardly exceed it, else 255."""
    return 1 if x.dtype.kind == "b" or (x.dtype.kind == "f" and x.size > 0 and x.max() <= 1 + OVER) else 255


def of_images(x: Array, name: str) -> str:
    """What is wrong with images; empty where nothing is.

    Args:
        x: as they lie in the file.
        name: of the array, for the message and its Python.
    """
    what, code = [], name
    if x.shape[1:] not in SHAPES:
        if x.ndim == 0 or x.size == 0 or x.size != len(x) * 28 * 28:
            return f"{name} has shape {x.shape}, give (n, 28, 28) or (n, 28, 28, 1)"
        what.append(f"shape {x.shape}")
        code += ".reshape(-1, 28, 28)"
    if x.dtype.kind not in "buif":
        return f"{name} has dtype {x.dtype}, give uint8 or float, such as `{code}.astype(float)`"
    if len(x) == 0:
        return f"{name} is empty, give at least one digit"
    if x.dtype.kind in "iu" and x.dtype != np.uint8:
        what.append(f"dtype {x.dtype}")
        code += ".astype('uint8')"
    return _of_pixels(x, name, what, code)


def _of_pixels(x: Array, name: str, what: list[str], code: str) -> str:
    """What is wrong with the values of images, added to what else is and to the Python that mends that."""
    low, high, ink = float(x.min()), float(x.max()), full_ink(x)
    over = OVER * ink if x.dtype.kind == "f" else 0
    paper, darkest = 0.0, float(ink)
    if math.isnan(low):
        return f"{name} has pixels that are not a number (NaN), remove or fill them"
    if ink == 1 and -1 - OVER <= low < -OVER:
        paper = -1
        what.append(f"pixels from {low:g} to {high:g}")
        code = f"({code} + 1) / 2"
    elif low < -over or high > ink + over:
        return f"{name} has pixels from {low:g} to {high:g}, scale them to 0..255"
    elif high <= 0:
        return f"{name} has no ink (every pixel is 0), give digits in which 0 is paper and 255, in floats 1, is ink"
    elif ink == 255 and high < FAINT:
        darkest = high
        what.append(f"no pixel above {high:g} where 255 is ink")
        code += f" * {255 // math.ceil(high)}"
    if (float(x.mean(dtype=np.float64)) - paper) / (darkest - paper) > 0.5:
        what.append(f"dark ink on light paper where 0 is paper and {ink} is ink")
        code = f"~{code}" if x.dtype.kind == "b" else f"{ink} - {code}"
    return _mended(name, what, code)


def of_labels(y: Array, name: str) -> str:
    """What is wrong with labels; empty where nothing is. The arguments are those of `of_images`."""
    what, code, labels = [], name, y
    if y.ndim == 2 and y.shape[1] == 10 and y.dtype.kind in "buif":
        what.append(f"shape {y.shape}")
        labels, code = y.argmax(axis=1), f"{code}.argmax(1)"
    elif y.ndim > 1 and y.size == len(y):
        what.append(f"shape {y.shape}")
        labels, code = y.ravel(), f"{code}.ravel()"
    elif y.ndim != 1:
        return f"{name} has shape {y.shape}, give one label for each image, shape (n,)"
    if labels.dtype.kind not in "iu":
        what.append(f"dtype {y.dtype}")
        code += ".astype(int)"
        whole = _whole(labels)
        if whole is None:
            return f"{name} has dtype {y.dtype} and labels that are not whole numbers, give integers 0..9"
        labels = whole
    values = [int(label) for label in np.unique(labels)]
    wrong = [label for label in values if not 0 <= label <= 9]
    if wrong == [10] and 0 not in values:
        what.append("the label 10, which may stand for 0")
        code += " % 10"
    elif wrong:
        return f"{name} has the label {wrong[0]}, labels are 0..9"
    return _mended(name, what, code)


def _whole(labels: Array) -> NDArray[np.int64] | None:
    """Labels that are floats or strings as integers, None where some are not whole numbers."""
    try:
        with np.errstate(invalid="ignore"):
            whole = labels.astype(np.int64)
    except (ValueError, OverflowError):
        return None
    return None if labels.dtype.kind == "f" and not np.array_equal(whole, labels) else whole


def _mended(name: str, what: list[str], code: str) -> str:
    return f"{name} has {' and '.join(what)}, give `{code}`" if what else ""
