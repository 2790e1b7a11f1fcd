"""Files that are copied into the site as they are: an owner's, and a theme's."""

import os
import shutil
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path, PurePosixPath

from digitjs.errors import DigitjsError, printable
from digitjs.filesystem.output_folder import MANIFEST
from digitjs.filesystem.paths import meant

Files = Mapping[str, Path]  # by what they are called in the site, with slashes


def files(folder: Path) -> Iterator[tuple[str, Path]]:
    """What a folder has to copy: paths relative to it, with slashes. Most hidden files, and editors' own, are not.

    Raises:
        DigitjsError: as `require_folder`, or a link in it leads nowhere or to a folder.
    """
    require_folder(folder)
    for path in meant(folder, "**/*"):
        if path.is_dir() and path.is_symlink():
            raise DigitjsError(
                f"{path} is a link to a folder, whose files would not be copied: put a copy in its place."
            )
        if path.is_dir():
            continue
        if not path.is_file():
            raise DigitjsError(f"{path} is no file that can be copied: remove it, or put a file in its place.")
        yield path.relative_to(folder).as_posix(), path


def require_folder(folder: Path) -> None:
    """Refuse what is no folder to copy from.

    Raises:
        DigitjsError: there is no such folder, or it is a file.
    """
    if folder.exists() and not folder.is_dir():
        raise DigitjsError(f"{folder} is a file: name the folder that it lies in, whose files are to be copied.")
    if not folder.is_dir():
        raise DigitjsError(f"There is no folder {folder}, whose files are to be copied: make it.")


def require_apart(folder: Path, output: Path) -> None:
    """Refuse a folder to copy that is none, or that the site is made in: it would be copied into itself.

    Raises:
        DigitjsError: as `require_folder`, or the output folder is the folder to copy, or lies in it.
    """
    require_folder(folder)
    source = os.path.realpath(folder)
    named = Path(os.path.realpath(output.parent), output.name)  # a link in the folder, maybe
    if named.is_relative_to(source) or Path(os.path.realpath(output)).is_relative_to(source):
        raise DigitjsError(
            f"{output}, where the site goes, lies in {folder}, whose files are copied into it: choose another folder "
            "with --output, or another one as static."
        )


def gather(folders: Iterable[Path]) -> Files:
    """What folders have to copy; a file of a later one takes the place of one of that name. Raises like `files`."""
    return {name: path for folder in folders for name, path in files(folder)}


def copy(found: Files, site: Path, reserved: tuple[str, ...]) -> tuple[str, ...]:
    """Copy files into a site that is whole but for the reserved names; gives the names of the copies.

    Raises:
        DigitjsError: a file would take the place of one of the site's, or of a folder of others.
    """
    taken = (*reserved, MANIFEST)
    for name, path in found.items():
        target = site / name
        above = [parent for parent in target.parents if parent.is_relative_to(site) and parent.is_file()]
        if name.split("/")[0] in taken or target.exists() or above:
            raise DigitjsError(
                f"{path} would take the place of the site's own {printable(name)}: rename it; what the pages look like "
                "and say is changed by a theme."
            )
        file = next((found[str(parent)] for parent in PurePosixPath(name).parents if str(parent) in found), None)
        if file:
            raise DigitjsError(f"{path} and {file} cannot both be copied: rename one.")
    for name, path in found.items():
        (site / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, site / name)
    return tuple(found)
