"""Work on a folder by one process at a time, and a place beside it where its next content is prepared."""

import errno
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

from digitjs.errors import os_error
from digitjs.filesystem.exchange import swap
from digitjs.filesystem.paths import beside

INSIDE = ".digitjs"  # the place for a folder whose parent cannot be written
LOCK = "lock"
FILE_LOCK = ".lock"  # the end of the name of a file's lock, which lies beside it
IGNORE = ".gitignore"  # keeps the place out of the owner's repository
ATTEMPTS = 50  # to lock a place that other processes remove at the same moment
CLOSED = (errno.EACCES, errno.EPERM, errno.EROFS)

Note = Callable[[str], None]  # a message for the person at the terminal


def places(folder: Path) -> tuple[Path, Path]:
    """Where the place of a folder may be: beside it, or inside where its parent cannot be written."""
    return beside(folder, ".", INSIDE), folder / INSIDE


@contextmanager
def alone(folder: Path, what: str, note: Note) -> Iterator[Path]:
    """Be the only process that works on a folder, which need not exist; gives its place.

    What a process leaves in the place, because it was killed, the next one finds there. An empty place is removed.

    Args:
        folder: what is worked on.
        what: its name for people who have to wait.
        note: called while another process has to end first.

    Raises:
        OSError: nothing can be written beside the folder.
    """
    missing = [parent for parent in folder.parents if not parent.exists()]
    try:
        place, lock = _locked(folder, what, note)
        try:
            (place / IGNORE).write_text("*\n", "utf-8")
            yield place
        finally:
            _leave(place, lock)
    finally:
        for parent in missing:
            with suppress(OSError):  # not empty: the work was done
                parent.rmdir()


@contextmanager
def changing(file: Path) -> Iterator[None]:
    """Be the only process that reads a file, which need not exist, and writes it anew; the others wait meanwhile.

    Raises:
        OSError: nothing can be written beside the file.
    """
    path = beside(Path(os.path.realpath(file)), ".", FILE_LOCK)
    lock = FileLock(path)
    lock.acquire()
    try:
        yield
    finally:
        if os.name == "nt":
            lock.release()  # as in `_leave`
        with suppress(OSError):
            path.unlink()
        lock.release()


def in_use(parent: Path) -> bool:
    """Whether another process works on a folder in this one."""
    for place in parent.glob(f".*{INSIDE}"):
        lock = FileLock(place / LOCK)
        try:
            lock.acquire(timeout=0)
        except Timeout:
            return True
        lock.release()
    return False


@contextmanager
def draft(place: Path) -> Iterator[Path]:
    """An empty folder in a place, where it is alone; gone after the block unless it was moved."""
    empty(place)
    # Named anew each time: the tools of a killed process may still write into the old one.
    around = Path(tempfile.mkdtemp(prefix="draft-", dir=place))
    try:
        new = around / "new"
        new.mkdir()
        yield new
    finally:
        shutil.rmtree(around, ignore_errors=True)


def empty(place: Path) -> None:
    """Remove all folders in a place, as killed processes leave them."""
    for path in place.iterdir():
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)


@contextmanager
def replacing(folder: Path, what: str, note: Note) -> Iterator[Path]:
    """Give an empty folder, and put it in the place of a folder of the cache when the block ends well.

    When the block raises, the old folder is as it was.

    Raises:
        OSError: it cannot be written.
    """
    with alone(folder, what, note) as place, renewing(folder, place) as new:
        yield new


@contextmanager
def renewing(folder: Path, place: Path) -> Iterator[Path]:
    """The same for who works on the folder alone already, and has its place."""
    try:
        with draft(place) as new:
            yield new
            if folder.exists():
                swap(new, folder, place / "old")
            else:
                new.rename(folder)
    finally:
        empty(place)


def _locked(folder: Path, what: str, note: Note) -> tuple[Path, FileLock]:
    for _ in range(ATTEMPTS):
        with suppress(FileNotFoundError):  # another process has just ended and removed what it had made
            return _acquired(_made(folder), what, note)
    return _acquired(_made(folder), what, note)


def _acquired(place: Path, what: str, note: Note) -> tuple[Path, FileLock]:
    lock = FileLock(place / LOCK)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        note(f"Another digitjs is working on {what}: waiting until it has ended.")
        lock.acquire()
    return place, lock


def _made(folder: Path) -> Path:
    outside, inside = places(folder)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
    except FileExistsError as error:
        raise os_error(errno.ENOTDIR, folder.parent) from error
    try:
        outside.mkdir(exist_ok=True)
    except OSError as error:
        if error.errno not in CLOSED or not folder.is_dir():
            raise
        inside.mkdir(exist_ok=True)
        return inside
    return outside


def _leave(place: Path, lock: FileLock) -> None:
    """Release the lock, and remove the place unless something was left in it."""
    if {path.name for path in place.iterdir()} <= {LOCK, IGNORE}:
        if os.name == "nt":
            lock.release()  # Windows removes no open file
        with suppress(OSError):
            (place / IGNORE).unlink(missing_ok=True)
            # On other systems under the lock: who waits for this file sees that it is gone and makes a new one.
            (place / LOCK).unlink(missing_ok=True)
            place.rmdir()
    lock.release()
