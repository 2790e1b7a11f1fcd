"""How the pages look: a theme that comes with digitjs, and the owner's own over it, resolved to files and styles."""

import hashlib
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import msgspec
from PIL import Image, UnidentifiedImageError

from digitjs import appearance, templates
from digitjs.appearance import Face, Theme, Tokens
from digitjs.config import read
from digitjs.errors import DigitjsError, UnusableValueError
from digitjs.filesystem import inputs
from digitjs.filesystem.paths import meant
from digitjs.site import colours, texts
from digitjs.site.bundle import Bundle
from digitjs.site.colours import SHAPE, TEXT, Colour, Scheme

PAPER = "paper"  # ours: what the templates and styles are without any theme
THEMES = "themes"  # below our templates: a folder for each of the others
FILE = "theme.toml"  # in a theme's folder: what it chooses of the table [theme]
STYLES = ("style.scss", "style.css")
PAGES, TEXTS, STATIC = "pages", "text", "static"  # folders of a theme
TAKEN = ("index", "report", "embed", "collect")  # the site's own pages
LARGEST = 20 << 20  # bytes of one file
HASH = 10  # characters of a SHA-256 in the name of a file
PICTURES = (".svg", ".png", ".webp", ".jpg", ".jpeg", ".gif")
FACE = '@font-face{{font-family:"{}";src:url("{}");font-weight:{};font-style:{};font-display:swap}}'
SIZES = {"icon180": 180, "icon192": 192, "icon512": 512}  # pixels a side
MASK = 0.6  # of a side: what no mask cuts off
SCHEMES: tuple[Scheme, ...] = ("light", "dark")


@dataclass(frozen=True)
class Asset:
    """A file of the theme's."""

    address: str  # relative to the pages
    content: bytes


@dataclass(frozen=True)
class Look:
    """A theme, resolved: nothing in it is to be looked up any more."""

    folders: tuple[Path, ...] = ()  # whose templates, texts and pages count, the first before the next
    style: str = ""  # SCSS that takes the place of ours and contains it; empty: ours
    papers: tuple[str, str] = (colours.ours("light")["paper"], colours.ours("dark")["paper"])  # light, dark
    logo: str = ""  # address
    picture: str = ""
    icons: tuple[tuple[str, str], ...] = ()  # names of a bundle's icons and their addresses; empty: ours
    assets: tuple[Asset, ...] = ()
    pages: tuple[str, ...] = ()  # names without .html
    notes: tuple[str, ...] = ()  # for the owner

    def below(self, name: str) -> Iterator[Path]:
        """The folders of a name in the theme, the first before the next."""
        return (folder / name for folder in self.folders if (folder / name).is_dir())


def names() -> tuple[str, ...]:
    """The themes that come with digitjs."""
    return PAPER, *sorted(path.name for path in (templates.folder() / THEMES).iterdir() if path.is_dir())


def resolve(chosen: Theme) -> Look:
    """What follows from what an owner chooses.

    Raises:
        UnusableValueError: a key has a colour that is none or that could not be read, or a name of nothing.
        DigitjsError: a file is missing or is none of its kind.
    """
    try:
        return _resolved(chosen)
    except UnusableValueError as error:
        files = (Path(chosen.folder) / FILE,) if chosen.folder else ()
        raise UnusableValueError(error.message, *error.keys, others=files) from error


def _resolved(chosen: Theme) -> Look:
    folders = tuple(_folders(chosen))
    theme = chosen
    for folder in folders:
        if (folder / FILE).is_file():
            theme = appearance.over(theme, appearance.below(read(folder / FILE, Theme, "theme"), folder))
    faces = [(face, _asset(face.file, "font")) for face in theme.faces]
    logo, picture = (_picture(getattr(theme, name), name) for name in ("logo", "picture"))
    given = {scheme: _given(theme, scheme) for scheme in SCHEMES}
    palettes = {scheme: colours.derived(given[scheme], scheme) for scheme in SCHEMES}
    papers = tuple(palettes[scheme].get("paper", colours.ours(scheme)["paper"]) for scheme in SCHEMES)
    icons = dict(_icons(theme.icon, papers[0]))
    assets = (*(asset for _, asset in faces), *(found for found in (logo, picture) if found), *icons.values())
    return Look(
        folders=folders,
        style="\n".join(_style(theme, palettes, faces, folders)),
        papers=(papers[0], papers[1]),
        logo=logo.address if logo else "",
        picture=picture.address if picture else "",
        icons=tuple((name, asset.address) for name, asset in icons.items()),
        assets=assets,
        pages=tuple(_pages(folders)),
        notes=(
            *(note for scheme in SCHEMES for note in _unreadable(given[scheme], scheme)),
            *templates.unknown_blocks(folders, ("*.html", f"{PAGES}/*.html")),
        ),
    )


PLAIN = Look()


def publish(look: Look, folder: Path) -> None:
    """Write a theme's own files into a site."""
    (folder / "assets").mkdir(exist_ok=True)
    for asset in look.assets:
        (folder / asset.address).write_bytes(asset.content)


def with_icons(bundle: Bundle, look: Look) -> Bundle:
    """A bundle with the icons of a theme, where it has some; no icon of ours stays beside them."""
    own = dict(look.icons)
    names = ("icon", *SIZES, "iconmask")
    return msgspec.structs.replace(bundle, **{name: own.get(name, "") for name in names}) if own else bundle


def _folders(chosen: Theme) -> Iterator[Path]:
    name = chosen.name
    if chosen.folder:
        folder = Path(chosen.folder)
        if folder.exists() and not folder.is_dir():
            said = f"{folder} is a file, but the theme is said to be a folder: name the folder around it."
            raise UnusableValueError(said, "theme.folder")
        if not folder.is_dir():
            said = f"There is no folder {folder}, which the theme is said to be in: make it."
            raise UnusableValueError(said, "theme.folder")
        yield folder
        if not name and (folder / FILE).is_file():
            name = read(folder / FILE, Theme, "theme").name
    if name not in ("", *names()):
        said = f"There is no theme {name!r}: choose one of {', '.join(names())}."
        raise UnusableValueError(said, "theme.name")
    if name not in ("", PAPER):
        yield templates.folder() / THEMES / name


def _given(theme: Theme, scheme: Scheme) -> dict[str, Colour]:
    """The colours that are chosen for a scheme; the dark one lightens those of the light one that it lacks."""
    tokens: Tokens = theme if scheme == "light" else theme.dark
    table = "theme" if scheme == "light" else "theme.dark"
    found = {
        name: colours.parse(text, f"{table}.{name}")
        for name in Tokens.__struct_fields__
        if (text := getattr(tokens, name))
    }
    if scheme == "dark":
        paper = found.get("paper", colours.parse(colours.ours("dark")["paper"], "paper"))
        for name in ("accent", "pen"):
            if getattr(theme, name) and name not in found:
                found[name] = colours.in_the_dark(colours.parse(getattr(theme, name), f"theme.{name}"), paper)
    return found


def _unreadable(given: dict[str, Colour], scheme: Scheme) -> Iterator[str]:
    """What can hardly be read of an owner's colours.

    Raises:
        UnusableValueError: a colour that cannot be read at all.
    """
    ours, table = colours.ours(scheme), "theme" if scheme == "light" else "theme.dark"
    paper = given.get("paper", colours.parse(ours["paper"], "paper"))
    checked = {"ink": colours.parse(ours["ink"], "ink"), **{name: given[name] for name in given if name != "paper"}}
    for name, colour in checked.items() if given else ():
        least, ratio = SHAPE if name == "pen" else TEXT, colours.contrast(colour, paper)
        place = f"{table}.{name} {colours.written(colour)}"
        said = f"{place} on paper {colours.written(paper)} has a contrast of {ratio:.1f}, and needs {least:g}"
        if ratio < least * colours.REFUSED:
            said += ": nobody can read that, choose a darker or a lighter one."
            raise UnusableValueError(said, f"{table}.{name}", f"{table}.paper")
        if ratio < least:
            yield f"{said} to be read well (WCAG 2.2 AA)."


def _style(
    theme: Theme, palettes: dict[Scheme, colours.Palette], faces: list[tuple[Face, Asset]], folders: tuple[Path, ...]
) -> Iterator[str]:
    root = {"radius": theme.radius, "sans": theme.fonts.text, "serif": theme.fonts.title}
    sizes = {name: value for name, value in root.items() if value}
    derived = {name for palette in palettes.values() for name in palette}
    tables = {
        "light": palettes["light"],
        "dark": palettes["dark"],
        "root": sizes,
        "contrast": {"bar": "var(--bar-plain, var(--ink-soft))"} if "bar-plain" in derived else {},
        "forced": {"on-win": "HighlightText"} if "on-win" in derived else {},
    }
    own = [path for folder in reversed(folders) for name in STYLES if (path := folder / name).is_file()]
    turned = any(texts.is_right_to_left(path.stem) for folder in folders for path in meant(folder / TEXTS, "*.json"))
    if not any(tables.values()) and not faces and not own and not turned:
        return
    written = (
        f"${name}: ({''.join(f'{key}: {_quoted(value)}, ' for key, value in table.items())})"
        for name, table in tables.items()
    )
    yield f'@use "tokens" with ({", ".join(written)});'
    yield '@use "site";'
    if turned:
        yield '@use "rtl";'
    for number, path in enumerate(own):
        yield f'@use "{path.resolve().as_uri()}" as theme{number};'
    for face, asset in faces:
        yield FACE.format(face.family, Path(asset.address).name, face.weight, face.style)


def _quoted(value: str) -> str:
    return "'" + value.replace("'", '"') + "'"  # families need quotes of their own


def _pages(folders: tuple[Path, ...]) -> Iterator[str]:
    """The names of a theme's own pages, in their order.

    Raises:
        DigitjsError: a name is one of the site's own, or no good address.
    """
    for path in sorted({path.name: path for folder in folders for path in meant(folder / PAGES, "*.html")}.values()):
        if path.stem in TAKEN:
            raise DigitjsError(f"{path} would take the place of the site's own page: choose another name.")
        if not re.fullmatch(r"[a-z0-9][a-z0-9_-]*", path.stem):
            raise DigitjsError(f"{path} has a name that is no good address: use small letters, digits and hyphens.")
        yield path.stem


def _asset(path: str, what: str) -> Asset:
    inputs.require(Path(path), what, LARGEST)
    return _named(Path(path).name, Path(path).read_bytes())


def _named(name: str, content: bytes) -> Asset:
    stem, suffix = re.sub(r"[^\w-]+", "-", Path(name).stem), Path(name).suffix.lower()
    return Asset(f"assets/{stem}.{hashlib.sha256(content).hexdigest()[:HASH]}{suffix}", content)


def _picture(path: str, what: str) -> Asset | None:
    if path and Path(path).suffix.lower() not in PICTURES:
        said = f"The {what} {path} is no picture that browsers show: give one of {', '.join(PICTURES)}."
        raise UnusableValueError(said, f"theme.{what}")
    return _asset(path, what) if path else None


def _icons(path: str, paper: str) -> Iterator[tuple[str, Asset]]:
    """The icons of a site, by their names in a bundle, of the owner's one.

    Raises:
        DigitjsError: it is no SVG and no square PNG.
    """
    if not path:
        return
    asset = _asset(path, "icon")
    yield "icon", asset
    if Path(path).suffix.lower() == ".svg":
        return
    try:
        with Image.open(io.BytesIO(asset.content)) as opened:
            drawn, is_png = opened.convert("RGBA"), opened.format == "PNG"
    except (UnidentifiedImageError, OSError) as error:
        raise DigitjsError(f"The icon {path} cannot be read: give an SVG or a square PNG.") from error
    if not is_png or drawn.width != drawn.height:
        raise DigitjsError(f"The icon {path} is no square PNG: give one, or an SVG.")
    for name, side in SIZES.items():
        yield name, _named(f"{name}.png", _png(drawn.resize((side, side))))
    mask, inner = Image.new("RGBA", (512, 512), paper), round(512 * MASK)
    small = drawn.resize((inner, inner))
    mask.alpha_composite(small, ((512 - inner) // 2, (512 - inner) // 2))
    yield "iconmask", _named("icon-mask.png", _png(mask))


def _png(image: Image.Image) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, "PNG", optimize=True)
    return buffer.getvalue()
