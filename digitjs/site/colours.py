"""Colours of an owner, and those that follow from them so that everything stays readable."""

import re
from collections.abc import Callable, Mapping
from functools import cache
from typing import Literal

from PIL import ImageColor

from digitjs.errors import UnusableValueError
from digitjs.filesystem.paths import resource

Colour = tuple[int, int, int]  # red, green, blue, 0 to 255
Palette = dict[str, str]  # custom property without its dashes, to its value in CSS
Scheme = Literal["light", "dark"]

MIXINS: dict[Scheme, str] = {"light": "paper", "dark": "slate"}  # of assets/scss/_tokens.scss
WHITE: Colour = (255, 255, 255)
BLACK: Colour = (0, 0, 0)
TEXT, SHAPE = 4.5, 3.0  # the least contrast of text, and of what is no text, as WCAG 2.2 asks for (1.4.3, 1.4.11)
REFUSED = 2 / 3  # of that: from here down nobody reads it
SOFT = 5.0  # of text that steps back
STEPS = 50
NUMBER, COMMA = r"\d+(?:\.\d+)?", r"(?:\s*,\s*|\s+)"
RGB = re.compile(rf"(rgb)\(\s*(\d+){COMMA}(\d+){COMMA}(\d+)\s*\)", re.ASCII)
HSL = re.compile(rf"(hsl)\(\s*({NUMBER})(?:deg)?{COMMA}({NUMBER}%){COMMA}({NUMBER}%)\s*\)", re.ASCII)
# What is text and what is none of ours that an owner gives no colour for.
TEXTS, SHAPES = ("doubt", "alert"), ("focus", "warm", "cold")


def parse(text: str, key: str) -> Colour:
    """A colour as CSS writes it: #rgb, #rrggbb, a name, rgb(r, g, b) or hsl(h, s%, l%), these with or without commas.

    Raises:
        UnusableValueError: it is none, or it is transparent; `key` says where it stands.
    """
    try:
        colour = ImageColor.getrgb(_plain(text.strip().lower()))
    except ValueError as error:
        raise UnusableValueError(
            f"{key} is no colour ({text!r}): give #rgb, #rrggbb, a name such as navy, rgb(r, g, b) with values from 0 "
            "to 255, or hsl(h, s%, l%).",
            key,
        ) from error
    if len(colour) != 3:
        raise UnusableValueError(f"{key} is transparent ({text!r}): give an opaque colour.", key)
    return colour


def _plain(text: str) -> str:
    """A colour as Pillow reads it.

    Raises:
        ValueError: it is no function that we know, or has a value out of its range.
    """
    if "(" not in text:
        return text
    given = RGB.fullmatch(text) or HSL.fullmatch(text)
    if not given:
        raise ValueError(text)
    name, *values = given.groups()
    bounds = (255, 255, 255) if name == "rgb" else (360, 100, 100)
    if any(float(value.rstrip("%")) > bound for value, bound in zip(values, bounds, strict=True)):
        raise ValueError(text)
    return f"{name}({','.join(values)})"


def contrast(one: Colour, other: Colour) -> float:
    """As WCAG 2 defines it, 1 to 21."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@cache
def ours(scheme: Scheme) -> Palette:
    """The palette of the site's own style, from where it is written."""
    source = (resource("assets") / "scss" / "_tokens.scss").read_text("utf-8")
    mixin = re.search(rf"@mixin {MIXINS[scheme]} \{{(.*?)\n\}}", source, re.DOTALL)
    assert mixin
    return dict(re.findall(r"--([\w-]+): ([^;]+);", mixin[1]))


def derived(given: Mapping[str, Colour], scheme: Scheme) -> Palette:
    """The properties of a scheme that follow from what an owner gives of paper, ink, accent and pen."""
    if not given:
        return {}
    own = {name: ImageColor.getrgb(value) for name, value in ours(scheme).items() if value.startswith("#")}
    base: dict[str, Colour] = {name: (value[0], value[1], value[2]) for name, value in own.items()}
    base |= {name: given[name] for name in ("paper", "ink") if name in given}
    found = {name: base[name] for name in ("paper", "ink") if name in given}
    if found:
        found |= _on_paper(base["paper"], base["ink"])
        base |= found
        found |= {name: _readable(base[name], base, TEXT) for name in TEXTS}
        found |= {name: _readable(base[name], base, SHAPE) for name in SHAPES}
    accent = given.get("accent", _readable(base["win"], base, TEXT))
    if "accent" in given or found:
        found |= {"win": accent, "on-win": _over(accent, base), "bar": _mixed(base["paper"], accent, 0.27)}
    if "pen" in given or found:
        follows = base["pen"] == ImageColor.getrgb(ours(scheme)["win"])  # ink of the colour that answers have
        found["pen"] = given.get("pen", _readable(accent if follows else base["pen"], base, SHAPE))
    grid = {"grid": f"rgb({' '.join(map(str, base['ink']))} / 7%)"} if "ink" in given or "paper" in given else {}
    return {**{name: written(colour) for name, colour in found.items()}, **grid}


def in_the_dark(colour: Colour, paper: Colour) -> Colour:
    """A colour of the light scheme, lightened as far as dark paper asks for."""
    return _toward(colour, WHITE, lambda mixed: contrast(mixed, paper) >= TEXT)


def written(colour: Colour) -> str:
    """As CSS writes it."""
    return "#" + "".join(f"{value:02x}" for value in colour)


def _on_paper(paper: Colour, ink: Colour) -> dict[str, Colour]:
    is_dark = _luminance(paper) < _luminance(ink)
    sheet = _mixed(paper, ink, 0.04) if is_dark else _mixed(paper, WHITE, 0.75)
    pages = {"paper": paper, "sheet": sheet, "ink": ink}
    return {
        "sheet": sheet,
        "ink-soft": _readable(_mixed(ink, paper, 0.45), pages, SOFT),
        "rule": _mixed(paper, ink, 0.16),
        "control": _readable(_mixed(paper, ink, 0.45), pages, SHAPE),
        "bar-plain": _readable(_mixed(paper, ink, 0.45), pages, SHAPE),  # where visitors ask for more contrast
    }


def _readable(colour: Colour, base: Mapping[str, Colour], least: float) -> Colour:
    """A colour, mixed with ink as far as its contrast to paper and sheet asks for."""
    grounds = (base["paper"], base["sheet"])
    return _toward(colour, base["ink"], lambda mixed: min(contrast(mixed, ground) for ground in grounds) >= least)


def _over(accent: Colour, base: Mapping[str, Colour]) -> Colour:
    """The colour of text on the accent: the sheet's where that can be read, else the best there is."""
    sheet = base["sheet"]
    return sheet if contrast(sheet, accent) >= TEXT else max((WHITE, BLACK), key=lambda one: contrast(one, accent))


def _toward(colour: Colour, other: Colour, is_enough: Callable[[Colour], bool]) -> Colour:
    mixes = (_mixed(colour, other, step / STEPS) for step in range(STEPS + 1))
    return next((mixed for mixed in mixes if is_enough(mixed)), other)


def _mixed(one: Colour, other: Colour, share: float) -> Colour:
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue


def _luminance(colour: Colour) -> float:
    red, green, blue = (value / 255 for value in colour)
    linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in (red, green, blue)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
