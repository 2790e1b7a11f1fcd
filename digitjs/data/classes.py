"""Names of classes as their owner writes them: signs one after another, names with commas, or a file of names."""

import re
import unicodedata
from pathlib import Path

import msgspec

from digitjs import node
from digitjs.errors import DigitjsError
from digitjs.filesystem import inputs

LARGEST = 1 << 20  # bytes of a file, and characters of a text
SEPARATORS = re.compile(r"[,\n\r]+")
# What a reader sees as one sign may be several characters: marks, joined emoji, Indic clusters. Unicode's rules for it
# (UAX 29) are in Node, with the tables of its release; Python's own library has none.
SCRIPT = "signs.mjs"


def read(given: str) -> tuple[str, ...]:
    """The classes that an owner gives.

    Args:
        given: the path of a text file with a name a line; or else the names themselves, as `parse` takes them.

    Raises:
        DigitjsError: the file cannot be read, or no class is named, or one twice.
    """
    try:
        is_file = Path(given).is_file()
    except (OSError, ValueError):  # too long for a path
        is_file = False
    if not is_file:
        return parse(given)
    lines = inputs.utf8(Path(given), "classes", LARGEST).decode().splitlines()
    return _distinct(_clean(lines), f"Each line of {given} names a class")


def parse(text: str) -> tuple[str, ...]:
    """Names that commas or line breaks separate; in a text without them, each sign is a class.

    Raises:
        DigitjsError: no class is named, or one twice.
    """
    if SEPARATORS.search(text.strip()):
        return _distinct(_clean(SEPARATORS.split(text)), "Names of classes are separated by commas")
    advice = "Without commas each sign is a class, with commas between them names are"
    return _distinct(_clean(_signs(unicodedata.normalize("NFC", text[:LARGEST]))), advice)


def _clean(names: list[str]) -> tuple[str, ...]:
    """Names in Unicode's composed form without blanks around them; empty ones are left out."""
    return tuple(unicodedata.normalize("NFC", name.strip()) for name in names if name.strip())


def _distinct(names: tuple[str, ...], advice: str) -> tuple[str, ...]:
    if not names:
        raise DigitjsError(f"No class is named. {advice}: give 2 or more.")
    twice = next((name for i, name in enumerate(names) if name in names[:i]), None)
    if twice is not None:
        raise DigitjsError(f"The class {twice!r} is named twice. {advice}: name each once.")
    return names


def _signs(text: str) -> list[str]:
    """A text as the signs that a reader sees."""
    return msgspec.json.decode(node.run(SCRIPT, text.encode()), type=list[str])
