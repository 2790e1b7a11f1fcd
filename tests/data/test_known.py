"""What the names of published sets say."""

from pathlib import Path

import pytest

from digitjs.data.known import FASHION, KMNIST, LETTERS, about, named


@pytest.mark.parametrize(
    ("path", "transposed", "classes"),
    [
        ("data/emnist-letters-train-images-idx3-ubyte.gz", True, LETTERS),
        ("emnist/gzip", True, ()),
        ("EMNIST-digits.csv", True, ()),
        ("fashion-mnist", False, FASHION),
        ("fashion_mnist/train-images-idx3-ubyte.gz", False, FASHION),
        ("FashionMNIST/raw", False, FASHION),
        ("kmnist-train-imgs.npz", False, KMNIST),
        ("train-images-idx3-ubyte.gz", False, ()),
        ("fashion/mine.npz", False, ()),
        ("mnist.npz", False, ()),
    ],
)
def test_sets_are_known_by_their_name_or_their_folders(path: str, transposed: bool, classes: tuple[str, ...]) -> None:
    found = about(Path("/somewhere") / path)
    assert (found.transposed, found.classes) == (transposed, classes)


def test_numbers_are_named_only_where_all_of_them_are_known() -> None:
    path = Path("emnist-letters-train-images-idx3-ubyte.gz")
    assert named(("1", "26"), path) == {str(i): name for i, name in enumerate(LETTERS, start=1)}
    assert named(("0", "26"), path) == {}
    assert named(("a", "b"), Path("fashion-mnist.npz")) == {}
