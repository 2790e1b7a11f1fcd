"""IDX files as they are published: MNIST's names and EMNIST's, packed and not, a folder or one of the files."""

import gzip
import struct
from pathlib import Path

import numpy as np
import pytest

from conftest import few_digits
from digitjs.data import dataset
from digitjs.data.known import FASHION
from digitjs.data.samples import Dataset
from digitjs.data.source import DataOptions, Source
from digitjs.errors import DigitjsError

Arrays = dict[str, np.ndarray]
FASHION_MNIST = Path("/usr/share/datasets/fashion-mnist")  # where Debian's package dataset-fashion-mnist has it


@pytest.fixture
def mnist(tiny_data: Path) -> Arrays:
    return few_digits(tiny_data, 60, 60)


def loaded(path: Path, **options: object) -> Dataset:
    return dataset.load(Source((path,), DataOptions(**options)))  # type: ignore[arg-type]


def write(path: Path, array: np.ndarray, kind: int = 8) -> Path:
    head = struct.pack(f">4B{array.ndim}I", 0, 0, kind, array.ndim, *array.shape)
    with (gzip.open if path.suffix == ".gz" else open)(path, "wb") as file:
        file.write(head + np.ascontiguousarray(array).tobytes())
    return path


def save(folder: Path, name: str, arrays: Arrays) -> list[Path]:
    """The four files; in the name stand half, mnist, kind and axes."""
    files = []
    for half in ("train", "test"):
        for kind, array in (("images", arrays[f"x_{half}"]), ("labels", arrays[f"y_{half}"])):
            named = {"half": half, "mnist": "train" if half == "train" else "t10k", "kind": kind, "axes": array.ndim}
            files.append(write(folder / name.format(**named), array))
    return files


@pytest.mark.parametrize("given", [None, 0, -1])
@pytest.mark.parametrize(
    "name",
    ["{mnist}-{kind}-idx{axes}-ubyte.gz", "{mnist}-{kind}-idx{axes}-ubyte", "{mnist}-{kind}.idx{axes}-ubyte"],
)
def test_mnists_files_are_read_as_a_folder_or_by_one_of_them(
    tmp_path: Path, mnist: Arrays, name: str, given: int | None
) -> None:
    files = save(tmp_path, name, mnist)
    digits = loaded(tmp_path if given is None else files[given])
    np.testing.assert_array_equal(digits.test.images[..., 0] * 255, mnist["x_test"])
    np.testing.assert_array_equal(digits.test.labels, mnist["y_test"])
    assert (len(digits.train), len(digits.validation), digits.task.is_digits) == (60, 0, True)


def test_files_beside_their_packed_copies_are_read_once(tmp_path: Path, mnist: Arrays) -> None:
    for name in ("{mnist}-{kind}-idx{axes}-ubyte.gz", "{mnist}-{kind}-idx{axes}-ubyte"):
        save(tmp_path, name, mnist)
    assert len(loaded(tmp_path).train) == 60


def test_other_types_of_numbers_are_read(tmp_path: Path, mnist: Arrays) -> None:
    write(tmp_path / "images.idx", (mnist["x_train"] / 255).astype(">f4"), 0x0D)
    write(tmp_path / "labels.idx", mnist["y_train"].astype(">i4"), 0x0C)
    np.testing.assert_allclose(loaded(tmp_path).train.images[..., 0] * 255, mnist["x_train"], atol=1e-4)


def emnist(folder: Path, mnist: Arrays, name: str = "emnist-letters") -> list[Path]:
    """Files as EMNIST has them: exchanged axes, labels from 1 on."""
    turned = {
        key: array.swapaxes(1, 2) if key[0] == "x" else (array % 3 + 1).astype(np.uint8) for key, array in mnist.items()
    }
    return save(folder, name + "-{half}-{kind}-idx{axes}-ubyte.gz", turned)


def test_emnist_is_transposed_and_its_letters_are_named(tmp_path: Path, mnist: Arrays) -> None:
    files = emnist(tmp_path, mnist)
    letters = loaded(tmp_path)
    np.testing.assert_array_equal(letters.test.images[..., 0] * 255, mnist["x_test"])
    assert (letters.task.classes, letters.task.is_digits, letters.task.reading) == (("A", "B", "C"), False, "one")
    assert letters.origins[0].axes == "transposed, as EMNIST is published"
    straight = loaded(files[0], transpose=False)
    np.testing.assert_array_equal(straight.test.images[..., 0] * 255, mnist["x_test"].swapaxes(1, 2))


def test_emnists_mapping_names_its_classes(tmp_path: Path, mnist: Arrays) -> None:
    emnist(tmp_path, mnist, "emnist-balanced")
    before = dataset.fingerprint(Source((tmp_path,)))
    (tmp_path / "emnist-balanced-mapping.txt").write_text("0 48\n1 97\n2 65 97\n3 122\n")
    assert loaded(tmp_path).task.classes == ("A", "a", "z")
    assert dataset.fingerprint(Source((tmp_path,))) != before


def test_a_folder_of_several_sets_asks_for_one(tmp_path: Path, mnist: Arrays) -> None:
    emnist(tmp_path, mnist)
    [one, *_] = emnist(tmp_path, mnist, "emnist-mnist")
    with pytest.raises(DigitjsError, match=r"several data sets \(emnist-letters, emnist-mnist\): give a file of one"):
        loaded(tmp_path)
    assert len(loaded(one).test) == 60


def test_all_faults_of_the_files_are_named_at_once(tmp_path: Path, mnist: Arrays) -> None:
    images, labels, _, other = save(tmp_path, "{mnist}-{kind}-idx{axes}-ubyte", mnist)
    images.write_bytes(images.read_bytes()[:-1])
    write(labels, mnist["y_train"][:-1])
    other.unlink()
    with pytest.raises(DigitjsError) as refused:
        loaded(tmp_path)
    for says in (
        "train-images-idx3-ubyte declares the shape (60, 28, 28) but holds less",
        "test split lacks the labels",
    ):
        assert says in refused.value.message
    write(images, mnist["x_train"])
    write(other, mnist["y_test"])
    with pytest.raises(DigitjsError, match="the train split has 60 images but 59 labels"):
        loaded(tmp_path)


@pytest.mark.parametrize("cut", [8, 200])
def test_a_damaged_gzip_file_is_named(tmp_path: Path, mnist: Arrays, cut: int) -> None:
    images, *_ = save(tmp_path, "{mnist}-{kind}-idx{axes}-ubyte.gz", mnist)
    images.write_bytes(images.read_bytes()[:-cut])
    with pytest.raises(DigitjsError, match=r"train-images-idx3-ubyte\.gz cannot be read .*, fetch it again"):
        loaded(tmp_path)


def test_what_is_only_declared_takes_no_memory(tmp_path: Path, mnist: Arrays) -> None:
    images, *_ = save(tmp_path, "{mnist}-{kind}-idx{axes}-ubyte", mnist)
    images.write_bytes(struct.pack(">4B3I", 0, 0, 8, 3, 1 << 30, 1 << 30, 1 << 30))
    with pytest.raises(DigitjsError, match=r"GB, give at most 1,100"):
        loaded(tmp_path)


@pytest.mark.skipif(not FASHION_MNIST.is_dir(), reason="needs Debian's package dataset-fashion-mnist")
def test_clothes_are_pictures_with_names() -> None:
    clothes = loaded(FASHION_MNIST)
    assert (len(clothes.train), len(clothes.validation), len(clothes.test)) == (55_000, 5_000, 10_000)
    assert set(clothes.task.classes) == set(FASHION)
    assert (clothes.task.kind, clothes.task.reading, clothes.task.pens) == ("picture", "one", None)
    with gzip.open(FASHION_MNIST / "t10k-images-idx3-ubyte.gz") as file:
        raw = np.frombuffer(file.read(), np.uint8, offset=16).reshape(-1, 28, 28)
    np.testing.assert_allclose(clothes.test.images[..., 0] * 255, raw, atol=1e-4)
    assert loaded(FASHION_MNIST, kind="drawing").task.kind == "drawing"


@pytest.mark.skipif(not FASHION_MNIST.is_dir(), reason="needs Debian's package dataset-fashion-mnist")
def test_numbers_of_clothes_are_no_digits(tmp_path: Path) -> None:
    for file in FASHION_MNIST.iterdir():
        (tmp_path / file.name).symlink_to(file)
    clothes = loaded(tmp_path)
    assert (clothes.task.is_digits, clothes.task.classes[:2]) == (False, ("class 0", "class 1"))
