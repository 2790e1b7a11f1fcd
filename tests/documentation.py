"""The pages of documentation, what in them somebody may copy, and a shell that runs it."""

import os
import re
import shlex
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from conftest import ROOT
from processes import PATIENCE, hearing, wait

FENCE = re.compile(r"^ *```(\S*) ?(\S*)\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
SERVER = re.compile(r"digitjs (serve|collect)\b")
ELSEWHERE = ("node_modules", "dist", "build", "__pycache__")  # folders without pages of ours


@dataclass(frozen=True)
class Block:
    """A fenced block of a page."""

    page: str
    line: int
    language: str
    file: str  # that it is meant for; empty where the page does not say it
    text: str

    def __str__(self) -> str:
        return f"{self.page}:{self.line}"

    @property
    def commands(self) -> tuple[str, ...]:
        """The commands of a block of shell, without comments."""
        lines = self.text.replace("\\\n", " ").splitlines()
        return tuple(command for command in (re.sub(r"(^|\s)#.*", "", line).strip() for line in lines) if command)


def pages() -> Iterator[tuple[str, str]]:
    """Every page: its path from the root, and its text."""
    for folder, below, files in os.walk(ROOT):
        below[:] = sorted(name for name in below if not name.startswith(".") and name not in ELSEWHERE)
        for path in sorted(Path(folder, name) for name in files if name.endswith(".md")):
            yield path.relative_to(ROOT).as_posix(), path.read_text("utf-8")


def blocks() -> Iterator[Block]:
    """Every fenced block of every page."""
    for page, text in pages():
        for found in FENCE.finditer(text):
            line = text.count("\n", 0, found.start()) + 1
            yield Block(page, line, *found.groups())


class Shell:
    """Runs commands one after another as a person does, in a folder that `cd` changes."""

    def __init__(self, folder: Path, place: Path, environment: dict[str, str]) -> None:
        """Begin in a folder; `place` is another one, for the program and what it leaves."""
        self.folder, self.place = folder, place
        program, browser = place / "bin" / "digitjs", place / "bin" / "browser"
        program.parent.mkdir(parents=True)
        program.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m digitjs "$@"\n')
        browser.write_text(f'#!/bin/sh\necho "$1" > {shlex.quote(str(place / "opened"))}\n')
        for script in (program, browser):
            script.chmod(0o755)
        search = os.pathsep.join((str(program.parent), os.environ["PATH"]))
        self.environment = {**os.environ, "PATH": search, "BROWSER": f"{browser} %s", **environment}

    def run(self, command: str, meanwhile: Callable[[str], None] = lambda address: None) -> None:
        """Run a command to its end; a server is asked for its page, given to somebody meanwhile, and stopped."""
        if SERVER.search(command):
            self._serve(command, meanwhile)
            return
        done = subprocess.run(
            ["bash", "-ec", f"{command}\npwd > {shlex.quote(str(self.place / 'folder'))}"],
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
        )
        assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
        self.folder = Path((self.place / "folder").read_text().rstrip("\n"))

    def _serve(self, command: str, meanwhile: Callable[[str], None]) -> None:
        (self.place / "opened").unlink(missing_ok=True)
        with (self.place / "said").open("w") as said:
            process = subprocess.Popen(
                ["bash", "-c", f"exec {command}"],
                cwd=self.folder,
                env=self.environment,
                stdout=said,
                stderr=said,
                preexec_fn=hearing,
            )
        try:
            address = self._address(process)
            assert '<html lang="' in fetched(address)
            if "--open" in command:
                wait(lambda: (self.place / "opened").exists() and (self.place / "opened").read_text() != "")
                assert (self.place / "opened").read_text() == f"{address}\n"
            meanwhile(address)
            process.send_signal(signal.SIGINT)
            assert process.wait(PATIENCE) == 0, (self.place / "said").read_text()
        finally:
            process.kill()
            process.wait(PATIENCE)

    def _address(self, process: "subprocess.Popen[bytes]") -> str:
        """Where a server says that it is, as soon as it says so."""
        said = self.place / "said"
        wait(lambda: "(Ctrl+C stops)" in said.read_text() or process.poll() is not None)
        found = re.search(r"http://\S+", said.read_text())
        assert found, said.read_text()
        return found[0]


def fetched(address: str) -> str:
    """The text at an address."""
    with urllib.request.urlopen(address, timeout=PATIENCE) as answer:
        text: str = answer.read().decode()
    return text
