"""What a site's owner may choose: `digitjs.toml`, read from the folder that `digitjs` runs in."""

from pathlib import Path
from typing import Annotated

import msgspec

from digitjs.errors import DigitjsError

FILE = "digitjs.toml"


class Site(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The words of the page that are the owner's own."""

    title: str = "digitjs"
    description: str = ""  # what search engines show; empty: the language's own
    language: Annotated[str, msgspec.Meta(pattern="^[a-z]{2}$")] = "en"


class Config(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole file. Every key has a default, so an empty file, or none, is a complete one."""

    site: Site = Site()
    networks: tuple[str, ...] = ()  # empty: all of them, in the registry's order


def load(path: Path | None = None) -> Config:
    """Read a configuration file.

    Args:
        path: the file; without it, `digitjs.toml` in the working folder where there is one.

    Raises:
        DigitjsError: the file is missing, is not TOML, or holds a key or value that digitjs does not know.
    """
    if path is None:
        path = Path(FILE)
        if not path.exists():
            return Config()
    try:
        return msgspec.toml.decode(path.read_bytes(), type=Config)
    except OSError as error:
        raise DigitjsError(f"Cannot read the configuration {path}: {error.strerror}.") from error
    except msgspec.MsgspecError as error:
        raise DigitjsError(f"{path} is not a configuration digitjs can use: {error}.") from error
