"""What the names of published data sets say of them and their files do not."""

import re
import sys
from dataclasses import dataclass
from pathlib import Path

LETTERS = tuple("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
FASHION = (
    *("T-shirt", "Trouser", "Pullover", "Dress", "Coat"),
    *("Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"),
)
LARGEST = 1 << 16  # bytes of EMNIST's table
MAPPING = "-mapping.txt"  # what EMNIST's table is called
KMNIST = tuple("おきすつなはまやれを")


@dataclass(frozen=True)
class Known:
    """What is known of a data set by its name."""

    transposed: bool = False
    classes: tuple[str, ...] = ()  # names of its numbers, from `first` on
    first: int = 0


def about(path: Path) -> Known:
    """What a path's own name, and its folder's, say; EMNIST is published with rows and columns exchanged."""
    words = {word for name in path.absolute().parts[-2:] for word in re.findall(r"[a-z]+", name.lower())}
    if "emnist" in words:
        return Known(True, LETTERS, 1) if "letters" in words else Known(True)
    if {"fashion", "mnist"} <= words or "fashionmnist" in words:
        return Known(classes=FASHION)
    return Known(classes=KMNIST) if "kmnist" in words else Known()


def named(names: tuple[str, ...], path: Path) -> dict[str, str]:
    """What a data set's numbers mean: by EMNIST's own mapping beside the file, or by the set's name.

    Args:
        names: the labels of the file.
        path: the file, or a file of the set.

    Returns:
        A name for each label; empty where nothing is known.
    """
    by_name = about(path)
    mapping = _mapping(path)
    if not mapping:
        mapping = {str(by_name.first + i): name for i, name in enumerate(by_name.classes)}
    return mapping if mapping and set(names) <= set(mapping) else {}


def mapping_file(path: Path) -> Path | None:
    """EMNIST's table beside one of its files, where it is there."""
    start = re.split(r"-(?:train|test)\b", path.name)[0]
    file = path.with_name(f"{start}{MAPPING}")
    return file if about(path).transposed and file.is_file() and file.stat().st_size <= LARGEST else None


def _mapping(path: Path) -> dict[str, str]:
    """A number, then the codes of the characters that it stands for, on each line."""
    file = mapping_file(path)
    rows = [line.split() for line in file.read_text("ascii", "replace").splitlines()] if file else []
    codes = {row[0]: int(row[1]) for row in rows if len(row) > 1 and all(cell.isdecimal() for cell in row[:2])}
    return {number: chr(code) for number, code in codes.items() if code <= sys.maxunicode}
