"""A few drawings of each sign become a page that reads them: trained, published, then cross-validated by writers."""

import json
from pathlib import Path

import numpy as np
import pytest

from conftest import Run
from digitjs.model_card import Card, read_card, read_details
from signs import Strokes, sign_task

SIGNS = sign_task(("ñ", "ص", "🐱", "treble clef"), reading="one")
WRITERS, EACH = 3, 2  # people, and how often each of them draws a sign
ANOTHER = "w9"


def drawn(writer: str, seed: int) -> list[dict[str, object]]:
    """What somebody draws: every sign, each time a little otherwise."""
    random = np.random.default_rng(seed)
    return [
        {"label": name, "writer": writer, "strokes": _moved(strokes, random)}
        for name, strokes in zip(SIGNS.task.classes, SIGNS.strokes, strict=True)
        for _ in range(EACH)
    ]


def _moved(strokes: Strokes, random: np.random.Generator) -> list[list[list[float]]]:
    points = np.array(strokes) * random.uniform(0.9, 1.1, 2) + random.normal(0, 0.05, (3, 3, 2))
    fine: list[list[list[float]]] = (200 * _between(points)).round(1).tolist()
    return fine


def _between(points: np.ndarray) -> np.ndarray:
    """Strokes with points as close as those of a pen."""
    at = np.linspace(0, 2, 17)
    return np.array([[np.interp(at, range(3), stroke[:, axis]) for axis in (0, 1)] for stroke in points]).swapaxes(1, 2)


def write(path: Path, drawings: list[dict[str, object]]) -> Path:
    path.write_text("\n".join(json.dumps(drawing, ensure_ascii=False) for drawing in drawings), "utf-8")
    return path


def test_a_page_is_published_before_it_is_measured_and_once_more_afterwards(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    published: list[Card] = []
    from digitjs import pipeline

    render_site = pipeline.render_site

    def rendered(content: pipeline.Content, folder: Path) -> tuple[Card, ...]:
        cards = render_site(content, folder)
        published.extend(cards)
        return cards

    monkeypatch.setattr(pipeline, "render_site", rendered)
    people = [line for place in range(WRITERS) for line in drawn(f"w{place}", place)]
    data = write(Path("signs.jsonl"), people)
    result = run("build", "--data", data)
    assert result.exit_code == 0, result.output
    assert f"The page is there: {Path('dist') / 'index.html'}. Now it is measured" in result.output
    first, last = published
    assert (first.evidence, first.accuracy, first.thresholds.refuse) == (None, None, 0.0)
    assert sorted(last.task.classes) == sorted(SIGNS.task.classes)
    assert last.evidence == "cross-validation"
    assert last.accuracy and last.accuracy.count == len(people) and last.accuracy.value > 0.8
    assert f"on {len(people)} samples, cross-validated" in result.stdout
    assert last.recipe.trunk
    assert sum(map(sum, read_details_of_cache(run, data))) == len(people)

    again = run("build", "--data", data)
    assert again.exit_code == 0, again.output
    assert published[2:] == [last]  # nothing is trained or measured again

    others = write(Path("others.jsonl"), drawn(ANOTHER, 99))
    evaluated = run("evaluate", "dist", "--strokes", others, "--json", "figures.json")
    assert evaluated.exit_code == 0, evaluated.output
    [figures] = json.loads(Path("figures.json").read_text())["networks"]
    assert figures["said"]["right"]["value"] > 0.7
    assert figures["said"]["split"]["value"] == 0
    assert run("verify", "dist").exit_code == 0


def read_details_of_cache(run: Run, data: Path) -> tuple[tuple[int, ...], ...]:
    """The confusion matrix that the report shows."""
    from digitjs import pipeline
    from digitjs.cli.options import SEED
    from digitjs.data.source import Source
    from digitjs.filesystem import paths
    from digitjs.networks import builtin

    networks = tuple(network.trained_by(None, seed=SEED) for network in builtin.find(()))
    build = pipeline.resolve(pipeline.Plan(networks, Source((data,)), "float32"), paths.default_cache())
    [folder] = build.exports
    assert read_card(folder).evidence == "cross-validation"
    return read_details(folder).confusion


def test_the_preview_shows_what_is_done_to_signs(run: Run) -> None:
    data = write(Path("signs.jsonl"), [line for place in range(2) for line in drawn(f"w{place}", place)])
    result = run("augment-preview", "--data", data)
    assert result.exit_code == 0, result.output
    sheet = Path("augmentations.html").read_text()
    assert "Your data" in sheet and "A batch" in sheet
    assert "pen-drawn" not in sheet and "fonts" not in sheet
