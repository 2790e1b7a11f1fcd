"""The options that commands share, and where their values come from.

The command line comes before the environment, this before `digitjs.toml`, and this before the default.
"""

import contextlib
import functools
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import msgspec
from click.core import ParameterSource

from digitjs import config, config_keys
from digitjs.config import QUANTIZE
from digitjs.console import QUIET, VERBOSE, Console
from digitjs.errors import DigitjsError
from digitjs.filesystem import urls
from digitjs.filesystem.paths import PACKAGE, default_cache
from digitjs.training.cluster import STRATEGIES

if TYPE_CHECKING:
    from digitjs.data.source import Share, Source
    from digitjs.pipeline import Plan

SEED = config.Build().seed
PATH = click.Path(path_type=Path)
PREFIX = "DIGITJS"  # of environment variables
WRITTEN = "digitjs.written"  # under which a context keeps a repeatable command as it was written, and where
SETTINGS = "digitjs.settings"  # under which a context keeps the path of the configuration file
CHOSEN = "digitjs.chosen"  # under which it keeps the values of keys, and where each comes from
MORE = "\n\nMore: "  # in the end of a command's help, before the page
DEFAULT = "default"  # where a value comes from that nobody gave

Command = Callable[..., Any]
Planner = Callable[..., "Plan"]  # from --config, the names of networks, none for a site's, and a share of the data


class Configured(click.Command):
    """A command that says where in the configuration file a value stands which cannot be used."""

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The example, and the path of the page that says more: from here where it lies below, else whole."""
        example, _, page = (self.epilog or "").partition(MORE)
        path, here = PACKAGE / page, Path.cwd()
        more = f"More: {path.relative_to(here) if path.is_relative_to(here) else path}"
        for line in (f"Example: {example}", more) if page else (example,):
            formatter.write_paragraph()
            formatter.write(f"{'':>{formatter.current_indent + 2}}{line}\n")

    def invoke(self, ctx: click.Context) -> Any:
        """Run it."""
        with config.naming_lines(ctx.meta.get(SETTINGS)):
            return super().invoke(ctx)


class Repeatable(Configured):
    """A command that can be started again, as it was written."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """The context remembers its arguments, and the folder before one of them may change it."""
        ctx.meta[WRITTEN] = (self.name or "", *args), Path.cwd()
        return super().parse_args(ctx, args)


class DataPath(click.Path):
    """A file or folder here, or an address of one elsewhere; a variable may name several, divided as in $PATH."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The word as it is, unless it is an address that cannot be used."""
        if said := urls.fault(str(value)):
            self.fail(f"{said}.", param, ctx)
        return super().convert(value, param, ctx)

    def split_envvar_value(self, rv: str) -> Sequence[str]:
        """The words of a variable; the colons of addresses divide nothing."""
        return urls.WORDS.findall(rv) if os.pathsep == ":" else super().split_envvar_value(rv)


class Keyed(click.Parameter):
    """A parameter that is also a key of `digitjs.toml`; its description, default and variable follow from that."""

    key: config_keys.Key
    late = False  # whether the command reads the file itself, later, and says what is wrong with it

    def consume_value(self, ctx: click.Context, opts: Mapping[str, Any]) -> tuple[Any, ParameterSource]:
        """The value: from the configuration file where neither the command line nor the environment has it."""
        value, source = super().consume_value(ctx, opts)
        if source is ParameterSource.DEFAULT and not ctx.resilient_parsing:
            with contextlib.suppress(*([DigitjsError] if self.late else [])):
                return self._configured(ctx.meta.get(SETTINGS), value)
        return value, source

    def _configured(self, path: Path | None, default: Any) -> tuple[Any, ParameterSource]:
        if self.key.path not in config.given(path):
            return default, ParameterSource.DEFAULT
        value = getattr(getattr(config.load(path), self.key.table[0]), self.key.name)
        if path and isinstance(self.type, click.Path):  # from the file's folder, as all paths in it
            value = path.parent / value
        return value, ParameterSource.DEFAULT_MAP

    def process_value(self, ctx: click.Context, value: Any) -> Any:
        """The value in its type; the context remembers it, and where it comes from.

        Raises:
            click.BadParameter: it cannot be one; the sentence names the variable that it comes from.
        """
        source = ctx.get_parameter_source(self.name or "")
        try:
            value = super().process_value(ctx, value)
        except click.BadParameter as error:
            if source is ParameterSource.ENVIRONMENT:
                error.param_hint = f"${self.envvar}"
            raise
        where = _where(source, str(self.envvar), ctx.meta.get(SETTINGS))
        ctx.meta.setdefault(CHOSEN, {})[self.key.path] = (value, where)
        return value


class KeyedOption(Keyed, click.Option):
    """An option that is also a key."""

    def __init__(self, *arguments: Any, key: str, late: bool = False, **others: Any) -> None:
        """Take what the key says, and for the rest what `click.Option` takes."""
        self.key, self.late = config_keys.find(key), late
        others |= {"default": self.key.default, "envvar": variable(*self.key.path.split("."))}
        others |= {"show_default": self.key.default not in ("", False)}
        super().__init__(*arguments, **{"help": f"{self.key.about}.", **others})


class KeyedArgument(Keyed, click.Argument):
    """An argument that is also a key."""

    def __init__(self, *arguments: Any, key: str, **others: Any) -> None:
        """Take what the key says, and for the rest what `click.Argument` takes."""
        self.key = config_keys.find(key)
        others |= {"default": self.key.default, "envvar": variable(*self.key.path.split("."))}
        super().__init__(*arguments, **others)


def closing(example: str, page: str) -> str:
    """What ends the help of a command: an example, and the page of the package that says more."""
    return f"{example}{MORE}{page}"


def variable(*words: str) -> str:
    """The environment variable of an option."""
    return "_".join((PREFIX, *words)).replace("-", "_").upper()


def name_variables(program: click.Group) -> None:
    """Give every option that is no key an environment variable, named after its command and itself.

    But for those that only ask for a text, and the folder: it would be entered once more by each command.
    """
    for command in (program, *program.commands.values()):
        words = () if command is program else (command.name or "",)
        for option in command.params:
            if isinstance(option, click.Option) and option.envvar is None and option.name not in ("version", "start"):
                option.envvar = variable(*words, max(option.opts, key=len).lstrip("-"))


def in_force(ctx: click.Context) -> Iterator[str]:
    """Every key that has a value in a context of `build`, as TOML, with a comment on where the value comes from."""
    path = ctx.meta.get(SETTINGS)
    given, file = config.given(path), str(path or config.FILE)
    chosen = {**{name: (value, file) for name, value in given.items()}, **ctx.meta.get(CHOSEN, {})}
    if ctx.params["data"]:
        where = _where(ctx.get_parameter_source("data"), variable("build", "data"), path)
        chosen["data.path"] = (list(ctx.params["data"]), where)
    absent: tuple[str, ...] = ()  # tables that are not there, or are written as one value
    for table in config_keys.tables():
        name = ".".join(table.path)
        if table.many and name in given:
            yield f"{config_keys.written(name, given[name])}  # {file}"
        if table.many or (table.optional and name not in given):
            absent = (*absent, f"{name}.")
        if not f"{name}.".startswith(absent):
            for key in table.keys:
                value, source = chosen.get(key.path, (key.default, DEFAULT))
                if value is not None:
                    line = config_keys.written(key.path, value)
                    yield f"{urls.without_secrets(line) if key.path == 'data.path' else line}  # {source}"


def _where(source: ParameterSource | None, envvar: str, path: Path | None) -> str:
    """Where a value comes from, in words."""
    words = {
        ParameterSource.COMMANDLINE: "command line",
        ParameterSource.ENVIRONMENT: f"${envvar}",
        ParameterSource.DEFAULT_MAP: str(path or config.FILE),
    }
    return words.get(source, DEFAULT) if source else DEFAULT


def _loudness(ctx: click.Context, parameter: click.Parameter, value: bool) -> None:
    if value:
        ctx.ensure_object(Console).loudness = VERBOSE if parameter.name == "verbose" else QUIET


def _strictness(ctx: click.Context, parameter: click.Parameter, value: bool) -> bool:
    ctx.ensure_object(Console).strict = value
    return value


def _remember(ctx: click.Context, parameter: click.Parameter, value: Path | None) -> Path | None:
    ctx.meta[SETTINGS] = value
    return value


def _start(ctx: click.Context, parameter: click.Parameter, value: Path | None) -> None:
    if value is not None and not ctx.resilient_parsing:
        ctx.with_resource(_inside(value))


@contextlib.contextmanager
def _inside(folder: Path) -> Iterator[None]:
    """Work in another folder; `contextlib.chdir` has Python from 3.11 on."""
    before = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)


verbose = click.option(
    "-v",
    "--verbose",
    is_flag=True,
    expose_value=False,
    callback=_loudness,
    help="Also print TensorFlow's messages.",
)
quiet = click.option("-q", "--quiet", is_flag=True, expose_value=False, callback=_loudness, help="Print only errors.")
start = click.option(
    "-d",
    "--folder",
    "start",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    metavar="FOLDER",
    is_eager=True,
    expose_value=False,
    callback=_start,
    help="Work as if started in this folder.",
)
output = click.option("-o", "--output", cls=KeyedOption, key="build.output", type=PATH, metavar="FOLDER")
site = click.argument("folder", cls=KeyedArgument, key="build.output", type=PATH)
strict = click.option(
    "-s",
    "--strict/--no-strict",
    cls=KeyedOption,
    key="build.strict",
    late=True,
    is_flag=True,
    expose_value=False,
    callback=_strictness,
)
_configured: dict[str, Any] = {
    "type": PATH,
    "metavar": "FILE.toml",
    "envvar": f"{PREFIX}_CONFIG",
    "is_eager": True,
    "callback": _remember,
    "help": f"Configuration file (default: ./{config.FILE}).",
}
settings = click.option("-f", "--config", "settings", **_configured)
keys = click.option("-f", "--config", "settings", expose_value=False, **_configured)  # where options alone come from it
fresh = click.option("--fresh", is_flag=True, help="Train again, even if the cache has the network.")
force = click.option(
    "--force", is_flag=True, help="Move files that digitjs did not create to a backup folder beside it."
)
strategy = click.option(
    "--strategy",
    type=click.Choice(STRATEGIES),
    default=STRATEGIES[0],
    show_default=True,
    help="What shares each batch; auto: the workers of TF_CONFIG or Slurm, else several GPUs, else none.",
)
workers = click.option(
    "--workers", type=click.IntRange(1), default=1, help="Start so many workers on this machine, to try it."
)
DATA = DataPath()
shard = click.option(
    "--shard", is_flag=True, help="Let each worker read its own part files only; figures then depend on their number."
)
data = click.option(
    "--data",
    multiple=True,
    type=DATA,
    metavar="PATH",
    help='Your own samples, a file, folder or address; several are put together, and "mnist" is the embedded MNIST.',
)
PLAN = (
    data,
    click.option("--recipe", cls=KeyedOption, key="build.recipe", late=True, metavar="NAME"),
    click.option("--quantize", cls=KeyedOption, key="build.quantize", late=True, type=click.Choice(QUANTIZE)),
    click.option("--pretrained/--no-pretrained", cls=KeyedOption, key="build.pretrained", late=True, is_flag=True),
    click.option("--seed", cls=KeyedOption, key="build.seed", late=True, type=click.IntRange(0, 2**31 - 1)),
    strict,
)
ASKED = (ParameterSource.COMMANDLINE, ParameterSource.ENVIRONMENT)  # before what a file says


def fetching() -> Callable[..., Path]:
    """Gives the copies of what addresses name, or those of a worker's share of it; each store is asked once in a
    command, however long that lasts.
    """
    console = click.get_current_context().obj

    @functools.cache
    def fetched(address: str, share: "Share | None" = None) -> Path:
        from digitjs.data import remote

        return remote.fetch(address, default_cache(), console, share)

    return fetched


def source(words: tuple[str, ...], settings: Path | None, fetched: Callable[[str], Path]) -> "Source | None":
    """The data that a command names, or else its configuration; None: the embedded MNIST.

    Raises:
        DigitjsError: as `config.load`.
    """
    from digitjs.data.source import WORD, DataOptions, chosen

    table = config.load(settings).data
    if not words:
        folder = settings.parent if settings else Path()
        paths = (table.path,) if isinstance(table.path, str) else table.path
        words = tuple(path if path == WORD or urls.is_address(path) else str(folder / path) for path in paths)
    return chosen(words, DataOptions(table.invert, table.transpose, table.classes, table.kind), fetched)


def with_options(*chosen: Callable[[Command], Command]) -> Callable[[Command], Command]:
    """Several options as one decorator, in the order they are written; -d, -v and -q end every list."""
    return lambda command: _decorated(command, (*chosen, start, verbose, quiet))


def planned(command: Command) -> Command:
    """Give a command the options that choose models, as a function from the networks' names to a plan.

    What neither the command line nor the environment says, the function reads from the file each time.
    """

    @functools.wraps(command)
    def with_plan(
        *arguments: Any, data: tuple[str, ...], recipe: str, quantize: str, pretrained: bool, seed: int, **others: Any
    ) -> Any:
        from digitjs.networks import registry
        from digitjs.pipeline import Plan

        ctx = click.get_current_context()
        if pretrained:
            _require_nothing_to_train(ctx)
        options = {"recipe": recipe, "quantize": quantize, "pretrained": pretrained, "seed": seed}
        asked = {name: value for name, value in options.items() if ctx.get_parameter_source(name) in ASKED}

        fetched = fetching()

        def plan(settings: Path | None, names: tuple[str, ...] = (), share: "Share | None" = None) -> Plan:
            table, folder = config.load(settings), settings.parent if settings else Path()
            chosen = msgspec.structs.replace(table.build, **asked)
            named = registry.of_names(names, table, folder) if names else registry.of_site(table, folder)
            return Plan(
                networks=tuple(network.trained_by(chosen.recipe or None, seed=chosen.seed) for network in named),
                data=source(data, settings, functools.partial(fetched, share=share)),
                quantize=chosen.quantize,
                pretrained=chosen.pretrained,
                named=bool(names or table.networks),
            )

        return command(*arguments, plan=plan, **others)

    return _decorated(with_plan, PLAN)


def start_again(ctx: click.Context, workers: int) -> None:
    """Start a repeatable command in several workers on this machine, and wait for all.

    Raises:
        DigitjsError: one was killed.
        SystemExit: one has failed, and said why.
    """
    from digitjs.training import launch

    arguments, folder = ctx.meta[WRITTEN]
    loudness = {QUIET: ("--quiet",), VERBOSE: ("--verbose",)}.get(ctx.obj.loudness, ())
    launch.start_workers((*loudness, *arguments), folder, workers)


def _require_nothing_to_train(ctx: click.Context) -> None:
    """Refuse what --pretrained has no use for.

    Raises:
        click.UsageError: there is some of it; the sentence has each value and where it comes from.
    """
    chosen = ctx.meta[CHOSEN]
    where = _where(ctx.get_parameter_source("data"), variable(ctx.info_name or "", "data"), None)
    wrong = [f"--data {path} ({where})" for path in ctx.params["data"]]
    for name in ("recipe", "seed", "quantize"):
        key = config_keys.find(f"build.{name}")
        value, source = chosen[key.path]
        if value != key.default:
            wrong.append(f"--{name} {value} ({source})")
    if wrong:
        raise click.UsageError(
            f"--pretrained ({chosen['build.pretrained'][1]}) trains nothing, so there is no use for "
            f"{', '.join(wrong)}: leave one or the other out, or add --no-pretrained to train."
        )


def _decorated(command: Command, decorators: tuple[Callable[[Command], Command], ...]) -> Command:
    return functools.reduce(lambda decorated, decorate: decorate(decorated), reversed(decorators), command)
