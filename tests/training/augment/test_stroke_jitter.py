"""Jittered copies of few drawings: the same from the same seed, other proportions, other places of their strokes."""

from dataclasses import replace
from pathlib import Path

import msgspec
import numpy as np
import pytest

from digitjs.data import dataset
from digitjs.data.samples import Dataset
from digitjs.data.source import Source
from digitjs.training.augment.stroke_jitter import COPIES, grown, jittered

LADDER = [[(0.0, 0.0), (0.0, 8.0)], [(4.0, 0.0), (4.0, 8.0)], *([(0.0, y), (4.0, y)] for y in (1.0, 3.0, 5.0, 7.0))]


def spread(drawing: list[list[tuple[float, float]]], count: int = 400) -> tuple[float, float]:
    """Standard deviations over copies: of the logarithm of width / height, and of the first stroke's slope."""
    random = np.random.default_rng(1)
    aspects, slopes = [], []
    for _ in range(count):
        strokes = [np.array(stroke) for stroke in jittered(drawing, random)]
        width, height = np.ptp(np.concatenate(strokes), axis=0)
        aspects.append(np.log(width / height))
        across, down = strokes[0][-1] - strokes[0][0]
        slopes.append(across / down)
    return float(np.std(aspects)), float(np.std(slopes))


@pytest.fixture
def drawings(tmp_path: Path) -> Dataset:
    """Three of each of two signs."""
    lines = []
    for width in (3.0, 4.0, 5.0):
        signs = {"ladder": [*LADDER, [(0.0, 9.0), (width, 9.0)]], "line": [[(0.0, 0.0), (width, 4.0)]]}
        lines += [msgspec.json.encode({"label": name, "strokes": strokes}) for name, strokes in signs.items()]
    file = tmp_path / "signs.jsonl"
    file.write_bytes(b"\n".join(lines) + b"\n")
    return dataset.load(Source((file,)))


def test_copies_follow_the_drawings_and_the_seed_decides(drawings: Dataset) -> None:
    train = drawings.train
    more = grown(drawings, 1)
    assert len(more) == len(train) * (COPIES + 1)
    np.testing.assert_array_equal(more.images[: len(train)], train.images)
    np.testing.assert_array_equal(more.labels, np.tile(train.labels, COPIES + 1))
    assert len(np.unique(more.images.reshape(len(more), -1), axis=0)) > len(train) * COPIES
    np.testing.assert_array_equal(more.images, grown(drawings, 1).images)
    assert not np.array_equal(more.images, grown(drawings, 2).images)


def test_images_without_strokes_stay_as_they_are(drawings: Dataset) -> None:
    images = replace(drawings, train=replace(drawings.train, strokes=None))
    assert grown(images, 1) is images.train


def test_whole_drawings_are_slanted_and_stretched() -> None:
    aspects, slopes = spread(LADDER)
    assert 0.15 < aspects < 0.35  # strokes alone, each by itself, would give 0.1
    assert 0.15 < slopes < 0.3


def test_strokes_keep_their_number_and_order() -> None:
    curve = [(x, np.sin(x)) for x in np.linspace(0, 3, 30)]
    drawing = [curve, [(0.0, 5.0), (3.0, 5.0)], [(1.0, 1.0)]]
    for seed in range(20):
        copy = jittered(drawing, np.random.default_rng(seed))
        assert [len(stroke) <= len(known) for stroke, known in zip(copy, drawing, strict=True)] == [True] * 3
        assert len(copy[0]) >= 20
        assert len(copy[1]) == 2 and copy[1][0][0] < copy[1][1][0]
        assert len(copy[2]) == 1
