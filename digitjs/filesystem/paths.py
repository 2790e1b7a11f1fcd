"""Where things lie: the package's own files, the cache, and files that the user names."""

import hashlib
import os
from contextlib import suppress
from fnmatch import fnmatchcase
from pathlib import Path, PurePath

import platformdirs

from digitjs.errors import DigitjsError

PACKAGE = Path(__file__).parent.parent
CACHE = "DIGITJS_CACHE"  # the environment variable that names another cache folder
FETCHED = "data"  # the folder of the cache for copies of data that lie elsewhere
CACHE_FOLDERS = ("models", "node", FETCHED)  # what the cache holds
PUBLISHED = (".well-known", ".nojekyll", ".domains")  # hidden, and for hosts all the same
LEFT_BEHIND = ("*~", "*.sw[k-p]", "Thumbs.db")  # by editors and file managers
LONGEST = 255  # bytes that file systems allow in a name


def default_cache() -> Path:
    """The user's cache folder, or `$DIGITJS_CACHE`.

    Raises:
        DigitjsError: the user has no home folder.
    """
    chosen = os.environ.get(CACHE)
    if chosen:
        return Path(chosen)
    with suppress(RuntimeError):  # newer platformdirs, where "~" stands for nothing; older ones leave it as it is
        folder = Path(platformdirs.user_cache_dir("digitjs", appauthor=False))
        if folder.is_absolute():
            return folder
    raise DigitjsError(f"This user has no home folder to keep trained networks in: name a folder in ${CACHE}.")


def resource(name: str) -> Path:
    """What the wheel carries inside and a checkout has beside the package (`assets`, `site_templates`, `LICENSE`)."""
    packaged = PACKAGE / name
    return packaged if packaged.exists() else PACKAGE.parent / name


def digest(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def files_below(folder: Path) -> list[str]:
    """The files below a folder as relative POSIX paths, sorted."""
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if not path.is_dir())


def is_meant(path: PurePath) -> bool:
    """Whether a relative path is what somebody made for a site: not hidden, nor what editors write beside a file."""
    return all(
        (not name.startswith(".") or name in PUBLISHED) and not any(fnmatchcase(name, one) for one in LEFT_BEHIND)
        for name in path.parts
    )


def meant(folder: Path, pattern: str) -> list[Path]:
    """The files in a folder, or with the pattern `**/…` below it, that somebody made for a site, sorted."""
    return sorted(path for path in folder.glob(pattern) if is_meant(path.relative_to(folder)))


def beside(path: Path, prefix: str, suffix: str) -> Path:
    """A path in the same folder with a name made of this one's; of its hash where it would be too long."""
    name = f"{prefix}{path.name}{suffix}"
    if len(os.fsencode(name)) > LONGEST:
        name = f"{prefix}{hashlib.sha256(os.fsencode(path.name)).hexdigest()}{suffix}"
    return path.with_name(name)


def require_writable(path: Path) -> None:
    """Find out before long work, not after it, that a file cannot be written.

    Raises:
        OSError: it cannot.
    """
    existed = path.exists()
    with path.open("ab"):
        pass
    if not existed:
        path.unlink()


def write(path: Path, text: str) -> None:
    """Write a file that the user named; a file of that name stays whole until the new one is.

    Raises:
        OSError: it cannot be written.
    """
    if path.exists() and not path.is_file():  # a device, such as /dev/stdout
        path.write_text(text, "utf-8", newline="\n")
        return
    target = Path(os.path.realpath(path))  # a link stays a link
    new = beside(target, ".", ".digitjs")
    try:
        new.write_text(text, "utf-8", newline="\n")
        new.replace(target)
    finally:
        with suppress(FileNotFoundError):
            new.unlink()
