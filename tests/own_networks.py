"""Sites of Keras models of any shape that nobody measured, without a training."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from conftest import Site
from digitjs import metrics, model_card
from digitjs.browser.server import serving
from digitjs.config import Config
from digitjs.data.task import Framing, Task
from digitjs.filesystem import checksums
from digitjs.filesystem.paths import digest, files_below
from digitjs.model_card import Calibration, Card, CardLayer, Details, Probe, Thresholds
from digitjs.networks.recipe import Recipe
from digitjs.site import bundle, report, texts
from digitjs.site.render import Content, render_site


@dataclass(frozen=True)
class OwnNetwork:
    """A Keras model from images of ink in [0, 1] to probabilities of the task's classes."""

    name: str
    model: Any
    framing: Framing | None = None  # None: the task's
    task: Task = field(default=Task())

    @property
    def size(self) -> int:
        """Of its images, a side."""
        return (self.framing or self.task.framing).size

    def scores(self, images: NDArray[np.float64]) -> NDArray[np.float32]:
        """What Keras answers to n images of any shape."""
        shaped = images.reshape(-1, *self.model.input_shape[1:]).astype(np.float32)
        return np.asarray(self.model(shaped))


def randomised(model: Any) -> Any:
    """The same with weights as training could leave them: biases, means and variances begin as zeros and ones."""
    random = np.random.default_rng(1)
    weights = model.get_weights()
    model.set_weights([weight if weight.ndim > 1 else random.uniform(0.1, 0.9, weight.shape) for weight in weights])
    return model


@contextmanager
def own_site(networks: tuple[OwnNetwork, ...], base: Path, tools: Path) -> Iterator[Site]:
    """A site of these networks, served."""
    folder = base / "dist"
    models = tuple(base / network.name for network in networks)
    for network, model in zip(networks, models, strict=True):
        _export(network, model)
    catalogues = texts.read_catalogues(networks[0].task, Config().task)
    folder.mkdir()
    sources = bundle.Sources(tools, catalogues, tuple(model / "model.json" for model in models))
    content = Content(
        site=Config().site,
        catalogues=catalogues,
        models=models,
        bundle=bundle.build_assets(folder, sources),
        report=report.build(models, tools),
    )
    render_site(content, folder)
    with serving(folder) as address:
        yield Site(folder, folder.as_uri() + "/", address)


def _export(network: OwnNetwork, folder: Path) -> None:
    from digitjs.export.model_script import write_script
    from digitjs.export.tfjs_files import write_model

    folder.mkdir()
    write_model(network.model, folder, "float32")
    write_script(network.name, folder)
    classes = len(network.task.classes)
    details = Details(epochs=(), confusion=((0,) * classes,) * classes, reliability=(), mistakes=())
    model_card.write(folder / model_card.PROBE, _probe(network))
    model_card.write(folder / model_card.DETAILS, details)
    names = files_below(folder)
    card = Card(
        name=network.name,
        title=network.name.capitalize(),
        task=network.task,
        layers=tuple(CardLayer(kind, kind) for kind in (type(layer).__name__ for layer in network.model.layers)),
        parameters=network.model.count_params(),
        evidence=None,
        accuracy=None,
        loss=None,
        robustness={},
        calibration=Calibration(1.0, None, None, None, None),
        thresholds=Thresholds(refuse=0.0, unsure=0.0),
        recipe=Recipe(name="none", epochs=1, batch_size=1),
        quantize="float32",
        sizes={name: (folder / name).stat().st_size for name in names},
        sha256={name: digest(folder / name) for name in names},
        versions={"digitjs": "0"},
        framing=network.framing,
    )
    model_card.write(folder / model_card.CARD, card)
    checksums.write(folder, [*card.sizes, model_card.CARD])


def _probe(network: OwnNetwork) -> Probe:
    classes, size = len(network.task.classes), network.size
    images = np.rint(np.random.default_rng(2).uniform(size=(classes, size, size, 1)) * 255) / 255
    return Probe(
        images=tuple(metrics.as_bytes(image) for image in images),
        labels=tuple(range(classes)),
        scores=tuple(tuple(map(float, row)) for row in network.scores(images)),
    )
