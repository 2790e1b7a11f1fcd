"""How networks are trained, as plain values. No TensorFlow: what only lists or hashes them stays fast."""

from dataclasses import dataclass, replace
from typing import Annotated

import msgspec

from digitjs.errors import DigitjsError

OPTIMIZERS = {"adam": "Adam", "rmsprop": "RMSprop"}  # the class of each in tf_keras.optimizers

Share = Annotated[float, msgspec.Meta(ge=0, le=1)]
Amount = Annotated[float, msgspec.Meta(ge=0)]
Positive = Annotated[float, msgspec.Meta(gt=0)]
Decay = Annotated[float, msgspec.Meta(ge=0, lt=1)]
Count = Annotated[int, msgspec.Meta(ge=1)]


@dataclass(frozen=True)
class Warp:
    """How far images are bent; standard deviations."""

    rotation: Amount = 0.15  # radians
    slant: Amount = 0.20  # horizontal shear
    stretch: Amount = 0.12  # of the logarithm of width / height
    scale: Amount = 0.05  # of the logarithm
    shift: Amount = 0.7  # pixels
    elastic: Amount = 0.9  # pixels, of each knot
    framed: bool = True  # whether the ink is brought back to MNIST's frame; pictures that are no ink are not


@dataclass(frozen=True)
class Ink:
    """Ranges that stroke width and edges are drawn from."""

    thinnest: Amount = 1.7  # pixels; MNIST's own strokes are 1.8 to 3.3 (10 % to 90 %), the page's pen is 2.4
    thickest: Amount = 3.6
    kept: Share = 0.4  # share that keeps its own ink: without it, MNIST's thickest 1s (5 px and more) are misread
    contrast: Annotated[float, msgspec.Meta(ge=1)] = 1.8  # edges get up to this much steeper
    blur: Share = 0.5  # share of a 3 x 3 mean that is mixed in, at most


PICTURES = Warp(rotation=0.06, slant=0.06, stretch=0.08, scale=0.08, shift=1.0, elastic=0.4, framed=False)


@dataclass(frozen=True)
class Augmentation:
    """What is done to a batch; shares of it in [0, 1]."""

    warp: Warp = Warp()
    ink: Ink | None = Ink()  # None: pictures, which have no strokes
    styles: Share = 0.15  # digits with a pen style drawn on (0, 1, 7, 8 and 9 have some)
    glyphs: Share = 0.10  # pen-drawn digits; with the outliers at most half of a batch
    taps: Share = 0.02  # digits with a stray tap of the pen
    wobble: Amount = 0.04  # of a glyph's box: how far its control points are moved
    font_digits: Share = 0.5  # of the pen-drawn digits: those of handwriting fonts
    outliers: Share = 0.10  # non-digits
    font_letters: Share = 0.33  # of the non-digits: letters and signs of handwriting fonts
    letters: bool = True  # whether letters and signs drawn by hand are among the others
    settle: Share = 0.25  # share of the steps, the last ones, in which images are bent less
    settled: Share = 0.5  # by how much less

    def without_pens(self) -> "Augmentation":
        """The same without digits, letters and signs that are not the data's own.

        Digits of another script may look like ours and mean others, or like our letters, which would then be refused.
        """
        return replace(self, styles=0.0, glyphs=0.0, font_letters=0.0, letters=False)

    def for_pictures(self) -> "Augmentation":
        """The same for images that are no ink: moved and bent a little, as they are framed."""
        return replace(self.without_pens(), warp=PICTURES, ink=None, taps=0.0)


@dataclass(frozen=True)
class Recipe:
    """How a network is trained."""

    name: str
    optimizer: str = "adam"  # of OPTIMIZERS
    learning_rate: Positive = 1e-3  # the highest
    warmup: Share = 0.0  # share of the steps in which the rate rises from a tenth
    cosine: bool = False  # the rate then falls to a hundredth along a cosine; else it stays
    epochs: Count = 10
    steps: Count | None = None  # of an epoch; None: as many as show the data once
    batch_size: Count = 200
    label_smoothing: Decay = 0.0
    trunk: bool = False  # whether it starts from the weights that come with the package, but for the last layer
    average: Decay = 0.0  # decay of the exponential moving average of the weights, 0 for none
    bfloat16: bool = False  # matrix products in bfloat16 where the processor gains by it
    augmentation: Augmentation | None = None
    seed: Annotated[int, msgspec.Meta(ge=0)] = 1  # of everything random in the training

    def without_pens(self) -> "Recipe":
        """The same without shapes of the Latin script."""
        return replace(self, augmentation=self.augmentation and self.augmentation.without_pens())

    def for_pictures(self) -> "Recipe":
        """The same for images that are no ink."""
        return replace(self, augmentation=self.augmentation and self.augmentation.for_pictures())


FEW = 400  # steps that few samples are shown in, at random: more gave nothing


def few_samples(recipe: Recipe, *, trunk: bool) -> Recipe:
    """The recipe for a set that has a few samples of each class: many short passes, from known weights where there are
    some.
    """
    return replace(
        recipe,
        name="few",
        learning_rate=2e-3,
        warmup=0.05,
        cosine=True,
        epochs=8,
        steps=FEW // 8,
        batch_size=96,
        trunk=trunk,
    )


def require_valid(recipe: Recipe) -> None:
    """Refuse a recipe that cannot be followed.

    Raises:
        DigitjsError: a value is of another type or out of its range.
    """
    try:
        msgspec.convert(msgspec.to_builtins(recipe), Recipe)
    except (msgspec.ValidationError, TypeError) as error:
        raise DigitjsError(f"The recipe {recipe.name} has a value that cannot be used: {error}.") from error
    if recipe.optimizer not in OPTIMIZERS:
        known = ", ".join(OPTIMIZERS)
        raise DigitjsError(f"The recipe {recipe.name} has no known optimizer {recipe.optimizer}: choose from {known}.")
    mixed = recipe.augmentation
    if mixed and mixed.glyphs + mixed.outliers > 0.5:
        raise DigitjsError(
            f"The recipe {recipe.name} makes {mixed.glyphs + mixed.outliers:.0%} of a batch of glyphs and outliers: "
            "leave at least half of it to digits of the data."
        )
    if mixed and mixed.ink and mixed.ink.thinnest > mixed.ink.thickest:
        raise DigitjsError(f"The recipe {recipe.name} has thinnest ink that is thicker than its thickest: swap them.")
