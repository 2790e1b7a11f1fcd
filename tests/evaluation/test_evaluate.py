"""Evaluation goes through the page, counts everything, and says what it saw."""

import json
import shutil
from pathlib import Path

import pytest

from conftest import ROOT, Run, Site

FIXTURES = ROOT / "tests" / "fixtures" / "strokes" / "digits.jsonl"


def test_every_figure_is_of_every_drawing(full_site: Site, run: Run) -> None:
    result = run(
        "evaluate", full_site.folder, "--strokes", FIXTURES,
        "--draw", "5", "--numbers", "--json", "figures.json", "--mistakes", "sheet.html",
    )  # fmt: skip
    assert result.exit_code == 0, result.output
    figures = json.loads(Path("figures.json").read_text())
    count = len(FIXTURES.read_text().splitlines())
    assert figures["drawings"] == count
    assert {one["network"] for one in figures["networks"]} >= {"mlp", "cnn"}
    for one in figures["networks"]:
        assert f"{one['network']}  " in result.stdout
        assert one["accuracy"] | {"low": 0, "high": 0} == {"value": 1, "low": 0, "high": 0, "count": count}
        assert sum(digit["count"] for digit in one["digits"]) == count
        assert one["drawn"]["agreeing"] == one["drawn"]["right"]["count"] == 5
        assert set(one["numbers"]) == {"2", "3", "4", "5"}
        assert one["numbers"]["2"]["value"] > 0.8
        assert 0 < one["milliseconds"][0] <= one["milliseconds"][1]
    assert "None." in Path("sheet.html").read_text()


def test_writers_and_mistakes_are_told(tiny_site: Site, run: Run) -> None:
    drawings = [json.loads(line) for line in FIXTURES.read_text().splitlines()]
    for i, drawing in enumerate(drawings):
        drawing |= {"label": (drawing["label"] + 1) % 10, "writer": f"writer-{i % 2}"}
    Path("wrong.jsonl").write_text("\n".join(map(json.dumps, drawings)))
    result = run("evaluate", tiny_site.folder, "--strokes", "wrong.jsonl", "--mistakes", "sheet.html")
    assert result.exit_code == 0, result.output
    assert "2 writers" in result.stdout
    assert " as " in result.stdout.split("confusions")[1].splitlines()[0]
    sheet = Path("sheet.html").read_text()
    assert sheet.count("<svg") > len(drawings)


def test_bad_strokes_are_refused_before_a_browser_starts(tiny_site: Site, run: Run) -> None:
    Path("bad.jsonl").write_text("no")
    result = run("evaluate", tiny_site.folder, "--strokes", "bad.jsonl")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "bad.jsonl has malformed lines: line 1" in result.stderr


@pytest.mark.parametrize(
    ("missing", "said"),
    [
        ("assets/site.*.js", "fails (ReferenceError: digitjs is not defined): digitjs verify tells more"),
        (
            "models/compact/**/[gm]*",
            "is missing, or not the file of this build): ",
        ),
        ("models/cnn/card.json", "card.json: No such file"),
    ],
)
def test_a_damaged_site_is_refused_in_one_sentence(
    tiny_site: Site, run: Run, tmp_path: Path, missing: str, said: str
) -> None:
    copy = shutil.copytree(tiny_site.folder, tmp_path / "copy")
    for path in copy.glob(missing):
        path.unlink()
    result = run("evaluate", copy, "--strokes", FIXTURES)
    assert (result.exit_code, result.stdout) == (1, "")
    assert said in result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_drawings_of_one_point_are_measured_like_any_other(tiny_site: Site, run: Run) -> None:
    Path("dots.jsonl").write_text('{"label": 1, "strokes": [[[5, 5]]]}\n{"label": 8, "strokes": [[[1, 2]], [[3, 4]]]}')
    result = run("evaluate", tiny_site.folder, "--strokes", "dots.jsonl", "--draw", "2", "--mistakes", "sheet.html")
    assert result.exit_code == 0, result.output
    assert "2 drawings" in result.stdout
