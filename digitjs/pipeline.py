"""The order of the stages: what `build`, `train` and `render` do. TensorFlow loads only to train and export."""

import functools
import shutil
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from digitjs import cache_keys
from digitjs.config import Config
from digitjs.console import Console
from digitjs.data import dataset
from digitjs.data.samples import Dataset
from digitjs.data.source import Source
from digitjs.errors import DigitjsError
from digitjs.export import pretrained
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
    data: Source | None  # the user's own samples, or the embedded MNIST
    quantize: str
    fresh: bool = False  # train again, whatever the cache holds
    pretrained: bool = False  # nothing is trained: the networks as they came with the package
    named: bool = False  # whether the user named the networks: of few samples, only the first learns by default


@dataclass(frozen=True)
class Model:
    """One network of a plan, as it is trained, and where the cache keeps it."""

    network: Network  # adapted to the data
    training: Path
    fitted: Path  # its export, as it is after the training
    cross_validated: Path | None  # its export once more, of few samples, with what cross-validation has measured

    @property
    def export(self) -> Path:
        """The best export that is there."""
        measured = self.cross_validated
        return measured if measured and checksums.intact(measured) else self.fitted


@dataclass(frozen=True)
class Build:
    """A plan with everything that follows from it: resolved once, then passed on."""

    plan: Plan
    models: tuple[Model, ...]
    cache: Path
    own: Dataset | None  # the user's

    @functools.cached_property
    def data(self) -> Dataset:
        """What is trained on: MNIST, read when it is first needed, or the user's own."""
        return self.own or dataset.load()

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
    own = None if plan.data is None else dataset.load(plan.data)
    if own and dataset.fingerprint(plan.data) != data:
        raise DigitjsError("The data changed while they were read: run it again.")
    if plan.pretrained:
        return Build(plan, _pretrained(plan, data, cache / "models"), cache, own)
    few = own is not None and own.is_small
    models = []
    for chosen in plan.networks[:1] if few and not plan.named else plan.networks:
        network = chosen.adapted(own) if own else chosen
        training = cache_keys.training_key(network, data)
        export = cache_keys.export_key(training, network, plan.quantize)
        folder, measured = cache / "models", f"{export}-measured"
        models.append(Model(network, folder / training, folder / export, folder / measured if few else None))
    return Build(plan, tuple(models), cache, own)


def _pretrained(plan: Plan, data: str, folder: Path) -> tuple[Model, ...]:
    """The networks that came with the package.

    Raises:
        DigitjsError: the plan asks for other data or weights, or one of its networks did not come with the package.
    """
    if plan.data or plan.fresh or plan.quantize != "float32":
        raise DigitjsError(
            "The pretrained networks read MNIST's digits, with float32 weights: leave --pretrained out to train others."
        )
    for network in plan.networks:
        pretrained.require_packed(network, data=data)
    exports = [folder / pretrained.key(network) for network in plan.networks]
    return tuple(Model(*one, fitted=one[1], cross_validated=None) for one in zip(plan.networks, exports, strict=True))


def train(build: Build, console: Console) -> tuple[Card, ...]:
    """Train, export and measure what is not in the cache yet, or damaged there.

    Raises:
        DigitjsError: the data cannot be used, or Keras refuses a network.
    """
    _train_missing(build, console)
    _cross_validate_missing(build, console)
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
    """The whole way, from drawings to a site; raises like `train` and `render`.

    Of few samples, the site is there before they are cross-validated, and once more with what that has measured.
    """
    texts.require_language(config.site.language)
    _require_replaceable(build, output, console)
    with console.busy("Installing the page's tools"):
        bundle.install(build.cache, console.note)
    _train_missing(build, console)
    cards = _render(build, config, output, console)
    if _cross_validate_missing(build, console):
        cards = _render(build, config, output, console)
    return cards


def _render(build: Build, config: Config, output: Output, console: Console) -> tuple[Card, ...]:
    """Put the site together from models that are whole."""
    texts.require_language(config.site.language)
    _require_replaceable(build, output, console)
    with console.busy("Installing the page's tools"):
        modules = bundle.install(build.cache, console.note)
    with console.busy("Rendering"), output_folder.replacing(output.folder, console.note) as folder:
        cards = tuple(map(read_card, build.exports))
        catalogues = texts.read_catalogues(cards[0].task, config.task)
        sources = bundle.Sources(
            modules=modules,
            catalogues=catalogues,
            models=tuple(export / card.loaded[0] for export, card in zip(build.exports, cards, strict=True)),
            collect=config.collecting is not None,
        )
        content = Content(
            site=config.site,
            catalogues=catalogues,
            models=build.exports,
            bundle=bundle.build_assets(folder, sources),
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


def _train_missing(build: Build, console: Console) -> None:
    fresh = build.plan.fresh
    missing = [model for model in build.models if fresh or not checksums.intact(model.fitted)]
    if not missing:
        return
    _note_damage(missing, console)
    if build.plan.pretrained:
        for model in missing:
            with staging.replacing(model.fitted, _what(model), console.note) as draft:
                pretrained.unpack(model.network, draft)
        return
    for note in build.data.notes:
        console.note(note)
    with console.importing():
        from digitjs.networks.keras_model import require_buildable
        from digitjs.training import fit

        fit.trigger_xla_greeting()  # here, where what TensorFlow prints is held back
        for model in missing:
            require_buildable(model.network, len(build.data.task.classes))
    for model in missing:
        with staging.alone(model.training, _what(model), console.note):
            if fresh or not checksums.intact(model.fitted):  # else another process has made it meanwhile
                if fresh and model.cross_validated:
                    shutil.rmtree(model.cross_validated, ignore_errors=True)
                _export(_fitted(model, build, console), model.fitted, build, console)


def _cross_validate_missing(build: Build, console: Console) -> bool:
    """Measure networks of few samples, as far as the cache does not know it yet; gives whether there was one."""
    missing = [
        (model, model.cross_validated)
        for model in build.models
        if model.cross_validated and not checksums.intact(model.cross_validated)
    ]
    if not missing:
        return False
    with console.importing():
        from digitjs.training import cross_validate, train
    for model, folder in missing:
        with staging.alone(model.training, _what(model), console.note):
            if checksums.intact(folder):
                continue  # another process has made it meanwhile
            training = train.train_network(model.network, build.data, model.training, lambda epoch: None)
            with console.progress(f"Cross-validating {model.network.name}") as progress:
                place = model.training / "cross_validation"
                scores = cross_validate.held_out_scores(model.network, build.data, place, progress)
            _export(replace(training, held_out=scores), folder, build, console)
    return True


def _export(training: "Training", folder: Path, build: Build, console: Console) -> None:
    from digitjs.export import export

    name = training.network.name
    with (
        console.busy(f"Exporting {name}"),
        staging.replacing(folder, f"the training of {name}", console.note) as draft,
    ):
        export.export_model(training, build.data, draft, build.plan.quantize)


def _fitted(model: Model, build: Build, console: Console) -> "Training":
    """The fitted network, alone in its folder; a damaged checkpoint is no reason to stop."""
    from digitjs.training import fit, train

    network = model.network
    with console.training(network.name, network.recipe.epochs) as report:
        if build.plan.fresh:
            train.forget(model.training)
        try:
            return train.train_network(network, build.data, model.training, report)
        except fit.CheckpointError:
            console.note(DAMAGED.format("training", network.name))
            train.forget(model.training)
            return train.train_network(network, build.data, model.training, report)


def _what(model: Model) -> str:
    return f"the training of {model.network.name}"


def _note_damage(models: list[Model], console: Console) -> None:
    for model in models:
        for what, folder in (("training", model.training), ("export", model.fitted)):
            if checksums.damaged(folder):
                console.note(DAMAGED.format(what, model.network.name))
