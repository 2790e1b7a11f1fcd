"""What an owner may choose of how the pages look: the table [theme] of `digitjs.toml`, or a theme's `theme.toml`."""

import re
from pathlib import Path
from typing import Annotated, TypeVar

import msgspec

LENGTH = r"^(0|\d*\.?\d+(px|rem|em))$"
FAMILIES = re.compile(r"""[\w\s,"'-]+""")
RANGE = r"^(normal|bold|\d{1,4}( \d{1,4})?)$"  # of a variable font: "100 900"

T = TypeVar("T", bound=msgspec.Struct)


class Tokens(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Colours as CSS writes them; those that are not given follow from those that are, or are the theme's own."""

    paper: str = ""
    ink: str = ""
    accent: str = ""  # of answers and of the main button
    pen: str = ""  # of what is drawn


class Fonts(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Families as CSS lists them, the first that there is; empty: the theme's own."""

    text: str = ""
    title: str = ""

    def __post_init__(self) -> None:
        """Refuse what would end a declaration.

        Raises:
            ValueError: it is no list of names.
        """
        for families in (self.text, self.title):
            if families and not FAMILIES.fullmatch(families):
                raise ValueError(f"{families!r} is no list of font families, such as 'Georgia, serif'")


class Face(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A font file of the owner's."""

    family: Annotated[str, msgspec.Meta(pattern=r"^[\w -]+$")]
    file: Annotated[str, msgspec.Meta(pattern=r"(?i)\.(woff2|woff|ttf|otf)$")]
    weight: Annotated[str, msgspec.Meta(pattern=RANGE)] = "normal"
    style: Annotated[str, msgspec.Meta(pattern="^(normal|italic|oblique)$")] = "normal"


class Theme(Tokens, frozen=True, forbid_unknown_fields=True):
    """Everything about the look; paths are relative to the file that names them."""

    name: str = ""  # of a theme that comes with digitjs; empty: "paper"
    folder: str = ""  # templates, texts, style and pages of the owner's
    dark: Tokens = Tokens()
    radius: Annotated[str, msgspec.Meta(pattern=f"^$|{LENGTH}")] = ""  # of corners
    fonts: Fonts = Fonts()
    faces: tuple[Face, ...] = ()
    logo: str = ""  # files: beside the title
    icon: str = ""  # SVG, or a square PNG
    picture: str = ""  # that other sites show beside a link


def below(theme: Theme, folder: Path) -> Theme:
    """A theme whose paths do not depend on where they were written."""
    paths = {name: _below(getattr(theme, name), folder) for name in ("folder", "logo", "icon", "picture")}
    faces = tuple(msgspec.structs.replace(face, file=_below(face.file, folder)) for face in theme.faces)
    return msgspec.structs.replace(theme, **paths, faces=faces)


def over(own: T, base: T) -> T:
    """What one says, and what the other says where it says nothing."""
    nothing = type(own)()
    chosen = {}
    for name in own.__struct_fields__:
        value, under = getattr(own, name), getattr(base, name)
        if isinstance(value, msgspec.Struct):
            chosen[name] = over(value, under)
        else:
            chosen[name] = under if value == getattr(nothing, name) else value
    return msgspec.structs.replace(own, **chosen)


def _below(path: str, folder: Path) -> str:
    return str(folder / path) if path else ""
