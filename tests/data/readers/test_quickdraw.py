"""QuickDraw's files: drawings simplified or raw, and images, a file for each class."""

import json
from pathlib import Path

import numpy as np
import pytest

from conftest import DIGITS
from digitjs.data import dataset, parts, rasterize
from digitjs.data.readers import quickdraw
from digitjs.data.samples import Dataset
from digitjs.data.source import Source
from digitjs.errors import DigitjsError


def loaded(path: Path) -> Dataset:
    return dataset.load(Source((path,)))


def line(word: str, strokes: tuple[tuple[tuple[float, float], ...], ...], *, raw: bool = False) -> str:
    drawing = []
    for stroke in strokes:
        xs, ys = ([float(value) for value in values] for values in zip(*stroke, strict=True))
        drawing.append([xs, ys, [10.0 * i for i in range(len(xs))]] if raw else [xs, ys])
    return json.dumps({"word": word, "countrycode": "NZ", "recognized": True, "key_id": "5", "drawing": drawing})


@pytest.mark.parametrize("raw", [False, True])
def test_drawings_are_drawn_by_the_page(tmp_path: Path, raw: bool) -> None:
    for digit, word in ((1, "line"), (3, "camel"), (0, "the moon")):
        strokes = next(drawing.strokes for drawing in DIGITS if drawing.label == digit)
        (tmp_path / f"{word}.ndjson").write_text("\n".join([line(word, strokes, raw=raw)] * 4))
    things = loaded(tmp_path)
    assert (things.task.classes, len(things.train)) == (("camel", "line", "the moon"), 12)
    strokes = next(drawing.strokes for drawing in DIGITS if drawing.label == 3)
    drawn = rasterize.images([json.dumps(strokes).encode()], tidy=False)
    np.testing.assert_allclose(things.train.images[things.train.labels == 0][0], drawn[0], atol=1e-6)


def test_malformed_lines_are_named(tmp_path: Path) -> None:
    good = line("line", (((0, 0), (5, 5)),))
    bad = [good.replace("[[[0.0, 5.0], ", "[[[0.0], "), good.replace("5.0]]]", '"x"]]]'), good.replace("[[[", "[[")]
    (tmp_path / "own.ndjson").write_text("\n".join([good, *bad]))
    with pytest.raises(DigitjsError, match=r"own\.ndjson line 2 \(Expected as many x as y.*line 3 .*line 4 "):
        loaded(tmp_path / "own.ndjson")


def test_a_class_is_read_up_to_a_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quickdraw, "MOST", 5)
    images = np.zeros((8, 784), np.uint8)
    images[:, 300:400] = 255
    for word in ("axe", "line"):
        (tmp_path / f"{word}.ndjson").write_text("\n".join([line(word, (((0, 0), (5, 5)),))] * 7))
        (tmp_path / "images").mkdir(exist_ok=True)
        np.save(tmp_path / "images" / f"full_numpy_bitmap_{word}.npy", images)
    for folder in (tmp_path, tmp_path / "images"):
        things = loaded(folder)
        assert (things.task.classes, len(things.train)) == (("axe", "line"), 10)
        assert things.notes == ("Read the first 5 drawings of 2 files with more of them.",)


def test_strokes_that_memory_may_not_hold_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for word in ("axe", "line"):
        (tmp_path / f"{word}.ndjson").write_text("\n".join([line(word, (((0, 0), (5, 5)),))] * 7))
    monkeypatch.setattr(parts, "HELD", 200)
    with pytest.raises(DigitjsError, match="are held in memory: give fewer files"):
        loaded(tmp_path)


def test_faults_of_images_are_named_at_once(tmp_path: Path) -> None:
    np.save(tmp_path / "axe.npy", np.zeros((5, 783), np.uint8))
    np.save(tmp_path / "bee.npy", np.full((5, 28, 28), np.nan))
    with pytest.raises(DigitjsError, match=r"axe\.npy has the shape \(5, 783\).*bee\.npy has pixels that are not a"):
        loaded(tmp_path)


def test_a_cut_file_is_named(tmp_path: Path) -> None:
    for word in ("axe", "bee"):
        np.save(tmp_path / f"{word}.npy", np.zeros((5, 784), np.uint8))
    whole = (tmp_path / "axe.npy").read_bytes()
    (tmp_path / "axe.npy").write_bytes(whole[:-1])
    with pytest.raises(DigitjsError, match=r"axe\.npy is cut short or damaged"):
        loaded(tmp_path)
