"""The sheet of misread drawings shows each of them, whatever its unit and whatever its network is called."""

import re
from pathlib import Path

from digitjs.data.stroke_file import Stroke
from digitjs.evaluation import misread_sheet
from digitjs.evaluation.evaluate import Misread


def misread(*strokes: Stroke, network: str = "mlp") -> Misread:
    return Misread(network, line=1, label="4", said="9", probability=0.8, strokes=strokes)


def paths(path: Path) -> list[str]:
    return re.findall(r'<path d="([^"]*)"', path.read_text("utf-8"))


def test_drawings_look_the_same_in_any_unit(tmp_path: Path) -> None:
    angle = ((0.0, 0.0), (1.0, 0.0), (1.0, 2.0))
    small = tuple((1e-6 * x, 1e-6 * y) for x, y in angle)
    far = tuple((1e7 + x, 1e7 + y) for x, y in angle)
    misread_sheet.write(tmp_path / "sheet.html", [misread(angle), misread(small), misread(far), misread(((3.0, 3.0),))])
    assert paths(tmp_path / "sheet.html") == ["M25.0 0.0L75.0 0.0L75.0 100.0L75.0 100.0"] * 3 + ["M50.0 50.0L50.0 50.0"]


def test_no_name_becomes_markup(tmp_path: Path) -> None:
    name = "</h2><script>alert(1)</script>\" & 'x' \u2028\u202e"
    misread_sheet.write(tmp_path / "sheet.html", [misread(((0.0, 0.0), (1.0, 1.0)), network=name)])
    html = (tmp_path / "sheet.html").read_text("utf-8")
    assert "<script" not in html
    assert "&lt;script&gt;" in html
