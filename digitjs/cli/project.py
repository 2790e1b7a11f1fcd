"""Commands for the owner of a site: begin one, see how it is configured, publish it."""

from pathlib import Path

import click

from digitjs.cli.options import KeyedOption, keys, site, with_options
from digitjs.console import Console
from digitjs.filesystem import output_folder


@click.command(epilog="Example: digitjs deploy --branch pages")
@with_options(
    site,
    click.option("--remote", cls=KeyedOption, key="deploy.remote"),
    click.option("--branch", cls=KeyedOption, key="deploy.branch"),
    click.option("-m", "--message", cls=KeyedOption, key="deploy.message"),
    click.option("--force", is_flag=True, help="Push over commits that were added to the branch meanwhile."),
    keys,
)
@click.pass_obj
def deploy(console: Console, folder: Path, remote: str, branch: str, message: str, force: bool) -> None:
    """Push the built site to a branch of this folder's git repository, for GitHub Pages and the like."""
    from digitjs import deploy as deploying

    output_folder.recover(folder, console.note)
    with console.busy("Pushing"):
        done = deploying.publish(folder, deploying.Target(remote, branch, message, force))
    what = f"Pushed {folder} to the branch {branch} of {remote}" if done.changed else f"{remote} has {folder} already"
    console.say(f"{what}: {done.address}" if done.address else f"{what}.")


COMMANDS = (deploy,)
