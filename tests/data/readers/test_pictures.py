"""Folders of pictures as people have them: any size, colour and paper, with and without splits, beside litter."""

import unicodedata
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

from digitjs.data import dataset, framing
from digitjs.data.readers import pictures
from digitjs.data.samples import Dataset
from digitjs.data.source import DataOptions, Source
from digitjs.errors import DigitjsError


def loaded(path: Path, **options: object) -> Dataset:
    return dataset.load(Source((path,), DataOptions(**options)))  # type: ignore[arg-type]


def letter(name: str, size: int = 105, *, turn: int = 0) -> Image.Image:
    """A sign of black strokes on white: L, T or O, in a corner of the paper."""
    image = Image.new("L", (size, size), 255)
    draw, pen = ImageDraw.Draw(image), max(1, size // 24)
    a, b = size * (20 + turn) // 105, size * (60 + turn) // 105
    if name == "L":
        draw.line([(a, a), (a, b), (b, b)], 0, pen)
    elif name == "T":
        draw.line([(a, a), (b, a)], 0, pen)
        draw.line([((a + b) // 2, a), ((a + b) // 2, b)], 0, pen)
    else:
        draw.ellipse([a, a, b, b], outline=0, width=pen)
    return image


def save(folder: Path, names: str = "LTO", count: int = 5, suffix: str = "png") -> Path:
    for name in names:
        (folder / name).mkdir(parents=True)
        for i in range(count):
            letter(name, turn=3 * i).save(folder / name / f"{i}.{suffix}")
    return folder


@pytest.mark.parametrize("suffix", ["png", "jpg", "bmp", "gif", "PNG"])
def test_black_on_white_is_inverted_and_framed(tmp_path: Path, suffix: str) -> None:
    signs = loaded(save(tmp_path, suffix=suffix))
    assert (signs.task.classes, np.bincount(signs.train.labels).tolist()) == (("L", "O", "T"), [5, 5, 5])
    assert framing.is_framed(signs.train.images)
    assert signs.train.images[:, 0, -1].max() == 0  # a corner that no sign reaches
    assert signs.train.images.max(axis=(1, 2, 3)).min() > 0.8
    assert signs.origins[0].paper.startswith("dark ink on light paper: inverted")
    assert (signs.origins[0].size, signs.task.kind, signs.notes) == ("105 x 105", "drawing", ())


def test_pictures_that_are_framed_already_are_kept(tmp_path: Path, tiny_data: Path) -> None:
    with np.load(tiny_data) as file:
        images, labels = file["x_train"][:100], file["y_train"][:100]
    for i, (image, label) in enumerate(zip(images, labels, strict=True)):
        (tmp_path / str(label)).mkdir(exist_ok=True)
        Image.fromarray(255 - image).save(tmp_path / str(label) / f"{i:03}.png")
    digits = loaded(tmp_path)
    assert (digits.task.is_digits, digits.origins[0].framing) == (True, "kept: framed as MNIST already")
    order = np.argsort(labels, kind="stable")
    np.testing.assert_allclose(digits.train.images[..., 0] * 255, images[order], atol=1e-3)


def test_zeros_and_ones_are_noticed(tmp_path: Path) -> None:
    plain = loaded(save(tmp_path / "plain"))
    for path in sorted((tmp_path / "plain").rglob("*.png")):
        other = tmp_path / "other" / path.relative_to(tmp_path / "plain")
        other.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray((np.asarray(Image.open(path)) > 127).astype(np.uint8)).save(other)
    signs = loaded(tmp_path / "other")
    np.testing.assert_allclose(signs.train.images, plain.train.images, atol=0.01)
    assert signs.origins[0].paper == "dark ink on light paper: inverted (values 0 to 1)"


def test_white_on_black_gives_the_same_images(tmp_path: Path) -> None:
    save(tmp_path / "black")
    for path in sorted((tmp_path / "black").rglob("*.png")):
        other = tmp_path / "white" / path.relative_to(tmp_path / "black")
        other.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(255 - np.asarray(Image.open(path))).save(other)
    light, dark = loaded(tmp_path / "white"), loaded(tmp_path / "black")
    np.testing.assert_allclose(light.train.images, dark.train.images, atol=1e-5)
    assert light.origins[0].paper.startswith("light ink on dark paper")


def in_colour(image: Image.Image) -> Image.Image:
    return Image.merge("RGB", [image, image, image])


def transparent(image: Image.Image) -> Image.Image:
    """Black ink on nothing, as drawing programs save it."""
    ink = Image.new("RGBA", image.size, (0, 0, 0, 0))
    ink.putalpha(Image.fromarray(255 - np.asarray(image)))
    return ink


def of_16_bits(image: Image.Image) -> Image.Image:
    return Image.fromarray(np.asarray(image).astype(np.uint16) * 257)


@pytest.mark.parametrize(
    "stored",
    [in_colour, transparent, of_16_bits, lambda image: image.convert("1"), lambda image: image.convert("P")],
    ids=["colour", "transparent", "16 bits", "1 bit", "palette"],
)
def test_every_way_to_store_a_picture_is_read_the_same(tmp_path: Path, stored: object) -> None:
    plain = loaded(save(tmp_path / "plain"))
    for path in sorted((tmp_path / "plain").rglob("*.png")):
        other = tmp_path / "other" / path.relative_to(tmp_path / "plain")
        other.parent.mkdir(parents=True, exist_ok=True)
        stored(Image.open(path)).save(other)  # type: ignore[operator]
    np.testing.assert_allclose(loaded(tmp_path / "other").train.images, plain.train.images, atol=0.01)


def test_large_pictures_are_averaged_not_sampled(tmp_path: Path) -> None:
    """Lines a hundredth of the side thin stay whole, whatever the size of the paper."""
    for size in (60, 400, 1500):
        for name in "LTO":
            (tmp_path / str(size) / name).mkdir(parents=True)
            for i in range(3):
                letter(name, size, turn=i).save(tmp_path / str(size) / name / f"{i}.png")
    small, middle, large = (loaded(tmp_path / str(size)).train.images for size in (60, 400, 1500))
    assert large.min(initial=1, where=large > 0.9) > 0.9
    assert abs(large - middle).mean() < 0.01
    assert abs(large - small).mean() < 0.05


def test_splits_and_litter_are_known_by_name(tmp_path: Path) -> None:
    save(tmp_path / "data" / "Training", count=6)
    save(tmp_path / "data" / "val", count=5)
    save(tmp_path / "data" / "test", count=4)
    for litter in (".DS_Store", "Thumbs.db", "__MACOSX/._L.png", "Training/L/.hidden.png", "Training/L/Thumbs.db"):
        (tmp_path / "data" / litter).parent.mkdir(exist_ok=True)
        (tmp_path / "data" / litter).write_bytes(b"litter")
    (tmp_path / "data" / "Training" / "L" / "notes.txt").write_text("drawn in May")
    (tmp_path / "data" / "Training" / "none").mkdir()
    signs = loaded(tmp_path)  # the folder around it, as archives unpack
    assert (len(signs.train) + len(signs.validation), len(signs.test)) == (33, 12)
    assert signs.notes == (
        "Left out files that are not PNG, JPEG, BMP or GIF: 1 .txt.",
        "Left out folders without pictures: none.",
    )


def test_pictures_that_belong_to_no_class_are_noted(tmp_path: Path) -> None:
    save(tmp_path / "train", count=6)
    save(tmp_path / "test", count=4)
    save(tmp_path / "extra", count=2)
    for loose in ("title.png", "train/all.PNG", "test/all.png"):
        letter("T").save(tmp_path / loose)
    assert loaded(tmp_path).notes[:2] == (
        "Left out folders beside those of the splits: extra.",
        "Left out 3 pictures beside the folders of the classes.",
    )
    save(tmp_path / "classes")
    letter("T").save(tmp_path / "classes" / "1.png")
    assert loaded(tmp_path / "classes").notes == ("Left out 1 picture beside the folders of the classes.",)


def test_files_beside_the_folders_of_classes_do_not_matter(tmp_path: Path) -> None:
    save(tmp_path, "LO")
    (tmp_path / "metadata.csv").write_text("file_name,label\nL/0.png,L\n")
    (tmp_path / "info.json").write_text('{"classes": 2}')
    assert loaded(tmp_path).task.classes == ("L", "O")


def test_a_class_may_be_called_test(tmp_path: Path) -> None:
    save(tmp_path, "LO")
    (tmp_path / "L").rename(tmp_path / "test")
    assert loaded(tmp_path).task.classes == ("O", "test")


def test_names_of_folders_are_composed(tmp_path: Path) -> None:
    save(tmp_path, "LO")
    (tmp_path / "L").rename(tmp_path / unicodedata.normalize("NFD", "ñ"))
    assert loaded(tmp_path).task.classes == ("O", "ñ")


def test_sizes_may_differ(tmp_path: Path) -> None:
    save(tmp_path)
    letter("L", 300).resize((200, 300)).save(tmp_path / "L" / "tall.png")
    signs = loaded(tmp_path)
    assert (len(signs.train), signs.origins[0].size) == (16, "105 x 105 to 200 x 300")


def test_all_pictures_that_cannot_be_read_are_named_at_once(tmp_path: Path) -> None:
    save(tmp_path)
    (tmp_path / "L" / "0.png").write_bytes(b"no picture")
    whole = (tmp_path / "O" / "1.png").read_bytes()
    (tmp_path / "O" / "1.png").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(DigitjsError) as refused:
        loaded(tmp_path)
    for says in ("L/0.png is no PNG, JPEG, BMP or GIF", "O/1.png is cut short or damaged", "mend or remove them"):
        assert says in refused.value.message


def test_a_picture_that_would_fill_the_memory_is_refused_unread(tmp_path: Path) -> None:
    save(tmp_path, "LO")
    Image.new("1", (30_000, 30_000)).save(tmp_path / "L" / "bomb.png")  # a few kilobytes
    with pytest.raises(DigitjsError, match=r"L/bomb\.png has more than 67 million pixels, scale it down"):
        loaded(tmp_path)


def test_one_class_is_not_enough(tmp_path: Path) -> None:
    with pytest.raises(DigitjsError, match=r"The data are of one class only \(L\): give samples of two classes"):
        loaded(save(tmp_path, "L"))


def test_loose_pictures_are_to_be_sorted(tmp_path: Path) -> None:
    letter("L").save(tmp_path / "L1.png")
    with pytest.raises(DigitjsError, match="has 1 picture, but not in folders: put the pictures of each class into"):
        loaded(tmp_path)
    with pytest.raises(DigitjsError, match="holds no data that digitjs reads"):
        (tmp_path / "empty").mkdir()
        loaded(tmp_path / "empty")


def test_papers_of_both_kinds_are_said(tmp_path: Path) -> None:
    save(tmp_path)
    for i in range(2):
        path = tmp_path / "L" / f"{i}.png"
        Image.fromarray(255 - np.asarray(Image.open(path))).save(path)
    assert loaded(tmp_path).notes == ("13% of the images seem to have the opposite paper of the others.",)
    assert (
        loaded(tmp_path, invert=False).origins[0].paper.startswith("light ink on dark paper, as in MNIST, as you set")
    )


def test_photographs_are_pictures(tmp_path: Path) -> None:
    random = np.random.default_rng(3)
    for name in ("cat", "dog"):
        (tmp_path / name).mkdir()
        for i in range(10):
            coarse = Image.fromarray(random.integers(0, 255, (9, 12, 3), dtype=np.uint8))
            coarse.resize((160, 120), Image.Resampling.BICUBIC).save(tmp_path / name / f"{i}.jpg")
    photographs = loaded(tmp_path)
    assert photographs.task.kind == "picture"
    assert photographs.train.images[:, 13:15].mean() > 0.3  # the whole width
    assert photographs.train.images[:, 0].max() == 0  # above the wider side is nothing
    assert loaded(tmp_path, kind="drawing").task.kind == "drawing"


def test_pictures_lie_as_the_camera_says(tmp_path: Path) -> None:
    image = letter("L").resize((100, 60))
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    image.save(tmp_path / "turned.jpg", exif=exif)
    picture = pictures.look(tmp_path / "turned.jpg", 50)
    assert not isinstance(picture, str)
    assert (picture.values.shape, picture.size) == ((50, 30), (60, 100))
