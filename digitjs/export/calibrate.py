"""Probabilities to be taken at their word, and when to say that one cannot know; all from the validation split."""

import numpy as np
from numpy.typing import NDArray

from digitjs.metrics import Scores, best_two
from digitjs.model_card import Thresholds

REFUSED = 0.006  # of the validation digits: well below the 1 % of other digits that may be refused
UNSURE = 0.01  # of the validation digits
TEMPERATURES = np.geomspace(0.2, 5, 400)  # 0.8 % apart


def temperature(logits: NDArray[np.float32], labels: NDArray[np.int64]) -> float:
    """The temperature that gives the labels the lowest cross-entropy (Guo et al. 2017).

    Args:
        logits: (n, 10), up to a constant in each row.
        labels: (n,)
    """
    rows = np.arange(len(labels))

    def loss(t: float) -> float:
        scaled = logits.astype(np.float64) / t
        scaled -= scaled.max(1, keepdims=True)
        return float((np.log(np.exp(scaled).sum(1)) - scaled[rows, labels]).mean())

    return float(min(TEMPERATURES, key=loss))


def choose_thresholds(scores: Scores) -> Thresholds:
    """The thresholds under which so few validation digits get another answer than a digit.

    Args:
        scores: (n, 10) calibrated probabilities of the validation digits.
    """
    best = best_two(scores)
    return Thresholds(
        refuse=float(np.quantile(best.sum(1), REFUSED)),
        unsure=float(np.quantile(best[:, 0], UNSURE)),
    )
