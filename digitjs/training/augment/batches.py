"""Augmentation on the fly: a step's number in, a batch out. The same seed and step give the same batch on every run.

A batch is samples of the data (MNIST's digits some with a pen style drawn onto them), with MNIST pen-drawn digits of
styles that it lacks, and what is of no class; all of it is then bent alike, and what is ink framed and inked.
"""

from collections.abc import Callable
from functools import cache, partial
from typing import Any

import numpy as np
import tensorflow as tf

from digitjs.data.samples import Samples
from digitjs.networks.image_rows import rows_of
from digitjs.networks.recipe import Augmentation, Recipe
from digitjs.training.augment import fonts, glyph_tables, outliers, pen_styles, rasterize
from digitjs.training.augment.glyph import GlyphTable, table
from digitjs.training.augment.stroke_width import repen, soften, width
from digitjs.training.augment.warp import SIZE, bend


def stylable_first(images: tf.Tensor, labels: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
    """The same digits, those that have pen styles first: scattering styled ones would cost more than they do."""
    stylable = tf.reduce_any(labels[:, None] == tf.constant(sorted(pen_styles.WAYS)), axis=1)
    order = tf.argsort(tf.cast(stylable, tf.int32), direction="DESCENDING", stable=True)
    return tf.gather(images, order), tf.gather(labels, order)


def styled(images: tf.Tensor, labels: tf.Tensor, count: int, seed: tf.Tensor) -> tf.Tensor:
    """Digits (n, 28, 28, 1), the first `count` with one of their pen styles drawn on, where they have any."""
    some = images[:count]
    drawn = pen_styles.restyle(some, labels[:count], width(some), seed)
    return tf.concat([drawn, images[count:]], axis=0)


def targets(labels: tf.Tensor, classes: int, smoothing: float = 0.0) -> tf.Tensor:
    """(n, classes): one-hot, smoothed; uniform where the label is -1."""
    hot = tf.one_hot(labels, classes) * (1 - smoothing) + smoothing / classes
    return tf.where((labels < 0)[:, None], 1 / classes, hot)


def counts(recipe: Recipe) -> tuple[int, int, int]:
    """How many digits of the data, pen-drawn digits and non-digits (no more than of the data) make up a batch."""
    settings = recipe.augmentation or Augmentation(styles=0, glyphs=0, outliers=0)
    glyphs = round(recipe.batch_size * settings.glyphs)
    others = min(round(recipe.batch_size * settings.outliers), (recipe.batch_size - glyphs) // 2)
    return recipe.batch_size - glyphs - others, glyphs, others


@cache
def _tables() -> tuple[GlyphTable, GlyphTable]:
    """Pen-drawn digits, and letters and signs."""
    return table(glyph_tables.STYLES), table(glyph_tables.OTHERS)


def compose(
    recipe: Recipe, source: tuple[tf.Tensor, tf.Tensor], strength: tf.Tensor, seed: tf.Tensor
) -> tuple[tf.Tensor, tf.Tensor]:
    """A whole batch (n, 28, 28, 1) and its labels (n,), -1 for what is of no class.

    Args:
        recipe: with the augmentation.
        source: images and labels of the data, those with pen styles first.
        strength: of the warp.
        seed: (2,)
    """
    batch, names, edges = _drawn(recipe, source, strength, seed)
    return _edged(batch, edges), names


def _edged(batch: tf.Tensor, edges: list[tf.Tensor]) -> tf.Tensor:
    return soften(batch, *edges) if edges else batch


def _drawn(
    recipe: Recipe, source: tuple[tf.Tensor, tf.Tensor], strength: tf.Tensor, seed: tf.Tensor
) -> tuple[tf.Tensor, tf.Tensor, list[tf.Tensor]]:
    """As `compose`, but for the edges of the ink, and how much to soften and to sharpen these; empty for pictures."""
    images, labels = source
    settings = recipe.augmentation or Augmentation()
    digits, drawn, strange = counts(recipe)
    written, letters = _tables()
    seeds = tf.random.experimental.stateless_split(seed, 8)
    names = [labels]
    styling = round(settings.styles * digits)
    changed = styled(images, labels, styling, seeds[0]) if styling else images
    parts = [pen_styles.tapped(changed, settings.taps, seeds[6])]
    if drawn:
        typed, typed_labels = fonts.digits(round(drawn * settings.font_digits), seeds[7])
        chosen = tf.random.stateless_uniform((drawn - typed.shape[0],), seeds[1], 0, len(written.labels), tf.int32)
        parts += [rasterize.write(written, chosen, settings.wobble, seeds[2]), typed]
        names += [tf.gather(written.labels, chosen), typed_labels]
    if strange:
        some = images[:: digits // strange][:strange]
        hand_drawn = letters if settings.letters else None
        parts.append(outliers.draw_outliers(hand_drawn, some, settings.font_letters, seeds[3]))
        names.append(tf.fill((strange,), -1))
    batch = tf.ensure_shape(tf.concat(parts, axis=0), (recipe.batch_size, SIZE, SIZE, 1))
    batch = bend(batch, settings.warp, seeds[4], strength)
    edges: list[tf.Tensor] = []
    if settings.ink:
        batch, *edges = repen(batch, settings.ink, seeds[5])
    return batch, tf.concat(names, axis=0), edges


def steps_of(recipe: Recipe, total: int) -> int:
    """The steps of an epoch."""
    return recipe.steps or total // counts(recipe)[0]


def _by_xla(function: Callable[..., Any]) -> Callable[..., Any]:
    """Compiled by XLA: 3 times as fast on one core.

    What is compiled together is fused, and then ink would be drawn again for each neighbour of a pixel whose edge is
    softened: edges are compiled apart. Without autograph, as there is no control flow to convert: that takes seconds.
    """
    compiled: Callable[..., Any] = tf.function(function, jit_compile=True, autograph=False)
    return compiled


def stream(source: Samples, classes: int, recipe: Recipe, first_epoch: int = 0) -> tf.data.Dataset:
    """Batches (images, targets) from the given epoch on, until the recipe's last epoch."""
    steps = steps_of(recipe, len(source))
    draw, edge = _by_xla(partial(_drawn, recipe)), _by_xla(_edged)
    pick = _picker(source, recipe)

    @tf.autograph.experimental.do_not_convert  # type: ignore[untyped-decorator]
    def batch(step: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        picked, labels = pick(step)
        if recipe.augmentation is None:
            return picked, targets(labels, classes, recipe.label_smoothing)
        calm = step >= round(recipe.epochs * steps * (1 - recipe.augmentation.settle))
        strength = tf.where(calm, recipe.augmentation.settled, 1.0)
        seed = tf.stack([tf.constant(recipe.seed, tf.int64), step])
        drawn, names, edges = draw(stylable_first(picked, labels), strength, seed)
        return edge(drawn, edges), targets(names, classes, recipe.label_smoothing)

    options = tf.data.Options()
    options.deterministic = True
    options.autotune.enabled = False  # its decisions would differ from run to run
    return (
        tf.data.Dataset.range(first_epoch * steps, recipe.epochs * steps).map(batch).prefetch(4).with_options(options)
    )


def _picker(source: Samples, recipe: Recipe) -> Callable[[tf.Tensor], tuple[tf.Tensor, tf.Tensor]]:
    """A function from a step to the images and labels of the data in its batch; each epoch is in another order."""
    own, total, steps = counts(recipe)[0], len(source), steps_of(recipe, len(source))
    images, names = rows_of(source.images), tf.constant(source.labels.astype(np.int32))
    repeats = -(-steps * own // total)  # how often an epoch shows a sample, at most

    def pick(step: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        epoch, place = step // steps, step % steps * own + tf.range(own, dtype=tf.int64)
        shuffled = tf.cast(tf.stack([recipe.seed, epoch]), tf.uint32)
        index = tf.random.experimental.index_shuffle(place, shuffled, repeats * total - 1) % total
        picked, labels = images(index), tf.gather(names, index)
        return tf.ensure_shape(picked, (own, *source.images.shape[1:])), tf.ensure_shape(labels, (own,))

    return pick
