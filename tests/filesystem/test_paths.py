"""Files that the user names are written whole, wherever they are."""

import os
from pathlib import Path

import pytest

from digitjs.filesystem import paths


def test_a_file_is_replaced_as_a_whole(tmp_path: Path) -> None:
    path = tmp_path / ("s" * 255)
    for text in ("old", "new"):
        paths.require_writable(path)
        paths.write(path, text)
        assert path.read_text() == text
    with pytest.raises(UnicodeEncodeError):
        paths.write(path, "half \ud800")
    assert path.read_text() == "new"
    assert list(tmp_path.iterdir()) == [path]


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    link, target = tmp_path / "link", tmp_path / "target"
    link.symlink_to(target)
    paths.write(link, "text")
    assert (link.readlink(), target.read_text()) == (target, "text")


def test_a_device_is_written_to(tmp_path: Path) -> None:
    paths.require_writable(Path(os.devnull))
    paths.write(Path(os.devnull), "text")
    assert not Path(os.devnull).is_file()


def test_what_cannot_be_written_is_known_before(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "nowhere" / "file"):
        with pytest.raises(OSError, match=str(path)):
            paths.require_writable(path)
    paths.require_writable(tmp_path / "file")
    assert list(tmp_path.iterdir()) == []
