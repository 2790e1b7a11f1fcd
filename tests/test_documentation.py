"""What the documentation tells people to type and to write does what it says: all of it is run."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from conftest import ROOT, Run
from digitjs import config
from digitjs.cli.commands import main
from digitjs.filesystem.paths import PACKAGE
from documentation import FENCE, Block, Shell, blocks, fetched, pages
from keras_files import saved
from processes import PATIENCE, wait

COMMANDS = tuple(block for block in blocks() if block.language == "sh")
TABLES = tuple(block for block in blocks() if block.language == "toml")
# What a block may be written in, besides shell and TOML: HTML, SCSS and JSON are built by tests/site/test_theme.py and
# tests/page/test_draw_pad.py, nginx's by tests/test_deploy_hosts.py. Text is what several machines run: of
# it, the commands and their options are checked.
LANGUAGES = {"sh", "toml", "html", "scss", "json", "nginx", "yaml", "text", ""}
ACCOUNT = "needs an account at the host"
# Commands that no test runs, and why.
NOT_RUN = {
    "make build": "installs and trains for minutes; every test needs what it made",
    "make test": "runs this test",
    "pip install PATH/TO/THIS/CHECKOUT": "tests/test_wheel.py installs what pip would build, without 3.4 GB of others",
    "digitjs build --data greek.jsonl": "trains for a minute; tests/test_few_samples.py does it",
    ".venv/bin/python -m pytest tests/site/test_theme.py": "runs tests, as this one is run",
    ".venv/bin/npm --prefix assets run check": "make check runs it",
    "npx netlify-cli deploy --no-build --prod --dir dist": ACCOUNT,
    "npx wrangler pages deploy dist --project-name digits": ACCOUNT,
    'aws s3 sync dist s3://BUCKET --exclude "*" --include "assets/*" '
    '--cache-control "public, max-age=31536000, immutable"': ACCOUNT,
    'aws s3 sync dist s3://BUCKET --exclude "assets/*" --cache-control "no-cache" --delete': ACCOUNT,
    "aws s3 cp dist/manifest.webmanifest s3://BUCKET --content-type application/manifest+json "
    '--cache-control "no-cache"': ACCOUNT,
    "aws s3 website s3://BUCKET --index-document index.html": ACCOUNT,
    "hf upload USER/digits dist . --repo-type space": ACCOUNT,
}

SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><path d="M0 0h1v1z"/></svg>'
FILES = {  # that tables of the documentation name
    "logo.svg": SVG,
    "icon.svg": SVG,
    "own-serif.woff2": "wOF2 not really a font",
    "static/robots.txt": "User-agent: *",
    "theme/style.scss": ".headline { letter-spacing: 0; }",
}


@pytest.fixture
def shell(tmp_path: Path, tiny_cache: Path, tiny_data: Path, keras_model: Path) -> Shell:
    """In a git repository with a remote, in which a model lies; digitjs takes the networks that came with it."""
    folder, place = tmp_path / "folder", tmp_path / "place"
    folder.mkdir()
    (folder / "model.keras").write_bytes(keras_model.read_bytes())
    git = {"GIT_CONFIG_GLOBAL": str(place / "gitconfig"), "GIT_CONFIG_SYSTEM": "/dev/null"}
    digitjs = {"DIGITJS_CACHE": str(tiny_cache), "DIGITJS_BUILD_PRETRAINED": "1", "DIGITJS_TRAIN_DATA": str(tiny_data)}
    ports = {"DIGITJS_SERVE_PORT": "0", "DIGITJS_COLLECT_PORT": "0"}
    shell = Shell(folder, place, git | digitjs | ports)
    # What people have on their machines; the address of their repository leads to one of this machine.
    (place / "gitconfig").write_text(
        "[user]\nname = Ada\nemail = ada@example.org\n[init]\ndefaultBranch = main\n"
        f'[url "{place}/"]\ninsteadOf = https://github.com/YOU/\n'
    )
    shell.run(f"git init --quiet --bare {place}/digits.git")
    shell.run(f"git init --quiet && git remote add origin {place}/digits.git")
    shell.run(f"ln -s {sys.prefix} .venv")
    return shell


@pytest.fixture(scope="module")
def keras_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file of Keras 3."""
    return saved("keras-3.8.0", "cnn", "keras", tmp_path_factory.mktemp("keras")).path


@pytest.mark.parametrize("block", COMMANDS, ids=str)
def test_every_command_is_run(block: Block, shell: Shell) -> None:
    for command in block.commands:
        if command not in NOT_RUN:
            trains = command.startswith("digitjs train")  # on the little data that the environment names
            shell.run(f"DIGITJS_BUILD_PRETRAINED=0 {command}" if trains else command)


def test_what_is_not_run_is_in_the_documentation() -> None:
    assert set(NOT_RUN) <= {command for block in COMMANDS for command in block.commands}


def test_every_block_says_what_it_is_written_in() -> None:
    assert {block.language for block in blocks()} <= LANGUAGES


def test_every_command_in_a_sentence_has_the_options_that_it_names() -> None:
    found = [(page, words) for page, text in pages() for words in re.findall(r"`digitjs ([^`]+)`", FENCE.sub("", text))]
    assert found
    texts = [block for block in blocks() if block.language == "text"]
    found += [(str(block), words) for block in texts for words in re.findall(r"(?<!\S)digitjs (.+)", block.text)]
    for page, words in found:
        name, *_ = words.split()
        command = main if name.startswith("-") or name == "COMMAND" else main.commands.get(name)
        assert command, (page, words)
        # `digitjs config` takes those of build.
        takers = (command, main.commands["build"]) if name == "config" else (command,)
        known = {option for one in takers for each in one.params for option in (*each.opts, *each.secondary_opts)}
        assert set(re.findall(r"(?<!\S)--?[a-z][\w-]*", words)) <= {*known, "--help"}, (page, words)


@pytest.fixture
def beside(run: Run) -> None:
    """The files that tables name, beside their `digitjs.toml`."""
    for name, content in FILES.items():
        Path(name).parent.mkdir(exist_ok=True)
        Path(name).write_text(content)
    Image.new("RGB", (1200, 630)).save("social.png")
    for place, name in enumerate("αβγ"):
        Path("letters", name).mkdir(parents=True)
        for shade in range(3):
            Image.linear_gradient("L").resize((28, 28)).rotate(90 * place + 5 * shade).save(
                f"letters/{name}/{shade}.png"
            )


@pytest.mark.parametrize("block", TABLES, ids=str)
def test_every_table_is_a_configuration_and_makes_a_site(block: Block, run: Run, beside: None) -> None:
    continued = re.match(r"# (\[\w+\]), continued$", block.text.splitlines()[0])
    text = f"{continued[1]}\n{block.text}" if continued else block.text
    Path("digitjs.toml").write_text(text, "utf-8")
    result = run("config")
    assert result.exit_code == 0, result.output
    assert "  # digitjs.toml" in result.stdout
    for command in _showing(config.given()):
        result = run(*command)
        assert result.exit_code == 0, result.output


def _showing(given: dict[str, Any]) -> Iterator[tuple[str, ...]]:
    """The commands that make something of a table's keys without a training."""
    networks = given.get("network", ())
    if "data" in given:
        yield ("data",)
    elif "build.seed" in given or any("model" in network for network in networks):
        return  # tests/cli/test_own_networks.py builds a site of such a file; what is packed has its seed
    elif networks:
        yield ("networks",)
    else:
        yield ("build", "--pretrained")


LINK = re.compile(r"\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)


def test_every_link_leads_somewhere() -> None:
    there = dict(pages())
    for page, text in there.items():
        for link in LINK.findall(FENCE.sub("", text)):
            path, _, place = link.partition("#")
            if path.startswith(("https:", "http:")):
                continue
            target = os.path.normpath(Path(page).parent / path) if path else page
            assert (ROOT / target).exists(), (page, link)
            if place:
                assert place in {anchor(heading) for heading in HEADING.findall(there[target])}, (page, link)


def anchor(heading: str) -> str:
    """What a heading is called in links, as GitHub does it."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def test_the_help_of_commands_names_pages_that_the_package_has() -> None:
    named = {name: re.findall(r"More: (\S+)", command.epilog or "") for name, command in main.commands.items()}
    assert {name for name, page in named.items() if not page} <= {"clean", "cache"}
    assert [page for found in named.values() for page in found if not (PACKAGE / page).is_file()] == []


def test_help_leads_to_the_page_from_any_folder(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    assert f"More: {PACKAGE / 'site' / 'DEPLOY.md'}\n" in run("deploy", "--help").stdout
    monkeypatch.chdir(PACKAGE.parent)
    assert f"More: {Path('digitjs', 'site', 'DEPLOY.md')}\n" in run("deploy", "--help").stdout


def test_the_way_to_a_page_of_ones_own(shell: Shell) -> None:
    """Literally, but for pip: the digitjs of this environment takes the place of one that is installed."""
    readme = [block for block in blocks() if block.page == "README.md"]
    way = next(block for block in readme if any(command.startswith("git clone") for command in block.commands))
    choice = next(block.text for block in readme if block.language == "toml" and block.line > way.line)
    assert len(way.commands) <= 10 and way.commands[0].startswith("pip install")

    def choose(address: str) -> None:
        file = shell.folder / "digitjs.toml"
        file.write_text(uncommented(file.read_text("utf-8"), choice), "utf-8")
        wait(lambda: "<title>Our digits" in fetched(address))
        [style] = re.findall(r'<link rel="stylesheet" href="(.+?)"', fetched(address))
        assert "--win: #0a6e52" in fetched(address + style)

    for command in way.commands[1:]:
        shell.run(command, choose)
    remote = ["git", "-C", str(shell.place / "digits.git"), "show"]
    shown = subprocess.run(
        [*remote, "gh-pages:index.html"], check=True, capture_output=True, text=True, timeout=PATIENCE
    )
    page = shown.stdout
    assert "<title>Our digits" in page and "poster" in page


def uncommented(text: str, choice: str) -> str:
    """A file that `digitjs new` wrote, with the keys of a piece of TOML chosen."""
    for table, keys in re.findall(r"^\[(\w+)\]\n((?:.+\n)+)", choice, re.MULTILINE):
        before, heading, after = text.partition(f"\n[{table}]\n")
        assert heading
        for key, line in re.findall(r"^((\w+) = .*?)(?: +# .*)?$", keys, re.MULTILINE):
            after, found = re.subn(rf"^#{line} = .*$", lambda _, key=key: key, after, count=1, flags=re.MULTILINE)
            assert found == 1
        text = before + heading + after
    return text
