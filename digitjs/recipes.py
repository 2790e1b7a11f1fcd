"""How networks are trained, as plain values. No TensorFlow: what only lists or hashes them stays fast."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Warp:
    """How far images are bent; standard deviations."""

    rotation: float = 0.15  # radians
    slant: float = 0.20  # horizontal shear
    stretch: float = 0.12  # of the logarithm of width / height
    scale: float = 0.05  # of the logarithm
    shift: float = 0.7  # pixels
    elastic: float = 0.9  # pixels, of each knot


@dataclass(frozen=True)
class Ink:
    """Ranges that stroke width and edges are drawn from."""

    thinnest: float = 1.7  # pixels; MNIST's own strokes are 1.8 to 3.3 (10 % to 90 %), the page's pen is 2.4
    thickest: float = 3.6
    kept: float = 0.4  # share that keeps its own ink: without it, MNIST's thickest 1s (5 px and more) are misread
    contrast: float = 1.8  # edges get up to this much steeper
    blur: float = 0.5  # share of a 3 x 3 mean that is mixed in, at most


@dataclass(frozen=True)
class Augmentation:
    """What is done to a batch; shares of it in [0, 1]."""

    warp: Warp = Warp()
    ink: Ink = Ink()
    styles: float = 0.15  # MNIST digits with a pen style drawn on (0, 1, 7, 8 and 9 have some)
    glyphs: float = 0.10  # pen-drawn digits
    taps: float = 0.02  # MNIST digits with a stray tap of the pen
    wobble: float = 0.04  # of a glyph's box: how far its control points are moved
    outliers: float = 0.07  # non-digits
    settle: float = 0.25  # share of the steps, the last ones, in which images are bent less
    settled: float = 0.5  # by how much less


@dataclass(frozen=True)
class Recipe:
    """How a network is trained."""

    name: str
    optimizer: str = "adam"
    learning_rate: float = 1e-3  # the highest
    warmup: float = 0.0  # share of the steps in which the rate rises from a tenth
    cosine: bool = False  # the rate then falls to a hundredth along a cosine; else it stays
    epochs: int = 10
    batch_size: int = 200
    weight_decay: float = 0.0
    label_smoothing: float = 0.0
    average: float = 0.0  # decay of the exponential moving average of the weights, 0 for none
    bfloat16: bool = False  # matrix products in bfloat16 where the processor has them
    augmentation: Augmentation | None = None
    seed: int = 1  # of everything random in the training
