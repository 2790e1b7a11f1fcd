"""Sets that are larger than memory should hold: the same samples, from a file, with little memory of their own."""

import gzip
import struct
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from digitjs.data import dataset, pool
from digitjs.data.samples import Dataset
from digitjs.data.source import MNIST, Source
from digitjs.data.stored import StoredImages
from digitjs.filesystem import scratch

COUNT = 400_000  # images: 314 MB as they are, 1,254 MB as floats
ROOM = 200_000_000  # bytes that a process may add for them
LOAD = """
import resource, sys
from pathlib import Path
from digitjs.data import dataset
from digitjs.data.source import Source
[own] = [int(line.split()[1]) << 10 for line in open("/proc/self/status") if line.startswith("VmData")]
resource.setrlimit(resource.RLIMIT_DATA, (own + int(sys.argv[2]),) * 2)
digits = dataset.load(Source((Path(sys.argv[1]),)))
splits = (digits.train, digits.validation, digits.test)
print(sum(map(len, splits)), sum(float(split.images[::1000].sum()) > 0 for split in splits))
"""


def both(path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Dataset, Dataset]:
    """A small set as it is, and as if it were large."""
    floats = dataset.load(Source((path,)))
    with monkeypatch.context() as patch:
        patch.setattr(scratch, "SMALL", 0)
        patch.setattr(pool, "FLOATS", 0)
        stored = dataset.load(Source((path,)))
    assert isinstance(stored.train.images, StoredImages)
    return floats, stored


def repeated(folder: Path, count: int, *, packed: bool = False) -> Path:
    """So many of MNIST's digits as IDX files; gives the file of the images."""
    with np.load(MNIST) as arrays:
        images, labels = arrays["x_test"], arrays["y_test"]
    suffix, opened = (".gz", gzip.open) if packed else ("", open)
    with opened(folder / f"own-labels-idx1-ubyte{suffix}", "wb") as file:
        file.write(struct.pack(">4BI", 0, 0, 8, 1, count) + np.resize(labels, count).tobytes())
    path = folder / f"own-images-idx3-ubyte{suffix}"
    with opened(path, "wb") as file:
        file.write(struct.pack(">4B3I", 0, 0, 8, 3, count, 28, 28))
        for start in range(0, count, len(images)):
            file.write(images[: count - start].tobytes())
    return path


@pytest.mark.skipif(sys.platform != "linux", reason="limits what Linux counts")
def test_a_large_set_takes_little_memory(tmp_path: Path) -> None:
    path = repeated(tmp_path, COUNT)
    run = subprocess.run(
        [sys.executable, "-c", LOAD, str(path), str(ROOM)], capture_output=True, text=True, check=False
    )
    assert (run.returncode, run.stdout.split()) == (0, [str(COUNT), "3"]), run.stderr


def formats(folder: Path) -> list[Path]:
    """The same 4,000 digits in every format of images that may be large."""
    packed = folder / "packed"
    packed.mkdir()
    paths = [repeated(folder, 4000), repeated(packed, 4000, packed=True)]
    with np.load(MNIST) as arrays:
        images, labels = arrays["x_test"][:4000], arrays["y_test"][:4000]
    np.savez_compressed(folder / "own.npz", images=images, labels=labels)
    np.savez(folder / "columns.npz", images=np.asfortranarray(images), labels=labels)
    np.savez(folder / "colours.npz", images=np.repeat(images[..., None], 3, axis=3), labels=labels)
    single = folder / "single"
    single.mkdir()
    np.save(single / "images.npy", images)
    np.save(single / "labels.npy", labels)
    np.savetxt(folder / "own.csv", np.column_stack([labels, images.reshape(-1, 784)]), "%d", ",")
    return [*paths, *(folder / name for name in ("own.npz", "columns.npz", "colours.npz", "single", "own.csv"))]


def test_digits_from_files_are_those_of_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for path in formats(tmp_path):
        floats, stored = both(path, monkeypatch)
        np.testing.assert_array_equal(stored.test.images[:], floats.test.images)
        for split, other in ((stored.train, floats.train), (stored.validation, floats.validation)):
            np.testing.assert_array_equal(split.labels, other.labels)
            np.testing.assert_array_equal(split.images[7::90], other.images[7::90])


def test_what_is_framed_is_stored_to_the_nearest_byte(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with np.load(MNIST) as arrays:
        images, labels = arrays["x_test"][:600], arrays["y_test"][:600]
    np.savez(tmp_path / "own.npz", x=np.pad(images, ((0, 0), (2, 9), (4, 7))), y=labels)
    for label in range(3):
        (tmp_path / "pictures" / str(label)).mkdir(parents=True)
        for i, image in enumerate(images[labels == label][:20]):
            Image.fromarray(255 - np.pad(image, i)).save(tmp_path / "pictures" / str(label) / f"{i}.png")
    for name in ("own.npz", "pictures"):
        floats, stored = both(tmp_path / name, monkeypatch)
        np.testing.assert_array_equal(stored.train.labels, floats.train.labels)
        np.testing.assert_allclose(stored.train.images[:], floats.train.images, atol=0.5 / 255 + 1e-6)
