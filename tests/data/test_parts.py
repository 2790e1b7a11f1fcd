"""Labels as names, and faults as a part of a sentence."""

from pathlib import Path

import numpy as np
import pytest

from digitjs.data.parts import Part, coded, counted, listed, natural, require_names
from digitjs.data.stored import Uneven
from digitjs.errors import DigitjsError


def test_labels_are_composed_and_numbered_as_they_come() -> None:
    names, places = coded(["n\u0303", " b ", "ñ", "b", "a"])
    assert (names, places.tolist()) == (("ñ", "b", "a"), [0, 1, 0, 1, 2])


def test_numbers_in_names_are_ordered_by_value() -> None:
    names = ["b", "a10", "10", "a2", "2", "01", "1", "B"]
    assert sorted(names, key=natural) == ["01", "1", "2", "10", "B", "a2", "a10", "b"]


def test_ten_faults_are_named_and_the_rest_counted() -> None:
    assert listed(["a", "b"]) == "a; b"
    assert listed([str(i) for i in range(12)]).endswith("; 8; 9; and 2 more")
    assert (counted(1, "file"), counted(2000, "file")) == ("1 file", "2,000 files")


def test_all_labels_that_cannot_be_classes_are_named() -> None:
    with pytest.raises(DigitjsError, match=r"^own has labels that cannot be used: .*control character.*; A class has"):
        require_names(["a", "a\nb", ""], Path("own"))


def test_some_samples_keep_all_that_belongs_to_them() -> None:
    images = Uneven.of(np.full((2, 2 + i), i, np.uint8) for i in range(4))
    part = Part(("a", "b"), np.array([0, 1, 1, 0]), images, writers=("v", "w", "x", "y"), split="test")
    some = part.chosen(np.array([3, 1]))
    assert (some.labels.tolist(), some.writers, some.split, len(some)) == ([0, 1], ("y", "w"), "test", 2)
    assert isinstance(some.images, Uneven)
    assert [some.images[i].tolist() for i in range(2)] == [[[3] * 5] * 2, [[1] * 3] * 2]
