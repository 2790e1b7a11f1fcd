"""Where things lie, and how whole folders come and go."""

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import msgspec
import platformdirs

from digitjs.errors import DigitjsError

PACKAGE = Path(__file__).parent
CACHE_FOLDERS = ("models", "node")  # what the cache holds
MANIFEST = "digitjs.json"  # lists what digitjs made in an output folder; written last


@dataclass(frozen=True)
class Project:
    """The two folders digitjs writes to."""

    output: Path  # the site
    cache: Path  # trained networks and the page's tools, shared by all projects of this user

    @property
    def models(self) -> Path:
        """Trainings and exports, each in a folder named by its key."""
        return self.cache / "models"


def default_cache() -> Path:
    """The user's cache folder, or `$DIGITJS_CACHE`."""
    chosen = os.environ.get("DIGITJS_CACHE")
    return Path(chosen) if chosen else Path(platformdirs.user_cache_dir("digitjs", appauthor=False))


def resource(name: str) -> Path:
    """A folder that the wheel carries inside the package and a checkout has beside it (`assets`, `site_templates`)."""
    packaged = PACKAGE / name
    return packaged if packaged.is_dir() else PACKAGE.parent / name


def digest(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def files_below(folder: Path) -> list[str]:
    """The files below a folder as relative POSIX paths, sorted."""
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if not path.is_dir())


def write(path: Path, text: str) -> None:
    """Write a file that the user named.

    Raises:
        DigitjsError: it cannot be written.
    """
    try:
        path.write_text(text, "utf-8")
    except OSError as error:
        raise DigitjsError(f"Cannot write {path}: {error.strerror}; choose another file.") from error


class Manifest(msgspec.Struct, frozen=True):
    """What digitjs made in a folder: SHA-256 by relative path, without the manifest itself."""

    files: dict[str, str]


def write_manifest(folder: Path) -> None:
    """List what a folder holds; its presence means that the folder is whole."""
    files = {name: digest(folder / name) for name in files_below(folder) if name != MANIFEST}
    (folder / MANIFEST).write_bytes(msgspec.json.format(msgspec.json.encode(Manifest(files)), indent=1))


def read_manifest(folder: Path) -> Manifest | None:
    """The manifest of a folder that digitjs made, or None."""
    try:
        return msgspec.json.decode((folder / MANIFEST).read_bytes(), type=Manifest)
    except (OSError, msgspec.MsgspecError):
        return None


def foreign_files(folder: Path) -> list[str]:
    """The files in an output folder that digitjs did not make."""
    manifest = read_manifest(folder)
    ours = {MANIFEST, *manifest.files} if manifest else set()
    return [name for name in files_below(folder) if name not in ours]


def require_own(folder: Path) -> None:
    """Refuse to replace an output folder that holds anything else than digitjs's own files.

    Raises:
        DigitjsError: it is a file, or holds something that digitjs did not make.
    """
    if folder.exists() and not folder.is_dir():
        raise DigitjsError(f"{folder} is a file: choose a folder with --output.")
    foreign = foreign_files(folder) if folder.is_dir() else []
    if foreign:
        raise DigitjsError(
            f"{folder} holds {foreign[0]}, which digitjs did not make: move it away, choose another folder with "
            "--output, or replace the whole folder with --force."
        )


@contextmanager
def replacing(folder: Path) -> Iterator[Path]:
    """Give an empty folder beside `folder`, and put it in its place when the block ends well.

    When the block raises, the old folder is as it was and the new one is gone.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    beside = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    new, old = beside / "new", beside / "old"
    try:
        new.mkdir()
        yield new
        if folder.exists():
            folder.rename(old)
        try:
            new.rename(folder)
        except OSError:
            if old.exists():
                old.rename(folder)
            raise
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def remove_own(folder: Path) -> list[str]:
    """Remove what digitjs made in a folder, and the folder when nothing else is in it.

    Returns:
        The files that were left, because digitjs did not make them.
    """
    manifest = read_manifest(folder)
    if manifest is None:
        return files_below(folder) if folder.is_dir() else []
    foreign = foreign_files(folder)
    for name in [*manifest.files, MANIFEST]:
        (folder / name).unlink(missing_ok=True)
    for path in sorted((path for path in folder.rglob("*") if path.is_dir()), reverse=True):
        if not any(path.iterdir()):
            path.rmdir()
    if not any(folder.iterdir()):
        folder.rmdir()
    return foreign
