"""Commands as a person gives them: what they print, what they leave, and how they refuse."""

import os
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path

import numpy as np
import pytest

from conftest import Run, Site
from digitjs import __version__
from digitjs.filesystem.output_folder import read_manifest
from digitjs.filesystem.paths import files_below

COMMANDS = (
    "build",
    "train",
    "render",
    "serve",
    "collect",
    "verify",
    "evaluate",
    "data",
    "augment-preview",
    "clean",
    "cache",
    "networks",
    "new",
    "config",
    "schema",
    "deploy",
)


def test_the_module_is_the_command() -> None:
    done = subprocess.run([sys.executable, "-m", "digitjs", "--version"], capture_output=True, text=True, check=True)
    assert done.stdout == f"digitjs {__version__}\n"


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself_with_an_example(run: Run, command: str) -> None:
    result = run(command, "--help")
    assert result.exit_code == 0
    assert f"Example: digitjs {command}" in result.stdout


def test_a_second_build_trains_nothing_and_makes_the_same_site(run: Run, tiny_site: Site, tiny_data: Path) -> None:
    result = run("build", "--data", tiny_data)
    assert result.exit_code == 0, result.output
    assert result.stderr == ""  # an epoch would be a line there
    assert "Open dist/index.html" in result.stdout
    assert read_manifest(Path("dist")) == read_manifest(tiny_site.folder)


def test_a_new_training_gives_the_same_site(run: Run, tiny_site: Site, tiny_data: Path) -> None:
    result = run("build", "--data", tiny_data, "--fresh")
    assert result.exit_code == 0, result.output
    assert "mlp  epoch 1/" in result.stderr
    assert read_manifest(Path("dist")) == read_manifest(tiny_site.folder)


def test_quiet_says_nothing(run: Run, tiny_site: Site, tiny_data: Path) -> None:
    assert run("-q", "build", "--data", tiny_data).output == ""
    assert run("render", "-q", "--data", tiny_data).output == ""


def test_what_tensorflow_says_is_printed_if_asked_for(tmp_path: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if name != "TF_CPP_MIN_LOG_LEVEL"}
    command = [sys.executable, "-m", "digitjs", "augment-preview"]
    plain, verbose = (
        subprocess.run([*command, *more], cwd=tmp_path, env=environment, capture_output=True, text=True)
        for more in ((), ("-v",))
    )
    assert (plain.returncode, plain.stderr) == (0, "")
    assert (verbose.returncode, verbose.stdout) == (0, plain.stdout)
    assert "tensorflow" in verbose.stderr.lower()


def test_render_needs_trained_networks(run: Run) -> None:
    result = run("render", "--seed", "123")
    assert result.exit_code == 1
    assert "is not trained yet: run digitjs build" in result.stderr
    assert not Path("dist").exists()


def test_a_failing_build_leaves_the_old_site_as_it_was(run: Run, tiny_site: Site, tiny_data: Path) -> None:
    assert run("render", "--data", tiny_data).exit_code == 0
    before = read_manifest(Path("dist"))
    Path("digitjs.toml").write_text('[site]\nlanguage = "xx"\n')
    result = run("render", "--data", tiny_data)
    assert (result.exit_code, "no text in the language xx" in result.stderr) == (1, True)
    assert read_manifest(Path("dist")) == before
    assert sorted(path.name for path in Path().iterdir()) == ["digitjs.toml", "dist"]


def test_a_folder_with_files_of_others_is_kept_unless_forced(run: Run, tiny_site: Site, tiny_data: Path) -> None:
    Path("dist").mkdir()
    Path("dist/thesis.tex").write_text("years of work")
    result = run("render", "--data", tiny_data)
    assert (result.exit_code, "thesis.tex, which digitjs did not make" in result.stderr) == (1, True)
    assert run("build", "--data", tiny_data).exit_code == 1
    assert Path("dist/thesis.tex").read_text() == "years of work"
    assert run("render", "--data", tiny_data, "--force").exit_code == 0
    assert not Path("dist/thesis.tex").exists()
    assert Path("dist.backup-1/thesis.tex").read_text() == "years of work"


def test_the_preview_shows_every_augmentation(run: Run) -> None:
    result = run("augment-preview")
    assert result.exit_code == 0, result.output
    sheet = Path("augmentations.html").read_text()
    for name in ("bend", "thicken", "flag", "slash", "tail", "tapped", "7, pen-drawn", "scribbles", "A batch"):
        assert f"<strong>{name}</strong>" in sheet
    assert sheet.count("data:image/png") > 20


def test_data_says_what_was_understood_and_shows_it(run: Run, tiny_data: Path) -> None:
    result = run("data", tiny_data)
    assert result.exit_code == 0, result.output
    lines = result.stdout.splitlines()
    assert lines[0] == f"Data     {tiny_data}: NumPy arrays"
    assert "Samples  580 of 10 classes" in lines
    assert "Splits   train 443, validation 37, test 100; as the data have them" in lines
    assert lines[-1] == "Open data-sheet.html"
    assert Path("data-sheet.html").read_text().count("data:image/png") == 10


def test_a_configuration_names_data_beside_itself(run: Run, tiny_data: Path) -> None:
    Path("signs").mkdir()
    with np.load(tiny_data) as file:
        np.savez("signs/own.npz", images=255 - file["x_train"], labels=file["y_train"] % 3)
    Path("signs/digitjs.toml").write_text('[data]\npath = "own.npz"\nclasses = ["α", "β", "γ"]\n')
    result = run("data", "--config", "signs/digitjs.toml", "--sheet", "sheet.html")
    assert result.exit_code == 0, result.output
    assert "dark ink on light paper: inverted" in result.stdout
    assert "Classes  α (191), β (164), γ (125)" in result.stdout
    assert "Open sheet.html" in result.stdout
    both = run("data", "mnist", "signs/own.npz", "--config", "signs/digitjs.toml")
    assert (both.exit_code, "α, β, γ are not in the data" in both.stderr) == (1, True)


def test_several_data_are_put_together(run: Run, tiny_data: Path) -> None:
    correction = '{"label": %s, "strokes": [[[0, 0], [20, 0], [%d, 30]]]}\n'
    lines = [correction % (label, 5 + i) for i, label in enumerate((7, 7, 7, "null"))]
    Path("corrections.jsonl").write_text("".join(lines))
    result = run("data", tiny_data, "corrections.jsonl")
    assert "Samples  583 of 10 classes" in result.stdout
    assert "Note     Left out 1 drawing without a label." in result.stdout


def test_clean_removes_only_what_digitjs_made(run: Run, tiny_site: Site, tiny_data: Path) -> None:
    assert run("render", "--data", tiny_data).exit_code == 0
    Path("dist/CNAME").write_text("example.org")
    result = run("clean")
    assert result.stdout.splitlines() == ["Removed the site in dist.", "Left in dist, not made by digitjs: CNAME"]
    assert files_below(Path()) == ["dist/CNAME"]
    assert run("clean").stdout.startswith("dist holds nothing that digitjs made.")
    Path("dist/CNAME").unlink()
    Path("dist").rmdir()
    assert run("clean").stdout == "There is no dist.\n"


def test_clean_says_what_was_edited(run: Run, tiny_site: Site, tiny_data: Path) -> None:
    assert run("render", "--data", tiny_data).exit_code == 0
    with Path("dist/index.html").open("a") as page:
        page.write("mine")
    result = run("clean")
    assert "Left in dist, edited since digitjs made it: index.html" in result.stdout
    assert files_below(Path()) == ["dist/index.html"]


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (("build", "--data", "missing.npz"), 1, "missing.npz"),
        (("build", "--config", "missing.toml"), 1, "missing.toml"),
        (("train", "resnet"), 1, "no network resnet: choose from"),
        (("train", "mlp", "--recipe", "secret"), 1, "no recipe secret: choose from"),
        (("build", "--quantize", "uint4"), 2, "uint4"),
        (("build", "--seed", "-1"), 2, "-1"),
        (("serve", "nowhere"), 1, "nowhere holds no site"),
        (("verify", "nowhere"), 1, "nowhere holds no site"),
        (("build", "-o", "."), 1, "contains the working folder"),
        (("build", "-o", "x" * 256), 1, "too long: choose a shorter name"),
        (("build", "-o", "file/dist"), 1, "file: Not a directory: choose another place"),
        (("clean", "-o", "file"), 1, "file is a file: choose a folder"),
        (("data", "missing"), 1, "Cannot read the data missing: No such file"),
        (("data", "mnist", "--sheet", "nowhere/sheet.html"), 1, "nowhere/sheet.html: No such file or directory"),
        (("augment-preview", "-o", "nowhere/sheet.html"), 1, "nowhere/sheet.html: No such file or directory"),
        (("bake",), 2, "No such command 'bake'"),
    ],
)
def test_bad_input_gets_one_sentence(run: Run, arguments: tuple[str, ...], code: int, says: str) -> None:
    Path("file").touch()
    result = run(*arguments)
    assert (result.exit_code, result.stdout) == (code, "")
    assert says in result.stderr
    assert "Traceback" not in result.stderr
    if code == 1:
        assert len(result.stderr.splitlines()) == 1


def test_serve_answers_until_it_is_interrupted(tiny_site: Site) -> None:
    command = [sys.executable, "-m", "digitjs", "serve", str(tiny_site.folder), "--port", "0"]

    def heed_interrupts() -> None:
        signal.signal(signal.SIGINT, signal.SIG_DFL)  # a background job's children are born deaf to Ctrl+C

    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, preexec_fn=heed_interrupts) as serving:
        try:
            assert serving.stdout
            address = serving.stdout.readline().split()[3]
            with urllib.request.urlopen(address) as answer:
                assert b"select_model" in answer.read()
            serving.send_signal(signal.SIGINT)
            assert serving.wait(timeout=10) == 0
        finally:
            serving.kill()
