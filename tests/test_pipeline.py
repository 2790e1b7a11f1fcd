"""The cache is checked: what is damaged there is said, and made again as it was."""

import re
import shutil
from pathlib import Path

import pytest

from conftest import Run, Site, cached
from digitjs import cache_keys, pipeline
from digitjs.data import dataset
from digitjs.data.source import Source
from digitjs.filesystem import checksums, output_folder
from digitjs.model_card import Card, Epoch
from digitjs.networks import builtin
from digitjs.training.fit import Execution, fit_model


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-100])


def test_damaged_files_are_noticed_and_made_again(run: Run, cache: Path, tiny_site: Site, tiny_data: Path) -> None:
    training, cnn = cached(cache, tiny_data, "cnn")
    _, mlp = cached(cache, tiny_data, "mlp")
    _, compact = cached(cache, tiny_data, "compact")
    cut(training / "fitted.weights.h5")
    (cnn / "page" / "model.json").unlink()
    card = mlp / "card.json"
    card.write_text(card.read_text().replace('"name": "mlp"', '"name": "mlq"'))
    cut(next((compact / "page").glob("*.bin")))
    result = run("render", "--data", tiny_data)
    assert (result.exit_code, result.stdout) == (1, "")
    assert "The cached files of compact are damaged: run digitjs build, which makes them again." in result.stderr
    result = run("build", "--data", tiny_data)
    assert result.exit_code == 0, result.output
    damaged = [line for line in result.stderr.splitlines() if "in the cache is damaged and made again" in line]
    assert [line.split(" in the")[0] for line in damaged] == [  # the quickest to train first
        "The training of cnn",
        "The export of cnn",
        "The export of mlp",
        "The export of compact",
    ]
    assert "cnn  epoch 1/" in result.stderr and "mlp  epoch" not in result.stderr
    assert output_folder.read_manifest(Path("dist")) == output_folder.read_manifest(tiny_site.folder)
    assert run("render", "--data", tiny_data).exit_code == 0


def test_a_page_is_there_after_the_quickest_training_unless_one_was_there_before(
    run: Run, cache: Path, tiny_data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rendered: list[list[str]] = []
    render_site = pipeline.render_site

    def render(content: pipeline.Content, folder: Path) -> tuple[Card, ...]:
        cards = render_site(content, folder)
        rendered.append([card.name for card in cards])
        return cards

    monkeypatch.setattr(pipeline, "render_site", render)
    Path("digitjs.toml").write_text('networks = ["mlp", "cnn"]')
    for folder in (*cached(cache, tiny_data, "mlp"), *cached(cache, tiny_data, "cnn")):
        shutil.rmtree(folder)
    result = run("build", "--data", tiny_data)
    assert result.exit_code == 0, result.output
    said = result.stderr.splitlines()
    assert rendered == [["cnn"], ["mlp", "cnn"]]
    note = said.index(f"The page is there, with cnn so far: {Path('dist') / 'index.html'}. Still to come: mlp.")
    assert all(line.startswith("cnn  epoch") for line in said[:note])
    assert all(line.startswith("mlp  epoch") for line in said[note + 1 :])
    assert re.search(r"epoch 2/\d+ .* s left$", said[1])  # of both trainings
    assert not said[-1].endswith("left")

    shutil.rmtree(cached(cache, tiny_data, "mlp")[1])
    assert run("build", "--data", tiny_data).exit_code == 0
    assert rendered[2:] == [["mlp", "cnn"]]


def test_an_interrupted_training_with_a_damaged_checkpoint_begins_again(run: Run, cache: Path, tiny_data: Path) -> None:
    data = dataset.load(Source((tiny_data,)))
    network = builtin.MLP.trained_by("tutorial", seed=5).adapted(data)
    key = cache_keys.training_key(network, dataset.fingerprint(Source((tiny_data,))))
    checkpoints = cache / "models" / key / "checkpoints"
    command = ("train", "mlp", "--recipe", "tutorial", "--seed", "5", "--data", tiny_data)

    class InterruptionError(Exception):
        pass

    def interrupt(epoch: Epoch) -> None:
        raise InterruptionError

    with pytest.raises(InterruptionError):
        fit_model(network, dataset.load(Source((tiny_data,))), checkpoints, Execution(interrupt))
    cut(next(checkpoints.glob("*.index")))
    result = run(*command)
    assert result.exit_code == 0, result.output
    note, first, *_ = result.stderr.splitlines()
    assert note == "The training of mlp in the cache is damaged and made again."
    assert first.startswith("mlp  epoch 1/25")


@pytest.mark.parametrize("damage", ["cut", "edited", "missing", "unlisted", "no list"])
def test_a_folder_is_whole_or_it_is_not(tmp_path: Path, damage: str) -> None:
    (tmp_path / "one").write_text("1" * 200)
    assert not checksums.intact(tmp_path)
    checksums.write(tmp_path, ["one"])
    assert checksums.intact(tmp_path) and not checksums.damaged(tmp_path)
    (tmp_path / "another").mkdir()  # an epoch's checkpoint, say
    assert checksums.intact(tmp_path)
    match damage:
        case "cut":
            cut(tmp_path / "one")
        case "edited":
            (tmp_path / "one").write_text("2" * 200)
        case "missing":
            (tmp_path / "one").unlink()
        case "unlisted":
            (tmp_path / checksums.CHECKSUMS).write_text("{}")
        case "no list":
            (tmp_path / checksums.CHECKSUMS).unlink()
    assert not checksums.intact(tmp_path)
    assert checksums.damaged(tmp_path)
