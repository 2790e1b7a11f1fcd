"""What is no digit, for outlier exposure: letters and signs, scribbles, and digits cut up or on top of one another.

Trained towards the uniform distribution, so that the winning probability tells a digit from something else.
"""

import tensorflow as tf

from digitjs.training.augment import fonts, rasterize
from digitjs.training.augment.glyph import CONTROLS, Glyph, GlyphTable, table
from digitjs.training.augment.warp import SIZE

SAMPLES = 160  # points a scribble: its path is two or three times as long as a digit's


def _paths() -> GlyphTable:
    """Empty paths, round and cornered, in one stroke and in several: the scribbles' points are drawn at random."""
    paths = []
    for strokes, turns in ((1, 6), (1, 8), (1, 11), (1, 15), (2, 6), (3, 4), (4, 3), (5, 3), (7, 2), (10, 2)):
        for corner in (1, 2) if strokes * turns * 2 <= CONTROLS else (1,):
            lines = [[(i / turns, ((i + k) % 2) * 0.8 + k * 0.01) for i in range(turns)] for k in range(strokes)]
            paths.append(
                Glyph(
                    f"{strokes} x {turns}", None, tuple(tuple(p for p in line for _ in range(corner)) for line in lines)
                )
            )
    return table(tuple(paths), SAMPLES)


def scribbles(count: int, seed: tf.Tensor) -> tf.Tensor:
    """(count, 28, 28, 1): paths through random points, random walks, and hatchings to and fro."""
    seeds = tf.random.experimental.stateless_split(seed, 6)
    paths = _paths()
    chosen = tf.random.stateless_uniform((count,), seeds[0], 0, len(paths.labels), tf.int32)
    there = tf.gather(paths.controls, chosen)
    free = tf.random.stateless_uniform(there.shape, seeds[1])
    walk = tf.cumsum(tf.random.stateless_normal(there.shape, seeds[2]), axis=1)
    drift = tf.random.stateless_uniform((count, 1, 2), seeds[3], 0.5, 1.0)
    hatched = there * drift + 0.15 * tf.random.stateless_normal(there.shape, seeds[4])
    kind = tf.random.stateless_uniform((count, 1, 1), seeds[5])
    controls = tf.where(kind < 0.5, free, tf.where(kind < 0.65, walk, hatched))
    twice = tf.reduce_all(there[:, 1:] == there[:, :-1], axis=2, keepdims=True)
    controls = tf.concat([controls[:, :1], tf.where(twice, controls[:, :-1], controls[:, 1:])], axis=1)
    pen = 1.8 + 1.2 * kind[:, 0, 0]
    return rasterize.draw(rasterize.fit_box(tf.gather(paths.weights, chosen) @ controls, pen), pen)


def cut_up(images: tf.Tensor, others: tf.Tensor) -> tf.Tensor:
    """The left half of one digit beside the flipped left half of another: (n, 28, 28, 1)."""
    half = SIZE // 2
    return tf.concat([images[:, :, :half], tf.reverse(others, [1])[:, :, :half]], axis=2)


def overlaid(images: tf.Tensor, others: tf.Tensor) -> tf.Tensor:
    """Two digits on top of one another, the second one turned by a quarter."""
    return tf.maximum(images, tf.transpose(others, (0, 2, 1, 3)))


def beside(images: tf.Tensor, others: tf.Tensor) -> tf.Tensor:
    """Two digits squeezed side by side."""
    return tf.concat([images[:, :, 3:25:2], tf.zeros_like(images[:, :, :6]), others[:, :, 3:25:2]], axis=2)


def mixtures(images: tf.Tensor) -> tf.Tensor:
    """As many non-digits as digits are given, a third of each kind."""
    others = tf.roll(images, 1, axis=0)
    third = images.shape[0] // 3
    kinds = (cut_up, overlaid, beside)
    ends = (0, third, 2 * third, images.shape[0])
    parts = [kind(images[a:b], others[a:b]) for kind, a, b in zip(kinds, ends[:-1], ends[1:], strict=True)]
    return tf.concat(parts, axis=0)


def draw_outliers(letters: GlyphTable | None, images: tf.Tensor, font_letters: float, seed: tf.Tensor) -> tf.Tensor:
    """As many non-digits as `images`: a share of letters and signs of fonts; of the others two fifths letters and signs
    drawn by hand (scribbles without a table of them), two fifths scribbles, a fifth made of digits.
    """
    seeds = tf.random.experimental.stateless_split(seed, 4)
    typed = round(font_letters * images.shape[0])
    others = images.shape[0] - typed
    mixed, drawn = others // 5, 2 * others // 5
    parts = [mixtures(images[:mixed]), fonts.non_digits(typed, seeds[3])]
    if letters is None:
        return tf.concat([scribbles(others - mixed, seeds[2]), *parts], axis=0)
    chosen = tf.random.stateless_uniform((others - mixed - drawn,), seeds[0], 0, len(letters.labels), tf.int32)
    return tf.concat([rasterize.write(letters, chosen, 0.05, seeds[1]), scribbles(drawn, seeds[2]), *parts], axis=0)
