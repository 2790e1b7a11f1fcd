"""What pages know of a task follows from its classes."""

import pytest

from digitjs.data.task import Task
from digitjs.site.page_data import columns, page_task


def test_digits_are_known_as_such_whoever_wrote_them() -> None:
    for task in (Task(), Task(dataset="", pens=None)):
        known = page_task(task)
        assert (known.digits, known.direction, known.separator, known.key) == (True, "ltr", "", "")
        assert columns(known)


@pytest.mark.parametrize(
    ("classes", "direction", "separator", "side_by_side"),
    [
        (("a", "b"), "ltr", "", True),
        (("א", "ב"), "rtl", "", True),
        (("ا", "ب", "c"), "rtl", "", True),
        (("א", "b", "c"), "ltr", "", True),
        (("க்", "கா"), "ltr", "", True),  # each is one character to its readers
        (("treble clef", "flat"), "ltr", " ", False),
        (("ch", "a"), "ltr", " ", True),
        (tuple(map(chr, range(0x3042, 0x3042 + 13))), "ltr", "", False),
    ],
)
def test_directions_and_layout_follow_from_the_classes(
    classes: tuple[str, ...], direction: str, separator: str, side_by_side: bool
) -> None:
    known = page_task(Task(classes=classes, dataset="", pens=None))
    assert (known.direction, known.separator, columns(known)) == (direction, separator, side_by_side)
    assert known.key.startswith(".") and known.key != page_task(Task(classes=("x", "y"), pens=None)).key
