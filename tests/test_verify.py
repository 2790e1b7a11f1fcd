"""Verify passes what digitjs builds, and names what somebody broke."""

import json
import shutil
from pathlib import Path

import pytest

from conftest import Run, SignSite, Site
from digitjs.model_card import read_card
from digitjs.verify import check_site


@pytest.fixture
def copy(tiny_site: Site, tmp_path: Path) -> Path:
    return Path(shutil.copytree(tiny_site.folder, tmp_path / "copy"))


def test_a_built_site_passes(tiny_site: Site, run: Run) -> None:
    result = run("verify", tiny_site.folder)
    assert result.exit_code == 0, result.output
    assert "mlp over file: largest difference from Keras" in result.stdout
    assert "works from file:// and http://" in result.stdout


def test_every_answer_is_that_of_keras_to_rounding(tiny_site: Site) -> None:
    found = check_site(tiny_site.folder)
    assert found.problems == ()
    assert {agreement.scheme for agreement in found.agreements} == {"file", "http"}
    assert max(agreement.difference for agreement in found.agreements) < 1e-5


def test_a_site_of_other_classes_passes_and_fails_alike(sign_site: SignSite, tmp_path: Path) -> None:
    found = check_site(sign_site.folder)
    assert found.problems == ()
    assert {agreement.scheme for agreement in found.agreements} == {"file", "http"}
    copy = Path(shutil.copytree(sign_site.folder, tmp_path / "copy"))
    card = copy / "models" / "nearest" / "card.json"
    card.write_text(card.read_text("utf-8").replace('"treble clef"', '"bass clef"'), "utf-8")
    assert any("other classes than nearest" in problem.what for problem in check_site(copy).problems)


def test_what_is_broken_is_named(copy: Path, run: Run) -> None:
    (copy.parent / "outside.html").touch()
    index, embed, [report] = copy / "index.html", copy / "embed.html", copy.glob("assets/report.*.js")
    extra = '<a href="gone.html">x</a><a href="../outside.html">x</a><img src="http://127.0.0.1:9/x.png" alt="">'
    index.write_text(index.read_text().replace("</main>", extra + "</main>"))
    report.write_text(report.read_text() + "setTimeout(() => { throw new Error('late'); }, 200);")
    embed.write_text(embed.read_text().replace("models/compact/", "models/gone/"))
    (copy / "models" / "cnn" / "card.json").write_bytes(b'{"name": "cnn"')
    result = run("verify", copy)
    assert result.exit_code == 1
    named = {
        "index.html: is not as it was built",
        "index.html: links to gone.html, which is not in the site",
        "index.html: links to ../outside.html, which is not in the site",
        "Content Security Policy",
        "/report.html: script: late",
        "models/gone/",
        "cnn/card.json is damaged",
    }
    assert {text for text in named if text not in result.stderr} == set()
    assert "Traceback" not in result.stderr


def test_a_network_that_never_loads_is_given_up(copy: Path) -> None:
    [script] = copy.glob("assets/network.*.js")
    script.write_text("globalThis.digitjsNetwork = { load: () => new Promise(() => {}), accelerate: async () => {} };")
    waited = [problem.where for problem in check_site(copy, seconds=2).problems if "Timeout" in problem.what]
    assert [Path(where).name for where in waited] == ["embed.html", "index.html"] * 2


def test_another_answer_than_keras_fails(copy: Path) -> None:
    path = copy / "models" / "mlp" / "probe.json"
    probe = json.loads(path.read_text())
    probe["scores"][0] = probe["scores"][0][::-1]
    path.write_text(json.dumps(probe))
    problems = check_site(copy).problems
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
    assert check_site(Path("dist")).problems == ()
