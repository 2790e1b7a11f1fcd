"""Evaluation goes through the page, counts everything, and says what it saw."""

import json
import shutil
from functools import partial
from pathlib import Path

import pytest

from conftest import DIGITS, ROOT, SEVEN, Run, Site
from digitjs.data.stroke_file import Drawing, Stroke
from digitjs.data.task import Task
from digitjs.errors import DigitjsError
from digitjs.evaluation import evaluate
from digitjs.evaluation.results import Answer, length, outcome
from non_digits.letters import non_digits

ONE = next(drawing.strokes for drawing in DIGITS if drawing.label == 1)
FIXTURES = ROOT / "tests" / "fixtures" / "strokes" / "digits.jsonl"
COMPOSED = 100  # numbers of each length, where people get 1,000: the page reads each with every network


def test_every_figure_is_of_every_drawing(full_site: Site, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evaluate, "numbers", partial(evaluate.numbers, each=COMPOSED))
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
        assert f"\n{one['network']}\n" in result.stdout
        for said in (one["accuracy"], one["said"]["right"]):
            assert said | {"low": 0, "high": 0} == {"value": 1, "low": 0, "high": 0, "count": count}
        assert sum(digit["count"] for digit in one["digits"]) == count
        assert one["drawn"]["agreeing"] == one["drawn"]["right"]["count"] == 5
        assert {length: rate["count"] for length, rate in one["numbers"].items()} == dict.fromkeys("2345", COMPOSED)
        assert one["numbers"]["2"]["value"] > 0.8
        assert 0 < one["milliseconds"][0] <= one["milliseconds"][1]
    assert "None." in Path("sheet.html").read_text()


def test_rows_and_what_is_no_digit_have_figures_of_their_own(full_site: Site, run: Run) -> None:
    row = {"label": "17", "strokes": [*moved(ONE, 0), *moved(SEVEN, 1.5)]}
    wrong = row | {"label": "719"}
    face = {"label": None, "strokes": next(strokes for name, _, strokes in non_digits(1, seed=3) if name == "scribble")}
    Path("mixed.jsonl").write_text("\n".join(map(json.dumps, (row, row, wrong, face, face | {"label": 4}))))
    result = run(
        "evaluate", full_site.folder, "--strokes", "mixed.jsonl", "--json", "figures.json", "--mistakes", "sheet.html"
    )
    assert result.exit_code == 0, result.output
    for one in json.loads(Path("figures.json").read_text())["networks"]:
        assert {length: shares(said) for length, said in one["rows"].items()} == {
            "2": {"right": 1, "refused": 0, "split": 0, "misread": 0},
            "3": {"right": 0, "refused": 0, "split": 1, "misread": 0},
        }
        assert shares(one["non_digits"]) == {"right": 1, "refused": 0, "split": 0, "misread": 0}
        assert (one["said"]["right"]["count"], one["said"]["right"]["value"]) == (1, 0)
    assert "of 1 are refused" in result.stdout
    assert "719 as 17" in Path("sheet.html").read_text()


def test_without_single_digits_there_is_nothing_to_compose(tiny_site: Site, run: Run) -> None:
    Path("rows.jsonl").write_text('{"label": "17", "strokes": [[[0, 0], [0, 9]], [[5, 0], [9, 0], [6, 9]]]}')
    result = run("evaluate", tiny_site.folder, "--strokes", "rows.jsonl", "--draw", "3")
    assert result.exit_code == 0, result.output
    assert "of 1 rows said right" in result.stdout
    assert "best digit" not in result.stdout
    refused = run("evaluate", tiny_site.folder, "--strokes", "rows.jsonl", "--numbers")
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert "hold no single digits to compose numbers of: leave out --numbers" in refused.stderr


@pytest.mark.parametrize(
    ("label", "text", "kinds", "expected"),
    [
        (7, "7", ["digit"], "right"),
        (7, "7", ["unsure"], "right"),
        (7, "?", ["refused"], "refused"),
        (7, "17", ["digit", "digit"], "split"),
        (7, "?7", ["refused", "digit"], "split"),
        (7, "1", ["digit"], "misread"),
        ("17", "17", ["digit", "digit"], "right"),
        ("17", "1?", ["digit", "refused"], "refused"),
        ("17", "7", ["digit"], "split"),
        ("17", "?", ["refused"], "split"),
        ("17", "11", ["digit", "digit"], "misread"),
        (None, "?", ["refused"], "right"),
        (None, "1?", ["digit", "refused"], "right"),
        (None, "-", ["sign"], "right"),
        (None, "7", ["unsure"], "misread"),
        (None, "17", ["digit", "digit"], "split"),
        (None, "1-", ["digit", "sign"], "split"),
    ],
)
def test_what_the_page_says_is_compared_with_the_label(
    label: int | str | None, text: str, kinds: list[str], expected: str
) -> None:
    drawing = Drawing(label=label, strokes=(((0.0, 0.0),),))
    answer = Answer(probabilities=[0.1] * 10, milliseconds=1.0, text=text, kinds=kinds)
    assert outcome(drawing, answer, Task()) == expected


KANA = Task(("きゃ", "か", "treble clef"), reading="one", pens=None, dataset="")


@pytest.mark.parametrize(
    ("label", "text", "kinds", "expected"),
    [
        ("treble clef", "treble clef", ["class"], "right"),
        ("きゃ", "か", ["class"], "misread"),
        ("きゃ", "?", ["refused"], "refused"),
        ("か", "かか", ["class", "class"], "split"),
        (None, "?", ["refused"], "right"),
        (None, "か", ["unsure"], "misread"),
    ],
)
def test_classes_may_have_several_characters(label: str | None, text: str, kinds: list[str], expected: str) -> None:
    drawing = Drawing(label=label, strokes=(((0.0, 0.0),),))
    answer = Answer(probabilities=[0.2, 0.3, 0.5], milliseconds=1.0, text=text, kinds=kinds)
    assert outcome(drawing, answer, KANA) == expected


@pytest.mark.parametrize(("label", "task"), [("かか", KANA), ("Q", Task()), ("1Q", Task())])
def test_a_label_that_the_site_does_not_know_is_refused(label: str, task: Task) -> None:
    with pytest.raises(DigitjsError, match=f"The label '{label}' is none of the site's classes"):
        length(Drawing(label=label, strokes=(((0.0, 0.0),),)), task)


def moved(strokes: tuple[Stroke, ...], right: float) -> list[list[list[float]]]:
    return [[[x + right, y] for x, y in stroke] for stroke in strokes]


def shares(said: dict[str, dict[str, float]]) -> dict[str, float]:
    return {name: rate["value"] for name, rate in said.items()}


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
        ("assets/site.*.js", "fails (ReferenceError: digitjs is not defined): run digitjs verify for details"),
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
