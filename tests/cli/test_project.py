"""A site begun, its configuration looked at, and where options take their values from."""

import json
import re
from pathlib import Path
from socket import create_server
from typing import Any

import click
import pytest
import yaml

from conftest import ROOT, Run
from digitjs import __version__, config
from digitjs.cli.commands import main
from digitjs.filesystem.paths import files_below

WRITTEN = [".gitignore", "digitjs.toml", "static/robots.txt", "theme/README.md"]


def in_force(run: Run, *arguments: object) -> dict[str, tuple[Any, str]]:
    """What `digitjs config` prints: each key's value, and where it comes from."""
    result = run("config", *arguments)
    assert result.exit_code == 0, result.output
    lines = [line.partition("  # ") for line in result.stdout.splitlines()]
    return {line.partition(" = ")[0]: (line.partition(" = ")[2], source) for line, _, source in lines}


@pytest.mark.parametrize(("name", "words"), [("SERVE_PORT", ()), ("BUILD_SEED", ()), ("BUILD_QUANTIZE", ("--strict",))])
def test_a_variable_that_cannot_be_used_is_named(
    run: Run, monkeypatch: pytest.MonkeyPatch, name: str, words: tuple[str, ...]
) -> None:
    monkeypatch.setenv(f"DIGITJS_{name}", "abc")
    result = run("config", *words)
    assert result.exit_code == 2
    assert f"Invalid value for $DIGITJS_{name}: 'abc' is" in result.stderr
    assert re.match(r"Usage: \S+ config ", result.stderr)
    result = run(name.partition("_")[0].lower())
    assert f"Invalid value for $DIGITJS_{name}: 'abc' is" in result.stderr
    result = run("config", "--seed", "xy")
    assert "Invalid value for '--seed': 'xy' is" in result.stderr


def test_a_new_site_builds_as_it_is(run: Run, user_cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIGITJS_CACHE", str(user_cache))
    result = run("new", "site")
    assert result.exit_code == 0, result.output
    assert result.stdout.splitlines()[-1] == (
        "Next: digitjs build --pretrained -d site, then digitjs serve --pretrained -d site"
    )
    assert files_below(Path("site")) == WRITTEN
    result = run("-d", "site", "build", "--pretrained")
    assert result.exit_code == 0, result.output
    assert Path("site/dist/robots.txt").read_text() == Path("site/static/robots.txt").read_text()
    assert Path.cwd().name != "site"


@pytest.mark.parametrize(
    ("example", "said"),
    [
        ("digits", "digitjs build --pretrained -d 'my site', then digitjs serve --pretrained -d 'my site'"),
        ("network", "digitjs build -d 'my site', then digitjs serve -d 'my site'"),
        ("letters", "digitjs collect -d 'my site'"),
    ],
)
def test_the_next_command_can_be_pasted(run: Run, example: str, said: str) -> None:
    assert run("new", "my site", "--from", example).stdout.splitlines()[-1] == f"Next: {said}"


def test_a_network_of_layers_builds_as_it_is(run: Run, tiny_data: Path) -> None:
    assert run("new", "--from", "network").exit_code == 0
    result = run("build", "--data", tiny_data)
    assert result.exit_code == 0, result.output
    assert [path.name for path in Path("dist/models").iterdir()] == ["mine"]


def test_letters_are_collected(run: Run) -> None:
    assert run("new", "--from", "letters").exit_code == 0
    chosen = config.load()
    assert chosen.collect and "".join(chosen.collect.classes) == "abcdefghijklmnopqrstuvwxyz"
    assert chosen.task.noun_in("de") == config.Noun(one="Buchstabe", other="Buchstaben")


def test_classes_are_those_of_the_command(run: Run) -> None:
    assert run("new", "--classes", "cat, dog").exit_code == 0
    chosen = config.load().collect
    assert chosen and chosen.classes == ("cat", "dog")


def test_nothing_is_overwritten(run: Run) -> None:
    Path("digitjs.toml").write_text("# mine")
    Path("theme").mkdir()
    result = run("new", "--github")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == "Error: . has digitjs.toml already: choose another folder, or move them away.\n"
    assert files_below(Path()) == ["digitjs.toml"]


def test_a_file_is_no_folder_for_a_site(run: Run) -> None:
    Path("notes").write_text("mine")
    result = run("new", "notes")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == "Error: notes is not a folder: choose another name for the site's folder.\n"


def test_the_workflow_builds_with_this_version_and_keeps_trainings(run: Run) -> None:
    assert run("new", "--github").exit_code == 0
    jobs = yaml.safe_load(Path(".github/workflows/pages.yml").read_text())["jobs"]
    steps = jobs["build"]["steps"]
    assert [step["run"] for step in steps if "run" in step] == [
        f"pip install digitjs=={__version__}",
        "digitjs build -o dist",
    ]
    cache = next(step["with"] for step in steps if step.get("uses", "").startswith("actions/cache@"))
    assert cache["path"] == "~/.cache/digitjs"
    assert cache["key"].startswith(cache["restore-keys"])
    assert next(step["with"] for step in steps if "upload-pages" in step.get("uses", "")) == {"path": "dist"}
    assert jobs["deploy"]["needs"] == "build"


def test_the_schema_is_printed(run: Run) -> None:
    assert json.loads(run("schema").stdout)["$ref"] == "#/$defs/Config"


def test_values_come_from_the_command_line_then_the_environment_then_the_file(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert in_force(run)["build.seed"] == ("7", "default")
    Path("digitjs.toml").write_text('[build]\nseed = 1\nrecipe = "tutorial"\n')
    assert in_force(run)["build.seed"] == ("1", "digitjs.toml")
    monkeypatch.setenv("DIGITJS_BUILD_SEED", "2")
    assert in_force(run)["build.seed"] == ("2", "$DIGITJS_BUILD_SEED")
    found = in_force(run, "--seed", "3")
    assert found["build.seed"] == ("3", "command line")
    assert found["build.recipe"] == ('"tutorial"', "digitjs.toml")
    assert found["build.quantize"] == ('"float32"', "default")


def test_paths_of_a_file_start_from_its_folder(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("sites").mkdir()
    Path("sites/a.toml").write_text('[build]\noutput = "public"\n')
    assert in_force(run, "-f", "sites/a.toml")["build.output"] == ('"sites/public"', "sites/a.toml")
    assert in_force(run, "-d", "sites", "-f", "a.toml")["build.output"] == ('"public"', "a.toml")
    assert in_force(run, "-f", "a.toml", "-d", "sites")["build.output"] == ('"public"', "a.toml")
    monkeypatch.setenv("DIGITJS_CONFIG", "sites/a.toml")
    for command in ("clean", "verify", "deploy"):
        assert "sites/public" in run(command).output


def test_data_and_optional_tables_are_shown_where_they_are_given(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    found = in_force(run)
    assert not [name for name in found if name.startswith(("collect", "network", "theme.faces"))]
    Path("digitjs.toml").write_text('[collect]\ntarget = 3\n[[network]]\nmodel = "a.keras"\n[data]\npath = "signs"\n')
    found = in_force(run)
    assert found["collect.target"] == ("3", "digitjs.toml")
    assert found["network"] == ('[{model = "a.keras"}]', "digitjs.toml")
    assert found["data.path"] == ('"signs"', "digitjs.toml")
    monkeypatch.setenv("DIGITJS_BUILD_DATA", "mnist:more.jsonl")
    assert in_force(run)["data.path"] == ('["mnist", "more.jsonl"]', "$DIGITJS_BUILD_DATA")
    assert in_force(run, "--data", "own")["data.path"] == ('["own"]', "command line")


def test_how_a_site_is_served_and_published_is_shown(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("site.toml").write_text('[serve]\nport = 1\nopen = true\n[deploy]\nbranch = "a"\n[build]\noutput = "b"\n')
    monkeypatch.setenv("DIGITJS_SERVE_PORT", "8123")
    monkeypatch.setenv("DIGITJS_DEPLOY_REMOTE", "web")
    found = in_force(run, "-f", "site.toml", "-o", "c")
    assert found["serve.host"] == ('"127.0.0.1"', "default")
    assert found["serve.port"] == ("8123", "$DIGITJS_SERVE_PORT")
    assert found["serve.open"] == ("true", "site.toml")
    assert found["deploy.remote"] == ('"web"', "$DIGITJS_DEPLOY_REMOTE")
    assert found["deploy.branch"] == ('"a"', "site.toml")
    assert found["build.output"] == ('"c"', "command line")


def test_serve_listens_where_the_file_the_environment_and_the_command_line_say(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    with create_server(("127.0.0.1", 0)) as taken, create_server(("127.0.0.1", 0)) as other:
        first, second = taken.getsockname()[1], other.getsockname()[1]
        said = "Error: Another program listens on port {} of 127.0.0.1:"
        Path("digitjs.toml").write_text(f'[serve]\nport = {first}\nhost = "nowhere.invalid"\n')
        assert "'nowhere.invalid' is no address" in run("serve").stderr
        assert run("serve", "--host", "127.0.0.1").stderr.startswith(said.format(first))
        monkeypatch.setenv("DIGITJS_SERVE_HOST", "127.0.0.1")
        assert run("serve").stderr.startswith(said.format(first))
        monkeypatch.setenv("DIGITJS_SERVE_PORT", str(second))
        assert run("serve").stderr.startswith(said.format(second))
        assert run("serve", "--port", first).stderr.startswith(said.format(first))


def test_every_command_is_in_the_table_of_the_readme() -> None:
    rows = re.findall(r"^\| (`digitjs .+?) \| ", (ROOT / "README.md").read_text("utf-8"), re.MULTILINE)
    assert {name for row in rows for name in re.findall(r"`digitjs ([\w-]+)", row)} == set(main.commands)


def test_every_option_has_a_variable_of_its_own() -> None:
    shared = {"DIGITJS_CONFIG", "DIGITJS_CACHE", "DIGITJS_BROWSER"}
    keys = ("DIGITJS_BUILD_", "DIGITJS_DEPLOY_")
    taken: set[str] = set()
    for name, command in main.commands.items():
        for option in command.params:
            if isinstance(option, click.Option) and option.name != "start":
                assert isinstance(option.envvar, str), (name, option.name)
                assert option.envvar.startswith("DIGITJS_")
                if option.envvar not in shared and not option.envvar.startswith(keys):
                    assert option.envvar not in taken
                    taken.add(option.envvar)
    assert "DIGITJS_CLEAN_CACHE" in taken
    assert {"DIGITJS_CACHE", "DIGITJS_BROWSER"}.isdisjoint(taken)


def test_what_pretrained_has_no_use_for_is_named_with_its_source(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("digitjs.toml").write_text("[build]\npretrained = true\n")
    result = run("build", "--quantize", "uint8")
    assert (result.exit_code, result.stderr.splitlines()[-1]) == (
        2,
        "Error: --pretrained (digitjs.toml) trains nothing, so there is no use for --quantize uint8 (command line): "
        "leave one or the other out, or add --no-pretrained to train.",
    )
    monkeypatch.setenv("DIGITJS_BUILD_SEED", "3")
    assert "--data a.jsonl (command line), --seed 3 ($DIGITJS_BUILD_SEED):" in run("build", "--data", "a.jsonl").stderr
    monkeypatch.setenv("DIGITJS_TRAIN_DATA", "b.jsonl")
    assert "no use for --data b.jsonl ($DIGITJS_TRAIN_DATA), --seed" in run("train").stderr


def test_a_variable_is_an_option(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIGITJS_BUILD_SEED", "-1")
    result = run("render")
    assert (result.exit_code, "-1" in result.stderr) == (2, True)
    monkeypatch.setenv("DIGITJS_BUILD_SEED", "5")
    monkeypatch.setenv("DIGITJS_CLEAN_QUIET", "1")
    assert run("clean").output == ""


def test_a_wrong_value_of_the_file_is_named_with_its_line(run: Run) -> None:
    Path("digitjs.toml").write_text("[build]\n\nsed = 3\n")
    result = run("build")
    assert result.exit_code == 1
    assert "did you mean `seed` (line 3)" in result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_strict_ends_a_command_at_its_first_warning(run: Run, tiny_data: Path) -> None:
    line = '{"label": %s, "strokes": [[[0, 0], [20, 0], [%d, 30]]]}\n'
    Path("more.jsonl").write_text("".join(line % (label, i) for i, label in enumerate((7, 7, 7, "null"))))
    arguments = ("build", "--data", tiny_data, "--data", "more.jsonl")
    result = run(*arguments, "--strict")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == "Error: Left out 1 drawing without a label (--strict).\n"
    assert not Path("dist").exists()
    Path("digitjs.toml").write_text("[build]\nstrict = true\n")
    assert run(*arguments).exit_code == 1


def test_the_documentation_shows_what_is_printed(run: Run) -> None:
    page = (ROOT / "digitjs" / "CONFIGURATION.md").read_text("utf-8")
    file, printed = re.findall(r"```toml(?: digitjs.toml)?\n(.+?)```", page, re.DOTALL)
    command = re.search(r"^digitjs (config .+)$", page, re.MULTILINE)
    assert command
    Path("digitjs.toml").write_text(file)
    lines = run(*command[1].split()).stdout.splitlines()
    assert set(printed.splitlines()) <= set(lines)


def test_a_folder_that_is_not_there_is_refused(run: Run) -> None:
    result = run("-d", "nowhere", "clean")
    assert (result.exit_code, "Directory 'nowhere' does not exist" in result.stderr) == (2, True)
