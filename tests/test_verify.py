"""Verify passes what digitjs builds, and names what somebody broke."""

import json
import shutil
from pathlib import Path

import pytest

from conftest import Run, Site
from digitjs.card import read_card
from digitjs.verify import verify


@pytest.fixture
def copy(tiny_site: Site, tmp_path: Path) -> Path:
    return Path(shutil.copytree(tiny_site.folder, tmp_path / "copy"))


def test_a_built_site_passes(tiny_site: Site, run: Run) -> None:
    result = run("verify", tiny_site.folder)
    assert result.exit_code == 0, result.output
    assert "mlp over file: largest difference from Keras" in result.stdout
    assert "works from file:// and http://" in result.stdout


def test_every_answer_is_that_of_keras_to_rounding(tiny_site: Site) -> None:
    found = verify(tiny_site.folder)
    assert found.problems == ()
    assert {agreement.scheme for agreement in found.agreements} == {"file", "http"}
    assert max(agreement.difference for agreement in found.agreements) < 1e-5


def test_what_is_broken_is_named(copy: Path, run: Run) -> None:
    index = copy / "index.html"
    extra = '<a href="gone.html">x</a><img src="http://127.0.0.1:9/x.png" alt="">'
    index.write_text(index.read_text().replace("</main>", extra + "</main>"))
    result = run("verify", copy)
    assert result.exit_code == 1
    for named in ("index.html: is not as it was built", "links to gone.html", "Content Security Policy"):
        assert named in result.stderr


def test_another_answer_than_keras_fails(copy: Path) -> None:
    path = copy / "models" / "mlp" / "probe.json"
    probe = json.loads(path.read_text())
    probe["scores"][0] = probe["scores"][0][::-1]
    path.write_text(json.dumps(probe))
    problems = verify(copy).problems
    assert any("differs from Keras by" in problem.what for problem in problems)


@pytest.mark.parametrize(("quantize", "bytes"), [("uint8", 1), ("float16", 2), ("uint16", 2)])
def test_quantised_weights_are_smaller_and_the_browser_still_agrees(
    run: Run, tiny_data: Path, quantize: str, bytes: int
) -> None:
    result = run("build", "--data", tiny_data, "--quantize", quantize)
    assert result.exit_code == 0, result.output
    assert "epoch" not in result.stderr  # the training is the same; only the export is new
    for model in Path("dist/models").iterdir():
        assert not (model / "page").exists()  # the page loads what is published
        weights = sum(shard.stat().st_size for shard in model.glob("*.bin"))
        assert weights == bytes * read_card(model).parameters
    assert verify(Path("dist")).problems == ()
