"""The order of the stages: what `build`, `train` and `render` do. TensorFlow loads only to train and export."""

from dataclasses import dataclass
from pathlib import Path

from digitjs import bundle, dataset, networks, output_folder, report, site, staging
from digitjs.card import CARD, Card, read_card
from digitjs.config import Site
from digitjs.console import Console
from digitjs.errors import DigitjsError
from digitjs.networks import Network
from digitjs.paths import Project


@dataclass(frozen=True)
class Plan:
    """Which models a site has. Everything here, and the code, is what they are cached by."""

    networks: tuple[Network, ...]  # in the page's order
    data: Path | None  # the user's own .npz, or the embedded MNIST
    quantize: str


def train(plan: Plan, where: Project, console: Console, *, fresh: bool) -> tuple[Card, ...]:
    """Train and export what is not in the cache yet.

    Args:
        plan: which models.
        where: the cache.
        console: told of the progress.
        fresh: train again, whatever the cache holds.

    Raises:
        DigitjsError: the data are not digits.
    """
    exports = _exports(plan, where)
    missing = [network for network in plan.networks if fresh or not (exports[network.name] / CARD).exists()]
    if missing:
        _train(missing, plan, where, console, fresh=fresh)
    return tuple(read_card(exports[network.name]) for network in plan.networks)


def render(plan: Plan, words: Site, where: Project, console: Console, *, force: bool) -> tuple[Card, ...]:
    """Put the site together from cached models, in place of the one that was there.

    Raises:
        DigitjsError: a model is not trained yet, the output folder holds something else, or a source does not compile.
    """
    exports = _exports(plan, where)
    for network in plan.networks:
        if not (exports[network.name] / CARD).exists():
            raise DigitjsError(
                f"{network.name} is not trained yet: run digitjs build, or digitjs train {network.name}."
            )
    output_folder.require_replaceable(where.output, where.cache, console.note, force=force)
    with console.busy("Installing the page's tools"):
        modules = bundle.install(where.cache, console.note)
    with console.busy("Rendering"), output_folder.replacing(where.output, console.note) as folder:
        models = tuple(exports.values())
        content = site.Content(
            site=words,
            own_data=plan.data is not None,
            models=models,
            bundle=bundle.bundle(folder, modules),
            report=report.build(models, modules),
        )
        return site.render(content, folder)


def build(plan: Plan, words: Site, where: Project, console: Console, *, fresh: bool, force: bool) -> tuple[Card, ...]:
    """The whole way, from digits to a site; raises like `train` and `render`."""
    output_folder.require_replaceable(where.output, where.cache, console.note, force=force)
    with console.busy("Installing the page's tools"):
        bundle.install(where.cache, console.note)
    train(plan, where, console, fresh=fresh)
    return render(plan, words, where, console, force=force)


def _exports(plan: Plan, where: Project) -> dict[str, Path]:
    """The export folder of each network."""
    trainings = _trainings(plan, where)
    return {
        network.name: where.models / networks.export_key(trainings[network.name].name, network, plan.quantize)
        for network in plan.networks
    }


def _trainings(plan: Plan, where: Project) -> dict[str, Path]:
    """The training folder of each network."""
    data = dataset.fingerprint(plan.data)
    return {network.name: where.models / networks.training_key(network, data) for network in plan.networks}


def _train(missing: list[Network], plan: Plan, where: Project, console: Console, *, fresh: bool) -> None:
    digits = dataset.load(plan.data)
    with console.importing():
        from digitjs import export, fit, training

        fit.start()
    trainings, exports = _trainings(plan, where), _exports(plan, where)
    for network in missing:
        what, folder = f"the training of {network.name}", trainings[network.name]
        with staging.alone(folder, what, console.note):
            if not fresh and (exports[network.name] / CARD).exists():
                continue  # trained by another process meanwhile
            with console.training(network.name, network.recipe.epochs) as report:
                fitted = training.train(network, digits, folder, fresh=fresh, report=report)
            with (
                console.busy(f"Exporting {network.name}"),
                staging.replacing(exports[network.name], what, console.note) as new,
            ):
                export.export(fitted, network, digits, new, quantize=plan.quantize)
