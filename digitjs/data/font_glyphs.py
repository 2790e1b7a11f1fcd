"""Letters, signs and digits of handwriting fonts, drawn with the page's pen by `draw_font_glyphs`. NumPy only."""

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from digitjs.errors import DigitjsError
from digitjs.filesystem.paths import PACKAGE, digest

FONT_GLYPHS = PACKAGE / "data" / "font_glyphs.npz"
SHA256 = (
    "4a6cd0e2f0b7c144da1c308ecea6617c3ef4624152cb654b089cbed0dc4d8ed4"  # of the file above; trainings are keyed by it
)


@dataclass(frozen=True)
class FontGlyphs:
    """Images and what they show."""

    images: NDArray[np.uint8]  # (n, 28, 28); 0 is paper, 255 is ink
    characters: NDArray[np.str_]  # (n,)
    fonts: NDArray[np.str_]  # (n,) the names of their npm packages, without @fontsource/

    @property
    def labels(self) -> NDArray[np.int32]:
        """(n,) the digit, or -1 for what is none."""
        return np.array(["0123456789".find(character) for character in self.characters], dtype=np.int32)


@cache
def load() -> FontGlyphs:
    """Read the file.

    Raises:
        DigitjsError: it is not the one that digitjs came with.
    """
    if not FONT_GLYPHS.exists() or digest(FONT_GLYPHS) != SHA256:
        raise DigitjsError(f"{FONT_GLYPHS.name} is damaged (its SHA-256 is not the recorded one): reinstall digitjs.")
    with np.load(FONT_GLYPHS, allow_pickle=False) as file:
        return FontGlyphs(file["images"], file["characters"], file["fonts"])
