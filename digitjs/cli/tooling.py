"""Commands about digitjs itself, not about a site."""

import click

from digitjs.cli.options import with_options
from digitjs.console import Console
from digitjs.filesystem import paths


@click.command(epilog="Example: digitjs cache --prune 30")
@with_options(
    click.option("--prune", type=click.FloatRange(0), metavar="DAYS", help="Remove what is older than so many days.")
)
@click.pass_obj
def cache(console: Console, prune: float | None) -> None:
    """List what is kept from build to build, with its size and age; digitjs clean --cache removes all of it."""
    from digitjs import cache as caching

    folder = paths.default_cache()
    if prune is None:
        for line in caching.lines(folder):
            console.say(line)
        return
    with console.busy("Removing"):
        removed = caching.prune(folder, prune)
    freed = sum(entry.size for entry in removed)
    console.say(f"Removed {len(removed)} folders with {freed / 1e6:,.1f} MB from {folder}.")


COMMANDS = (cache,)
