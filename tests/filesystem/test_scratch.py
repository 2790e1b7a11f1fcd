"""Arrays that are too large for memory: the same values from a file as from memory, and one sentence without room."""

import io
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from digitjs.errors import DigitjsError
from digitjs.filesystem import scratch

VALUES = np.arange(5 * 4 * 3, dtype=np.int32).reshape(5, 4, 3)


@pytest.fixture(params=[0, scratch.SMALL], ids=["in a file", "in memory"])
def _place(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scratch, "SMALL", request.param)


def is_mapped(array: np.ndarray) -> bool:
    while isinstance(array, np.ndarray) and not isinstance(array, np.memmap):
        array = array.base
    return isinstance(array, np.memmap)


@pytest.mark.usefixtures("_place")
def test_blocks_become_an_array() -> None:
    blocks = (VALUES[:2], VALUES[2:2], VALUES[2:].astype(np.int64))
    for shape in ((5, 4, 3), (-1, 4, 3)):
        array = scratch.array(iter(blocks), shape, np.int32)
        np.testing.assert_array_equal(array, VALUES)
        assert is_mapped(array) == (scratch.SMALL == 0)
    assert scratch.array((), (-1, 4, 3), np.int32).shape == (0, 4, 3)


@pytest.mark.usefixtures("_place")
def test_rows_and_bytes_are_those_of_memory(tmp_path: Path) -> None:
    places = np.array([4, 0, 0, 2])
    np.testing.assert_array_equal(scratch.rows(VALUES, places), VALUES[places])
    content = VALUES.tobytes()
    assert bytes(scratch.unpacked(io.BytesIO(content), len(content))) == content
    assert len(scratch.unpacked(io.BytesIO(content), 10)) == 11  # one more, which says that it is too long
    (tmp_path / "file").write_bytes(b"head" + content)
    assert bytes(scratch.file_bytes(tmp_path / "file", 4)) == content


def test_more_than_the_disk_has_is_refused_before_it_is_written() -> None:
    with pytest.raises(DigitjsError, match=r"need 1,000,000,000\.0 GB of disk space .*, or set TMPDIR to a folder"):
        scratch.array(iter(()), (10**9, 10**9), np.uint8)


def test_blocks_end_before_the_disk_is_full(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scratch, "SMALL", 1 << 20)
    monkeypatch.setattr(scratch, "BLOCK", 10**18)  # bytes that have to be free for the next blocks
    given = []

    def blocks() -> Iterator[np.ndarray]:
        for number in range(10):
            given.append(number)
            yield np.full(1 << 19, number, np.uint8)

    with pytest.raises(DigitjsError, match=r"need 1,000,000,000\.0 GB of disk space .*, or set TMPDIR to a folder"):
        scratch.array(blocks(), (-1,), np.uint8)
    assert given == [0, 1, 2]


def test_the_user_chooses_the_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)  # what Python found out before
    assert scratch.folder() == tmp_path
