"""How the command line ends: whatever stops it, what it began is cleaned up, and a person reads one sentence."""

import contextlib
import io
import os
import signal
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from digitjs.cli.options import Configured
from digitjs.errors import DigitjsError, sentence
from digitjs.filesystem.paths import CACHE, default_cache

SIGNALS = ("SIGTERM", "SIGHUP")  # besides Ctrl+C; the second is unknown to Windows
INTERRUPTED = 128 + signal.SIGINT  # the exit code that shells expect


class Program(click.Group):
    """All commands."""

    command_class = Configured

    def main(self, *arguments: Any, **options: Any) -> Any:
        """Run the command line; what the operating system refuses becomes a sentence here, and only here."""
        # A redirected output of Windows knows few letters, and Python would end at the first other one.
        if isinstance(sys.stdout, io.TextIOWrapper) and sys.stdout.errors == "strict":
            sys.stdout.reconfigure(errors="backslashreplace")  # as standard error does
        try:
            return super().main(*arguments, **options)
        except OSError as error:
            refusal = DigitjsError(_said(error))
            refusal.show()
            _leave_nothing_to_flush()
            raise SystemExit(refusal.exit_code) from error

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command, which signals end as Ctrl+C does."""
        try:
            with _unwound_by_signals():
                return super().invoke(ctx)
        except KeyboardInterrupt as interrupt:
            raise SystemExit(INTERRUPTED) from interrupt


def _leave_nothing_to_flush() -> None:
    """Where the output takes no more, drop what is left: Python would try again at its end, and exit with 120."""
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _said(error: OSError) -> str:
    said = sentence(error)
    with contextlib.suppress(DigitjsError):  # without a home folder there is no cache
        named = error.filename if isinstance(error.filename, str) else os.devnull
        cache, path = (Path(os.path.realpath(path)) for path in (default_cache(), named))
        if path.is_relative_to(cache) or cache.is_relative_to(path):
            said += f", or name another folder for the cache in ${CACHE}"
    return said + "."


@contextlib.contextmanager
def _unwound_by_signals() -> Iterator[None]:
    """Let signals end the program as Ctrl+C does, through every `finally`, instead of at once."""

    def end(number: int, frame: object) -> None:
        signal.signal(number, signal.SIG_DFL)  # a second one ends it at once
        raise SystemExit(128 + number)

    numbers = [getattr(signal, name) for name in SIGNALS if hasattr(signal, name)]
    main = threading.current_thread() is threading.main_thread()
    # What the caller ignores, as nohup does, stays ignored.
    before = {
        number: signal.signal(number, end) for number in numbers if main and signal.getsignal(number) == signal.SIG_DFL
    }
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
