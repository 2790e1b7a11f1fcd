"""Data that lie elsewhere, in any store that fsspec opens: copied once into the cache, and read from there."""

import errno
import hashlib
import os
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, Protocol
from urllib.parse import unquote, urlsplit

import fsspec
import msgspec
from fsspec.callbacks import Callback
from fsspec.core import url_to_fs

from digitjs.data.readers import detect
from digitjs.data.source import Seen, Share
from digitjs.errors import DigitjsError, printable
from digitjs.filesystem import staging
from digitjs.filesystem.paths import FETCHED, is_meant
from digitjs.filesystem.urls import without_secrets

RECORD = "fetched.json"  # beside the copy
# What stores tell one version of a file from another by, the most certain first; each has one or more of them.
VERSIONS = (
    *("ETag", "etag", "md5Hash", "sha", "blob_id", "Content-MD5"),
    *("mtime", "LastModified", "last_modified", "Last-Modified", "modificationTime", "updated", "modified", "modify"),
    "created",
)
PACKAGES = {"smbclient": "smbprotocol"}  # modules whose packages have another name
REASON = 160  # characters of what a store's package says
WEB = {"http", "https"}
NOTHING = (404, 410)  # what the web answers where nothing is
FULL = (errno.ENOSPC, errno.EDQUOT, errno.EROFS)


class File(msgspec.Struct, frozen=True):
    """A file as its store lists it."""

    size: int | None  # bytes; None: the store does not say
    version: str  # another one once the file has changed; empty: the store does not say


class Record(msgspec.Struct, frozen=True):
    """What a copy was made of."""

    address: str  # without secrets
    target: str  # the file or folder that the address names, relative to the record's folder
    files: dict[str, File]  # by their names in the record's folder
    seen: Seen | None = None  # all files of the folder, of which a worker has copied some


class Terminal(Protocol):
    """Whom to tell."""

    def note(self, message: str) -> None:
        """Something on the way."""

    def warn(self, message: str) -> None:
        """Something doubtful."""

    def progress(self, what: str) -> AbstractContextManager[Callable[[int, int], None]]:
        """Called with how much is done, of how much."""


@dataclass(frozen=True)
class Listing:
    """What a store has at an address."""

    store: Any  # fsspec.AbstractFileSystem, which has no types
    paths: dict[str, str]  # in the store, by the names in the copy
    record: Record


class UnreachedError(Exception):
    """A store does not answer, or refuses to; says why."""


def fetch(address: str, cache: Path, terminal: Terminal, share: Share | None = None) -> Path:
    """Copy what an address names into the cache, unless its store says that the copy there is the same.

    Args:
        address: of a file or a folder; `urls.fault` has nothing against it.
        cache: digitjs's.
        terminal: sees the progress; is warned where the store cannot be asked and an earlier copy is used.
        share: of a worker, whose part files alone are copied.

    Returns:
        The copy, under its own name; of file:// the file or folder itself.

    Raises:
        DigitjsError: there is nothing, its store's package is not installed, or it cannot be reached and the cache has
            no copy; or it has fewer part files than there are workers.
        OSError: the cache cannot be written.
    """
    shown, share = without_secrets(address), share or Share()
    name = hashlib.sha256(address.encode()).hexdigest()[:16]
    folder = cache / FETCHED / (name if share.count == 1 else f"{name}-{share.index + 1}-of-{share.count}")
    try:
        store, root = _opened(address)
        if "file" in _protocols(store):
            return Path(root)
        listing = _listing(store, root, shown, share)
    except UnreachedError as error:
        kept = record(folder)
        if kept is None:
            raise DigitjsError(
                f"Cannot fetch the data {shown}: {error}, and the cache has no copy of it: check the address, the "
                "network and what the store's package needs to let you in."
            ) from error
        terminal.warn(f"Cannot ask {shown} ({error}): used the copy in the cache, as it was fetched before.")
        return folder / kept.target
    with staging.alone(folder, f"the copy of {shown}", terminal.note) as place:
        if record(folder) != listing.record:
            with staging.renewing(folder, place) as new, terminal.progress(f"Fetching {shown}") as advance:
                _copy(listing, folder, new, advance)
                if _listing(store, root, shown, share).record != listing.record:
                    raise DigitjsError(f"The data {shown} changed while they were fetched: run it again.")
    return folder / listing.record.target


def record(folder: Path) -> Record | None:
    """What a copy was made of; None where there is none, or its files have other sizes."""
    try:
        found = msgspec.json.decode((folder / RECORD).read_bytes(), type=Record)
        sizes = {name: (folder / name).stat().st_size for name in found.files}
    except (OSError, msgspec.MsgspecError):
        return None
    return found if all(file.size in (None, sizes[name]) for name, file in found.files.items()) else None


def _opened(address: str) -> tuple[Any, str]:
    """The store of an address, and what it calls the path there."""
    shown, scheme = without_secrets(address), address.partition("://")[0]
    if scheme not in fsspec.available_protocols():
        raise DigitjsError(
            f"Cannot fetch the data {shown}: no store is known as {scheme}, give a path or an address such as "
            "s3://bucket/letters."
        )
    if scheme in WEB and f"/{urlsplit(address).path}".endswith("/"):
        raise DigitjsError(f"{shown} is a folder, and the web has no lists of files: give the address of each file.")
    try:
        fsspec.get_filesystem_class(scheme)
    except ImportError as error:
        missing = (getattr(error.__cause__, "name", None) or "").partition(".")[0]
        package = PACKAGES.get(missing, missing)
        said = f"its package is not installed, run: pip install {package}" if package else str(error).rstrip(".")
        raise DigitjsError(f"Cannot fetch the data {shown}: {said}.") from error
    with _asking(shown):
        store, root = url_to_fs(address)
    return store, root


def _listing(store: Any, root: str, shown: str, share: Share) -> Listing:
    """What a store has at a path for a worker: a file, or all files of a folder that somebody meant.

    Raises:
        UnreachedError: it does not answer.
        DigitjsError: it has nothing there, or too few files, or names something outside of the folder.
    """
    with _asking(shown):
        store.invalidate_cache()
        found = store.info(root)
        is_folder = found["type"] == "directory"
        infos = store.find(root, detail=True) if is_folder else {root: found}
    pieces = _pieces(root, is_web=bool(WEB & _protocols(store)))
    around = re.sub(r"[^\w.-]+", "-", pieces[-1 if is_folder else -2]).lstrip(".") or "data"
    start = f"{root.rstrip('/')}/"
    paths = {}
    for path in sorted(infos):
        name = path.removeprefix(start) if is_folder else pieces[-1]
        if not path.endswith("/") and infos[path]["type"] == "file":
            _require_inside(name, shown)
            if not is_folder or is_meant(PurePosixPath(name)):
                paths[f"{around}/{name}"] = path
    if not paths:
        raise DigitjsError(f"{shown} is a folder without files: give one with data.")
    seen = None
    if share.count > 1:
        direct = [name for name in paths if name.count("/") == 1] if is_folder else ()
        seen = Seen.of({name: _file(infos[paths[name]]) for name in direct})
        paths = {name: paths[name] for name in detect.shared_out(direct, share, shown)}
    files = {name: _file(infos[path]) for name, path in paths.items()}
    return Listing(store, paths, Record(shown, around if is_folder else f"{around}/{pieces[-1]}", files, seen))


def _pieces(root: str, *, is_web: bool) -> list[str]:
    """The names that a path in a store consists of, at least two: what is around it, and its own."""
    if is_web:
        parts = urlsplit(root)
        root = unquote(f"{parts.netloc}{parts.path}")
    return ["", *root.strip("/").split("/")]


def _require_inside(name: str, shown: str) -> None:
    """Refuse what would be written elsewhere than in the copy.

    Raises:
        DigitjsError: it is no name of a file below a folder on every system.
    """
    if any(part in ("", ".", "..") or re.search(r'[\\:<>"|?*\0-\x1f]', part) for part in name.split("/")):
        raise DigitjsError(f"{shown} has a file that is named {printable(name)!r}, which cannot be copied: rename it.")


def _file(info: dict[str, Any]) -> File:
    version = next((str(info[name]) for name in VERSIONS if info.get(name) is not None), "")
    return File(info.get("size"), version)


def _copy(listing: Listing, before: Path, new: Path, advance: Callable[[int, int], None]) -> None:
    """Copy the files of a store into a new folder; those that the copy before has, from there.

    Raises:
        DigitjsError: the store fails meanwhile, or a file has not the size that it should have.
    """
    files, shown = listing.record.files, listing.record.address
    old = record(before)
    missing = []
    for name, file in files.items():
        (new / name).parent.mkdir(parents=True, exist_ok=True)
        if old and file.version and old.files.get(name) == file:
            _again(before / name, new / name)
        else:
            missing.append(name)
    total = sum(files[name].size or 0 for name in missing)
    try:
        with _asking(shown):
            sources, targets = [listing.paths[name] for name in missing], [str(new / name) for name in missing]
            listing.store.get(sources, targets, callback=_Bytes(lambda done: advance(done, total)))
    except UnreachedError as error:
        raise DigitjsError(f"Cannot fetch the data {shown}: {error}; run it again.") from error
    (new / RECORD).write_bytes(msgspec.json.encode(listing.record))
    if record(new) is None:
        raise DigitjsError(f"The data {shown} came incomplete, or changed meanwhile: run it again.")


def _again(old: Path, new: Path) -> None:
    """The same file once more, without a second copy of its content where the file system can do that."""
    try:
        os.link(old, new)
    except OSError:
        shutil.copyfile(old, new)


class _Bytes(Callback):  # type: ignore[misc]
    """Counts the bytes of all files of a transfer; fsspec gives the files callbacks of their own."""

    def __init__(self, count: Callable[[int], None]) -> None:
        super().__init__()
        self.count, self.done = count, 0

    def branched(self, path_1: str, path_2: str, **kwargs: Any) -> "_OfFile":
        """The callback of one file."""
        return _OfFile(self)


class _OfFile(Callback):  # type: ignore[misc]
    """Adds what is new of one file."""

    def __init__(self, every: _Bytes) -> None:
        super().__init__()
        self.every, self.known = every, 0

    def call(self, hook_name: str | None = None, **kwargs: Any) -> None:
        """After each change."""
        self.every.done += self.value - self.known
        self.known = self.value
        self.every.count(self.every.done)


@contextmanager
def _asking(shown: str) -> Iterator[None]:
    """What the packages of stores raise, each its own kinds, as one of two.

    Raises:
        DigitjsError: the store answers that there is nothing.
        UnreachedError: anything else.
        OSError: this machine's disk is full, or cannot be written.
    """
    try:
        yield
    except FileNotFoundError as error:
        cause = error.__cause__  # fsspec raises this of the web for whatever fails
        if cause is not None and shown.partition("://")[0] in WEB and getattr(cause, "status", None) not in NOTHING:
            raise UnreachedError(_reason(cause)) from error
        raise DigitjsError(f"Cannot fetch the data {shown}: its store has no such file or folder.") from error
    except Exception as error:
        if isinstance(error, OSError) and error.errno in FULL:
            raise
        raise UnreachedError(_reason(error)) from error


def _reason(error: BaseException) -> str:
    """Why a store fails, in some words without secrets: what the operating system says, where it says something."""
    kind, said = type(error).__name__, str(error)
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, OSError) and cause.errno and cause.strerror:
            known = cause.errno in errno.errorcode  # not those of a resolver of names
            return os.strerror(cause.errno) if known else printable(cause.strerror)
        cause = cause.__cause__ or cause.__context__
    if status := getattr(error, "status", None):  # of the web
        return f"it answers {status} {printable(getattr(error, 'message', ''))}".rstrip()
    line = re.sub(r"\?[^\s'\")]*", "", printable(said.strip().partition("\n")[0]))[:REASON].rstrip(".")
    return f"{line} ({kind})" if line else kind


def _protocols(store: Any) -> set[str]:
    return {store.protocol} if isinstance(store.protocol, str) else set(store.protocol)
