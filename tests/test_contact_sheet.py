"""What is printed and shown of samples."""

import base64
import io
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from digitjs import contact_sheet
from digitjs.data.samples import Dataset, Origin, Samples
from digitjs.data.task import Task

CLASSES = tuple(f"<{i}>" for i in range(15))


@pytest.fixture
def letters() -> Dataset:
    """Fifteen classes of 2 to 16 samples, each with ink in a row of its own."""
    labels = np.repeat(np.arange(15), np.arange(2, 17))
    images = np.zeros((len(labels), 28, 28, 1), np.float32)
    images[np.arange(len(labels)), labels] = 1
    half = len(labels) // 2
    order = np.random.default_rng(1).permutation(len(labels))
    train, test = (Samples(images[some], labels[some], labels[some] % 4) for some in (order[:half], order[half:]))
    none = Samples(images[:0], labels[:0], labels[:0])
    origin = Origin(Path("letters"), "a folder", "105 x 105", "inverted", "not transposed", "framed")
    return Dataset(Task(CLASSES, reading="one"), train, none, test, ("Three are missing.",), (origin,), "by writer")


def test_lines_are_aligned_and_name_the_smallest(letters: Dataset) -> None:
    assert contact_sheet.lines(letters) == [
        "Data     letters: a folder",
        "Size     105 x 105",
        "Paper    inverted",
        "Axes     not transposed",
        "Framing  framed",
        "Kind     drawings",
        "Samples  135 of 15 classes",
        "Classes  <0> to <14>; smallest <0> (2), <1> (3), <2> (4); largest <14> (16)",
        "Splits   train 67, validation 0, test 68; by writer",
        "Writers  4",
        "Note     Three are missing.",
    ]


def strips(path: Path) -> list[np.ndarray]:
    urls = re.findall('src="data:image/png;base64,([^"]+)"', path.read_text())
    return [np.asarray(Image.open(io.BytesIO(base64.b64decode(url)))) for url in urls]


def test_the_sheet_shows_up_to_twelve_of_each_class(letters: Dataset, tmp_path: Path) -> None:
    contact_sheet.write(tmp_path / "sheet.html", letters)
    shown = strips(tmp_path / "sheet.html")
    assert [strip.shape for strip in shown] == [(28, 28 * min(12, count)) for count in range(2, 17)]
    for label, strip in enumerate(shown):
        assert set(np.flatnonzero((strip == 0).all(axis=1))) == {label}  # ink is dark, of this class alone
    assert '<strong dir="auto">&lt;3&gt;</strong>' in (tmp_path / "sheet.html").read_text()


def test_pictures_are_shown_as_they_are(letters: Dataset, tmp_path: Path) -> None:
    contact_sheet.write(tmp_path / "sheet.html", replace(letters, task=Task(CLASSES, reading="one", kind="picture")))
    assert (strips(tmp_path / "sheet.html")[4][4] == 255).all()
