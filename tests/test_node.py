"""Scripts of the page's assets are run with bytes in and bytes out."""

from pathlib import Path

import pytest

from digitjs import node
from digitjs.errors import DigitjsError


def test_bytes_go_in_and_come_out(tmp_path: Path) -> None:
    script = tmp_path / "echo.mjs"
    script.write_text("process.stdout.write(process.argv[2]); process.stdin.pipe(process.stdout);")
    assert node.run(str(script), bytes(range(256)), ("given ",)) == b"given " + bytes(range(256))


def test_a_failure_is_one_sentence_with_its_error(tmp_path: Path) -> None:
    script = tmp_path / "fails.mjs"
    script.write_text("throw new TypeError('no ink');")
    with pytest.raises(DigitjsError, match=r"fails under Node \(TypeError: no ink\): reinstall digitjs\."):
        node.run(str(script), b"")
