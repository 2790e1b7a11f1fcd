"""How good a set of probabilities is: plain numpy over (n, classes) scores and (n,) labels."""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from digitjs.model_card import Bin, Rate, Thresholds

Z95 = 1.959964  # standard normal quantile of a two-sided 95 % interval
Scores = NDArray[np.floating[Any]]  # (n, classes) probabilities
BINS = 15  # of the expected calibration error, as Guo et al. 2017


def rate(hits: NDArray[np.bool_]) -> Rate:
    """A share with its 95 % Wilson interval; of nothing, anything from 0 to 1."""
    if len(hits) == 0:
        return Rate(value=0.0, low=0.0, high=1.0, count=0)
    n, p = len(hits), float(hits.mean())
    centre = (p + Z95**2 / (2 * n)) / (1 + Z95**2 / n)
    half = Z95 / (1 + Z95**2 / n) * math.sqrt(p * (1 - p) / n + Z95**2 / (4 * n * n))
    return Rate(value=p, low=max(centre - half, 0.0), high=min(centre + half, 1.0), count=n)


def calibrated(scores: Scores, temperature: float) -> NDArray[np.float64]:
    """A network's own probabilities (n, classes) calibrated: softmax(log p / temperature)."""
    powers = scores.astype(np.float64) ** (1 / temperature)
    normalised: NDArray[np.float64] = powers / powers.sum(1, keepdims=True)
    return normalised


def cross_entropy(scores: Scores, labels: NDArray[np.int64]) -> float:
    """Mean categorical cross-entropy, in nats."""
    chosen = scores[np.arange(len(labels)), labels].astype(np.float64)
    return float(-np.log(np.clip(chosen, 1e-7, 1)).mean())  # 1e-7 is Keras's epsilon


def confusion(scores: Scores, labels: NDArray[np.int64]) -> tuple[tuple[int, ...], ...]:
    """How often each label (row) was read as each class (column)."""
    table = np.zeros((scores.shape[1], scores.shape[1]), dtype=np.int64)
    np.add.at(table, (labels, scores.argmax(1)), 1)
    return tuple(tuple(int(count) for count in row) for row in table)


def reliability(scores: Scores, labels: NDArray[np.int64]) -> tuple[Bin, ...]:
    """Accuracy by confidence, in equal bins of confidence; empty bins are left out."""
    confidence, hit = scores.max(1).astype(np.float64), scores.argmax(1) == labels
    place = np.minimum((confidence * BINS).astype(int), BINS - 1)
    return tuple(
        Bin(float(confidence[place == i].mean()), float(hit[place == i].mean()), int((place == i).sum()))
        for i in range(BINS)
        if (place == i).any()
    )


def calibration_error(bins: tuple[Bin, ...]) -> float:
    """Expected calibration error: the mean distance of confidence and accuracy, in 0..1."""
    total = sum(one.count for one in bins)
    return sum(one.count * abs(one.confidence - one.accuracy) for one in bins) / total


def best_two(scores: Scores) -> NDArray[np.float64]:
    """(n, 2): the highest probability and the next, in float64, as the page adds and compares them."""
    return np.sort(scores.astype(np.float64), axis=1)[:, :-3:-1]


def refused(scores: Scores, thresholds: Thresholds) -> NDArray[np.bool_]:
    """Which answers the page gives as "this does not look like a digit"."""
    return np.asarray(best_two(scores).sum(1) < thresholds.refuse)


def unsure(scores: Scores, thresholds: Thresholds) -> NDArray[np.bool_]:
    """Which answers the page gives as "not sure: 4 or 9"."""
    return np.asarray(~refused(scores, thresholds) & (best_two(scores)[:, 0] < thresholds.unsure))


def mistakes(scores: Scores, labels: NDArray[np.int64]) -> NDArray[np.intp]:
    """The places of the misread samples, the most confident first."""
    wrong = np.flatnonzero(scores.argmax(1) != labels)
    return wrong[np.argsort(-scores.max(1)[wrong], kind="stable")]


def as_bytes(image: NDArray[np.float32]) -> bytes:
    """An image in [0, 1] as bytes."""
    return bytes(np.rint(image * 255).astype(np.uint8))
