"""A sheet that shows what training does to drawings: a row of pictures for each augmentation and its docstring."""

import base64
import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import tensorflow as tf

from digitjs import templates
from digitjs.data.samples import Dataset, Samples
from digitjs.data.task import Task
from digitjs.filesystem import paths
from digitjs.networks.recipe import Augmentation, Recipe
from digitjs.training.augment import fonts, glyph_tables, outliers, pen_styles, rasterize
from digitjs.training.augment.batches import compose, counts
from digitjs.training.augment.glyph import table
from digitjs.training.augment.stroke_width import soften, thicken, width
from digitjs.training.augment.warp import bend

TEMPLATE = "preview.html"
COLUMNS = 16  # pictures in a row
SEED = 5


@dataclass(frozen=True)
class Row:
    """One augmentation."""

    name: str
    says: str  # what its docstring says
    url: str  # a data: URL of a PNG, COLUMNS digits side by side


def write(path: Path, dataset: Dataset) -> None:
    """Write the sheet.

    Args:
        path: an HTML file.
        dataset: its training samples are what the augmentations are shown on.

    Raises:
        OSError: the file cannot be written.
    """
    paths.write(path, templates.render(TEMPLATE, {"rows": list(rows(dataset))}))


def rows(dataset: Dataset) -> Iterator[Row]:
    """Every augmentation that the data set is trained with, from plain samples to whole batches."""
    samples, settings = dataset.train, _augmentation(dataset.task)
    plain = tf.constant(np.resize(samples.images[:COLUMNS], (COLUMNS, *samples.images.shape[1:])))
    spread = tf.linspace(0.0, 1.0, COLUMNS)
    seed = tf.constant([SEED, 0], tf.int64)
    yield Row(dataset.task.dataset or "Your data", "Samples as they are.", _strip(plain))
    yield _row(bend, bend(plain, settings.warp, seed))
    if settings.ink:
        yield _row(thicken, thicken(plain, spread * 4 - 2))
        yield _row(soften, soften(plain, spread, 1 + 0 * spread))
    if settings.taps:
        yield _row(pen_styles.tapped, pen_styles.tapped(plain, 1.0, seed))
    if dataset.task.pens:
        yield from _styles(samples, seed)
        yield from _drawn(seed)
    yield _row(outliers.scribbles, outliers.scribbles(COLUMNS, seed))
    for mix in (outliers.cut_up, outliers.overlaid, outliers.beside):
        yield _row(mix, mix(plain, tf.roll(plain, 1, axis=0)))
    yield Row("A batch", "Everything together, in the shares of a recipe.", _strip(_batch(samples, settings, seed)))


def _augmentation(task: Task) -> Augmentation:
    """What a recipe's augmentation is for a task, with more pen styles than usual, to be seen."""
    settings = replace(Augmentation(), styles=0.3)
    if task.kind == "picture":
        return settings.for_pictures()
    return settings if task.pens else settings.without_pens()


def _styles(digits: Samples, seed: tf.Tensor) -> Iterator[Row]:
    u = tf.random.stateless_uniform((9, COLUMNS), seed)
    for style in pen_styles.STROKES:
        label = next(digit for digit, ways in pen_styles.WAYS.items() if any(style in way for way in ways))
        some = tf.constant(digits.images[np.flatnonzero(digits.labels == label)[:COLUMNS]])
        yield _row(style, pen_styles.apply(style, some, width(some), u))


def _drawn(seed: tf.Tensor) -> Iterator[Row]:
    written = table(glyph_tables.STYLES)
    for digit in range(10):
        chosen = np.resize(np.flatnonzero(written.labels == digit), COLUMNS)
        images = rasterize.write(written, tf.constant(chosen, tf.int32), Augmentation().wobble, seed)
        yield Row(f"{digit}, pen-drawn", "Styles that pens write and MNIST hardly has.", _strip(images))
    others = table(glyph_tables.OTHERS)
    for first in range(0, len(others.labels), COLUMNS):
        chosen = np.arange(first, first + COLUMNS) % len(others.labels)
        images = rasterize.write(others, tf.constant(chosen, tf.int32), Augmentation().wobble, seed)
        yield Row("No digits", "Letters and signs, trained towards ten equal probabilities.", _strip(images))
    yield Row("Digits of fonts", "Drawn from handwriting fonts, once.", _strip(fonts.digits(COLUMNS, seed)[0]))
    yield Row("No digits of fonts", "Letters, signs and emoji.", _strip(fonts.non_digits(COLUMNS, seed)))


def _batch(samples: Samples, settings: Augmentation, seed: tf.Tensor) -> tf.Tensor:
    recipe = Recipe(name="preview", batch_size=128, augmentation=settings)
    shown = np.resize(np.arange(len(samples)), counts(recipe)[0])
    order = shown[np.argsort(~np.isin(samples.labels[shown], list(pen_styles.WAYS)), kind="stable")]
    labels = tf.constant(samples.labels[order].astype(np.int32))
    images, _ = compose(recipe, (tf.constant(samples.images[order]), labels), tf.constant(1.0), seed)
    return images[:: len(images) // COLUMNS][:COLUMNS]


def _row(function: Callable[..., Any], images: tf.Tensor) -> Row:
    said = inspect.getdoc(function) or ""
    return Row(function.__name__, said.partition("\n\n")[0].replace("\n", " "), _strip(images))


def _strip(images: tf.Tensor) -> str:
    """Pictures side by side, ink on paper."""
    paper = tf.cast(tf.round((1 - tf.clip_by_value(images, 0.0, 1.0)) * 255), tf.uint8)
    png = tf.io.encode_png(tf.concat(tf.unstack(paper), axis=1)).numpy()
    return "data:image/png;base64," + base64.b64encode(png).decode()
