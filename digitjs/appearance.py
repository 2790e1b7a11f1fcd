"""What an owner may choose of how the pages look: the table [theme] of `digitjs.toml`, or a theme's `theme.toml`."""

import re
from pathlib import Path
from typing import Annotated, TypeVar

import msgspec
from msgspec import Meta

from digitjs.key import about

LENGTH = r"^(0|\d*\.?\d+(px|rem|em))$"
FAMILIES = re.compile(r"""[\w\s,"'-]+""")
RANGE = r"^(normal|bold|\d{1,4}( \d{1,4})?)$"  # of a variable font: "100 900"

T = TypeVar("T", bound=msgspec.Struct)


class Tokens(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Colours; those that are not given follow from those that are, or are the theme's own."""

    paper: Annotated[
        str,
        about(
            "Colour of the paper: #rgb, #rrggbb, a name, rgb(r, g, b) or hsl(h, s%, l%); "
            "empty, as below: the theme's own",
            "#fff",
        ),
    ] = ""
    ink: Annotated[str, about("Colour of texts")] = ""
    accent: Annotated[str, about("Colour of answers and of the main button", "#a30d4f")] = ""
    pen: Annotated[str, about("Colour of what is drawn")] = ""


class Fonts(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Families as CSS lists them, the first that there is; empty: the theme's own."""

    text: Annotated[
        str, about("Families of the texts, as CSS lists them; empty: the theme's own", "Georgia, serif")
    ] = ""
    title: Annotated[str, about("Families of the headings; empty: the theme's own")] = ""

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

    family: Annotated[str, Meta(pattern=r"^[\w -]+$"), about("Name that the fonts above call it by", "Own")]
    file: Annotated[
        str, Meta(pattern=r"(?i)\.(woff2|woff|ttf|otf)$"), about("A WOFF, TrueType or OpenType file", "own.woff2")
    ]
    weight: Annotated[str, Meta(pattern=RANGE), about("Weight, or of a variable font the range: 100 900")] = "normal"
    style: Annotated[str, Meta(pattern="^(normal|italic|oblique)$"), about("normal, italic or oblique")] = "normal"


class Theme(Tokens, frozen=True, forbid_unknown_fields=True):
    """Everything about the look; paths are relative to the file that names them."""

    name: Annotated[str, about('A theme that comes with digitjs; empty: "paper"', "poster")] = ""
    folder: Annotated[str, about("Folder of your own templates, texts, style and pages", "theme")] = ""
    dark: Annotated[Tokens, about("The colours of the dark pages")] = Tokens()
    radius: Annotated[str, Meta(pattern=f"^$|{LENGTH}"), about("Radius of corners", "6px")] = ""
    fonts: Annotated[Fonts, about("The fonts, of the visitor's computer or of files")] = Fonts()
    faces: Annotated[tuple[Face, ...], about("A font file of your own")] = ()
    logo: Annotated[str, about("Picture beside the title", "logo.svg")] = ""
    icon: Annotated[str, about("Icon of the page: SVG, or a square PNG", "icon.svg")] = ""
    picture: Annotated[str, about("Picture that other sites show beside a link", "card.png")] = ""


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
