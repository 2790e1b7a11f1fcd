"""`make bench`: measure the site in dist/ beside the stand-in, and print what came out. Nothing here fails a build."""

import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
import msgspec

from bench import frames, measure, serve, standin, table
from bench.measure import Visit
from browsers import lighthouse, npm
from digitjs.data import stroke_file

ROOT = Path(__file__).parent.parent.parent.parent
DRAWINGS = stroke_file.read(ROOT / "tests" / "fixtures" / "strokes" / "digits.jsonl")
PAGES = {"index.html": 3, "report.html": 1}  # runs of Lighthouse: only the first page's speed is a target
LIBRARIES = ("jquery/dist/jquery.min.js", "chart.js/dist/chart.umd.min.js")
TFJS = ROOT / "assets" / "node_modules" / "@tensorflow" / "tfjs" / "dist" / "tf.min.js"


@click.command()
@click.argument("site", type=click.Path(exists=True, file_okay=False, path_type=Path), default="dist")
@click.option("--runs", default=5, show_default=True, help="Pairs of visits.")
@click.option("--lighthouse/--no-lighthouse", "scored", default=True, help="Run Lighthouse too.")
@click.option(
    "--json", "json_file", type=click.Path(dir_okay=False, path_type=Path), help="Write the figures here too."
)
def main(site: Path, runs: int, scored: bool, json_file: Path | None) -> None:
    """Measure the built SITE against a stand-in for the usual tutorial page."""
    modules = npm.install()
    with serve.serving(site.resolve()) as address:
        network = measure.first_network(address + "index.html")
        with _standin(site / "models" / network, modules) as rival, _progress(runs) as numbers:
            pairs = [_pair(address, rival, network, number) for number in numbers]
        frame = frames.percentile(address + "index.html", DRAWINGS)
        pages = PAGES if scored else {}
        scores = {page: lighthouse.scores([address + page], runs=count)[0] for page, count in pages.items()}
    result = table.Result(network, runs, pairs[0][1].start.backend, table.lines(pairs, frame), scores)
    for line in table.text(result):
        click.echo(line)
    if json_file:
        json_file.write_bytes(msgspec.json.format(msgspec.json.encode(result)) + b"\n")


def _progress(runs: int) -> "click._termui_impl.ProgressBar[int]":
    return click.progressbar(range(runs), label="Visits", show_pos=True, file=sys.stderr)


@contextmanager
def _standin(model: Path, modules: Path) -> Iterator[str]:
    """The stand-in with one of the site's networks, served."""
    with tempfile.TemporaryDirectory() as folder:
        standin.build(model, Path(folder), libraries=(*(modules / name for name in LIBRARIES), TFJS))
        with serve.serving(Path(folder)) as address:
            yield address


def _pair(address: str, rival: str, network: str, number: int) -> tuple[Visit, Visit]:
    """One visit to each, in turns first: whatever else this machine does falls on both."""

    def ours() -> Visit:
        return measure.visit(address + "index.html", network, DRAWINGS, heap=True)

    def theirs() -> Visit:
        return measure.visit(rival + "index.html", network, DRAWINGS, heap=False)

    if number % 2 == 0:
        return ours(), theirs()
    second = theirs()
    return ours(), second


if __name__ == "__main__":
    main()
