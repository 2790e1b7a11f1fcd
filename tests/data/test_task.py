"""Classes of any script; what could not be told apart or shown is refused."""

import re

import pytest

from digitjs.data.task import DIGITS, Task


def test_the_default_is_mnists_digits() -> None:
    assert Task().classes == DIGITS
    assert Task().is_digits


@pytest.mark.parametrize("classes", [("ñ", "ص"), ("👩‍🚀", "かな"), ("treble clef", "bass clef"), ("a", "A")])
def test_classes_are_of_any_script(classes: tuple[str, ...]) -> None:
    task = Task(classes)
    assert task.classes == classes
    assert not task.is_digits


@pytest.mark.parametrize(
    ("classes", "says"),
    [
        (("a",), "There are 1 classes: give 2 to 500"),
        (tuple(map(str, range(501))), "There are 501 classes"),
        (("a", "b", "a"), "'a' is there twice"),
        (("a", " "), "has no name"),
        (("n\u0303", "n"), "composed form"),
        (("a ", "b"), "blanks around it"),
        (("a\nb", "b"), "control character"),
        (("a\u202eb", "b"), "control character"),
        (("a\udce9", "b"), "control character"),
        (("a" * 41, "b"), "longer than 40"),
    ],
)
def test_classes_that_cannot_be_told_apart_or_shown_are_refused(classes: tuple[str, ...], says: str) -> None:
    with pytest.raises(ValueError, match=re.escape(says)):
        Task(classes)
