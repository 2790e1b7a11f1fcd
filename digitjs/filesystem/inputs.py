"""Files that a user names: checked before they are opened, and read within bounds."""

import codecs
import stat
from pathlib import Path

from digitjs.errors import DigitjsError

# What Notepad and PowerShell write before a text. UTF-32's little-endian mark begins with UTF-16's.
MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def require(path: Path, what: str, most: int) -> None:
    """Refuse what would block, or never end, when it is read.

    Args:
        path: a file, or a link to one.
        what: what the user gave it as, for the message, such as "data".
        most: bytes that it may have.

    Raises:
        DigitjsError: there is no such file, it is not a regular file, or it is too large.
    """
    wrong = fault(path, most)
    if wrong:
        raise DigitjsError(f"Cannot read the {what} {path}: {wrong}.")


def fault(path: Path, most: int) -> str:
    """What `require` refuses in a file, as half a sentence; nothing where it is right."""
    try:
        found = path.stat()
    except OSError as error:
        return str(error.strerror)
    if stat.S_ISDIR(found.st_mode):
        return "it is a folder, give a file"
    if not stat.S_ISREG(found.st_mode):
        return "it is a pipe or a device, copy its content into a file first"
    if found.st_size > most:
        return f"it has {found.st_size / 1e6:,.0f} MB, give at most {most / 1e6:,.0f}"
    return ""


def utf8(path: Path, what: str, most: int) -> bytes:
    """The content of a text file as UTF-8 without a byte order mark; UTF-16 and UTF-32 are known by their marks.

    Raises:
        DigitjsError: as `require`; or the file cannot be read, or is in another encoding.
    """
    require(path, what, most)
    try:
        content = path.read_bytes()
    except OSError as error:
        raise DigitjsError(f"Cannot read the {what} {path}: {error.strerror}.") from error
    encoding = next((encoding for mark, encoding in MARKS if content.startswith(mark)), "utf-8-sig")
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise DigitjsError(f"Cannot read the {what} {path}: line {line} is not UTF-8, save it as UTF-8.") from error
    if "\0" in text:  # UTF-16 without its mark, or no text at all
        raise DigitjsError(f"Cannot read the {what} {path}: it is not UTF-8 text, save it as UTF-8.")
    return text.encode()
