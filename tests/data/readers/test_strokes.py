"""Stroke files, one or a folder of them."""

import json
from pathlib import Path

import numpy as np
import pytest

from conftest import DIGITS
from digitjs.data import collected_file, dataset, parts, rasterize
from digitjs.data.collected_file import Mark, Memory, Sent
from digitjs.data.source import Share, Source
from digitjs.errors import DigitjsError


def save(path: Path, labels: str, **others: str) -> Path:
    lines = [json.dumps({"label": label, "strokes": DIGITS[i].strokes, **others}) for i, label in enumerate(labels)]
    path.write_text("\n".join(lines))
    return path


def test_drawings_are_drawn_by_the_page(tmp_path: Path) -> None:
    signs = dataset.load(Source((save(tmp_path / "own.jsonl", "aaabbb"),)))
    assert (signs.task.classes, signs.train.writers) == (("a", "b"), None)
    expected = rasterize.images([json.dumps(drawing.strokes).encode() for drawing in DIGITS[:6]], tidy=True)
    np.testing.assert_array_equal(signs.train.images, expected)


def test_who_is_not_named_is_the_file(tmp_path: Path) -> None:
    save(tmp_path / "anna.jsonl", "aaabbb")
    save(tmp_path / "ben.jsonl", "bbbaaa")
    save(tmp_path / "others.jsonl", "ab", writer="carla")
    writers = dataset.load(Source((tmp_path,))).train.writers
    assert writers is not None
    assert writers.tolist() == [0] * 6 + [1] * 6 + [2] * 2


def test_faults_of_all_files_are_named_at_once(tmp_path: Path) -> None:
    (tmp_path / "anna.jsonl").write_text("no\n")
    (tmp_path / "ben.jsonl").write_text("")
    with pytest.raises(DigitjsError, match=r"anna\.jsonl has malformed lines: .*ben\.jsonl holds no drawings"):
        dataset.load(Source((tmp_path,)))


def test_strokes_that_memory_may_not_hold_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("anna", "ben", "carla", "dora"):
        save(tmp_path / f"{name}.jsonl", "aaabbb", writer=name)
    whole = sum(file.stat().st_size for file in tmp_path.iterdir())
    monkeypatch.setattr(parts, "HELD", whole)
    assert len(dataset.load(Source((tmp_path,))).train) == 24
    monkeypatch.setattr(parts, "HELD", whole - 1)
    with pytest.raises(
        DigitjsError, match=rf"^The strokes of {tmp_path} take more than .* memory: give fewer files\.$"
    ):
        dataset.load(Source((tmp_path,)))
    assert len(dataset.load(Source((tmp_path,)), share=Share(1, 2)).train) == 12
    monkeypatch.setattr(parts, "HELD", whole // 3)
    with pytest.raises(DigitjsError, match="The strokes of one worker's part files take more than"):
        dataset.load(Source((tmp_path,)), share=Share(1, 2))


def collected(path: Path, labels: tuple[str, ...]) -> Path:
    """What a page collects: each label five times, each drawing with an id."""
    drawn = [(label, (((0.0, 0.0), (float(i), 30.0)),)) for label in labels for i in range(5)]
    sent = tuple(Sent(Mark(f"{i:024x}"), (None, strokes), label) for i, (label, strokes) in enumerate(drawn))
    collected_file.merge(path, sent, Memory())
    return path


def test_what_was_collected_for_a_class_is_no_row_of_other_classes(tmp_path: Path) -> None:
    path = collected(tmp_path / "months.jsonl", ("1", "0", "10"))
    months = dataset.load(Source((path,)))
    assert (months.task.classes, len(months.train)) == (("0", "1", "10"), 15)
    assert "row" not in " ".join(months.notes)


def lines(*drawn: tuple[str, str, int]) -> str:
    """A line for each label, id and form."""
    return "".join(
        json.dumps({"label": label, "id": identity, "strokes": [[[0, 0], [form, 30]]]}) + "\n"
        for label, identity, form in drawn
    )


A, B, C, D = (letter * 24 for letter in "abcd")


def test_a_drawing_in_two_exports_counts_once_as_it_was_last(tmp_path: Path) -> None:
    (tmp_path / "mon.jsonl").write_text(lines(("a", A, 1), ("a", B, 2), ("b", C, 3), ("a", "", 4)))
    (tmp_path / "tue.jsonl").write_text(
        lines(("a", A, 1), ("b", B, 2), ("b", C, 5), ("a", "", 4), ("a", D, 6), ("b", "", 7))
    )
    signs = dataset.load(Source((tmp_path,)))
    assert signs.train.strokes is not None
    forms = [json.loads(drawing)[0][1][0] for drawing in signs.train.strokes]
    assert (forms, signs.train.labels.tolist()) == ([1, 2, 5, 4, 6, 7], [0, 1, 1, 0, 0, 1])
    assert signs.train.writers is not None
    assert set(signs.train.writers) == {0}
    assert signs.notes[0].startswith("Left out 4 lines about drawings that come again later")
    parts = dataset.load(Source((tmp_path / "mon.jsonl", tmp_path / "tue.jsonl"))).train
    assert parts.labels.tolist() == signs.train.labels.tolist()


def test_numbers_of_lines_are_no_ids_of_drawings(tmp_path: Path) -> None:
    (tmp_path / "mon.jsonl").write_text(lines(("a", "1", 1), ("a", "2", 2), ("a", "3", 3), ("b", "4", 4)))
    (tmp_path / "tue.jsonl").write_text(lines(("b", "1", 5), ("b", "2", 6)))
    assert len(dataset.load(Source((tmp_path,))).train) == 6


def test_drawings_without_labels_are_not_enough(tmp_path: Path) -> None:
    (tmp_path / "own.jsonl").write_text('{"label": null, "strokes": [[[0, 0]]]}\n')
    with pytest.raises(DigitjsError, match="holds no drawing with a label"):
        dataset.load(Source((tmp_path / "own.jsonl",)))
