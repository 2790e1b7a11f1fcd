"""The report's charts are drawn by Node, whatever this computer's own encoding is."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from digitjs.data.task import MOST
from digitjs.errors import DigitjsError
from digitjs.model_card import Details
from digitjs.site import charts

DRAW = """
import sys
from pathlib import Path
from digitjs.model_card import Details
from digitjs.site import charts
details = Details(epochs=(), confusion=((3, 1), (0, 4)), reliability=(), mistakes=())
chart = charts.draw({"own": details}, ("\\u00f1", "\\u304b"), Path(sys.argv[1]))["own"].confusion
sys.stdout.buffer.write(chart.encode())
"""


def test_names_of_classes_pass_where_the_encoding_is_ascii(page_tools: Path) -> None:
    ascii_alone = {**os.environ, "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    done = subprocess.run(
        [sys.executable, "-c", DRAW, str(page_tools)], env=ascii_alone, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr.decode()
    chart = done.stdout.decode()
    assert chart.startswith("<svg")
    assert ">ñ<" in chart
    assert ">か<" in chart


def test_what_cannot_be_drawn_is_one_sentence(tmp_path: Path) -> None:
    details = Details(epochs=(), confusion=((3, 1), (0, 4)), reliability=(), mistakes=())
    with pytest.raises(DigitjsError, match=r"^The report's charts cannot be drawn: .*Cannot find .*\.$") as refused:
        charts.draw({"own": details}, ("a", "b"), tmp_path)
    assert "\n" not in refused.value.message


@pytest.mark.parametrize(("most", "pixels"), [(978, 11), (1135, 9.4), (100_000, 6.3)])
def test_counts_are_as_small_as_their_cells_ask(page_tools: Path, most: int, pixels: float) -> None:
    confusion = tuple(tuple(most if row == column else 0 for column in range(10)) for row in range(10))
    details = Details(epochs=(), confusion=confusion, reliability=(), mistakes=())
    chart = charts.draw({"own": details}, tuple("0123456789"), page_tools)["own"].confusion
    assert chart.count(f">{most}<") == 10
    sizes = [float(size) for size in re.findall(r'<g[^>]* font-size="([\d.]+)"', chart)]
    assert sizes and all(size == pytest.approx(pixels, abs=0.05) for size in sizes)


def test_the_matrix_of_the_most_classes_stays_readable_for_a_browser(page_tools: Path) -> None:
    row = tuple(1 + place % 2 for place in range(MOST))
    details = Details(epochs=(), confusion=(row,) * MOST, reliability=(), mistakes=())
    chart = charts.draw({"own": details}, tuple(map(str, range(MOST))), page_tools)["own"].confusion
    assert chart.count("<rect") == 4001  # the cells that are most frequent, and the frame
    assert len(chart) < 1_000_000
