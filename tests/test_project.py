"""Folders come and go whole, and nothing of anybody else's is touched."""

from pathlib import Path

import pytest

from digitjs import project
from digitjs.errors import DigitjsError


def make(folder: Path, content: str) -> None:
    with project.replacing(folder) as new:
        (new / "sub").mkdir()
        (new / "sub" / "page.html").write_text(content)
        project.write_manifest(new)


def test_a_folder_is_replaced_as_a_whole(tmp_path: Path) -> None:
    make(tmp_path / "dist", "old")
    make(tmp_path / "dist", "new")
    assert (tmp_path / "dist" / "sub" / "page.html").read_text() == "new"
    assert [path.name for path in tmp_path.iterdir()] == ["dist"]


def test_a_failure_leaves_the_old_folder_as_it_was(tmp_path: Path) -> None:
    make(tmp_path / "dist", "old")
    with pytest.raises(RuntimeError), project.replacing(tmp_path / "dist") as new:
        (new / "half").touch()
        raise RuntimeError
    assert project.files_below(tmp_path) == ["dist/digitjs.json", "dist/sub/page.html"]


def test_a_folder_with_files_of_others_is_refused(tmp_path: Path) -> None:
    make(tmp_path / "dist", "ours")
    project.require_own(tmp_path / "dist")
    (tmp_path / "dist" / "CNAME").write_text("example.org")
    with pytest.raises(DigitjsError, match=r"CNAME, which digitjs did not make"):
        project.require_own(tmp_path / "dist")


def test_a_folder_without_a_manifest_is_somebody_elses(tmp_path: Path) -> None:
    (tmp_path / "photos").mkdir()
    project.require_own(tmp_path / "photos")  # empty: nothing to lose
    (tmp_path / "photos" / "cat.jpg").touch()
    with pytest.raises(DigitjsError, match=r"cat\.jpg"):
        project.require_own(tmp_path / "photos")
    with pytest.raises(DigitjsError, match="is a file"):
        project.require_own(tmp_path / "photos" / "cat.jpg")


def test_removing_leaves_what_others_put_there(tmp_path: Path) -> None:
    make(tmp_path / "dist", "ours")
    (tmp_path / "dist" / "sub" / "theirs").touch()
    assert project.remove_own(tmp_path / "dist") == ["sub/theirs"]
    assert project.files_below(tmp_path) == ["dist/sub/theirs"]


def test_removing_takes_the_whole_folder_when_all_of_it_is_ours(tmp_path: Path) -> None:
    make(tmp_path / "dist", "ours")
    assert project.remove_own(tmp_path / "dist") == []
    assert list(tmp_path.iterdir()) == []
    assert project.remove_own(tmp_path / "dist") == []
