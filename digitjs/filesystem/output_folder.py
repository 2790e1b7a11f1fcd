"""The site's folder: what in it is digitjs's own, how a new site takes the place of an old one, and how it is removed.

Nothing that digitjs did not make is ever deleted. Files that hosts and git read stay in the folder; others are refused,
or moved to a folder beside it. A command that is killed leaves the old site or the new one, and the next one ends what
it began.
"""

import enum
import errno
import os
import shutil
import stat
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath

import msgspec

from digitjs.errors import DigitjsError, printable
from digitjs.filesystem import staging
from digitjs.filesystem.exchange import swap
from digitjs.filesystem.paths import PACKAGE, beside, digest, files_below, resource
from digitjs.filesystem.staging import Note

MANIFEST = "digitjs.json"  # lists what digitjs made in an output folder; written last
KEPT = (".git", "CNAME", ".domains", ".nojekyll", "_headers", "_redirects")  # the owner's, for git and for hosts
# What a site consists of. A manifest that names anything else is no proof that digitjs made it.
SITE = (
    *("index.html", "report.html", "embed.html", "collect.html", "manifest.webmanifest", "service-worker.js"),
    *("draw-pad.js", "draw-pad.d.ts"),
    *("licences.txt", "assets/*", "models/*/*"),
)
SWAP, OLD = "swap", "old"  # in the place of a folder: the site that goes in or comes out, and an old one
NEXT, REST = "next", "rest"  # the same where the folder itself must stay: before and after the old site is out
LISTED = 5  # files that one message names


class Kind(enum.Enum):
    """What an entry of an output folder is."""

    OURS = enum.auto()  # as digitjs wrote it
    EDITED = enum.auto()  # digitjs wrote it, and somebody changed it
    KEPT = enum.auto()  # the owner's, for git or the host
    FOREIGN = enum.auto()


class Manifest(msgspec.Struct, frozen=True, omit_defaults=True):
    """What digitjs made in a folder: SHA-256 by relative path, without the manifest itself."""

    files: dict[str, str]  # named as in every site
    copied: dict[
        str, str
    ] = {}  # named as the owner chose: static files and pages, which lie in the owner's folders too


def write_manifest(folder: Path, copied: Collection[str] = ()) -> None:
    """List what a folder holds; its presence means that the folder is whole.

    Args:
        folder: a site.
        copied: the names of files that have been made of the owner's own.
    """
    files = {name: digest(folder / name) for name in files_below(folder) if name != MANIFEST}
    ours = {name: sha256 for name, sha256 in files.items() if name not in copied}
    manifest = Manifest(ours, {name: sha256 for name, sha256 in files.items() if name in copied})
    (folder / MANIFEST).write_bytes(msgspec.json.format(msgspec.json.encode(manifest), indent=1))


def read_manifest(folder: Path) -> Manifest | None:
    """The manifest of a folder that digitjs made, or None.

    Raises:
        DigitjsError: it names something outside of the folder.
    """
    path = folder / MANIFEST
    if path.is_symlink() or not path.is_file():
        return None
    try:
        manifest = msgspec.json.decode(path.read_bytes(), type=Manifest)
    except msgspec.MsgspecError:
        return None
    for name in (*manifest.files, *manifest.copied):
        if not _is_below(name):
            raise DigitjsError(
                f"{path} names {name!r}, which is no file in its folder, so digitjs did not write it: "
                "move it away or choose another folder."
            )
    return manifest


def survey(folder: Path) -> dict[Kind, list[str]]:
    """Sort what an output folder holds: paths relative to it, with slashes.

    Links are not followed; a folder without a file of ours in it is one entry, and none if it is empty.

    Raises:
        DigitjsError: its manifest names something outside of it.
        OSError: it cannot be read.
    """
    return _by_kind(folder, read_manifest(folder))


def is_free(folder: Path) -> bool:
    """Whether a site would replace nothing in a folder: it holds at most what git and hosts read, or is not there."""
    return not folder.is_dir() or {path.name for path in folder.iterdir()} <= {*KEPT, staging.INSIDE}


def require_replaceable(folder: Path, cache: Path, note: Note, *, force: bool) -> None:
    """Find out before minutes of training, not after them, that a site cannot be put into a folder.

    Args:
        folder: the output folder, which need not exist.
        cache: must not lie in it.
        note: called with what an interrupted command left, and while another process has to end first.
        force: files that digitjs did not make are no reason; they will be moved to a folder beside this one.

    Raises:
        DigitjsError: it is a file, a folder with more than a site in it, or holds what digitjs did not make.
        OSError: it cannot be written.
    """
    target = _target(folder)
    _require_own_place(target, folder, cache)
    with staging.alone(target, str(folder), note) as place:
        _settle(place, target, note)
        for name, kind in _entries(target, _manifest_or_none(target) if force else read_manifest(target)):
            holds = f"{folder} holds {printable(name)}, which"
            if kind is Kind.FOREIGN and not force:
                raise DigitjsError(
                    f"{holds} digitjs did not make: move it away, choose another folder with --output, or let --force "
                    "move it to a folder beside."
                )
            if kind in (Kind.EDITED, Kind.FOREIGN) and not os.access(target.parent, os.W_OK):
                raise DigitjsError(
                    f"{holds} is not as digitjs makes it and cannot be kept beside the folder: move it away."
                )


@contextmanager
def replacing(folder: Path, note: Note) -> Iterator[Path]:
    """Give an empty folder for a site with its manifest, and put it in the place of `folder` when the block ends well.

    When the block raises, the old site is as it was. The new one takes its place in one step where the system can do
    that. A link stays a link: what it names is replaced. Of a mount point the content is replaced.

    Args:
        folder: the output folder, which need not exist.
        note: called with what was moved to a backup folder, and while another process has to end first.

    Raises:
        DigitjsError: it is a file, or a link to nothing.
        OSError: it cannot be written.
    """
    target = _target(folder)
    with staging.alone(target, str(folder), note) as place:
        _settle(place, target, note)
        try:
            with staging.draft(place) as new:
                yield new
                if target.exists():
                    _carry(target, new)
                new.rename(place / SWAP)
            _put(place, target)
        finally:
            _settle(place, target, note)


def recover(folder: Path, note: Note) -> None:
    """End what a killed command began with a folder, and wait for one that is at work on it."""
    target = _target(folder)
    if any(place.is_dir() for place in staging.places(target)):
        with staging.alone(target, str(folder), note) as place:
            _settle(place, target, note)


def remove(folder: Path, note: Note) -> dict[Kind, list[str]]:
    """Remove the files of a site that are as digitjs wrote them, and the folder when nothing else is in it.

    Returns:
        What was in the folder before.

    Raises:
        DigitjsError: it is a file, a link to nothing, or its manifest names something outside of it.
        OSError: a file cannot be removed.
    """
    recover(folder, note)
    target = _target(folder)
    if not target.exists():
        return {kind: [] for kind in Kind}
    found = survey(target)
    ours = found[Kind.OURS]
    for name in ours:
        (target / name).unlink()
    for parent in sorted({parent for name in ours for parent in PurePosixPath(name).parents[:-1]}, reverse=True):
        with suppress(OSError):  # not empty
            (target / parent).rmdir()
    if target == folder and Path(os.path.realpath(folder)) != Path.cwd():
        with suppress(OSError):  # not empty, or a mount point
            folder.rmdir()
    return found


def _is_below(name: str) -> bool:
    """Whether a name from a manifest is a plain path below its folder, on every system."""
    return not any(character in name for character in "\\:\0") and all(
        part not in ("", ".", "..") for part in name.split("/")
    )


def _target(folder: Path) -> Path:
    """The folder itself, where a link names it.

    Raises:
        DigitjsError: it is a file, or a link to nothing.
    """
    if folder.is_symlink() and not folder.exists():
        raise DigitjsError(f"{folder} is a link to {folder.readlink()}, which does not exist: make that folder.")
    if folder.exists() and not folder.is_dir():
        raise DigitjsError(f"{folder} is a file: choose a folder.")
    plain = folder.name not in ("", "..") and not folder.is_symlink()
    return folder if plain else Path(os.path.realpath(folder))


def _require_own_place(target: Path, folder: Path, cache: Path) -> None:
    """Refuse a folder that holds much more than a site could."""
    holds = {
        "the working folder": Path.cwd(),
        "your home folder": Path(os.path.expanduser("~")),  # noqa: PTH111 - pathlib raises where there is none
        "digitjs itself": PACKAGE,
        "the sources of the page": resource("assets"),
        "the templates of the page": resource("site_templates"),
        "the cache": cache,
    }
    real = Path(os.path.realpath(target))
    for what, path in holds.items():
        if Path(os.path.realpath(path)).is_relative_to(real):
            raise DigitjsError(f"{folder} is or contains {what}: choose a folder for the site alone with --output.")


def _manifest_or_none(folder: Path) -> Manifest | None:
    """The manifest; none where it names something outside of the folder, so that everything is somebody else's."""
    try:
        return read_manifest(folder)
    except DigitjsError:
        return None


def _by_kind(folder: Path, manifest: Manifest | None) -> dict[Kind, list[str]]:
    found: dict[Kind, list[str]] = {kind: [] for kind in Kind}
    for name, kind in _entries(folder, manifest):
        found[kind].append(name)
    return found


def _entries(folder: Path, manifest: Manifest | None) -> Iterator[tuple[str, Kind]]:
    """Every entry and what it is, the manifest last. Only folders that may hold a file of ours are looked into."""
    believed = manifest if manifest and _is_believable(folder, manifest) else Manifest({})
    files = _listed(believed)
    parents = {str(parent) for name in files for parent in PurePosixPath(name).parents}

    def look(below: str) -> Iterator[tuple[str, Kind]]:
        with os.scandir(folder / below) as scanned:
            entries = sorted(scanned, key=lambda entry: entry.name)
        for entry in entries:
            name, is_folder = below + entry.name, entry.is_dir(follow_symlinks=False)
            if name in KEPT:
                copied = name in believed.copied and _kind(folder / name, believed.copied[name]) is Kind.OURS
                yield name, Kind.OURS if copied else Kind.KEPT
            elif name == MANIFEST or (name == staging.INSIDE and is_folder):
                continue
            elif is_folder and name in parents:
                yield from look(name + "/")
            elif not is_folder:
                yield name, _kind(folder / name, files.get(name))
            elif any(Path(entry.path).iterdir()):
                yield name, Kind.FOREIGN

    if folder.is_dir():
        yield from look("")
    if os.path.lexists(folder / MANIFEST):
        yield MANIFEST, Kind.OURS if files else Kind.FOREIGN


def _listed(manifest: Manifest) -> dict[str, str]:
    """The files of a manifest that may be digitjs's: of those that every site has, the ones that are named so."""
    named = {name: sha for name, sha in manifest.files.items() if any(fnmatchcase(name, one) for one in SITE)}
    return {**manifest.copied, **named}


def _is_believable(folder: Path, manifest: Manifest) -> bool:
    """Whether a manifest lists the site that it lies in: a file of it is there as it says, or none is there at all."""
    every = {**manifest.files, **manifest.copied}
    there = [name for name in every if os.path.lexists(folder / name)]
    listed = _listed(manifest)
    return not there or any(_kind(folder / name, listed.get(name)) is Kind.OURS for name in there)


def _kind(path: Path, sha256: str | None) -> Kind:
    """What a file is that the manifest lists with a SHA-256, or does not list."""
    if sha256 is None:
        return Kind.FOREIGN
    same = stat.S_ISREG(path.lstat().st_mode) and digest(path) == sha256
    return Kind.OURS if same else Kind.EDITED


def _carry(old: Path, new: Path) -> None:
    """Copy the owner's files, and the permissions, into a site that is about to take the old one's place.

    A file that the new site brings itself counts more (`_retire` moves the owner's beside the folder), and one that the
    old site brought itself is not the owner's.
    """
    kept = _by_kind(old, _manifest_or_none(old))[Kind.KEPT]
    for name in kept:
        if not os.path.lexists(new / name) and ((old / name).is_symlink() or (old / name).is_file()):
            shutil.copy2(old / name, new / name, follow_symlinks=False)
    shutil.copymode(old, new)


def _put(place: Path, folder: Path) -> None:
    """Put the site at SWAP in the place of a folder, or prepare that for `_settle` where its content is replaced."""
    if not folder.exists():
        (place / SWAP).rename(folder)
    elif place.parent == folder:
        (place / SWAP).rename(place / NEXT)
    else:
        try:
            swap(place / SWAP, folder, place / OLD)
        except OSError as error:
            if error.errno not in (errno.EBUSY, errno.EXDEV):
                raise
            inside = folder / staging.INSIDE
            inside.mkdir(exist_ok=True)
            with staging.draft(inside) as new:
                copied = shutil.copytree(place / SWAP, new / NEXT, symlinks=True)
                copied.rename(inside / NEXT)


def _settle(place: Path, folder: Path, note: Note) -> None:
    """End what was begun with a folder, here or by a process that was killed. Done twice it does nothing more."""
    if (place / OLD).exists() and not folder.exists():
        (place / OLD).rename(folder)
    inside = folder / staging.INSIDE
    if inside.is_dir():
        _replace_content(inside, folder)
    for replaced in (place / SWAP, place / OLD, inside / OLD):
        if replaced.exists():
            _retire(replaced, folder, note)
    staging.empty(place)
    if inside != place and inside.is_dir():
        shutil.rmtree(inside)


def _replace_content(inside: Path, folder: Path) -> None:
    """Move the old site out of a folder and the new one in; where a process was killed, this goes on from there."""
    coming, rest, old = inside / NEXT, inside / REST, inside / OLD
    if coming.is_dir():
        old.mkdir(exist_ok=True)
        for path in list(folder.iterdir()):
            if path.name != staging.INSIDE and not (
                path.name in KEPT and _is_folder(path)
            ):  # files: _carry copied them
                path.rename(old / path.name)
        coming.rename(rest)
    if rest.is_dir():
        for path in list(rest.iterdir()):
            if not (path.name in KEPT and os.path.lexists(folder / path.name)):
                path.rename(folder / path.name)
        shutil.rmtree(rest)


def _retire(replaced: Path, folder: Path, note: Note) -> None:
    """Remove a site that was replaced; what digitjs did not make of it goes into the new one or beside it."""
    found = _by_kind(replaced, _manifest_or_none(replaced))
    aside = [*found[Kind.EDITED], *found[Kind.FOREIGN]]
    for name in found[Kind.KEPT]:
        if not os.path.lexists(folder / name):
            (replaced / name).rename(folder / name)
        elif not _is_same(replaced / name, folder / name):
            aside.append(name)
    if aside:
        backup = _free(folder)
        for name in aside:
            (backup / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.move(replaced / name, backup / name)
        names = [*map(printable, aside[:LISTED]), *([f"{len(aside) - LISTED} more"] if len(aside) > LISTED else [])]
        note(f"Not as digitjs made it, so moved from {folder} to {backup}: {', '.join(names)}.")
    shutil.rmtree(replaced)


def _is_same(one: Path, other: Path) -> bool:
    """Whether two paths are files, or links, that say the same."""
    if one.is_symlink() or other.is_symlink():
        return one.is_symlink() and other.is_symlink() and one.readlink() == other.readlink()
    return one.is_file() and other.is_file() and digest(one) == digest(other)


def _is_folder(path: Path) -> bool:
    """Whether a path is a folder itself, not a link to one."""
    return path.is_dir() and not path.is_symlink()


def _free(folder: Path) -> Path:
    """A name beside a folder that names nothing yet."""
    number = 1
    while os.path.lexists(path := beside(folder, "", f".backup-{number}")):
        number += 1
    return path
