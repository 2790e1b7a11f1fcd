"""Temperature scaling, and the thresholds for "unsure" and what is of no class."""

import numpy as np
from numpy.typing import NDArray

from digitjs.metrics import Scores, best_two
from digitjs.model_card import Thresholds

REFUSED_LETTERS = (
    0.93  # of the letters of fonts, warped as in training: fitted to people's digits, see augment/README.md
)
MOST_REFUSED = 0.01  # of the validation digits, whatever share of the letters that leaves
REFUSED_ALONE = 0.006  # of the validation digits, where there are no letters to choose by
UNSURE = 0.01  # of the validation digits
TEMPERATURES = np.geomspace(0.2, 5, 400)  # 0.8 % apart


def temperature(logits: NDArray[np.float32], labels: NDArray[np.int64]) -> float:
    """The temperature that gives the labels the lowest cross-entropy (Guo et al. 2017).

    Args:
        logits: (n, classes), up to a constant in each row.
        labels: (n,)
    """
    rows = np.arange(len(labels))

    def loss(t: float) -> float:
        scaled = logits.astype(np.float64) / t
        scaled -= scaled.max(1, keepdims=True)
        return float((np.log(np.exp(scaled).sum(1)) - scaled[rows, labels]).mean())

    return float(min(TEMPERATURES, key=loss))


def choose_thresholds(digits: Scores, letters: Scores | None) -> Thresholds:
    """When to refuse an answer, and when to call it unsure.

    Networks that learnt letters as non-digits refuse next to none of MNIST's digits, so that a quantile of those says
    little about other people's. The share of the letters that is refused goes along with what people's digits lose.

    Args:
        digits: (n, classes) calibrated probabilities of held-out samples.
        letters: (m, classes) calibrated probabilities of letters; None for a network that did not train with them.
    """
    best = best_two(digits)
    if letters is None:
        refuse = np.quantile(best.sum(1), REFUSED_ALONE)
    else:
        refuse = min(np.quantile(best_two(letters).sum(1), REFUSED_LETTERS), np.quantile(best.sum(1), MOST_REFUSED))
    return Thresholds(refuse=float(refuse), unsure=float(np.quantile(best[:, 0], UNSURE)))
