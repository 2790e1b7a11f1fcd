"""TFRecord files as TensorFlow writes them: read alike, and refused in a sentence that names the record."""

import gzip
import io
import struct
import subprocess
import sys
import zlib
from pathlib import Path

import google_crc32c
import numpy as np
import pytest
from PIL import Image

from conftest import few_digits
from digitjs.data import dataset, tfrecord_file
from digitjs.data.readers import detect, tfrecord
from digitjs.data.samples import Dataset
from digitjs.data.source import MNIST, Share, Source
from digitjs.errors import DigitjsError

PARTS = 4
Feature = bytes | int | float | list[int] | list[float] | list[bytes]

# In a process of its own: these tests, like what they test, do not load TensorFlow.
WRITE = """
import sys
import numpy as np
import tensorflow as tf
def feature(value):
    if isinstance(value, bytes):
        return tf.train.Feature(bytes_list=tf.train.BytesList(value=[value]))
    return tf.train.Feature(int64_list=tf.train.Int64List(value=[value]))
def write(name, packed, images, labels, encode):
    with tf.io.TFRecordWriter(name, tf.io.TFRecordOptions(packed)) as file:
        for image, label in zip(images, labels):
            features = encode(image) | {"label": feature(int(label))}
            wrapped = {name: value if isinstance(value, tf.train.Feature) else feature(value)
                       for name, value in features.items()}
            file.write(tf.train.Example(features=tf.train.Features(feature=wrapped)).SerializeToString())
def png(image):
    return {"image": tf.io.encode_png(image[..., None]).numpy(), "image/format": b"png"}
def raw(image):
    return {"image_raw": image.tobytes(), "height": 28, "width": 28, "depth": 1}
def floats(image):
    values = (image / np.float32(255)).ravel()
    return {"image": tf.train.Feature(float_list=tf.train.FloatList(value=values))}
with np.load(sys.argv[1]) as arrays:
    images, labels = arrays["x_train"], arrays["y_train"]
write("png.tfrecord", "", images, labels, png)
write("raw.tfrecord", "GZIP", images, labels, raw)
write("floats.tfrecord", "", images, labels, floats)
"""


@pytest.fixture(scope="module")
def digits(tiny_data: Path) -> dict[str, np.ndarray]:
    return few_digits(tiny_data, 36, 36)


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory, digits: dict[str, np.ndarray]) -> Path:
    """A folder of files that TensorFlow has written."""
    folder = tmp_path_factory.mktemp("tfrecord")
    np.savez(folder / "digits.npz", **digits)
    subprocess.run([sys.executable, "-c", WRITE, "digits.npz"], cwd=folder, check=True, capture_output=True)
    return folder


def loaded(path: Path) -> Dataset:
    return dataset.load(Source((path,)))


def message(number: int, content: bytes) -> bytes:
    """A field of a protobuf message that has a length."""
    size, length = len(content), b""
    while size > 127:
        length += bytes([size & 127 | 128])
        size >>= 7
    return bytes([number << 3 | 2]) + length + bytes([size]) + content


def varint(number: int) -> bytes:
    number &= (1 << 64) - 1
    return bytes([number & 127 | 128]) + varint(number >> 7) if number > 127 else bytes([number])


def example(**features: Feature) -> bytes:
    """A tf.train.Example, byte by byte; a double underscore in a name is a slash."""
    entries = b""
    for name, given in features.items():
        values = given if isinstance(given, list) else [given]
        if isinstance(values[0], bytes):
            feature = message(1, b"".join(message(1, value) for value in values if isinstance(value, bytes)))
        elif isinstance(values[0], float):
            feature = message(2, message(1, struct.pack(f"<{len(values)}f", *values)))
        else:
            feature = message(3, message(1, b"".join(varint(int(value)) for value in values)))
        entries += message(1, message(1, name.replace("__", "/").encode()) + message(2, feature))
    return message(1, entries)


def masked(content: bytes) -> bytes:
    crc = google_crc32c.value(content)
    return struct.pack("<I", ((crc >> 15 | crc << 17) + 0xA282EAD8) & 0xFFFFFFFF)


def record(content: bytes) -> bytes:
    length = struct.pack("<Q", len(content))
    return length + masked(length) + content + masked(content)


def png(image: np.ndarray, kind: str = "PNG") -> bytes:
    file = io.BytesIO()
    Image.fromarray(image).save(file, kind)
    return file.getvalue()


def save(path: Path, images: np.ndarray, labels: np.ndarray) -> Path:
    path.write_bytes(
        b"".join(
            record(example(image=bytes(image.tobytes()), label=int(label)))
            for image, label in zip(images, labels, strict=True)
        )
    )
    return path


@pytest.mark.parametrize("name", ["png", "raw", "floats"])
def test_what_tensorflow_writes_is_read_as_it_is(written: Path, digits: dict[str, np.ndarray], name: str) -> None:
    images = loaded(written / f"{name}.tfrecord").train.images
    np.testing.assert_allclose(images[:, :, :, 0] * 255, digits["x_train"], atol=1e-4)


def test_files_are_known_by_name_or_content(written: Path, tmp_path: Path) -> None:
    for name in ("own-train.tfrecord-00000-of-00001", "own.tfrecords", "own"):
        (tmp_path / name).write_bytes((written / "png.tfrecord").read_bytes())
        assert detect.kind_of(tmp_path / name) == "tfrecord"
    (tmp_path / "own.gz").write_bytes(gzip.compress((written / "png.tfrecord").read_bytes()))
    assert detect.kind_of(tmp_path / "own.gz") == "tfrecord"


def test_tensorflow_is_not_loaded(written: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from digitjs.data import dataset, source; "
        "print(len(dataset.load(source.Source((Path(sys.argv[1]),))).train), 'tensorflow' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(written / "raw.tfrecord")], capture_output=True, text=True, check=True
    )
    assert done.stdout == "36 False\n"


def test_usual_names_colours_and_texts(tmp_path: Path) -> None:
    grey = np.zeros((20, 30), np.uint8)
    grey[5:15, 12:18] = 255
    colours = np.repeat(grey[..., np.newaxis], 3, axis=2)
    size = {"image__height": 20, "image__width": 30}
    records = [
        example(image__encoded=png(colours, "JPEG"), image__class__text="ä".encode(), image__class__label=1, **size),
        example(image__encoded=png(colours), image__class__text="ö".encode(), image__class__label=2, **size),
        example(image__raw=colours.tobytes(), image__channels=3, label="ä".encode(), **size),
        example(image=grey.ravel().tolist(), height=20, width=30, label="ö".encode()),
    ]
    (tmp_path / "own.tfrecord").write_bytes(b"".join(map(record, records)) * 3)
    signs = loaded(tmp_path / "own.tfrecord")
    assert (signs.task.classes, len(signs.train)) == (("ä", "ö"), 12)
    np.testing.assert_allclose(signs.train.images[1:4], signs.train.images[1:2].repeat(3, axis=0), atol=1 / 255)


def test_raw_floats_and_pictures_of_many_sizes(tmp_path: Path) -> None:
    for kind in ("floats", "sizes"):
        records = []
        for number in range(8):
            side = 24 + (number if kind == "sizes" else 0)
            image = np.zeros((side, side), np.uint8)
            image[6:18, 4 * (number % 2) + 6] = 255
            content = png(image) if kind == "sizes" else (image / np.float32(255)).tobytes()
            records.append(example(image=content, height=side, width=side, label=number % 2))
        (tmp_path / f"{kind}.tfrecord").write_bytes(b"".join(map(record, records)))
        lines = loaded(tmp_path / f"{kind}.tfrecord")
        assert (lines.task.classes, len(lines.train)) == (("0", "1"), 8)
        assert lines.train.images[:].max() > 0.9


def test_floats_as_bytes_are_floats_without_a_size(tmp_path: Path, digits: dict[str, np.ndarray]) -> None:
    for name, low in (("unit", 0), ("centred", -1)):
        floats = digits["x_train"] / np.float32(255) * (1 - low) + np.float32(low)
        own = loaded(save(tmp_path / f"{name}.tfrecord", floats, digits["y_train"]))
        np.testing.assert_allclose(own.train.images[:, :, :, 0] * 255, digits["x_train"], atol=1e-4)


def test_bytes_of_digits_are_never_taken_for_floats(tmp_path: Path) -> None:
    with np.load(MNIST) as arrays:
        images = [image for image in arrays["x_test"] if image.any()]
    for number, some in enumerate((images, [255 - image for image in images], [np.zeros((28, 28), np.uint8)] * 2)):
        path = save(tmp_path / f"{number}.tfrecord", np.stack(some), np.arange(len(some)) % 10)
        [part] = tfrecord.read(path).parts
        np.testing.assert_array_equal(part.images, some)


def test_floats_after_bytes_are_refused(tmp_path: Path) -> None:
    floats = (np.eye(8, dtype=np.float32) / 2).tobytes()
    (tmp_path / "own.tfrecord").write_bytes(b"".join(record(example(image=one, label=1)) for one in (FINE, floats)))
    with pytest.raises(DigitjsError, match=r"record 2 \(its pixels differ in type .* with height and width\)"):
        loaded(tmp_path / "own.tfrecord")


def test_pictures_are_decoded_whatever_their_length(tmp_path: Path, digits: dict[str, np.ndarray]) -> None:
    image = digits["x_train"][0]
    for kind in ("PNG", "JPEG", "GIF", "BMP"):
        content = png(image, kind)
        content += bytes(len(content) % 2)  # as many bytes as pixels are said
        size = {"image__height": 2, "image__width": len(content) // 2}
        (tmp_path / "own.tfrecord").write_bytes(record(example(image__encoded=content, label=1, **size)))
        [part] = tfrecord.read(tmp_path / "own.tfrecord").parts
        assert part.images is not None
        np.testing.assert_allclose(part.images[0], image, atol=30 if kind == "JPEG" else 0)


def test_pixels_may_begin_as_a_bmp_does(tmp_path: Path) -> None:
    images = np.zeros((2, 28, 28), np.uint8)
    images[:, 5:20, 9] = 255
    images[:, 0, :2] = 66, 77
    [part] = tfrecord.read(save(tmp_path / "own.tfrecord", images, np.arange(2))).parts
    np.testing.assert_array_equal(part.images, images)


FINE = np.tile(np.arange(64, dtype=np.uint8), 2).tobytes()[:64]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (example(pixels=FINE, label=1), "no feature image or image/encoded, but label, pixels"),
        (example(image=FINE), "no feature label or image/class/text, but image"),
        (example(image=FINE, label=0.5), "its label is no single whole number or text"),
        (example(image=FINE, label=[0, 1]), "its label is no single whole number or text"),
        (example(image=FINE, label=b"\xff"), "its label is no UTF-8 text"),
        (example(image=[FINE, FINE], label=1), "its image has 2 values, give one"),
        (example(image=FINE[:-1], label=1), r"63 bytes or values, which are no PNG, .* and no square: add features"),
        (example(image=FINE, label=1, height=9, width=8), r"64 bytes .*, and not 9 x 8 x 1 pixels"),
        (example(image=b"", label=1), "0 bytes or values, .* and no square: add features"),
        (example(image=FINE * 3, label=1, height=8, width=8), r"192 bytes .*, and have 3 for each pixel: add depth"),
        (example(image=b"\x89PNG\r\n\x1a\n", label=1), "its image is cut short or damaged|is no PNG, JPEG"),
        (example(image=[0.5] * 64, label=1), "its pixels differ in type or size from those of records before it"),
    ],
)
def test_what_cannot_be_used_is_named_by_its_record(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "own.tfrecord"
    path.write_bytes(record(example(image=FINE, label=1)) + record(content))
    with pytest.raises(DigitjsError, match=rf"own\.tfrecord has records that cannot be used: record 2 \(.*({said})"):
        loaded(path)


def test_many_faults_are_not_all_read(tmp_path: Path) -> None:
    (tmp_path / "own.tfrecord").write_bytes(record(example(image=FINE)) * 50)
    with pytest.raises(DigitjsError) as refused:
        loaded(tmp_path / "own.tfrecord")
    assert refused.value.message.count("(it has no feature label") == 10


def test_damaged_records_are_named_by_number(tmp_path: Path) -> None:
    one = record(example(image=FINE, label=1))
    flipped = one[:40] + bytes([one[40] ^ 1]) + one[41:]
    path = tmp_path / "own.tfrecord"
    for content, number in (
        (one + flipped, 2),
        (one + one[:-1], 2),
        (one * 2 + one[:7], 3),
        (b"\x10\0\0\0", 1),
        (gzip.compress(one * 3)[:-12], 1),
        (gzip.compress(one * 2 + flipped), 3),
        (one + struct.pack("<Q", 1 << 40) + masked(struct.pack("<Q", 1 << 40)), 2),
    ):
        path.write_bytes(content)
        with pytest.raises(
            DigitjsError,
            match=rf"own\.tfrecord is a TFRecord file that is cut short or damaged at its record {number}( or|:)",
        ):
            loaded(path)
    path.write_bytes(one + record(b"\xff\xff"))
    with pytest.raises(DigitjsError, match=r"own\.tfrecord is a TFRecord file whose record 2 is no tf\.train\.Example"):
        loaded(path)
    path.write_bytes(b"")
    with pytest.raises(DigitjsError, match=r"own\.tfrecord holds no records"):
        loaded(path)


def test_zlib_is_named(tmp_path: Path, digits: dict[str, np.ndarray]) -> None:
    path = save(tmp_path / "train-00000-of-00001", digits["x_train"], digits["y_train"])
    path.write_bytes(zlib.compress(path.read_bytes()))
    for place in (path, tmp_path):
        with pytest.raises(DigitjsError, match=r"of-00001 is a TFRecord file packed with ZLIB: write it with GZIP"):
            loaded(place)


def test_long_records_are_named(tmp_path: Path) -> None:
    one = record(example(image=FINE, label=1))
    (tmp_path / "own.tfrecord").write_bytes(one + record(example(image=bytes(1 << 24), label=1)))
    with pytest.raises(DigitjsError, match=r"own\.tfrecord has 17 MB in its record 2: give at most 17, such as"):
        loaded(tmp_path / "own.tfrecord")


@pytest.mark.parametrize("depth", [1, 3])
def test_large_floats_are_scaled_as_bytes_are(tmp_path: Path, depth: int) -> None:
    image = np.zeros((300, 150, depth), np.uint8)
    image[60:240, 50:80] = 255
    parts = []
    for kind in (np.uint8, np.float32):
        content = image.astype(kind).tobytes()
        feature = example(image=content, label=1, height=300, width=150, depth=depth)
        (tmp_path / "own.tfrecord").write_bytes(record(feature))
        parts += [part.images for part in tfrecord.read(tmp_path / "own.tfrecord").parts]
    assert [(images.shape, images.dtype) for images in parts if isinstance(images, np.ndarray)] == [
        ((1, 112, 56), np.uint8),
        ((1, 112, 56), np.float32),
    ]
    np.testing.assert_allclose(parts[1], parts[0], atol=1)


def test_a_folder_is_one_set_and_each_worker_reads_its_own_files(tmp_path: Path, tiny_data: Path) -> None:
    with np.load(tiny_data) as arrays:
        images, labels = arrays["x_train"], arrays["y_train"]
    for number in range(PARTS):
        save(tmp_path / f"own.tfrecord-{number:05}-of-{PARTS:05}", images[number::PARTS], labels[number::PARTS])
    whole = loaded(tmp_path)
    shares = [dataset.load(Source((tmp_path,)), share=Share(index, 2)) for index in range(2)]
    assert all(share.task == whole.task for share in shares)
    read = [[split.images[:] for split in (own.train, own.validation, own.test)] for own in (whole, *shares)]
    seen = [sorted(bytes((image * 255).astype(np.uint8)) for split in own for image in split) for own in read]
    assert seen[0] == sorted(seen[1] + seen[2]) == sorted(bytes(image) for image in images)
    assert seen[2] == sorted(bytes(image) for image in [*images[1::PARTS], *images[3::PARTS]])


@pytest.mark.parametrize("name", ["own-{}.tfrecord-00000-of-00001", "{}-00000-of-00001"])
def test_files_named_after_splits_are_those(tmp_path: Path, digits: dict[str, np.ndarray], name: str) -> None:
    for split in ("train", "test"):
        save(tmp_path / name.format(split), digits[f"x_{split}"], digits[f"y_{split}"])
    own = loaded(tmp_path)
    assert (len(own.train), len(own.test)) == (len(digits["x_train"]), len(digits["x_test"]))


@pytest.mark.parametrize("packed", [False, True])
def test_part_files_need_no_suffix(tmp_path: Path, digits: dict[str, np.ndarray], packed: bool) -> None:
    for number in range(PARTS):
        images, labels = (digits[name][number::PARTS] for name in ("x_train", "y_train"))
        path = save(tmp_path / f"train-{number:05}-of-{PARTS:05}", images, labels)
        path.write_bytes(gzip.compress(path.read_bytes()) if packed else path.read_bytes())
    (tmp_path / "LICENSE").write_text("of everybody")
    (tmp_path / "_SUCCESS").touch()
    found = detect.find(tmp_path)
    assert [file.name for file in found.files] == [f"train-{number:05}-of-{PARTS:05}" for number in range(PARTS)]
    assert len(detect.of_worker(found, Share(1, 3), "it").files) == 1
    assert len(found.read().parts) == PARTS
    shared = [detect.shared_out([file.name for file in found.files], Share(index, 2), "it") for index in range(2)]
    assert shared == [tuple(file.name for file in found.files[index::2]) for index in range(2)]


def test_a_length_that_begins_as_gzip_does_is_a_length(tmp_path: Path) -> None:
    content = example(image=bytes(35_600), label=1)
    filled = example(image=bytes(35_600 + 0x8B1F - len(content)), label=1)
    assert len(filled) == 0x8B1F
    (tmp_path / "own").write_bytes(record(filled))
    assert detect.kind_of(tmp_path / "own") == "tfrecord"
    assert [number for number, _ in tfrecord_file.examples(tmp_path / "own")] == [1]
