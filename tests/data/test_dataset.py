"""The loader gives what its docstring says, and one sentence about everything else."""

import json
import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from conftest import few_digits
from digitjs.data import dataset, framing
from digitjs.data.samples import Dataset
from digitjs.data.source import MNIST, DataOptions, Source
from digitjs.data.task import Framing, Greys, framing_of
from digitjs.errors import DigitjsError
from digitjs.filesystem.paths import digest

FIXTURES = Path(__file__).parent.parent / "fixtures" / "strokes"
Arrays = dict[str, NDArray[np.generic]]
Spoil = Callable[[NDArray[np.generic]], NDArray[np.generic]]


@pytest.fixture
def arrays(tiny_data: Path) -> Arrays:
    """Digits of MNIST, three of each to train."""
    return few_digits(tiny_data, 30, 20)


def save(path: Path, arrays: Arrays) -> Path:
    np.savez(path, **arrays)  # type: ignore[arg-type]
    return path


def loaded(path: Path, **options: object) -> Dataset:
    return dataset.load(Source((path,), DataOptions(**options)))  # type: ignore[arg-type]


def test_the_embedded_mnist_is_whole() -> None:
    digits = dataset.load()
    assert (len(digits.train), len(digits.validation), len(digits.test)) == (55_000, 5_000, 10_000)
    assert digits.train.images.shape == (55_000, 28, 28, 1)
    assert digits.train.images.dtype == np.float32
    assert (digits.train.images.min(), digits.train.images.max()) == (0, 1)
    assert np.bincount(digits.test.labels).tolist() == [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]


def test_validation_digits_are_held_out_of_the_training_digits(tiny_data: Path) -> None:
    digits = loaded(tiny_data)
    both = np.concatenate([digits.train.images, digits.validation.images])
    with np.load(tiny_data) as file:
        assert len(digits.validation) == (np.bincount(file["y_train"]) // 12).sum()
    with np.load(tiny_data) as file:
        assert sorted(map(bytes, both)) == sorted(map(bytes, (file["x_train"] / np.float32(255))[..., np.newaxis]))


@pytest.mark.parametrize(
    "stored",
    [
        pytest.param(lambda x: x, id="uint8"),
        pytest.param(lambda x: x.astype(np.float64), id="float 0..255"),
        pytest.param(lambda x: x / np.float32(255), id="float 0..1"),
        pytest.param(lambda x: x[..., np.newaxis], id="with a channel"),
        pytest.param(lambda x: (x / 255).astype(">f8"), id="in another byte order"),
        pytest.param(np.asfortranarray, id="in another order of axes"),
        pytest.param(lambda x: np.where(x == 255, 1.004, x / 255), id="bicubic 0..1"),
        pytest.param(lambda x: np.where(x == 0, -2.0, x), id="bicubic 0..255"),
    ],
)
def test_every_way_to_store_pixels_is_read_the_same(tmp_path: Path, arrays: Arrays, stored: Spoil) -> None:
    expected = loaded(save(tmp_path / "plain.npz", arrays))
    changed = {name: stored(array) if name.startswith("x") else array for name, array in arrays.items()}
    digits = loaded(save(tmp_path / "own.npz", changed))
    np.testing.assert_allclose(digits.train.images, expected.train.images, atol=1e-7)
    np.testing.assert_array_equal(digits.test.labels, arrays["y_test"])


def test_images_of_true_and_false_are_read(tmp_path: Path, arrays: Arrays) -> None:
    ink = {name: array > 127 if name.startswith("x") else array for name, array in arrays.items()}
    digits = loaded(save(tmp_path / "own.npz", ink))
    np.testing.assert_array_equal(digits.test.images[..., 0], ink["x_test"])


def test_digits_of_another_frame_are_framed_in_every_split(tmp_path: Path, arrays: Arrays) -> None:
    small = {name: np.zeros_like(array) if name.startswith("x") else array for name, array in arrays.items()}
    for name in ("x_train", "x_test"):
        small[name][:, 1:15, 12:26] = arrays[name][:, ::2, ::2]
    digits = loaded(save(tmp_path / "own.npz", small))
    assert digits.is_small
    for split in (digits.train, digits.test):
        assert framing.is_framed(split.images)
    mixed = loaded(save(tmp_path / "mixed.npz", {**small, "x_train": arrays["x_train"]}))
    assert framing.is_framed(mixed.train.images) and framing.is_framed(mixed.test.images)
    [origin] = mixed.origins
    assert origin.framing == "framed: ink scaled to 20 pixels, centred by its mass"  # both splits alike


def test_data_are_read_in_another_framing(tmp_path: Path, arrays: Arrays) -> None:
    other, path = framing_of(40, centre="box"), save(tmp_path / "own.npz", arrays)
    drawn = tmp_path / "drawn.jsonl"
    lines = [json.loads(line) for line in (FIXTURES / "digits.jsonl").read_text().splitlines()]
    drawn.write_text("".join(json.dumps({**line, "writer": str(i)}) + "\n" for i in range(3) for line in lines))
    digits = dataset.load(Source((path, drawn)), other)
    assert digits.task.framing == other
    for split in (digits.train, digits.test):
        assert split.images.shape[1:] == (40, 40, 1)
        assert framing.is_framed(split.images, other)
    assert "framed: ink scaled to 28.6 pixels in 40 x 40, centred by its box" in digits.origins[0].framing
    tested = {"x_test": digits.test.images, "y_test": digits.test.labels}
    framed = {"x_train": np.tile(digits.test.images, (3, 1, 1, 1)), "y_train": np.tile(digits.test.labels, 3), **tested}
    again = dataset.load(Source((save(tmp_path / "framed.npz", framed),)), other)
    np.testing.assert_array_equal(again.test.images[..., 0], digits.test.images[..., 0])


def nan(x: NDArray[np.generic]) -> NDArray[np.generic]:
    y = x.astype(np.float32)
    y[3, 4, 5] = np.nan
    return y


BAD = [
    ("x_train", lambda x: x[0, 0, 0], "shape ()"),
    ("x_train", lambda x: x[:, 0, :10], "shape (30, 10)"),
    ("x_test", lambda x: x.astype(str), "dtype <U3"),
    ("x_train", lambda x: x[:-1], "29 images but y_train has 30 labels"),
    ("x_test", lambda x: x[:0], "0 images but y_test has 20 labels"),
    ("y_test", lambda y: y.astype(np.int16) - 1, "no training samples of -1"),
    ("y_test", lambda y: y + 3, "no training samples of 10, 12"),
    ("y_test", lambda y: y + 0.5, "not whole numbers"),
    ("y_test", lambda y: np.array(["seven"] * len(y)), "no training samples of seven"),
    ("y_train", lambda y: y[0], "shape ()"),
    ("y_train", lambda y: np.ones((30, 4)), "more than one largest value"),
    ("x_train", nan, "NaN"),
    ("x_train", lambda x: x.astype(np.float32) * 2, "scale them to 0..255"),
    ("x_train", lambda x: x.astype(np.float32) - 9, "scale them to 0..255"),
    ("x_train", lambda x: x.astype(np.float32) + np.inf, "scale them to 0..255"),
    ("x_train", lambda x: x.astype(np.int16) - 1, "scale them to 0..255"),
    ("x_train", lambda x: x.astype(complex), "dtype complex128"),
    ("x_train", lambda x: np.zeros(30, dtype=[("pixels", "u1", (28, 28))]), "plain array of numbers"),
    ("y_train", lambda y: np.array(list(y), dtype=object), "holds Python objects"),
    ("y_train", lambda y: np.array(["a\nb"] * len(y)), "control character"),
]


@pytest.mark.parametrize(("name", "spoil", "says"), BAD)
def test_arrays_that_cannot_be_read_are_refused_by_name(
    tmp_path: Path, arrays: Arrays, name: str, spoil: Spoil, says: str
) -> None:
    with pytest.raises(DigitjsError) as refused:
        loaded(save(tmp_path / "own.npz", {**arrays, name: spoil(arrays[name])}))
    assert says in refused.value.message
    assert "own.npz" in refused.value.message or says.startswith("no training")
    assert refused.value.message.endswith(".")


def test_all_faults_of_a_file_are_named_at_once(tmp_path: Path, arrays: Arrays) -> None:
    spoilt = {**arrays, "x_train": arrays["x_train"] * 9.0, "y_test": arrays["y_test"] + 0.5}
    with pytest.raises(DigitjsError, match=r"x_train has pixels .*; y_test has labels that are not whole"):
        loaded(save(tmp_path / "own.npz", spoilt))


def binary(x: NDArray[np.generic]) -> NDArray[np.generic]:
    return (x > np.uint8(127)).astype(np.uint8)


@pytest.mark.parametrize(
    "changed",
    [
        {"x": lambda x: x.reshape(-1, 784)},
        {"x": lambda x: x[:, np.newaxis]},
        {"x": lambda x: np.moveaxis(x, 0, -1)},
        {"x": lambda x: np.repeat(x[..., np.newaxis], 3, axis=-1)},
        {"x": lambda x: x.astype(np.int64)},
        {"x": lambda x: x.reshape(-1, 784).astype(np.uint16)},
        {"x": lambda x: x.astype(np.uint16) * 257},
        {"x": lambda x: (x / 127.5) - 1},
        {"x": lambda x: 255 - x},
        {"x": lambda x: 1 - x / 255},
        {"x": lambda x: 1 - x / 127.5},
        {"x": lambda x: x <= 127},
        {"x": binary},
        {"x": lambda x: 1 - binary(x).astype(np.int64).reshape(-1, 784)},
        {"x": lambda x: x // 16},
        {"x": lambda x: x / 16.0},
        {"y": lambda y: np.eye(10)[y]},
        {"y": lambda y: np.eye(10)[y] > 0},
        {"y": lambda y: y[:, np.newaxis]},
        {"y": lambda y: y.astype(np.float64)},
        {"y": lambda y: y.astype(np.float64).astype(str)},
        {"y": lambda y: y.astype(str)},
        {"y": lambda y: y.astype(bytes)},
        {"x": lambda x: x.reshape(-1, 784).astype(np.int64), "y": lambda y: y.astype(str)},
    ],
)
def test_what_others_store_otherwise_is_read_the_same(
    tmp_path: Path, arrays: Arrays, changed: dict[str, Spoil]
) -> None:
    other = {name: changed[name[0]](array) if name[0] in changed else array for name, array in arrays.items()}
    digits = loaded(save(tmp_path / "own.npz", other))
    assert digits.task.is_digits
    np.testing.assert_allclose(digits.test.images[..., 0], arrays["x_test"] / 255, atol=0.51)  # as far as 0 and 1 say
    np.testing.assert_array_equal(digits.test.labels, arrays["y_test"])


def test_own_digits_are_the_task_of_digits_without_pens(tmp_path: Path, arrays: Arrays) -> None:
    own, mnist = loaded(save(tmp_path / "own.npz", arrays)).task, dataset.load().task
    assert (own.is_digits, own.reading, own.pens, own.dataset) == (True, "row", None, "")
    assert (mnist.is_digits, mnist.reading, mnist.pens, mnist.dataset) == (True, "row", "latin-digits", "MNIST")


def test_classes_are_in_natural_order(tmp_path: Path, arrays: Arrays) -> None:
    names = np.array(["b", "a10", "a2", "ñ", "n\u0303", "b", "b", "a2", "ñ", "a10"])
    letters = {**arrays, "y_train": names[arrays["y_train"]], "y_test": names[arrays["y_test"]]}
    task = loaded(save(tmp_path / "own.npz", letters)).task
    assert (task.classes, task.reading, task.pens) == (("a2", "a10", "b", "ñ"), "one", None)


def many(arrays: Arrays, count: int) -> Arrays:
    """So many training images and no test split."""
    return {"images": np.resize(arrays["x_train"], (count, 28, 28)), "labels": np.resize(arrays["y_train"], count)}


def test_without_a_test_split_small_sets_are_all_trained_on(tmp_path: Path, arrays: Arrays) -> None:
    digits = loaded(save(tmp_path / "own.npz", many(arrays, 2999)))
    assert (len(digits.train), len(digits.validation), len(digits.test)) == (2999, 0, 0)
    assert digits.test.images.shape == (0, 28, 28, 1)


def test_without_a_test_split_one_is_held_out_of_large_sets(tmp_path: Path, arrays: Arrays) -> None:
    digits = loaded(save(tmp_path / "own.npz", many(arrays, 3000)))
    counts = np.bincount(np.resize(arrays["y_train"], 3000))
    np.testing.assert_array_equal(np.bincount(digits.test.labels), counts // 7)
    assert len(digits.validation) == ((counts - counts // 7) // 12).sum()
    assert len(digits.train) + len(digits.validation) + len(digits.test) == 3000


def letters(arrays: Arrays, *counts: int) -> Arrays:
    """So many images of a, b, c and so on."""
    labels = np.repeat(np.array(list("abcdef")[: len(counts)]), counts)
    return {"images": arrays["x_train"][: len(labels)], "labels": labels}


def test_few_samples_are_noted_and_fewer_refused(tmp_path: Path, arrays: Arrays) -> None:
    assert loaded(save(tmp_path / "own.npz", letters(arrays, 5, 6))).notes == ()
    [note] = loaded(save(tmp_path / "own.npz", letters(arrays, 5, 4, 3))).notes
    assert note == "These classes have fewer than 5 samples, which is little: b (4), c (3)."
    with pytest.raises(DigitjsError, match=r"fewer than 3 samples: b \(2\), c \(1\): give more, or leave them out"):
        loaded(save(tmp_path / "own.npz", letters(arrays, 5, 2, 1)))
    digits = {"images": arrays["x_train"][:28], "labels": np.array([*range(10), *range(9), *range(9)])}
    with pytest.raises(DigitjsError, match=r"fewer than 3 samples: 9 \(1\): give more"):
        loaded(save(tmp_path / "own.npz", digits))
    with pytest.raises(DigitjsError, match=r"one class only \(a\): give samples of two classes"):
        loaded(save(tmp_path / "own.npz", letters(arrays, 5)))


def test_names_are_given_to_numbers_in_order(tmp_path: Path, arrays: Arrays) -> None:
    path = save(tmp_path / "own.npz", {"x": arrays["x_train"], "y": np.arange(30) % 3 + 1})
    assert loaded(path).notes == ("The classes are numbers, 1 to 3: name them with classes = [...] under [data].",)
    named = loaded(path, classes=("α", "β", "γ"))
    assert (named.task.classes, named.train.labels[:4].tolist()) == (("α", "β", "γ"), [0, 1, 2, 0])
    names = np.array(["no", "yes"])
    inside = save(tmp_path / "named.npz", {"x": arrays["x_train"], "y": np.arange(30) % 2, "classes": names})
    assert loaded(inside).task.classes == ("no", "yes")


def test_some_classes_are_chosen_in_an_order(tmp_path: Path, arrays: Arrays) -> None:
    path = save(tmp_path / "own.npz", letters(arrays, 5, 6, 7))
    chosen = loaded(path, classes=("c", "a"))
    assert (chosen.task.classes, np.bincount(chosen.train.labels).tolist()) == (("c", "a"), [7, 5])
    assert chosen.notes == ("Left out 6 samples of classes that are not chosen: b.",)
    with pytest.raises(DigitjsError, match=r"chosen classes x, y are not in the data: give some of theirs \(a, b, c\)"):
        loaded(path, classes=("x", "y", "a"))


def test_more_classes_than_a_page_has_are_refused(tmp_path: Path, arrays: Arrays) -> None:
    path = save(tmp_path / "own.npz", {"x": np.resize(arrays["x_train"], (1503, 28, 28)), "y": np.arange(1503) % 501})
    with pytest.raises(DigitjsError, match=r"own.npz: There are 501 classes: give 2 to 500\."):
        loaded(path)


def test_data_without_samples_are_refused(tmp_path: Path, arrays: Arrays) -> None:
    empty = {"images": arrays["x_train"][:0], "labels": arrays["y_train"][:0]}
    with pytest.raises(DigitjsError, match=r"own\.npz hold no samples: give some of two classes"):
        loaded(save(tmp_path / "own.npz", empty), classes=("a", "b"))
    blank = {"images": np.zeros((9, 28, 28), np.uint8), "labels": np.arange(9) % 2}
    with pytest.raises(DigitjsError, match="no training samples of 0, 1"):
        loaded(save(tmp_path / "own.npz", blank))


def test_blank_images_are_left_out(tmp_path: Path, arrays: Arrays) -> None:
    given = letters(arrays, 6, 6)
    given["images"] = given["images"].copy()
    given["images"][[0, 7]] = 3
    samples = loaded(save(tmp_path / "own.npz", given))
    assert (len(samples.train), samples.notes) == (10, ("Left out 2 blank images.",))


def test_own_answers_come_before_what_the_images_say(tmp_path: Path, arrays: Arrays) -> None:
    path = save(tmp_path / "own.npz", arrays)
    plain = loaded(path).test.images
    np.testing.assert_allclose(loaded(path, kind="picture", invert=True).test.images, 1 - plain, atol=1e-6)
    turned = loaded(path, transpose=True)
    np.testing.assert_array_equal(turned.test.images, plain.swapaxes(1, 2))
    assert turned.origins[0].axes == "transposed, as you set"


def test_what_is_said_of_own_images_does_not_change_mnist(tmp_path: Path, arrays: Arrays) -> None:
    given = {"images": 255 - arrays["x_train"], "labels": arrays["y_train"]}
    both = dataset.load(Source((MNIST, save(tmp_path / "own.npz", given)), DataOptions(invert=True)))
    np.testing.assert_array_equal(both.test.images, dataset.load().test.images)
    assert both.train.images[-1].mean() < 0.3


def strokes(path: Path, *labels: object) -> Path:
    """A stroke file with a drawing for each label, in JSON."""
    line = '{"label": %s, "strokes": [[[0, 0], [1, 30]], [[0, 30], [9, %d]]]}\n'
    path.write_text("".join(line % (label, 31 + i) for i, label in enumerate(labels)))
    return path


def test_corrections_are_added_to_mnist(tmp_path: Path) -> None:
    path = strokes(tmp_path / "corrections.jsonl", 1, '"1"', "null", '"125"')
    digits = dataset.load(Source((MNIST, path)))
    assert len(digits.train) + len(digits.validation) == 60_002
    assert (digits.task.is_digits, digits.task.pens, digits.task.dataset) == (True, "latin-digits", "")
    assert digits.notes == (
        "Left out 1 drawing without a label.",
        "Left out 1 row of signs, such as 125: name them in classes if they are signs themselves.",
    )
    np.testing.assert_array_equal(digits.test.images, dataset.load().test.images)


def test_classes_that_are_not_tested_are_named(tmp_path: Path, arrays: Arrays) -> None:
    spoilt = {**arrays, "x_test": arrays["x_test"][:1], "y_test": arrays["y_test"][:1] * 0}
    assert (
        "The test split has no samples of 1, 2, 3, 4, 5, 6, 7, 8 and 1 more."
        in loaded(save(tmp_path / "own.npz", spoilt)).notes
    )


def test_texts_of_digits_are_classes_where_their_digits_are_none(tmp_path: Path) -> None:
    path = strokes(tmp_path / "signs.jsonl", *['"01"', '"02"', '"10"'] * 5)
    assert dataset.load(Source((path,))).task.classes == ("01", "02", "10")
    path = strokes(tmp_path / "months.jsonl", *[1, 2, 12] * 5)  # numbers are never rows
    assert dataset.load(Source((path,))).task.classes == ("1", "2", "12")


def test_writers_are_numbered_and_held_out_together(tmp_path: Path) -> None:
    line = '{"label": "%s", "writer": "w%02d", "strokes": [[[0, 0], [1, 30], [%d, 5]]]}\n'
    path = tmp_path / "signs.jsonl"
    path.write_text("".join(line % (label, writer, k) for writer in range(20) for label in "ab" for k in range(75)))
    signs = dataset.load(Source((path,)))
    trained, tested = (half.writers for half in (signs.train, signs.test))
    assert trained is not None
    assert tested is not None
    assert set(tested)
    assert not set(tested) & set(trained)
    assert 3000 / 7 <= len(signs.test) < 3000 / 7 + 150
    assert signs.splits.startswith("by writer")


def test_the_fingerprint_knows_contents_options_and_the_code_that_draws(tmp_path: Path, arrays: Arrays) -> None:
    path, drawn = save(tmp_path / "own.npz", arrays), strokes(tmp_path / "own.jsonl", 1, 2)
    assert dataset.fingerprint(Source((path,))) == digest(path)  # as of earlier versions
    assert dataset.fingerprint() == dataset.fingerprint(Source((MNIST,))) == dataset.MNIST_SHA256
    assert dataset.fingerprint(Source((drawn,))) != digest(drawn)
    sources = [
        Source((path,)),
        Source((path,), DataOptions(invert=True)),
        Source((path,), DataOptions(classes=("a", "b"))),
        Source((MNIST,)),
        Source((MNIST, path)),
        Source((path, MNIST)),
        Source((drawn,)),
    ]
    assert len({dataset.fingerprint(source) for source in sources}) == len(sources)


def test_the_fingerprint_knows_the_framing(tmp_path: Path, arrays: Arrays) -> None:
    source = Source((save(tmp_path / "own.npz", arrays),))
    plain, large = dataset.fingerprint(source), dataset.fingerprint(source, framing_of(32))
    assert len({plain, large, dataset.fingerprint(source, framing_of(32, box=20))}) == 3
    assert dataset.fingerprint(source, Framing()) == plain


def test_the_fingerprint_knows_the_names_that_readers_heed(tmp_path: Path, arrays: Arrays) -> None:
    """The same bytes give other classes, axes or splits in files and folders of other names."""
    table = "\n".join(",".join(map(str, [i % 3 + 1, *x.ravel()])) for i, x in enumerate(arrays["x_train"]))
    paths = [tmp_path / name for name in ("emnist/letters/a.csv", "emnist-letters/a.csv", "signs/a.csv", "b/train.csv")]
    for path in paths:
        path.parent.mkdir(parents=True)
        path.write_text(table)
    nested, letters, signs, train = (dataset.fingerprint(Source((path.parent,))) for path in paths)
    assert len({nested, letters, train}) == 3
    assert nested == signs  # a folder's folder says nothing
    origins = [dataset.load(Source((path.parent,))).origins[0].axes for path in paths[:2]]
    assert origins == ["not transposed", "transposed, as EMNIST is published"]
    assert dataset.fingerprint(Source((paths[1],))) == letters


def test_files_that_cannot_be_read_are_refused_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.npz")
    for path, says in [
        (tmp_path / "pipe.npz", "pipe"),
        (Path("/dev/zero"), "device"),
        (tmp_path, "pipe"),
        (tmp_path / "missing.npz", "No such file"),
    ]:
        for read in (dataset.load, dataset.fingerprint):
            with pytest.raises(DigitjsError, match=says):
                read(Source((path,)))


def test_the_splits_of_one_path_have_the_paper_of_the_training_images(tmp_path: Path, arrays: Arrays) -> None:
    """Test images with a light border, which by themselves are on another paper, as the last line finds out."""
    border = np.pad(np.zeros((26, 26), np.uint8), 1, constant_values=200)
    own = {**arrays, "x_test": np.maximum(arrays["x_test"], border)}
    [origin] = loaded(save(tmp_path / "own.npz", own)).origins
    assert origin.paper == "light ink on dark paper, as in MNIST (values 0 to 255)"
    bordered = {**own, "x_train": np.maximum(arrays["x_train"], border)}
    assert loaded(save(tmp_path / "all.npz", bordered)).origins[0].paper.startswith("dark ink on light paper")


def test_pages_are_told_the_greys_of_pictures(tmp_path: Path, arrays: Arrays) -> None:
    dark = save(tmp_path / "dark.npz", arrays)
    assert loaded(dark, kind="picture").task.greys == Greys(inverted=False, border="dark")
    assert loaded(dark, kind="picture", invert=True).task.greys == Greys(inverted=True, border="dark")
    light = {name: 255 - array if name.startswith("x") else array for name, array in arrays.items()}
    assert loaded(save(tmp_path / "light.npz", light), kind="picture").task.greys.border == "light"
    light["x_train"][::2] = arrays["x_train"][::2]
    task = loaded(save(tmp_path / "both.npz", light), kind="picture").task
    assert (task.greys.border, task.framing.box, task.framing.centre) == (None, 0, "box")
    assert loaded(dark).task.greys == Greys()
