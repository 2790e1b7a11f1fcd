"""The order of the stages: what `build`, `train` and `render` do. TensorFlow loads only to train and export."""

from dataclasses import dataclass
from pathlib import Path

from digitjs import cache_keys
from digitjs.config import Site
from digitjs.console import Console
from digitjs.data import dataset
from digitjs.errors import DigitjsError
from digitjs.filesystem import checksums, output_folder, staging
from digitjs.filesystem.paths import Project
from digitjs.model_card import Card, read_card
from digitjs.networks.builtin import Network
from digitjs.site import bundle, report
from digitjs.site.render import Content, render_site

DAMAGED = "The {} of {} in the cache is damaged and made again."


@dataclass(frozen=True)
class Plan:
    """Which models a site has. Everything here, and the code, is what they are cached by."""

    networks: tuple[Network, ...]  # in the page's order
    data: Path | None  # the user's own .npz, or the embedded MNIST
    quantize: str


@dataclass(frozen=True)
class Model:
    """One network of a plan, as it is trained, and where the cache keeps it."""

    network: Network
    training: Path
    export: Path


def train(plan: Plan, where: Project, console: Console, *, fresh: bool) -> tuple[Card, ...]:
    """Train and export what is not in the cache yet, or damaged there.

    Args:
        plan: which models.
        where: the cache.
        console: told of the progress.
        fresh: train again, whatever the cache holds.

    Raises:
        DigitjsError: the data are not digits, or Keras refuses a network.
    """
    return tuple(read_card(model.export) for model in _trained(plan, where, console, fresh=fresh))


def render(plan: Plan, words: Site, where: Project, console: Console, *, force: bool) -> tuple[Card, ...]:
    """Put the site together from cached models, in place of the one that was there.

    Raises:
        DigitjsError: a model is not trained yet or damaged, the output folder holds something else, or a source does
            not compile.
    """
    models = _models(plan, where)
    for model in models:
        _require_intact(model)
    return _render(models, plan, words, where, console, force=force)


def build(plan: Plan, words: Site, where: Project, console: Console, *, fresh: bool, force: bool) -> tuple[Card, ...]:
    """The whole way, from digits to a site; raises like `train` and `render`."""
    output_folder.require_replaceable(where.output, where.cache, console.note, force=force)
    with console.busy("Installing the page's tools"):
        bundle.install(where.cache, console.note)
    models = _trained(plan, where, console, fresh=fresh)
    return _render(models, plan, words, where, console, force=force)


def _render(
    models: tuple[Model, ...], plan: Plan, words: Site, where: Project, console: Console, *, force: bool
) -> tuple[Card, ...]:
    """Put the site together from models that are whole."""
    output_folder.require_replaceable(where.output, where.cache, console.note, force=force)
    with console.busy("Installing the page's tools"):
        modules = bundle.install(where.cache, console.note)
    with console.busy("Rendering"), output_folder.replacing(where.output, console.note) as folder:
        exports = tuple(model.export for model in models)
        content = Content(
            site=words,
            own_data=plan.data is not None,
            models=exports,
            bundle=bundle.bundle(folder, modules),
            report=report.build(exports, modules),
        )
        return render_site(content, folder)


def _require_intact(model: Model) -> None:
    name = model.network.name
    if checksums.intact(model.export):
        return
    if checksums.damaged(model.export):
        raise DigitjsError(f"The cached files of {name} are damaged: run digitjs build, which makes them again.")
    raise DigitjsError(f"{name} is not trained yet: run digitjs build, or digitjs train {name}.")


def _models(plan: Plan, where: Project) -> tuple[Model, ...]:
    """Each network with its folders in the cache."""
    data = dataset.fingerprint(plan.data)
    models = []
    for chosen in plan.networks:
        network = chosen if plan.data is None else chosen.without_pens()  # nobody knows the script of other digits
        training = cache_keys.training_key(network, data)
        export = cache_keys.export_key(training, network, plan.quantize)
        models.append(Model(network, where.models / training, where.models / export))
    return tuple(models)


def _trained(plan: Plan, where: Project, console: Console, *, fresh: bool) -> tuple[Model, ...]:
    """The models of a plan, whole in the cache."""
    models = _models(plan, where)
    missing = [model for model in models if fresh or not checksums.intact(model.export)]
    if missing:
        _note_damage(missing, console)
        _train(missing, plan, console, fresh=fresh)
    return models


def _train(missing: list[Model], plan: Plan, console: Console, *, fresh: bool) -> None:
    digits = dataset.load(plan.data)
    with console.importing():
        import digitjs.export.export  # noqa: F401 - here, where what TensorFlow prints is held back
        from digitjs.training import fit

        fit.trigger_xla_greeting()
        for model in missing:
            fit.require_buildable(model.network)
    for model in missing:
        with staging.alone(model.training, _what(model), console.note):
            if fresh or not checksums.intact(model.export):  # else another process has made it meanwhile
                _make(model, digits, console, quantize=plan.quantize, fresh=fresh)


def _make(model: Model, digits: dataset.Dataset, console: Console, *, quantize: str, fresh: bool) -> None:
    """Train and export one network, alone in its folders."""
    from digitjs.export import export
    from digitjs.training import fit, train

    network = model.network
    with console.training(network.name, network.recipe.epochs) as report:
        try:
            fitted = train.train(network, digits, model.training, fresh=fresh, report=report)
        except fit.CheckpointError:
            console.note(DAMAGED.format("training", network.name))
            fitted = train.train(network, digits, model.training, fresh=True, report=report)
    with (
        console.busy(f"Exporting {network.name}"),
        staging.replacing(model.export, _what(model), console.note) as folder,
    ):
        export.export(fitted, network, digits, folder, quantize=quantize)


def _what(model: Model) -> str:
    return f"the training of {model.network.name}"


def _note_damage(models: list[Model], console: Console) -> None:
    for model in models:
        for what, folder in (("training", model.training), ("export", model.export)):
            if checksums.damaged(folder):
                console.note(DAMAGED.format(what, model.network.name))
