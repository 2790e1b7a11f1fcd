"""Formats are recognised by content, and what cannot be decided is asked for."""

import gzip
import json
import os
import struct
from pathlib import Path

import numpy as np
import pytest

from digitjs.data.readers import detect
from digitjs.errors import DigitjsError

IDX = struct.pack(">4BI", 0, 0, 8, 1, 3) + b"\0\1\2"
STROKES = json.dumps({"label": "a", "strokes": [[[0, 0]]]}).encode()
QUICKDRAW = json.dumps({"word": "a", "drawing": [[[0], [0]]]}).encode()
TABLE = ",".join(["a", *["0"] * 784]).encode()


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("own", IDX, "idx"),
        ("own.bin", gzip.compress(IDX, mtime=0), "idx"),
        ("own.jsonl", STROKES, "jsonl"),
        ("own.json", STROKES, "jsonl"),
        ("own.ndjson", STROKES, "jsonl"),
        ("own.jsonl", QUICKDRAW, "ndjson"),
        ("own.jsonl", b"", "jsonl"),
        ("own.csv", TABLE, "table"),
        ("own", b"\xef\xbb\xbf" + TABLE, "table"),
    ],
)
def test_files_are_known_by_what_is_in_them(tmp_path: Path, name: str, content: bytes, kind: str) -> None:
    (tmp_path / name).write_bytes(content)
    assert detect.kind_of(tmp_path / name) == kind


def test_arrays_are_known_whatever_they_are_called(tmp_path: Path) -> None:
    with (tmp_path / "own.data").open("wb") as file:
        np.save(file, np.zeros(3))
    with (tmp_path / "own.zip").open("wb") as file:
        np.savez(file, x=np.zeros(3))
    assert [detect.kind_of(tmp_path / name) for name in ("own.data", "own.zip")] == ["npy", "npz"]


def test_a_folder_of_several_formats_asks_for_one(tmp_path: Path) -> None:
    (tmp_path / "own.jsonl").write_bytes(STROKES)
    (tmp_path / "own.csv").write_bytes(TABLE)
    (tmp_path / "README.md").write_text("Drawn in May.")
    with pytest.raises(DigitjsError, match=r"files of several formats \(table, jsonl\): give some of one of them"):
        detect.find(tmp_path)
    (tmp_path / "own.csv").unlink()
    assert detect.find(tmp_path).files == (tmp_path / "own.jsonl",)


def test_damaged_and_special_files_of_a_folder_are_named(tmp_path: Path) -> None:
    (tmp_path / "own.npy").write_bytes(b"no array")
    with pytest.raises(DigitjsError, match=r"own\.npy is in no format"):
        detect.find(tmp_path)
    (tmp_path / "own.npy").unlink()
    os.mkfifo(tmp_path / "pipe.jsonl")
    with pytest.raises(DigitjsError, match=r"pipe\.jsonl: it is a pipe"):
        detect.find(tmp_path)
