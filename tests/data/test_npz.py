"""Damaged, packed again or lying .npz files: one sentence, and no memory for what they only declare."""

import io
import struct
import zipfile
from pathlib import Path

import numpy as np
import pytest

from conftest import ARRAYS, few_digits
from digitjs.data import dataset, npz
from digitjs.data.source import Source
from digitjs.errors import DigitjsError


@pytest.fixture
def whole(tiny_data: Path) -> dict[str, bytes]:
    """The members of a small .npz file."""
    members = {}
    for name, array in few_digits(tiny_data, 30, 20).items():
        member = io.BytesIO()
        np.save(member, array)
        members[f"{name}.npy"] = member.getvalue()
    return members


def pack(path: Path, members: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", method) as file:
        for name, content in members.items():
            file.writestr(name, content)
    return path


def header(text: str) -> bytes:
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(text)) + text.encode()


def declaring(shape: str, dtype: str = "|u1") -> bytes:
    return header(f"{{'descr': '{dtype}', 'fortran_order': False, 'shape': {shape}, }}\n")


def refused(path: Path) -> str:
    with pytest.raises(DigitjsError) as error:
        dataset.load(Source((path,)))
    return error.value.message


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_every_packing_that_python_knows_is_read(tmp_path: Path, whole: dict[str, bytes], method: int) -> None:
    assert len(dataset.load(Source((pack(tmp_path / "own.npz", whole, method),))).test) == 20


@pytest.mark.parametrize(
    ("member", "says"),
    [
        (declaring(f"({10**10}, 28, 28)"), "does not hold so much"),
        (declaring(f"({10**20}, 28, 28)"), "does not hold so much"),
        (declaring("(-1, -28, -28)") + bytes(784), "does not hold so much"),
        (declaring(f"({10**9},)", "<U0"), "plain array"),
        (declaring("(1,)", "|O"), "Python objects"),
        (declaring("(1, 28, 28)"), "does not hold so much"),
        (header("{'descr': '|u1', 'fortran_order': (\n"), "damaged"),
        (header("(" * 9000), "damaged"),
        (header("[]"), "damaged"),
        (b"\x93NUMPY\x02\x00\xff\xff\xff\xff", "damaged"),
        (b"\x93NUMPY\x09\x00\x00\x00", "damaged"),
        (b"", "damaged"),
    ],
)
def test_headers_that_are_broken_or_lie_are_refused(
    tmp_path: Path, whole: dict[str, bytes], member: bytes, says: str
) -> None:
    message = refused(pack(tmp_path / "own.npz", {**whole, "x_train.npy": member}))
    assert "x_train in" in message
    assert says in message


def test_more_than_the_limit_is_refused_before_it_is_unpacked(
    tmp_path: Path, whole: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(npz, "LARGEST", 1 << 32)  # the real one needs zip files of 64 bits
    images = declaring("(5000000, 28, 28)")
    path = pack(tmp_path / "own.npz", {**whole, "x_train.npy": images, "x_test.npy": images})
    size = struct.pack("<L", len(images))
    path.write_bytes(path.read_bytes().replace(size, struct.pack("<L", len(images) + 5_000_000 * 784)))
    assert "unpacks to 7.8 GB" in refused(path)


@pytest.mark.parametrize(
    ("offset", "value", "says"),
    [
        (8, 1, "encrypted"),  # the flags
        (10, 9, "compressed in a way"),  # the method: deflate64, as Windows Explorer packs
        (6, 99, "damaged|compressed in a way"),  # the version of zip that it needs
    ],
)
def test_files_packed_in_ways_that_cannot_be_read(
    tmp_path: Path, whole: dict[str, bytes], offset: int, value: int, says: str
) -> None:
    path = pack(tmp_path / "own.npz", whole)
    content = bytearray(path.read_bytes())
    for magic, at in ((b"PK\1\2", offset), (b"PK\3\4", offset - 2)):
        found = content.find(magic)
        while found >= 0:
            content[found + at : found + at + 2] = struct.pack("<H", value)
            found = content.find(magic, found + 4)
    path.write_bytes(content)
    message = refused(path)
    assert any(part in message for part in says.split("|")), message


def test_a_damaged_file_is_read_or_refused_in_one_sentence(tmp_path: Path, whole: dict[str, bytes]) -> None:
    random = np.random.default_rng(1)
    path, read = tmp_path / "own.npz", 0
    for method in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        content = pack(path, whole, method).read_bytes()
        ends = [i for i in range(len(content)) if content[i : i + 2] == b"PK"]  # what is not pixels
        for trial in range(150):
            damaged = bytearray(content[: random.integers(len(content))] if trial % 5 == 0 else content)
            for _ in range(0 if trial % 5 == 0 else random.integers(1, 4)):
                near = random.choice(ends) + random.integers(180) if trial % 2 else random.integers(len(content))
                damaged[near % len(damaged)] ^= 1 << random.integers(8)
            path.write_bytes(damaged)
            try:
                read += len(dataset.load(Source((path,))).test) == 20
            except DigitjsError as error:
                assert error.message.endswith(".")
    assert read  # some flips change a name's case, a date or nothing


def test_names_are_those_of_arrays(tmp_path: Path, whole: dict[str, bytes]) -> None:
    rest = {"__MACOSX/._x_train.npy": b"resource fork", ".DS_Store": b"view", "readme.txt": b"digits"}
    path = pack(tmp_path / "own.npz", {**rest, **whole})
    assert set(npz.names(path)) == set(ARRAYS)
    assert len(dataset.load(Source((path,))).test) == 20
