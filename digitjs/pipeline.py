"""The order of the stages: what `build`, `train` and `render` do. TensorFlow loads only to train and export."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from digitjs import cache_keys
from digitjs.config import Config
from digitjs.console import Console
from digitjs.data import dataset
from digitjs.data.samples import Dataset
from digitjs.errors import DigitjsError
from digitjs.filesystem import checksums, output_folder, staging
from digitjs.model_card import Card, read_card
from digitjs.networks.network import Network
from digitjs.site import bundle, report, texts
from digitjs.site.render import Content, render_site

if TYPE_CHECKING:
    from digitjs.networks.keras_model import Training

DAMAGED = "The {} of {} in the cache is damaged and made again."


@dataclass(frozen=True)
class Plan:
    """Which models a site has. All but `fresh`, and the code, is what they are cached by."""

    networks: tuple[Network, ...]  # in the page's order
    data: Path | None  # the user's own .npz, or the embedded MNIST
    quantize: str
    fresh: bool = False  # train again, whatever the cache holds


@dataclass(frozen=True)
class Model:
    """One network of a plan, as it is trained, and where the cache keeps it."""

    network: Network
    training: Path
    export: Path


@dataclass(frozen=True)
class Build:
    """A plan with everything that follows from it: resolved once, then passed on."""

    plan: Plan
    models: tuple[Model, ...]
    cache: Path

    @property
    def exports(self) -> tuple[Path, ...]:
        """The folder of each model."""
        return tuple(model.export for model in self.models)


@dataclass(frozen=True)
class Output:
    """Where the site goes."""

    folder: Path
    force: bool = False  # files in it that digitjs did not make are moved aside


def resolve(plan: Plan, cache: Path) -> Build:
    """Find where the cache keeps, or will keep, each model of a plan.

    Raises:
        DigitjsError: the data cannot be read.
    """
    data = dataset.fingerprint(plan.data)
    models = []
    for chosen in plan.networks:
        network = chosen if plan.data is None else chosen.without_pens()  # their script is unknown
        training = cache_keys.training_key(network, data)
        export = cache_keys.export_key(training, network, plan.quantize)
        models.append(Model(network, cache / "models" / training, cache / "models" / export))
    return Build(plan, tuple(models), cache)


def train(build: Build, console: Console) -> tuple[Card, ...]:
    """Train and export what is not in the cache yet, or damaged there.

    Raises:
        DigitjsError: the data are not digits, or Keras refuses a network.
    """
    fresh = build.plan.fresh
    missing = [model for model in build.models if fresh or not checksums.intact(model.export)]
    if missing:
        _note_damage(missing, console)
        _train(missing, build.plan, console)
    return tuple(map(read_card, build.exports))


def render(build: Build, config: Config, output: Output, console: Console) -> tuple[Card, ...]:
    """Put the site together from cached models, in place of the one that was there.

    Raises:
        DigitjsError: a model is not trained yet or damaged, the output folder holds something else, or a source does
            not compile.
    """
    for model in build.models:
        _require_intact(model)
    return _render(build, config, output, console)


def build_site(build: Build, config: Config, output: Output, console: Console) -> tuple[Card, ...]:
    """The whole way, from digits to a site; raises like `train` and `render`."""
    texts.require_language(config.site.language)
    _require_replaceable(build, output, console)
    with console.busy("Installing the page's tools"):
        bundle.install(build.cache, console.note)
    train(build, console)
    return _render(build, config, output, console)


def _render(build: Build, config: Config, output: Output, console: Console) -> tuple[Card, ...]:
    """Put the site together from models that are whole."""
    texts.require_language(config.site.language)
    _require_replaceable(build, output, console)
    with console.busy("Installing the page's tools"):
        modules = bundle.install(build.cache, console.note)
    with console.busy("Rendering"), output_folder.replacing(output.folder, console.note) as folder:
        catalogues = texts.read_catalogues(read_card(build.exports[0]).task, config.task)
        content = Content(
            site=config.site,
            catalogues=catalogues,
            models=build.exports,
            bundle=bundle.build_assets(folder, modules, catalogues, collect=config.collecting is not None),
            report=report.build(build.exports, modules),
            collect=config.collecting,
        )
        return render_site(content, folder)


def _require_replaceable(build: Build, output: Output, console: Console) -> None:
    output_folder.require_replaceable(output.folder, build.cache, console.note, force=output.force)


def _require_intact(model: Model) -> None:
    name = model.network.name
    if checksums.intact(model.export):
        return
    if checksums.damaged(model.export):
        raise DigitjsError(f"The cached files of {name} are damaged: run digitjs build, which makes them again.")
    raise DigitjsError(f"{name} is not trained yet: run digitjs build, or digitjs train {name}.")


def _train(missing: list[Model], plan: Plan, console: Console) -> None:
    digits = dataset.load(plan.data)
    with console.importing():
        from digitjs.export import export  # here, where what TensorFlow prints is held back
        from digitjs.networks.keras_model import require_buildable
        from digitjs.training import fit

        fit.trigger_xla_greeting()
        for model in missing:
            require_buildable(model.network)
    for model in missing:
        with staging.alone(model.training, _what(model), console.note):
            if plan.fresh or not checksums.intact(model.export):  # else another process has made it meanwhile
                training = _fitted(model, digits, plan, console)
                with (
                    console.busy(f"Exporting {model.network.name}"),
                    staging.replacing(model.export, _what(model), console.note) as folder,
                ):
                    export.export_model(training, digits, folder, plan.quantize)


def _fitted(model: Model, digits: Dataset, plan: Plan, console: Console) -> "Training":
    """The fitted network, alone in its folder; a damaged checkpoint is no reason to stop."""
    from digitjs.training import fit, train

    network = model.network
    with console.training(network.name, network.recipe.epochs) as report:
        if plan.fresh:
            train.forget(model.training)
        try:
            return train.train_network(network, digits, model.training, report)
        except fit.CheckpointError:
            console.note(DAMAGED.format("training", network.name))
            train.forget(model.training)
            return train.train_network(network, digits, model.training, report)


def _what(model: Model) -> str:
    return f"the training of {model.network.name}"


def _note_damage(models: list[Model], console: Console) -> None:
    for model in models:
        for what, folder in (("training", model.training), ("export", model.export)):
            if checksums.damaged(folder):
                console.note(DAMAGED.format(what, model.network.name))
