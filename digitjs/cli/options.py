"""The options that commands share."""

import functools
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from digitjs import config
from digitjs.config import QUANTIZE
from digitjs.console import QUIET, VERBOSE, Console

if TYPE_CHECKING:
    from digitjs.data.source import Source
    from digitjs.pipeline import Plan

SEED = 7  # of every training, unless --seed says another
PATH = click.Path(path_type=Path)

Command = Callable[..., Any]
Planner = Callable[..., "Plan"]  # from --config and the names of networks, none for a site's


def _loudness(ctx: click.Context, parameter: click.Parameter, value: bool) -> None:
    if value:
        ctx.ensure_object(Console).loudness = VERBOSE if parameter.name == "verbose" else QUIET


verbose = click.option(
    "-v",
    "--verbose",
    is_flag=True,
    expose_value=False,
    callback=_loudness,
    help="Also print TensorFlow's messages.",
)
quiet = click.option("-q", "--quiet", is_flag=True, expose_value=False, callback=_loudness, help="Print only errors.")
output = click.option("-o", "--output", type=PATH, default="dist", show_default=True, help="The site's folder.")
settings = click.option(
    "--config", "settings", type=PATH, metavar="FILE.toml", help=f"Configuration file (default: ./{config.FILE})."
)
fresh = click.option("--fresh", is_flag=True, help="Train again, even if the cache has the network.")
force = click.option(
    "--force", is_flag=True, help="Move files that digitjs did not create to a backup folder beside it."
)
data = click.option(
    "--data",
    multiple=True,
    metavar="PATH",
    help='Your own samples, a file or a folder; several are put together, and "mnist" is the embedded MNIST.',
)
PLAN = (
    data,
    click.option(
        "--recipe", metavar="NAME", help='Train with another recipe of the networks; mlp and cnn have "tutorial".'
    ),
    click.option(
        "--quantize",
        type=click.Choice(QUANTIZE),
        default="float32",
        show_default=True,
        help="Weight type. With float32 the page still loads 8-bit weights that are exactly equal.",
    ),
    click.option(
        "--pretrained",
        is_flag=True,
        help="Train nothing: take the built-in networks as they came with digitjs, trained and measured.",
    ),
    click.option("--seed", type=click.IntRange(0, 2**31 - 1), default=SEED, show_default=True, help="Random seed."),
)


def source(words: tuple[str, ...], settings: Path | None) -> "Source | None":
    """The data that a command names, or else its configuration; None: the embedded MNIST.

    Raises:
        DigitjsError: as `config.load`.
    """
    from digitjs.data.source import WORD, DataOptions, chosen

    table = config.load(settings).data
    if not words:
        folder = settings.parent if settings else Path()
        paths = (table.path,) if isinstance(table.path, str) else table.path
        words = tuple(path if path == WORD else str(folder / path) for path in paths)
    return chosen(words, DataOptions(table.invert, table.transpose, table.classes, table.kind))


def with_options(*chosen: Callable[[Command], Command]) -> Callable[[Command], Command]:
    """Several options as one decorator, in the order they are written; -v and -q end every list."""
    return lambda command: _decorated(command, (*chosen, verbose, quiet))


def planned(command: Command) -> Command:
    """Give a command the options that choose models, as a function from the networks' names to a plan."""

    @functools.wraps(command)
    def with_plan(
        *arguments: Any,
        data: tuple[str, ...],
        recipe: str | None,
        quantize: str,
        pretrained: bool,
        seed: int,
        **others: Any,
    ) -> Any:
        from digitjs.networks import registry
        from digitjs.pipeline import Plan

        if pretrained and (data or recipe or seed != SEED or quantize != QUANTIZE[0]):
            raise click.UsageError("--pretrained trains nothing: leave out --data, --recipe, --seed and --quantize.")

        def plan(settings: Path | None, names: tuple[str, ...] = ()) -> Plan:
            table, folder = config.load(settings), settings.parent if settings else Path()
            named = registry.of_names(names, table, folder) if names else registry.of_site(table, folder)
            return Plan(
                networks=tuple(network.trained_by(recipe, seed=seed) for network in named),
                data=source(data, settings),
                quantize=quantize,
                pretrained=pretrained,
                named=bool(names or table.networks),
            )

        return command(*arguments, plan=plan, **others)

    return _decorated(with_plan, PLAN)


def _decorated(command: Command, decorators: tuple[Callable[[Command], Command], ...]) -> Command:
    return functools.reduce(lambda decorated, decorate: decorate(decorated), reversed(decorators), command)
