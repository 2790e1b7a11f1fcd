"""Errors as one sentence: what is wrong and what to do."""

import errno
import os
import re
from pathlib import Path

import click

ADVICE = {
    errno.ENOSPC: "free some space and run it again",
    errno.EDQUOT: "free some space and run it again",
    errno.EACCES: "change its permissions or choose another place",
    errno.EPERM: "change its permissions or choose another place",
    errno.EROFS: "choose a place that can be written",
    errno.ENAMETOOLONG: "choose a shorter name",
    errno.ENOTDIR: "choose another place",
    errno.EISDIR: "choose another place",
}
OVERRIDES = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"  # would turn the text around them, too
REFUSED = (errno.ENOSPC, errno.EDQUOT, errno.EACCES, errno.EPERM, errno.EROFS)  # what others report in their own words


class DigitjsError(click.ClickException):
    """One sentence that says what is wrong and what to do; the command line prints it and exits with 1."""

    def format_message(self) -> str:
        """As a terminal shows it."""
        return printable_lines(self.message)


class UnusableValueError(DigitjsError):
    """A value of a configuration that its type allows, and that cannot be used."""

    def __init__(self, message: str, *keys: str, others: tuple[Path, ...] = ()) -> None:
        """Say what is wrong.

        Args:
            message: the sentence.
            keys: what is to change, as paths of keys (`theme.dark.ink`), the likeliest first.
            others: files that may have a key in place of the configuration, without the path's first word.
        """
        super().__init__(message)
        self.keys, self.others = keys, others


def printable(name: object) -> str:
    """A file's name as one line that any terminal shows, whatever bytes it is made of."""
    return "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in str(name))


def printable_lines(text: str) -> str:
    """Lines of our own that may name what a file holds, such as codes that terminals obey."""
    return "\n".join(map(printable, text.split("\n")))


def os_error(code: int, path: object) -> OSError:
    """The OSError of an error number, as Python raises it."""
    return OSError(code, os.strerror(code), str(path))


def os_error_in(message: str, path: object) -> OSError | None:
    """The OSError of what the operating system refused, if a message of Node, TensorFlow, HDF5 or shutil names it."""
    for code in REFUSED:
        if re.search(rf"\b{errno.errorcode[code]}\b", message) or os.strerror(code) in message:
            return os_error(code, path)
    return None


def sentence(error: OSError) -> str:
    """An error of the operating system without the full stop: the path, the reason and what to do."""
    if error.strerror is None:
        error = os_error_in(str(error), error.filename or "A file") or error
    path = printable(error.filename or "")
    advice = ADVICE.get(error.errno or 0, "check it and run it again")
    return f"{path}{': ' if path else ''}{error.strerror or error}: {advice}"
