"""The command line: options in, stages called, results echoed. TensorFlow and browsers load only where needed."""

import shutil
import webbrowser
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from digitjs import __version__, config
from digitjs.cli import project, tooling
from digitjs.cli.options import (
    DATA,
    PATH,
    SEED,
    KeyedOption,
    Planner,
    Repeatable,
    closing,
    data,
    fetching,
    force,
    fresh,
    keys,
    name_variables,
    output,
    planned,
    settings,
    shard,
    site,
    source,
    start_again,
    strategy,
    strict,
    with_options,
    workers,
)
from digitjs.cli.program import Program
from digitjs.config import QUANTIZE
from digitjs.console import Console
from digitjs.errors import DigitjsError, printable
from digitjs.filesystem import output_folder, paths, staging
from digitjs.filesystem.output_folder import Kind

if TYPE_CHECKING:
    from digitjs.browser.server import Server
    from digitjs.model_card import Card
    from digitjs.pipeline import Build, Plan


@click.group(
    cls=Program,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Example: digitjs build && digitjs serve --open",
)
@click.version_option(__version__, message="digitjs %(version)s")
@with_options()
@click.pass_context
def main(ctx: click.Context) -> None:
    """From handwriting to a finished web page: train, convert, render."""
    ctx.ensure_object(Console)


@main.command(epilog=closing("digitjs build --quantize uint8 -o public", "CONFIGURATION.md"))
@with_options(output, settings, fresh, force)
@planned
@click.pass_obj
def build(
    console: Console,
    plan: Planner,
    output: Path,
    settings: Path | None,
    fresh: bool,
    force: bool,
) -> None:
    """Train networks that are not in the cache and render the site."""
    from digitjs import pipeline

    chosen = config.load(settings)
    cards = pipeline.build_site(_resolved(plan(settings), fresh=fresh), chosen, pipeline.Output(output, force), console)
    _echo_site(console, cards, output)


@main.command(cls=Repeatable, epilog=closing("digitjs train mlp --recipe tutorial", "training/README.md"))
@click.argument("names", nargs=-1, metavar="[NAME]...")
@with_options(settings, fresh, strategy, workers, shard)
@planned
@click.pass_context
def train(
    ctx: click.Context,
    plan: Planner,
    names: tuple[str, ...],
    settings: Path | None,
    fresh: bool,
    strategy: str,
    workers: int,
    shard: bool,
) -> None:
    """Train networks, all or those named, without rendering; each worker of a cluster runs the same command."""
    from digitjs import pipeline
    from digitjs.training import cluster

    with ctx.obj.importing():  # it is TensorFlow that reads Slurm's variables
        distribution = cluster.distribution(strategy, workers, sharded=shard)
    chosen = replace(plan(settings, names, distribution.share), fresh=fresh)
    build = pipeline.resolve(chosen, paths.default_cache(), distribution, ctx.obj.note)
    if distribution.starts:
        start_again(ctx, distribution.starts)  # here, so that what is wrong with the options is said once
    else:
        _echo_cards(ctx.obj, pipeline.train(build, ctx.obj))


@main.command(epilog=closing("digitjs render -o public", "site/README.md"))
@with_options(output, settings, force)
@planned
@click.pass_obj
def render(console: Console, plan: Planner, output: Path, settings: Path | None, force: bool) -> None:
    """Render the site from trained networks."""
    from digitjs import pipeline

    chosen = config.load(settings)
    cards = pipeline.render(_resolved(plan(settings)), chosen, pipeline.Output(output, force), console)
    _echo_site(console, cards, output)


@main.command(epilog=closing("digitjs convert model.keras -o web --quantize uint8", "networks/README.md"))
@click.argument("model", type=PATH)
@with_options(
    click.option("-o", "--output", type=PATH, metavar="FOLDER", help="Folder for model.json and the weights."),
    click.option(
        "--quantize",
        type=click.Choice(QUANTIZE),
        default="float32",
        show_default=True,
        help="Weight type.",
    ),
    click.option(
        "--inputs",
        type=PATH,
        multiple=True,
        metavar="FILE.npy",
        help="Samples to compare on, too; one file for each input of the network.",
    ),
    click.option("--explain", is_flag=True, help="Only list what becomes of each layer."),
    click.option("--force", is_flag=True, help="Move what the folder holds to a backup folder beside it."),
)
@click.pass_obj
def convert(
    console: Console,
    model: Path,
    output: Path | None,
    quantize: str,
    inputs: tuple[Path, ...],
    explain: bool,
    force: bool,
) -> None:
    """Convert a .keras or .h5 file of Keras 2 or 3 for TensorFlow.js, and compare the answers. Nothing in it is run."""
    from digitjs import conversion, convert_model
    from digitjs.networks.keras_file.read import read_file

    if output is None and not explain:
        raise click.UsageError("Name a folder with --output, or list the layers with --explain.")
    graph = read_file(model)
    if explain:
        for line in conversion.explanation(graph):
            console.say(line)
    if output is None:
        return
    options = conversion.Options(quantize, convert_model.read_inputs(inputs), force)
    for line in convert_model.lines(convert_model.run(graph, output, options, console), options):
        console.say(line)


@main.command(epilog=closing("digitjs serve --open", "site/README.md"))
@click.argument("folder", type=PATH, required=False)
@with_options(
    click.option("--host", cls=KeyedOption, key="serve.host", late=True),
    click.option("--port", cls=KeyedOption, key="serve.port", late=True, type=click.IntRange(0, 65535)),
    click.option(
        "-o",
        "--open/--no-open",
        "opened",
        cls=KeyedOption,
        key="serve.open",
        late=True,
        is_flag=True,
        help="Open the page in the default browser; here -o means this, as in mkdocs, and names no output folder.",
    ),
    click.option("--reload/--no-reload", cls=KeyedOption, key="serve.reload", late=True, is_flag=True),
    settings,
)
@planned
@click.pass_obj
def serve(
    console: Console,
    plan: Planner,
    folder: Path | None,
    host: str,
    port: int,
    opened: bool,
    reload: bool,
    settings: Path | None,
) -> None:
    """Render the site from trained networks and show it as it changes, or serve a FOLDER; until Ctrl+C."""
    from digitjs import preview
    from digitjs.browser.server import listen

    def load() -> tuple[config.Config, "Plan"]:
        chosen = config.load(settings)
        return chosen, plan(settings)

    if folder:
        _require_site(folder, console)
        with listen(folder, host=host, port=port) as running:
            _answer(running, (f"Serving {folder} at {running.url}  (Ctrl+C stops)",), console, opened=opened)
        return
    request = preview.Request(settings or Path(config.FILE), load, paths.default_cache())
    what = "Showing the site" + (", as it changes," if reload else "")
    with preview.serving(request, (host, port), console, reload=reload) as running:
        _answer(running, (f"{what} at {running.url}  (Ctrl+C stops)",), console, opened=opened)


def _answer(running: "Server", lines: Iterable[str], console: Console, *, opened: bool) -> None:
    """Say where the page is, open it if asked to, and answer requests until Ctrl+C."""
    for line in lines:
        console.say(line)
    if opened:
        webbrowser.open(running.url)
    try:
        running.serve_forever()
    except KeyboardInterrupt:
        console.note("")


@main.command(epilog=closing('digitjs collect --classes "αβγδε" -o greek.jsonl --open', "COLLECT.md"))
@with_options(
    click.option(
        "--classes",
        metavar="TEXT|FILE",
        help='What to draw: signs one after another ("abc"), names with commas ("cat, dog"), or a file of names.',
    ),
    click.option("-o", "--output", type=PATH, metavar="FILE.jsonl", help="File that the page saves drawings in."),
    click.option("--text", help="Stands above the pad: what is collected, by whom and what for."),
    click.option("--target", type=click.IntRange(1, 1000), help="Drawings of each class by each writer (default: 5)."),
    click.option(
        "--host", default="127.0.0.1", show_default=True, help="Address to bind; 0.0.0.0 lets other devices draw."
    ),
    click.option(
        "--port", type=click.IntRange(0, 65535), default=8001, show_default=True, help="0 chooses a free port."
    ),
    click.option("--open/--no-open", "opened", default=False, help="Open the page in the default browser."),
    settings,
)
@click.pass_obj
def collect(
    console: Console,
    classes: str | None,
    output: Path | None,
    text: str | None,
    target: int | None,
    host: str,
    port: int,
    opened: bool,
    settings: Path | None,
) -> None:
    """Serve a page that collects drawings of your own classes, until Ctrl+C."""
    from digitjs import collect as collecting
    from digitjs.data import classes as names

    named = names.read(classes) if classes is not None else None
    chosen = config.with_collecting(config.load(settings), text=text, classes=named, target=target)
    collection = collecting.Collection(chosen, output, paths.default_cache())
    with collecting.serving(collection, collecting.Address(host, port), console) as running:
        _answer(running, collecting.addresses(running), console, opened=opened)
    console.say(collecting.summary(output))


@main.command(epilog=closing("digitjs verify public", "site/DEPLOY.md"))
@with_options(site, settings, strict)
@click.pass_obj
def verify(console: Console, folder: Path, settings: Path | None) -> None:
    """Check the site in a real browser: links, requests, console, and probabilities against Keras."""
    from digitjs import template_copies
    from digitjs import verify as checks

    _require_site(folder, console)
    theme = config.load(settings).theme.folder
    for place, what in template_copies.found(Path(theme)) if theme else ():
        console.warn(f"{place} {what}.")
    with console.busy("Checking in a browser"):
        found = checks.check_site(folder)
    for agreement in found.agreements:
        console.say(
            f"{agreement.network} over {agreement.scheme}: largest difference from Keras {agreement.difference:.1e}"
        )
    for sources in found.allowed:
        console.say(f"The policy of its owner allows besides: {sources}")
    if found.problems:
        lines = "\n".join(f"  {problem.where}: {problem.what}" for problem in found.problems)
        raise DigitjsError(f"{folder} has problems; run digitjs build again if you did not change it:\n{lines}")
    hosts = "no other host than these" if found.allowed else "no other host"
    console.say(f"{folder} works from file:// and http://, asks {hosts}, and answers as Keras does.")


@main.command(
    epilog=closing(
        "digitjs evaluate --strokes pens.jsonl --draw 20 --numbers --mistakes misread.html", "evaluation/README.md"
    )
)
@with_options(
    site,
    click.option("--strokes", type=PATH, required=True, metavar="FILE.jsonl", help="Labelled drawings, one per line."),
    click.option("--draw", type=click.IntRange(0), default=0, help="Also draw this many digits with a real mouse."),
    click.option("--numbers/--no-numbers", default=False, help="Also read numbers composed of the single digits."),
    click.option("--json", "as_json", type=PATH, metavar="FILE.json", help="Write all figures to a file."),
    click.option("--mistakes", type=PATH, metavar="FILE.html", help="Write an HTML page of the misread drawings."),
    click.option("--seed", type=click.IntRange(0), default=SEED, show_default=True, help="Random seed."),
    keys,
)
@click.pass_obj
def evaluate(
    console: Console,
    folder: Path,
    strokes: Path,
    draw: int,
    numbers: bool,
    as_json: Path | None,
    mistakes: Path | None,
    seed: int,
) -> None:
    """Measure how well the built site reads recorded strokes, through its page in a browser."""
    from digitjs.data import stroke_file as stroke_files
    from digitjs.evaluation import evaluate as measuring
    from digitjs.evaluation import misread_sheet, results

    _require_site(folder, console)
    for file in filter(None, (as_json, mistakes)):
        paths.require_writable(file)
    wanted = measuring.Measurement(stroke_files.read(strokes), draw, numbers, seed)
    with console.progress("Reading") as progress:
        result, misread = measuring.measure(folder, wanted, progress)
    for line in results.lines(result):
        console.say(line)
    if as_json:
        paths.write(as_json, results.as_json(result))
    if mistakes:
        misread_sheet.write(mistakes, misread)


@main.command("data", epilog=closing("digitjs data letters/ --sheet letters.html", "data/readers/README.md"))
@click.argument("words", nargs=-1, type=DATA, metavar="[PATH]...")
@with_options(
    click.option(
        "--sheet", type=PATH, metavar="FILE.html", default="data-sheet.html", show_default=True, help="The page."
    ),
    settings,
)
@click.pass_obj
def show_data(console: Console, words: tuple[str, ...], sheet: Path, settings: Path | None) -> None:
    """Print what was understood of files and folders of samples, and write a page that shows some of each class."""
    from digitjs import contact_sheet
    from digitjs.data import dataset

    paths.require_writable(sheet)
    chosen = source(words, settings, fetching())
    with console.busy("Reading"):
        samples = dataset.load(chosen)
    for line in contact_sheet.lines(samples):
        console.say(line)
    contact_sheet.write(sheet, samples)
    console.say(f"Open {sheet}")


@main.command("networks", epilog=closing("digitjs networks --config letters/digitjs.toml", "networks/README.md"))
@with_options(settings, strict)
@click.pass_obj
def show_networks(console: Console, settings: Path | None) -> None:
    """List the networks that a site can have, with their layers, parameters and size."""
    from digitjs.networks import registry

    networks, faults = registry.listed(config.load(settings), settings.parent if settings else Path())
    for listed in networks:
        console.say(str(listed))
    for fault in faults:
        console.warn(fault)


@main.command("augment-preview", epilog=closing("digitjs augment-preview -o sheet.html", "training/augment/README.md"))
@with_options(
    click.option("-o", "--output", type=PATH, default="augmentations.html", show_default=True, help="The sheet."),
    data,
    settings,
)
@click.pass_obj
def augment_preview(console: Console, output: Path, data: tuple[str, ...], settings: Path | None) -> None:
    """Write an HTML page that shows every augmentation."""
    from digitjs.data import dataset

    paths.require_writable(output)
    samples = dataset.load(source(data, settings, fetching()))
    with console.importing():
        from digitjs.training import augment_preview
    augment_preview.write(output, samples)
    console.say(f"Open {output}")


@main.command(epilog="Example: digitjs clean --cache")
@with_options(
    output,
    click.option("--cache", is_flag=True, help="Also empty the cache of trained networks, tools and data."),
    keys,
)
@click.pass_obj
def clean(console: Console, output: Path, cache: bool) -> None:
    """Remove the site; files that digitjs did not create stay."""
    for line in _removed(output, console):
        console.say(line)
    if cache:
        _empty_cache(paths.default_cache())
        console.say(f"Emptied {paths.default_cache()}.")


def _resolved(plan: "Plan", *, fresh: bool = False) -> "Build":
    from digitjs import pipeline

    return pipeline.resolve(replace(plan, fresh=fresh), paths.default_cache())


def _removed(folder: Path, console: Console) -> Iterator[str]:
    """Remove a site, and say what was done and what was left."""
    found = output_folder.remove(folder, console.note)
    ours, edited, others = found[Kind.OURS], found[Kind.EDITED], [*found[Kind.KEPT], *found[Kind.FOREIGN]]
    if ours:
        yield f"Removed the site in {folder}." if folder.exists() else f"Removed {folder}."
    else:
        yield f"{folder} holds nothing that digitjs made." if folder.exists() else f"There is no {folder}."
    if edited:
        yield f"Left in {folder}, edited since digitjs made it: {', '.join(map(printable, edited))}"
    if others:
        yield f"Left in {folder}, not made by digitjs: {', '.join(map(printable, others))}"


def _empty_cache(folder: Path) -> None:
    parts = [folder / part for part in paths.CACHE_FOLDERS]
    if any(staging.in_use(part) for part in parts):
        raise DigitjsError(f"Another digitjs is using {folder}: wait until it has ended.")
    for path in [path for part in parts for path in part.glob("*")]:  # the parts themselves may be links
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()


def _require_site(folder: Path, console: Console) -> None:
    output_folder.recover(folder, console.note)
    if output_folder.read_manifest(folder) is None:
        raise DigitjsError(f"{folder} holds no site that digitjs made: run digitjs build.")


def _echo_cards(console: Console, cards: tuple["Card", ...]) -> None:
    for card in cards:
        console.say(f"{card.name:8} {_accuracy(card)}  {card.parameters:,} parameters  {card.bytes / 1000:,.0f} kB")


def _accuracy(card: "Card") -> str:
    rate = card.accuracy
    if rate is None:
        return "not measured yet"
    if card.evidence == "test":
        return f"{rate.value:7.2%} of the test {'digits' if card.task.is_digits else 'samples'}"
    return f"{rate.value:.0%} ({100 * rate.low:.0f} to {100 * rate.high:.0f}) on {rate.count} samples, cross-validated"


def _echo_site(console: Console, cards: tuple["Card", ...], folder: Path) -> None:
    _echo_cards(console, cards)
    console.say(f"Open {folder / 'index.html'}")


for one in (*project.COMMANDS, *tooling.COMMANDS):
    main.add_command(one)
name_variables(main)
