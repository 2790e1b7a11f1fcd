"""Tables in text, as Kaggle has them."""

from pathlib import Path

import numpy as np
import pytest

from conftest import few_digits
from digitjs.data import dataset
from digitjs.data.samples import Dataset
from digitjs.data.source import Source
from digitjs.errors import DigitjsError

Arrays = dict[str, np.ndarray]


@pytest.fixture
def mnist(tiny_data: Path) -> Arrays:
    return few_digits(tiny_data, 36, 36)


def loaded(path: Path) -> Dataset:
    return dataset.load(Source((path,)))


def save(path: Path, labels: np.ndarray, images: np.ndarray, *, separator: str = ",", header: str = "") -> Path:
    rows = [separator.join(map(str, [label, *image.ravel()])) for label, image in zip(labels, images, strict=True)]
    path.write_text("\r\n".join([*([header] if header else []), *rows, ""]), newline="")
    return path


PIXELS = [f"pixel{i}" for i in range(784)]


@pytest.mark.parametrize(
    ("separator", "header", "name"),
    [(",", True, "train.csv"), (",", False, "A_Z.csv"), ("\t", False, "digits.tsv"), (";", True, "digits.data")],
)
def test_labels_come_first(tmp_path: Path, mnist: Arrays, separator: str, header: bool, name: str) -> None:
    names = separator.join(['"label"', *PIXELS]) if header else ""
    digits = loaded(save(tmp_path / name, mnist["y_train"], mnist["x_train"], separator=separator, header=names))
    np.testing.assert_array_equal(digits.train.images[..., 0] * 255, mnist["x_train"])
    np.testing.assert_array_equal(digits.train.labels, mnist["y_train"])
    assert digits.task.is_digits


def test_the_label_may_be_another_column_of_that_name(tmp_path: Path, mnist: Arrays) -> None:
    for at in (784, 300):
        rows = np.insert(mnist["x_train"].reshape(-1, 784).astype(object), at, mnist["y_train"], axis=1)
        names = ",".join([*PIXELS[:at], "Class", *PIXELS[at:]])
        lines = [names, *(",".join(map(str, row)) for row in rows)]
        (tmp_path / "own.csv").write_text("\n".join(lines))
        digits = loaded(tmp_path / "own.csv")
        np.testing.assert_array_equal(digits.train.images[..., 0] * 255, mnist["x_train"])
        np.testing.assert_array_equal(digits.train.labels, mnist["y_train"])


def test_labels_may_be_texts_and_pixels_fractions(tmp_path: Path, mnist: Arrays) -> None:
    names = np.array(list("βαγ"))[mnist["y_train"] % 3]
    signs = loaded(save(tmp_path / "own.csv", names, mnist["x_train"][:, ::4, ::4] / 255))
    assert (signs.task.classes, signs.origins[0].size) == (("α", "β", "γ"), "7 x 7")


def test_kaggles_folder_of_train_and_unlabelled_test(tmp_path: Path, mnist: Arrays) -> None:
    save(tmp_path / "train.csv", mnist["y_train"], mnist["x_train"], header=",".join(["label", *PIXELS]))
    lines = [",".join(PIXELS), *(",".join(map(str, image.ravel())) for image in mnist["x_test"])]
    (tmp_path / "test.csv").write_text("\n".join(lines))
    (tmp_path / "sample_submission.csv").write_text("ImageId,Label\n1,0\n")
    digits = loaded(tmp_path)
    assert (len(digits.train), len(digits.test)) == (36, 0)
    assert digits.notes[0] == "Left out test.csv, which has no labels."
    with pytest.raises(DigitjsError, match=r"test\.csv has no column of labels"):
        loaded(tmp_path / "test.csv")


def test_two_tables_are_two_splits(tmp_path: Path, mnist: Arrays) -> None:
    save(tmp_path / "emnist-digits-train.csv", mnist["y_train"], mnist["x_train"].swapaxes(1, 2))
    save(tmp_path / "emnist-digits-test.csv", mnist["y_test"], mnist["x_test"].swapaxes(1, 2))
    digits = loaded(tmp_path)
    np.testing.assert_array_equal(digits.test.images[..., 0] * 255, mnist["x_test"])
    assert len(digits.train) + len(digits.validation) == 36


def test_all_malformed_lines_are_named_at_once(tmp_path: Path, mnist: Arrays) -> None:
    path = save(tmp_path / "own.csv", mnist["y_train"], mnist["x_train"])
    lines = path.read_text().splitlines()
    lines[2] += ",7"
    lines[5] = lines[5].replace(",0,", ",white,", 1)
    path.write_text("\n".join(lines))
    with pytest.raises(DigitjsError, match=r"line 3 has 786 columns, not 785; line 6 has 'white' where a pixel should"):
        loaded(path)


@pytest.mark.parametrize("pixel", ["1_0", "١"])
def test_what_python_alone_takes_for_a_number_is_named(tmp_path: Path, mnist: Arrays, pixel: str) -> None:
    path = save(tmp_path / "own.csv", mnist["y_train"], mnist["x_train"])
    lines = path.read_text().splitlines()
    for i in (0, 7):
        lines[i] = lines[i].replace(",0,", f",{pixel},", 1)
    path.write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(DigitjsError, match=r"line 1 (has|cannot be read).*; line 8 (has|cannot be read).*; mend"):
        loaded(path)


def test_columns_that_make_no_square_are_refused(tmp_path: Path, mnist: Arrays) -> None:
    path = save(tmp_path / "own.csv", mnist["y_train"], mnist["x_train"][:, :27])
    with pytest.raises(DigitjsError, match="has 757 columns, which are no label and the pixels of a square image"):
        loaded(path)


@pytest.mark.parametrize("pixel", ["-5", "nan", "70000"])
def test_pixels_out_of_range_are_refused(tmp_path: Path, mnist: Arrays, pixel: str) -> None:
    path = save(tmp_path / "own.csv", mnist["y_train"], mnist["x_train"])
    path.write_text(path.read_text().replace(",0,", f",{pixel},", 1))
    with pytest.raises(DigitjsError, match=r"own\.csv has pixels"):
        loaded(path)
