"""Names of classes as people write them."""

from pathlib import Path

import pytest

from digitjs.data import classes
from digitjs.errors import DigitjsError


@pytest.mark.parametrize(
    ("given", "read"),
    [
        ("abcñ", ("a", "b", "c", "ñ")),
        (" a b\tc ", ("a", "b", "c")),
        ("n\u0303a", ("ñ", "a")),  # composed
        ("กำก็ค", ("กำ", "ก็", "ค")),  # marks that have no composed form
        ("क्षत्र", ("क्ष", "त्र")),  # conjuncts
        (
            "\U0001f469\u200d\U0001f469\u200d\U0001f467\u270d\U0001f3fd\U0001f1eb\U0001f1f7",
            ("\U0001f469\u200d\U0001f469\u200d\U0001f467", "\u270d\U0001f3fd", "\U0001f1eb\U0001f1f7"),
        ),
        ("cat, dog,fish", ("cat", "dog", "fish")),
        ("treble clef\nbass clef\n", ("treble clef", "bass clef")),
        ("a,b,", ("a", "b")),
    ],
)
def test_signs_stay_whole_and_separators_make_names(given: str, read: tuple[str, ...]) -> None:
    assert classes.read(given) == read


def test_a_file_names_one_class_a_line(tmp_path: Path) -> None:
    path = tmp_path / "names.txt"
    path.write_bytes("\ufefftreble clef\r\n\r\n  rest, whole \r\nn\u0303\r\n".encode())
    assert classes.read(str(path)) == ("treble clef", "rest, whole", "ñ")


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("", "No class is named"),
        (" , ,", "No class is named"),
        ("treble", "The class 'e' is named twice. Without commas each sign is a class"),
        ("a,b,a", "The class 'a' is named twice. Names of classes are separated by commas"),
    ],
)
def test_what_names_no_classes_is_said(given: str, said: str) -> None:
    with pytest.raises(DigitjsError, match=said):
        classes.read(given)


def test_a_text_longer_than_a_path_may_be_is_no_file() -> None:
    names = tuple(f"sign {number}" for number in range(400))
    assert classes.read(", ".join(names)) == names
