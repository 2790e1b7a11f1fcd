"""Commands for the owner of a site: begin one, see how it is configured, publish it."""

import json
import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import get_args

import click

from digitjs import config, config_keys
from digitjs.cli.options import CHOSEN, PATH, KeyedOption, closing, in_force, settings, site, with_options
from digitjs.config_keys import Example
from digitjs.console import Console
from digitjs.filesystem import output_folder

EXAMPLES: tuple[Example, ...] = get_args(Example)
# What a person runs next, so that it ends well with an empty cache.
NEXT: Mapping[Example, tuple[str, ...]] = {
    "digits": ("build --pretrained", "serve --pretrained"),
    "letters": ("collect",),
    "network": ("build", "serve"),
}


@click.command(epilog=closing("digitjs deploy --branch pages", "site/DEPLOY.md"))
@with_options(
    site,
    click.option("--remote", cls=KeyedOption, key="deploy.remote"),
    click.option("--branch", cls=KeyedOption, key="deploy.branch"),
    click.option("-m", "--message", cls=KeyedOption, key="deploy.message"),
    click.option("--force", is_flag=True, help="Replace whatever the branch holds, here and at the remote."),
    settings,
)
@click.pass_obj
def deploy(
    console: Console, folder: Path, remote: str, branch: str, message: str, force: bool, settings: Path | None
) -> None:
    """Push the built site to a branch of this folder's git repository, for GitHub Pages and the like."""
    from digitjs import deploy as deploying

    output_folder.recover(folder, console.note)
    with console.busy("Pushing"):
        done = deploying.publish(folder, deploying.Target(remote, branch, message, force))
    what = f"Pushed {folder} to the branch {branch} of {remote}" if done.changed else f"{remote} has {folder} already"
    address = done.address or config.load(settings).site.url
    console.say(f"{what}: {address}" if address else f"{what}.")


@click.command(epilog=closing('digitjs new letters --classes "abc" --github', "site/README.md"))
@click.argument("folder", type=PATH, default=".")
@with_options(
    click.option(
        "--from",
        "example",
        type=click.Choice(EXAMPLES),
        default=EXAMPLES[0],
        show_default=True,
        help="What it is about.",
    ),
    click.option("--classes", metavar="TEXT|FILE", help="What visitors are asked to draw, as for digitjs collect."),
    click.option("--github", is_flag=True, help="Add a workflow that builds and publishes the site on GitHub."),
)
@click.pass_obj
def new(console: Console, folder: Path, example: Example, classes: str | None, github: bool) -> None:
    """Begin a site: a configuration with every key, a folder for a theme, one for files that are copied."""
    from digitjs.begin import files
    from digitjs.data import classes as names

    wanted = files.contents(example, names.read(classes) if classes is not None else (), github=github)
    files.write(folder, wanted)
    for name in wanted:
        console.say(f"Wrote {folder / name}")
    where = "" if folder == Path() else f" -d {shlex.quote(str(folder))}"
    console.say(f"Next: {', then '.join(f'digitjs {command}{where}' for command in NEXT[example])}")


@click.command(epilog=closing("digitjs schema > digitjs.schema.json", "CONFIGURATION.md"))
@with_options()
@click.pass_obj
def schema(console: Console) -> None:
    """Print the JSON schema of digitjs.toml, by which editors complete and check it."""
    click.echo(json.dumps(config_keys.schema(), ensure_ascii=False, indent=2))


@click.command(
    "config",
    epilog=closing("digitjs config --seed 3", "CONFIGURATION.md"),
    context_settings={"ignore_unknown_options": True},
)
@click.argument("words", nargs=-1, type=click.UNPROCESSED, metavar="[OPTIONS OF BUILD]...")
@click.pass_context
def show_config(ctx: click.Context, words: tuple[str, ...]) -> None:
    """Print every key in force for a build, as TOML, and where each value comes from."""
    assert ctx.parent and isinstance(ctx.parent.command, click.Group)
    commands = ctx.parent.command.commands
    with _made(ctx, commands["build"], words) as given:
        built = dict(given.meta[CHOSEN])
        file = ("--config", str(given.params["settings"])) if given.params["settings"] else ()
        for name in ("serve", "deploy"):  # their keys have variables, too
            _made(ctx, commands[name], file).close()
        given.meta[CHOSEN].update(built)
        for line in in_force(given):
            given.ensure_object(Console).say(line)


def _made(ctx: click.Context, command: click.Command, words: tuple[str, ...]) -> click.Context:
    """The context of another command.

    Raises:
        click.UsageError: a word or a variable is wrong; the usage is that of this command.
    """
    try:
        return command.make_context(command.name, list(words), parent=ctx.parent)
    except click.UsageError as error:
        raise click.UsageError(error.format_message(), ctx) from error


COMMANDS = (new, show_config, schema, deploy)
