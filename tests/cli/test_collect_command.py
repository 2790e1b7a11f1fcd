"""`digitjs collect` as an owner gives it: what it prints, serves and leaves, and how it refuses."""

import re
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from conftest import Run
from digitjs.data import stroke_file
from processes import hearing

LINE = '{"label": "ñ", "writer": "w1", "strokes": [[[0, 0], [5, 5]]], "id": "1"}\n'


@contextmanager
def collecting(folder: Path, *options: str) -> Iterator[tuple[str, list[str]]]:
    """The command, until the block ends with Ctrl+C: its address, and then the lines that it ended with."""
    command = [sys.executable, "-m", "digitjs", "collect", "--port", "0", *options]
    ended: list[str] = []
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=folder, preexec_fn=hearing) as running:
        try:
            assert running.stdout
            yield running.stdout.readline().split()[2], ended
            running.send_signal(signal.SIGINT)
            ended += running.stdout.read().splitlines()
            assert running.wait(timeout=10) == 0
        finally:
            running.kill()


def post(address: str, line: str) -> None:
    """Send what the page at an address would send."""
    with urllib.request.urlopen(address) as answer:
        page = answer.read().decode()
    token = re.search('"token":"([^"]+)"', page)
    assert token
    headers = {"X-Digitjs-Token": token[1], "Origin": address.rstrip("/")}
    with urllib.request.urlopen(urllib.request.Request(f"{address}save", line.encode(), headers)) as answer:
        assert answer.status == 200


def test_drawings_are_saved_and_the_next_command_is_named(tmp_path: Path) -> None:
    with collecting(tmp_path, "--classes", "añ", "-o", "signs.jsonl", "--text", "For <us>.") as (address, ended):
        with urllib.request.urlopen(address) as answer:
            assert "For &lt;us&gt;." in answer.read().decode()
        post(address, LINE)
    assert ended == [
        "signs.jsonl has 1 drawing of 1 class by 1 writer. Next: digitjs build --data signs.jsonl",
    ]
    assert [drawing.label for drawing in stroke_file.read(tmp_path / "signs.jsonl")] == ["ñ"]
    assert [path.name for path in tmp_path.iterdir()] == ["signs.jsonl"]


def test_each_start_has_a_token_of_its_own_and_the_address_has_none(tmp_path: Path) -> None:
    tokens = set()
    for _ in range(2):
        with collecting(tmp_path, "--classes", "ab", "-o", "signs.jsonl") as (address, ended):
            with urllib.request.urlopen(address) as answer:
                found = re.search('"token":"([^"]+)"', answer.read().decode())
            assert found and len(found[1]) >= 32
            assert re.fullmatch(r"http://127\.0\.0\.1:\d+/", address)
            tokens.add(found[1])
        assert ended == [
            "Nothing was saved in signs.jsonl. Drawings are kept in the browser: run this again, and press Save there."
        ]
    assert len(tokens) == 2
    assert not list(tmp_path.iterdir())


def test_the_settings_file_says_what_is_collected(tmp_path: Path) -> None:
    (tmp_path / "digitjs.toml").write_text(
        '[site]\nlanguage = "de"\n[collect]\nclasses = ["treble clef", "n\u0303"]\ntarget = 7\n', "utf-8"
    )
    with collecting(tmp_path) as (address, ended):
        with urllib.request.urlopen(address) as answer:
            page = answer.read().decode()
        assert '<html lang="de">' in page
        assert '"classes":["treble clef","ñ"]' in page
        assert '"target":7' in page
        assert '"save":null' in page
    assert ended == ["Next: digitjs build --data FILE.jsonl, with the files that the page saved"]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ((), "give --classes"),
        (("--classes", "a"), "There are 1 classes: give 2 to 500"),
        (("--classes", "abca"), "The class 'a' is named twice"),
        (("--classes", f"{'w' * 41},b"), "is longer than 40 characters"),
        (("--classes", "ab", "--text", "\u202eab"), "control character U+202E"),
        (("--classes", "ab", "-o", "nowhere/signs.jsonl"), "nowhere/signs.jsonl: No such file or directory"),
        (("--classes", "ab", "-o", "notes.txt"), "notes.txt has malformed lines: line 1"),
        (("--classes", "ab", "-o", "other.jsonl"), "other.jsonl has drawings of 'ñ', no class here"),
        (("--classes", "ab", "-o", "."), "a folder"),
        (("--classes", "ab", "--host", "gone.invalid"), "'gone.invalid' is no address"),
    ],
)
def test_what_cannot_be_collected_is_said_in_one_sentence(run: Run, options: tuple[str, ...], said: str) -> None:
    Path("notes.txt").write_text("my notes")
    Path("other.jsonl").write_text(LINE)
    result = run("collect", *options)
    assert (result.exit_code, result.stdout) == (1, "")
    assert said in result.stderr
    assert len(result.stderr.splitlines()) == 1
    assert Path("notes.txt").read_text() == "my notes"
