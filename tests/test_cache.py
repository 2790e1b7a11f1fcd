"""What the cache keeps is listed, and removed once it is old."""

import os
import shutil
import time
from pathlib import Path

import pytest

from conftest import Run, Site
from digitjs import cache
from digitjs.errors import DigitjsError
from digitjs.filesystem import staging


def aged(folder: Path, days: float) -> None:
    moment = time.time() - days * cache.DAY
    for file in folder.rglob("*"):
        os.utime(file, (moment, moment))


@pytest.fixture
def kept(tiny_cache: Path, tiny_site: Site, tmp_path: Path) -> Path:
    """The trainings and exports of a small site, and tools of this version and of another."""
    shutil.copytree(tiny_cache / "models", tmp_path / "kept" / "models")
    for key in (cache.tools_key(), "0123456789abcdef"):
        folder = tmp_path / "kept" / "node" / key
        folder.mkdir(parents=True)
        (folder / "package.json").write_bytes(b"x" * 1_000_000)
    return tmp_path / "kept"


def test_each_folder_has_a_line(kept: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIGITJS_CACHE", str(kept))
    result = run("cache")
    assert result.exit_code == 0, result.output
    *lines, total = result.stdout.splitlines()
    assert len(lines) == len(list((kept / "models").iterdir())) + 2
    said = {line.split("  ")[-1].strip() for line in lines}
    assert {
        "a training",
        "mlp, exported in float32",
        "the page's tools",
        "the page's tools, of another version",
    } <= said
    assert total.endswith(f"in {kept}")


def test_only_what_is_old_is_removed(kept: Path) -> None:
    old, new = sorted((kept / "models").iterdir())[:2]
    for folder in (old, kept / "node" / cache.tools_key(), kept / "node" / "0123456789abcdef"):
        aged(folder, 40)
    removed = cache.prune(kept, 30)
    assert {entry.path for entry in removed} == {old, kept / "node" / "0123456789abcdef"}
    assert not old.exists() and new.exists()
    assert (kept / "node" / cache.tools_key()).exists()  # the next build needs them


def test_what_is_said_counts_in_words(kept: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIGITJS_CACHE", str(kept))
    aged(kept / "node" / "0123456789abcdef", 1.7)
    assert "  1 day ago  the page's tools, of another version" in run("cache").stdout
    result = run("cache", "--prune", 1.5)
    assert result.stdout == f"Removed 1 folder with 1.0 MB from {kept}.\n"
    assert run("cache", "--prune", 1.5).stdout == f"Removed 0 folders with 0.0 MB from {kept}.\n"


def test_nothing_is_removed_while_another_digitjs_works(kept: Path) -> None:
    with staging.alone(kept / "models" / "busy", "a training", print), pytest.raises(DigitjsError, match="wait until"):
        cache.prune(kept, 0)
