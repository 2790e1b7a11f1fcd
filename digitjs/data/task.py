"""What drawings mean: the classes that there are, and how ink becomes pixels. Plain data, for cards and pages."""

import unicodedata
from typing import Literal

import msgspec

from digitjs.errors import OVERRIDES

DIGITS = tuple("0123456789")
FEWEST, MOST = 2, 500  # classes
LONGEST = 40  # characters of a class
SMALLEST, LARGEST = 8, 256  # pixels, a side of an image


class Framing(msgspec.Struct, frozen=True):
    """How ink becomes pixels; lengths are in pixels. The default is MNIST's, as measured on its 70,000 digits.

    Raises:
        ValueError: when it is made, for lengths that no image has.
    """

    size: int = 28  # of the image, a side
    box: float = 20  # the longest side of the ink; 0: as long as the image
    centre: Literal["mass", "box"] = "mass"  # which of the ink's lies in the middle
    pen: float = 2.4  # width of the ink at half its darkness
    softness: float = 1.6  # width of the edge from full ink to paper

    def __post_init__(self) -> None:
        """Refuse what no ink could be drawn by."""
        if not SMALLEST <= self.size <= LARGEST:
            raise ValueError(f"Images of {self.size} pixels a side are not possible: choose {SMALLEST} to {LARGEST}")
        if self.box and not self.pen + self.softness < self.box <= self.size:
            raise ValueError(f"Ink of {self.box:g} pixels in images of {self.size} is not possible: choose another box")
        if not (self.pen > 0 and self.softness > 0):
            raise ValueError("A pen without width or softness draws nothing: choose positive ones")

    @property
    def side(self) -> float:
        """The longest side of the ink."""
        return self.box or self.size


MNIST_FRAMING = Framing()


def framing_of(size: int, *, box: float | None = None, centre: Literal["mass", "box"] = "mass") -> Framing:
    """MNIST's framing for images of another size: all lengths grow with the image, and the pen with the ink.

    Args:
        size: pixels a side.
        box: the longest side of the ink in pixels; about the same share of the image as MNIST's without it.
        centre: which of the ink's lies in the middle.

    Raises:
        ValueError: as `Framing`.
    """
    known = MNIST_FRAMING
    box = round(known.box * size / known.size, 1) if box is None else box
    scale = (box or size) / known.box
    pen, softness = round(known.pen * scale, 2), round(known.softness * scale, 2)
    return Framing(size=size, box=box, centre=centre, pen=pen, softness=softness)


class Greys(msgspec.Struct, frozen=True):
    """How the greys of a picture become what networks see: values from 0, black, to 1, white."""

    inverted: bool = False  # from 0, white, to 1, black
    border: Literal["dark", "light"] | None = None  # of nearly all of the data's pictures; None: there are both


class Task(msgspec.Struct, frozen=True):
    """What a site's networks tell apart. The default is MNIST's digits.

    Raises:
        ValueError: when it is made, for classes that could not be told apart or shown.
    """

    classes: tuple[str, ...] = DIGITS  # label i of the data is classes[i]; any script, NFC
    framing: Framing = Framing()
    reading: Literal["one", "row"] = "row"  # row: several symbols side by side are read as a text
    kind: Literal["drawing", "picture"] = "drawing"  # picture: clothes, photographs; not framed, no strokes
    greys: Greys = Greys()  # of pictures
    pens: Literal["latin-digits"] | None = "latin-digits"  # which drawn shapes training mixes in; None: none
    dataset: str = "MNIST"  # the name that texts use; empty: the owner's own data

    def __post_init__(self) -> None:
        """Refuse classes that are no text of one line, or not distinct."""
        if not FEWEST <= len(self.classes) <= MOST:
            raise ValueError(f"There are {len(self.classes)} classes: give {FEWEST} to {MOST}")
        for name in self.classes:
            if wrong := fault(name):
                raise ValueError(wrong)
        if len(set(self.classes)) < len(self.classes):
            twice = next(name for name in self.classes if self.classes.count(name) > 1)
            raise ValueError(f"The class {twice!r} is there twice: give each class a name of its own")

    @property
    def is_digits(self) -> bool:
        """Whether the classes are the digits 0 to 9, whoever wrote them."""
        return self.classes == DIGITS


def fault(name: str) -> str:
    """What is wrong with the name of a class; empty where nothing is."""
    if not name.strip():
        return "A class has no name: give it one"
    if name != unicodedata.normalize("NFC", name.strip()):
        return f"The class {name!r} is not in Unicode's composed form (NFC), or has blanks around it"
    if len(name) > LONGEST:
        return f"The class {name[:LONGEST]!r} … is longer than {LONGEST} characters: shorten it"
    if any(unicodedata.category(sign) in ("Cc", "Cs", "Zl", "Zp") or sign in OVERRIDES for sign in name):
        return f"The class {name!r} has a control character: remove it"
    return ""
