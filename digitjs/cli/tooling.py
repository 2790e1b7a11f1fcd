"""Commands about digitjs itself, not about a site."""

import click

from digitjs.cli.options import with_options
from digitjs.console import Console
from digitjs.filesystem import paths


@click.command(epilog="Example: digitjs cache --prune 30")
@with_options(
    click.option(
        "--prune", type=click.FloatRange(0), metavar="DAYS", help="Remove what was written so many days ago or before."
    )
)
@click.pass_obj
def cache(console: Console, prune: float | None) -> None:
    """List what is kept from build to build, and when it was written; digitjs clean --cache removes all of it."""
    from digitjs import cache as caching

    folder = paths.default_cache()
    if prune is None:
        for line in caching.lines(folder):
            console.say(line)
        return
    with console.busy("Removing"):
        removed = caching.prune(folder, prune)
    freed = sum(entry.size for entry in removed)
    folders = "1 folder" if len(removed) == 1 else f"{len(removed)} folders"
    console.say(f"Removed {folders} with {freed / 1e6:,.1f} MB from {folder}.")


COMMANDS = (cache,)
