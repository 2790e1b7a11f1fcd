"""What a person at the terminal sees: results, and the progress of long work."""

import contextlib
import logging
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import click

from digitjs.errors import DigitjsError, printable_lines
from digitjs.model_card import Epoch

QUIET, NORMAL, VERBOSE = -1, 0, 1
# A shell script that prints a sentence, and a file if one is given, unless it is told that all is well: where a library
# ends the whole process, Python cannot say why any more.
WATCH = """read -r well || {
  echo "$0"
  [ -z "$1" ] || { cat "$1"; rm "$1"; }
} >&2"""
IMPORTING = "digitjs ended while it imported TensorFlow, which needs a processor with AVX and printed:"


class Console:
    """Prints what the chosen loudness allows: results to stdout, progress to stderr."""

    def __init__(self, loudness: int = NORMAL) -> None:
        self.loudness = loudness
        self.strict = False  # whether a warning ends the command

    def say(self, message: str) -> None:
        """A result."""
        if self.loudness > QUIET:
            click.echo(printable_lines(message))

    def note(self, message: str) -> None:
        """Something on the way to the result."""
        if self.loudness > QUIET:
            click.echo(printable_lines(message), err=True)

    def warn(self, message: str) -> None:
        """Something that was ignored, or is doubtful.

        Raises:
            DigitjsError: warnings are to end the command.
        """
        if self.strict:
            raise DigitjsError(f"{message.rstrip('.')} (--strict).")
        self.note(message)

    @contextlib.contextmanager
    def busy(self, what: str) -> Iterator[None]:
        """A spinner while something takes seconds; only in a terminal."""
        if self.loudness == QUIET or not sys.stderr.isatty():
            yield
            return
        from rich.console import Console as Terminal

        with Terminal(stderr=True).status(what):
            yield

    @contextlib.contextmanager
    def progress(self, what: str) -> Iterator[Callable[[int, int], None]]:
        """A progress bar, called with how many are done, of how many; only in a terminal."""
        if self.loudness == QUIET or not sys.stderr.isatty():
            yield lambda done, total: None
            return
        from rich.console import Console as Terminal
        from rich.progress import Progress

        with Progress(console=Terminal(stderr=True), transient=True) as bar:
            task = bar.add_task(what)
            yield lambda done, total: bar.update(task, completed=done, total=total)

    @contextlib.contextmanager
    def training(self, name: str, epochs: int, *, later: float = 0) -> Iterator[Callable[[Epoch], None]]:
        """A progress bar in a terminal, a plain line for each epoch elsewhere, both with the time left.

        Args:
            name: of what is trained.
            epochs: of this training.
            later: how many of its epochs the trainings that come after it are worth, about.
        """
        if self.loudness == QUIET:
            yield lambda epoch: None
            return
        left = _timer(epochs + later)
        if sys.stderr.isatty():
            with _bar(name, epochs, left) as advance:
                yield advance
        else:
            yield lambda epoch: self.note(f"{name}  {_line(epoch, epochs)}{left(epoch)}")

    @contextlib.contextmanager
    def importing(self) -> Iterator[None]:
        """Keep back what TensorFlow and its relatives print while they are imported, unless asked to say more.

        It is printed after all where the import fails, also where that ends the whole process.

        Raises:
            DigitjsError: they cannot be imported.
        """
        if self.loudness >= VERBOSE:
            yield
            return
        os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")  # errors of the C++ side are raised in Python too
        with self.busy("Starting TensorFlow"):
            try:
                with _kept_back(IMPORTING):
                    yield
            except ImportError as error:
                raise DigitjsError(f"TensorFlow cannot be imported ({error}): reinstall digitjs.") from error
            logging.getLogger("tensorflow").setLevel(logging.ERROR)

    @contextlib.contextmanager
    def connecting(self, ended: str) -> Iterator[None]:
        """Keep back what TensorFlow prints while it connects workers, unless asked to say more.

        Args:
            ended: what is printed if it ends the whole process.
        """
        with _watched(ended) if self.loudness >= VERBOSE else _kept_back(ended):
            yield


@contextlib.contextmanager
def _kept_back(ended: str) -> Iterator[None]:
    """Send what is printed, by C++ too, into a file; print it if the block fails, or a sentence and it if the process
    ends.
    """
    descriptor, name = tempfile.mkstemp(prefix="digitjs-")
    path = Path(name)
    try:
        with _watched(ended, name):
            saved = {number: os.dup(number) for number in (1, 2)}
            _flush()
            try:
                for number in saved:
                    os.dup2(descriptor, number)
                yield
            except DigitjsError:  # one sentence that says all of it
                raise
            except Exception:
                _flush()
                os.write(saved[2], path.read_bytes())
                raise
            finally:
                _flush()
                for number, kept in saved.items():
                    os.dup2(kept, number)
                    os.close(kept)
                os.close(descriptor)
    finally:
        path.unlink(missing_ok=True)


@contextlib.contextmanager
def _watched(ended: str, path: str = "") -> Iterator[None]:
    """Let another process print a sentence, and a file, if this process ends in the block."""
    if os.name != "posix":
        yield
        return
    # In a session of its own, so that Ctrl+C leaves it alone.
    watch = subprocess.Popen(["sh", "-c", WATCH, ended, path], stdin=subprocess.PIPE, start_new_session=True)
    try:
        yield
    finally:
        watch.communicate(b"\n")


def _flush() -> None:
    sys.stdout.flush()
    sys.stderr.flush()


def _line(epoch: Epoch, epochs: int) -> str:
    return f"epoch {epoch.number}/{epochs}  loss {epoch.loss:.3f}  {_accuracies(epoch)}"


def _accuracies(epoch: Epoch) -> str:
    held_out = "" if epoch.validation_accuracy is None else f"  validation {epoch.validation_accuracy:.2%}"
    return f"accuracy {epoch.accuracy:.2%}{held_out}"


def _timer(epochs: float) -> Callable[[Epoch], str]:
    """Gives the time left of so many epochs, in words, by the mean of those that have ended since now.

    The first one of them, in which much is compiled, does not count: it says nothing of the others.
    """
    ends: list[float] = []

    def left(epoch: Epoch) -> str:
        ends.append(time.monotonic())
        if len(ends) == 1 or epoch.number >= epochs:
            return ""
        seconds = max((ends[-1] - ends[0]) / (len(ends) - 1) * (epochs - epoch.number), 1)
        return f"  {seconds:.0f} s left" if seconds < 90 else f"  {seconds / 60:.0f} min left"

    return left


@contextlib.contextmanager
def _bar(name: str, epochs: int, left: Callable[[Epoch], str]) -> Iterator[Callable[[Epoch], None]]:
    from rich.console import Console as Terminal
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (
        TextColumn("{task.description:8}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.fields[measured]}"),
    )
    with Progress(*columns, console=Terminal(stderr=True)) as progress:
        task = progress.add_task(name, total=epochs, measured="")

        def advance(epoch: Epoch) -> None:
            progress.update(task, completed=epoch.number, measured=_accuracies(epoch) + left(epoch))

        yield advance
