"""Cached folders that can be checked: their files' SHA-256 are kept beside them and compared before they are used."""

from collections.abc import Iterable
from pathlib import Path

import msgspec

from digitjs.filesystem.paths import digest

CHECKSUMS = "checksums.json"  # SHA-256 by file name; written last: its presence means that the folder is finished


def write(folder: Path, names: Iterable[str]) -> None:
    """Finish a folder: list these files of it, named relative to it."""
    sums = {name: digest(folder / name) for name in sorted(names)}
    (folder / CHECKSUMS).write_bytes(msgspec.json.format(msgspec.json.encode(sums), indent=1) + b"\n")


def intact(folder: Path) -> bool:
    """Whether a folder is finished and every file of its list is as it was written."""
    try:
        sums = msgspec.json.decode((folder / CHECKSUMS).read_bytes(), type=dict[str, str])
        return bool(sums) and all(digest(folder / name) == sha256 for name, sha256 in sums.items())
    except (OSError, msgspec.MsgspecError):
        return False


def damaged(folder: Path) -> bool:
    """Whether a folder holds files that were finished once and cannot be used: some are missing or have changed."""
    return any(path.is_file() for path in folder.glob("*")) and not intact(folder)
