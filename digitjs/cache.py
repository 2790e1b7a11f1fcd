"""What the cache keeps: trainings, exports of networks, the page's tools and copies of data, their sizes and ages."""

import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from digitjs.data import remote
from digitjs.errors import DigitjsError
from digitjs.filesystem import staging
from digitjs.filesystem.paths import CACHE_FOLDERS, FETCHED, digest, files_below, resource
from digitjs.model_card import CARD, read_card

DAY = 24 * 60 * 60  # seconds
CHECKPOINTS = "checkpoints"  # of a training that is not finished
TOOLS = CACHE_FOLDERS[1]


@dataclass(frozen=True)
class Entry:
    """One folder of the cache."""

    path: Path
    what: str
    size: int  # bytes
    days: float  # since a file in it was last written


def entries(cache: Path) -> list[Entry]:
    """Everything that is kept, the newest first."""
    found = (folder for part in CACHE_FOLDERS for folder in (cache / part).glob("[!.]*") if folder.is_dir())
    return sorted(map(_entry, found), key=lambda entry: (entry.days, entry.path))


def prune(cache: Path, days: float) -> list[Entry]:
    """Remove what was written some days ago or before, but the tools that this version uses; gives what was removed.

    Raises:
        DigitjsError: another digitjs is using the cache.
    """
    if any(staging.in_use(cache / part) for part in CACHE_FOLDERS):
        raise DigitjsError(f"Another digitjs is using {cache}: wait until it has ended.")
    used = cache / TOOLS / tools_key()
    old = [entry for entry in entries(cache) if entry.days >= days and entry.path != used]
    for entry in old:
        shutil.rmtree(entry.path)
    return old


def tools_key() -> str:
    """What the page's tools are cached under: the same lockfile gives the same ones."""
    return digest(resource("assets") / "package-lock.json")[:16]


def lines(cache: Path) -> Iterator[str]:
    """What a person reads: a line for each folder, and the sum."""
    kept = entries(cache)
    for entry in kept:
        name = f"{entry.path.parent.name}/{entry.path.name}"
        yield f"{name}  {_size(entry.size):>9}  {_age(entry.days):>12}  {entry.what}"
    yield f"{_size(sum(entry.size for entry in kept))} in {cache}"


def _entry(folder: Path) -> Entry:
    files = [folder / name for name in files_below(folder)]
    newest = max((file.lstat().st_mtime for file in files), default=folder.lstat().st_mtime)
    return Entry(
        path=folder,
        what=_what(folder),
        size=sum(file.lstat().st_size for file in files),
        days=max(time.time() - newest, 0) / DAY,
    )


def _what(folder: Path) -> str:
    if folder.parent.name == TOOLS:
        return "the page's tools" if folder.name == tools_key() else "the page's tools, of another version"
    if folder.parent.name == FETCHED:
        kept = remote.record(folder)
        return f"the data {kept.address}" if kept else "data of another version, or damaged"
    if (folder / CARD).is_file():
        try:
            card = read_card(folder)
        except DigitjsError:  # of another version, whose cards are others
            return "an exported network, of another version"
        return f"{card.name}, exported in {card.quantize}"
    return "a training that was interrupted" if (folder / CHECKPOINTS).is_dir() else "a training"


def _size(count: int) -> str:
    return f"{count / 1e6:,.1f} MB"


def _age(days: float) -> str:
    if days < 1:
        return "today"
    return "1 day ago" if days < 2 else f"{int(days)} days ago"
