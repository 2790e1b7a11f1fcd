"""Stroke files: what is in them, and which lines are not what they should be."""

import json
import os
from pathlib import Path

import pytest

from conftest import ROOT
from digitjs.data import stroke_file
from digitjs.errors import DigitjsError

GOOD = '{"label": 7, "strokes": [[[0, 0], [1.5, 0]]], "writer": "anna", "colour": "blue"}'


def save(path: Path, *lines: str) -> Path:
    path.write_text("\n".join(lines))
    return path


def test_every_line_is_a_drawing(tmp_path: Path) -> None:
    [drawing] = stroke_file.read(save(tmp_path / "own.jsonl", GOOD, "", "  "))
    assert (drawing.label, drawing.writer, drawing.strokes) == (7, "anna", (((0, 0), (1.5, 0)),))


@pytest.mark.parametrize(
    ("label", "read", "text"),
    [
        ("7", 7, "7"),
        ('"7"', 7, "7"),
        ('"07"', "07", "07"),
        ('"125"', "125", "125"),
        ("125", 125, "125"),
        ('"a"', "a", "a"),
        ('"n\u0303"', "ñ", "ñ"),
        ('"٣"', "٣", "٣"),
        ('"treble clef"', "treble clef", "treble clef"),
        ("null", None, None),
    ],
)
def test_labels_are_digits_rows_or_names_of_classes(
    tmp_path: Path, label: str, read: int | str | None, text: str | None
) -> None:
    [drawing] = stroke_file.read(save(tmp_path / "own.jsonl", GOOD.replace("7", label)))
    assert (drawing.label, drawing.text) == (read, text)


def test_the_fixtures_cover_every_digit() -> None:
    drawings = stroke_file.read(ROOT / "tests" / "fixtures" / "strokes" / "digits.jsonl")
    assert {drawing.label for drawing in drawings} == set(range(10))


@pytest.mark.parametrize(
    "wrong",
    [
        "digits",
        "[]",
        '{"label": 7}',
        '{"strokes": [[[0, 0]]]}',
        GOOD.replace("7", "-1"),
        GOOD.replace("7", "1.5"),
        GOOD.replace("7", '""'),
        GOOD.replace("7", '" "'),
        GOOD.replace("7", '"' + "a" * 41 + '"'),
        GOOD.replace("7", '"12\\n"'),
        GOOD.replace("7", '" a"'),
        GOOD.replace("7", "true"),
        json.dumps({"label": 1, "strokes": []}),
        json.dumps({"label": 1, "strokes": [[]]}),
        json.dumps({"label": 1, "strokes": [[[0]]]}),
        json.dumps({"label": 1, "strokes": [[[0, 1, 2]]]}),
        json.dumps({"label": 1, "strokes": [[["0", 1]]]}),
        '{"label": 1, "strokes": [[[0, NaN]]]}',
        '{"label": 1, "strokes": [[[0, 1e999]]]}',
        '{"label": 1, "strokes": [[[0, 1e200]]]}',
        '{"label": 1, "strokes": [[[0, null]]]}',
        pytest.param('{"label": 1, "strokes": ' + "[" * 100_000, id="strokes nested too deeply"),
        pytest.param(GOOD.replace('"blue"', "[" * 100_000 + "]" * 100_000), id="another key nested too deeply"),
        pytest.param(GOOD.replace("blue", "blue" * 300_000), id="more than a megabyte"),
    ],
)
def test_malformed_lines_are_named_by_number(tmp_path: Path, wrong: str) -> None:
    with pytest.raises(DigitjsError, match=r"own\.jsonl has malformed lines: line 2 \("):
        stroke_file.read(save(tmp_path / "own.jsonl", GOOD, wrong, GOOD))


def test_many_malformed_lines_are_named_and_the_rest_counted(tmp_path: Path) -> None:
    with pytest.raises(DigitjsError, match=r"line 1 .* line 10 .* and 2 more; mend or remove them"):
        stroke_file.read(save(tmp_path / "own.jsonl", *["no"] * 12))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_files_that_other_editors_saved_are_read(tmp_path: Path, encoding: str, end: str) -> None:
    path = tmp_path / "own.jsonl"
    path.write_bytes(end.join([GOOD, GOOD.replace("anna", "änna\u2028"), ""]).encode(encoding))
    assert [drawing.writer for drawing in stroke_file.read(path)] == ["anna", "änna\u2028"]


@pytest.mark.parametrize("encoding", ["latin-1", "utf-16-le"])
def test_other_encodings_are_refused(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "own.jsonl"
    path.write_bytes(GOOD.replace("anna", "änna").encode(encoding))
    with pytest.raises(DigitjsError, match=r"own\.jsonl: .* not UTF-8.*, save it as UTF-8"):
        stroke_file.read(path)


def test_what_is_not_a_file_of_bounded_size_is_refused_at_once(tmp_path: Path) -> None:
    with (tmp_path / "large.jsonl").open("wb") as file:
        file.truncate(1 << 40)
    os.mkfifo(tmp_path / "pipe.jsonl")
    for name, says in (
        ("large.jsonl", "1,099,512 MB"),
        ("pipe.jsonl", "pipe"),
        ("", "folder"),
        ("/dev/zero", "device"),
    ):
        with pytest.raises(DigitjsError, match=says):
            stroke_file.read(tmp_path / name)


def test_files_without_drawings_are_refused(tmp_path: Path) -> None:
    with pytest.raises(DigitjsError, match="holds no drawings"):
        stroke_file.read(save(tmp_path / "own.jsonl", ""))
    with pytest.raises(DigitjsError, match="No such file"):
        stroke_file.read(tmp_path / "missing.jsonl")
