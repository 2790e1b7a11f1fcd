"""Files that are copied into the site as they are: an owner's, and a theme's."""

import shutil
from collections.abc import Iterator
from pathlib import Path

from digitjs.errors import DigitjsError, printable
from digitjs.filesystem.output_folder import MANIFEST
from digitjs.filesystem.staging import INSIDE

LEFT_OUT = (".git", ".DS_Store", "Thumbs.db")  # what version control and file managers leave in a folder


def files(folder: Path) -> Iterator[tuple[str, Path]]:
    """What a folder has to copy: paths relative to it, with slashes.

    Raises:
        DigitjsError: there is no such folder, or a link in it leads nowhere.
    """
    if not folder.is_dir():
        raise DigitjsError(f"There is no folder {folder}, whose files are to be copied: make it.")
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder)
        if set(name.parts) & set(LEFT_OUT) or path.is_dir():
            continue
        if not path.is_file():
            raise DigitjsError(f"{path} is no file that can be copied: remove it, or put a file in its place.")
        yield name.as_posix(), path


def copy(source: Path, site: Path, reserved: tuple[str, ...]) -> tuple[str, ...]:
    """Copy a folder into a site that is whole but for the reserved names; gives the names of the copies.

    Raises:
        DigitjsError: a file would take the place of one of the site's.
    """
    found = tuple(files(source))
    taken = (*reserved, MANIFEST, INSIDE)
    for name, path in found:
        target = site / name
        above = [parent for parent in target.parents if parent.is_relative_to(site) and parent.is_file()]
        if name.split("/")[0] in taken or target.exists() or above:
            raise DigitjsError(
                f"{path} would take the place of the site's own {printable(name)}: rename it; what the pages look like "
                "and say is changed by a theme."
            )
    for name, path in found:
        (site / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, site / name)
    return tuple(name for name, _ in found)
