"""Templates of a theme that are whole copies of ours, and so keep what ours no longer say."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import msgspec

from digitjs import __version__, templates
from digitjs.filesystem.paths import PACKAGE

RECORD = PACKAGE / "template_hashes.json"  # SHA-256 of each template by its name, by release

Hashes = dict[str, str]


def ours() -> Hashes:
    """The SHA-256 of each template of the pages, as it is now."""
    return {path.name: _hash(path) for path in sorted(templates.folder().glob("*.*"))}


def recorded() -> dict[str, Hashes]:
    """The templates of every release."""
    return msgspec.json.decode(RECORD.read_bytes(), type=dict[str, Hashes])


def found(folder: Path) -> Iterator[tuple[str, str]]:
    """The templates in a theme's folder that are copies, and what is to be said of them."""
    now, releases = ours(), recorded()
    for path in sorted(folder.glob("*.*")):
        if path.name not in now:
            continue
        sha256 = _hash(path)
        of = next((release for release in reversed(releases) if releases[release].get(path.name) == sha256), None)
        extend = f'extend it instead ({{% extends "!{path.name}" %}}) and replace only the blocks that differ'
        if sha256 == now[path.name]:
            yield str(path), f"is the same as ours: remove it, or {extend}"
        elif of:
            yield str(path), f"is a copy of ours in digitjs {of}, which has changed since: {extend}"


def _hash(path: Path) -> str:
    """Of a template's text, whatever ends its lines."""
    return hashlib.sha256(b"\n".join(path.read_bytes().splitlines())).hexdigest()


if __name__ == "__main__":  # records the templates of a release, when one is made
    RECORD.write_bytes(msgspec.json.format(msgspec.json.encode({**recorded(), __version__: ours()}), indent=1) + b"\n")
