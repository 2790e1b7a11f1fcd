"""Data that lie elsewhere: copied once, read like those that lie here, and refused in one sentence."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import click
import fsspec
import numpy as np
import pytest

from conftest import Run
from digitjs.cli import options
from digitjs.console import Console
from digitjs.data import dataset, remote
from digitjs.data.readers import detect
from digitjs.data.source import DataOptions, Share, Source, chosen
from digitjs.data.task import MNIST_FRAMING
from digitjs.errors import DigitjsError
from digitjs.filesystem import urls
from hadoop import Hadoop, serving

LETTERS = "memory://bucket/letters"


@dataclass
class Heard(Console):
    """Remembers what it is told."""

    notes: list[str] = field(default_factory=list)
    fetches: list[tuple[str, int, int]] = field(default_factory=list)
    strict: bool = False

    def note(self, message: str) -> None:
        self.notes.append(message)

    @contextmanager
    def progress(self, what: str) -> Iterator[object]:
        self.fetches.append((what, 0, 0))
        yield lambda done, total: self.fetches.append((what, done, total))


@pytest.fixture
def heard() -> Heard:
    return Heard()


@pytest.fixture
def memory(tiny_data: Path) -> Iterator[fsspec.AbstractFileSystem]:
    """A store in this process with digits in two part files, and notes that are hidden."""
    store = fsspec.filesystem("memory")
    with np.load(tiny_data) as arrays:
        for number in range(2):
            with store.open(f"/bucket/letters/part-{number}.npz", "wb") as file:
                np.savez(file, images=arrays["x_train"][number::2], labels=arrays["y_train"][number::2])
    store.pipe("/bucket/letters/.hidden", b"notes")
    yield store
    store.rm("/", recursive=True)


def files(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def test_a_folder_is_copied_once_and_read_like_a_local_one(
    memory: fsspec.AbstractFileSystem, tmp_path: Path, heard: Heard
) -> None:
    local = tmp_path / "letters"
    memory.get("/bucket/letters", str(local), recursive=True)
    copy = remote.fetch(LETTERS, tmp_path / "cache", heard)
    assert copy.name == "letters" and files(copy) == ["part-0.npz", "part-1.npz"]
    size = sum(memory.size(f"/bucket/letters/{name}") for name in files(copy))
    assert heard.fetches[-1] == (f"Fetching {LETTERS}", size, size)
    assert dataset.fingerprint(Source((copy,))) == dataset.fingerprint(Source((local,)))
    before = len(heard.fetches)
    assert remote.fetch(LETTERS, tmp_path / "cache", heard) == copy
    assert len(heard.fetches) == before and heard.notes == []


def test_each_worker_fetches_its_own_part_files(
    memory: fsspec.AbstractFileSystem, tmp_path: Path, heard: Heard
) -> None:
    local = tmp_path / "letters"
    memory.get("/bucket/letters", str(local), recursive=True)
    memory.pipe("/bucket/letters/README.md", b"Drawn in May.")
    copies = [remote.fetch(LETTERS, tmp_path / "cache", heard, Share(index, 2)) for index in range(2)]
    assert [files(copy) for copy in copies] == [["README.md", f"part-{number}.npz"] for number in range(2)]
    sources = [Source((copy,), names=(LETTERS,), copies=(copy,)) for copy in copies]
    keys = [dataset.worker_keys(source, Share(index, 2)) for index, source in enumerate(sources)]
    seen = [dataset.seen(source) for source in sources]
    dataset.require_same(seen)
    memory.pipe("/bucket/letters/part-2.npz", b"")
    later = remote.fetch(LETTERS, tmp_path / "cache", heard, Share(1, 2))
    with pytest.raises(DigitjsError, match=r"^Worker 1 sees other part files than the chief \(4 and 3, by their names"):
        dataset.require_same([seen[0], dataset.seen(Source((later,), copies=(later,)))])
    memory.rm("/bucket/letters/part-2.npz")
    whole = dataset.fingerprint_of(dataset.joined_keys(keys), DataOptions(), MNIST_FRAMING)
    assert whole == dataset.fingerprint(Source((local,)))
    first, lead = dataset.load_share(sources[0], MNIST_FRAMING, Share(0, 2))
    second, _ = dataset.load_share(sources[1], MNIST_FRAMING, Share(1, 2), lead)
    here = [dataset.load(Source((local,)), share=Share(index, 2)) for index in range(2)]
    for fetched, own in zip((first, second), here, strict=True):
        assert fetched.task == own.task
        np.testing.assert_array_equal(fetched.train.images[:], own.train.images[:])
    with pytest.raises(DigitjsError, match=r"memory://bucket/letters has 2 part files for 3 workers: divide it"):
        remote.fetch(LETTERS, tmp_path / "cache", heard, Share(0, 3))
    with pytest.raises(DigitjsError, match=r"letters/part-0\.npz has 1 part file for 2 workers"):
        remote.fetch(f"{LETTERS}/part-0.npz", tmp_path / "cache", heard, Share(0, 2))


@pytest.mark.parametrize(
    ("names", "own"),
    [
        (("images-1.npy", "images-2.npy", "labels-1.npy", "labels-2.npy"), ("images-2.npy", "labels-2.npy")),
        (("a-0-images-idx3-ubyte.gz", "a-0-labels-idx1-ubyte.gz", "a-1-images-idx3-ubyte.gz"),
         ("a-1-images-idx3-ubyte.gz",)),
        (("t.tfrecord-0-of-2", "t.tfrecord-1-of-2", "info.json", "x.png"), ("t.tfrecord-1-of-2", "info.json", "x.png")),
        (("ann.jsonl", "bob.jsonl", "cid.jsonl"), ("bob.jsonl",)),
        (("LICENSE", "SHA256SUMS", "_SUCCESS", "p-0.npz", "p-1.npz", "p.sha256"),
         ("p-1.npz", "LICENSE", "SHA256SUMS", "_SUCCESS", "p.sha256")),
        (("LICENSE", "images-1.npy", "images-2.npy", "labels-1.npy", "labels-2.npy"),
         ("images-2.npy", "labels-2.npy", "LICENSE")),
        (("COPYING", "train-00000-of-00002", "train-00001-of-00002"), ("train-00001-of-00002", "COPYING")),
        (("part-00000", "part-00001", "part-00002", "_SUCCESS"), ("part-00001", "_SUCCESS")),
        (("p-1.ndjson", "p-2.ndjson", "LICENSE"), ("p-2.ndjson", "LICENSE")),
        (("t-0.csv.gz", "t-1.csv.gz", "notes.md"), ("t-1.csv.gz", "notes.md")),
        (("a.parquet", "b.parquet", "notes.md"), ("b.parquet", "notes.md")),  # whose reader says how to convert it
    ],
)  # fmt: skip
def test_parts_are_known_by_the_names_of_files(names: tuple[str, ...], own: tuple[str, ...]) -> None:
    assert detect.shared_out(names, Share(1, 2), "own") == own


def test_what_is_refused_of_a_local_folder_is_refused_by_names() -> None:
    with pytest.raises(
        DigitjsError, match=r"^own has 1 part file for 2 workers: .* numbered at the end of their names"
    ):
        detect.shared_out(("ann.ndjson", "bob.ndjson"), Share(0, 2), "own")  # a class each, of which some are read
    with pytest.raises(DigitjsError, match=r"^own holds files of several formats \(npz, table\): give some of one"):
        detect.shared_out(("a-1.npz", "a-2.npz", "b.csv"), Share(0, 2), "own")


@pytest.mark.parametrize("beside", ["LICENSE", "_SUCCESS", "SHA256SUMS", "notes.log"])
def test_what_lies_beside_part_files_leaves_the_shares_as_of_a_local_folder(
    memory: fsspec.AbstractFileSystem, tmp_path: Path, heard: Heard, beside: str
) -> None:
    memory.pipe(f"/bucket/letters/{beside}", b"a note, and no data")
    memory.get("/bucket/letters", str(tmp_path / "letters"), recursive=True)
    for index in range(2):
        copy = remote.fetch(LETTERS, tmp_path / "cache", heard, Share(index, 2))
        fetched = dataset.worker_keys(Source((copy,), copies=(copy,)), Share(index, 2))
        assert fetched == dataset.worker_keys(Source((tmp_path / "letters",)), Share(index, 2))


def test_only_what_has_changed_is_fetched_again(
    memory: fsspec.AbstractFileSystem, tmp_path: Path, heard: Heard
) -> None:
    copy = remote.fetch(LETTERS, tmp_path / "cache", heard)
    memory.pipe("/bucket/letters/part-1.npz", b"another")
    memory.pipe("/bucket/letters/more/part-2.npz", b"third")
    heard.fetches.clear()
    kept = (copy / "part-0.npz").read_bytes()
    remote.fetch(LETTERS, tmp_path / "cache", heard)
    assert heard.fetches[-1][1:] == (12, 12)
    assert (copy / "part-0.npz").read_bytes() == kept
    assert (copy / "part-1.npz").read_bytes() == b"another"
    memory.rm("/bucket/letters/part-0.npz")
    remote.fetch(LETTERS, tmp_path / "cache", heard)
    assert files(copy) == ["more/part-2.npz", "part-1.npz"]


def test_a_copy_that_is_cut_short_is_fetched_again(
    memory: fsspec.AbstractFileSystem, tmp_path: Path, heard: Heard
) -> None:
    copy = remote.fetch(f"{LETTERS}/part-0.npz", tmp_path / "cache", heard)
    whole = copy.read_bytes()
    assert (copy.parent.name, copy.name) == ("letters", "part-0.npz")
    copy.write_bytes(whole[:100])
    assert remote.fetch(f"{LETTERS}/part-0.npz", tmp_path / "cache", heard).read_bytes() == whole


def test_what_a_file_address_names_is_not_copied(tmp_path: Path, heard: Heard) -> None:
    (tmp_path / "own").mkdir()
    assert remote.fetch(f"file://{tmp_path}/own", tmp_path / "cache", heard) == tmp_path / "own"
    assert not (tmp_path / "cache").exists()


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("memory://bucket/none", r"memory://bucket/none: its store has no such file or folder"),
        ("letterbox://bucket/letters", r"no store is known as letterbox, give a path or an address such as s3://"),
        ("https://example.org/letters/?key=SECRET", r"https://example.org/letters/ is a folder, and the web has no"),
        (
            "webhdfs://127.0.0.1:1/letters?key=SECRET",
            r"127\.0\.0\.1:1/letters: Connection refused, and the cache has no",
        ),
    ],
)
def test_what_cannot_be_fetched_is_said_in_a_sentence(address: str, said: str, tmp_path: Path, heard: Heard) -> None:
    with pytest.raises(DigitjsError, match=said) as error:
        remote.fetch(address, tmp_path, heard)
    assert "SECRET" not in error.value.message and error.value.message.count("\n") == 0


def test_the_package_of_a_store_is_named_where_it_is_missing(
    tmp_path: Path, heard: Heard, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "s3fs", None)  # as where it is not installed
    with pytest.raises(
        DigitjsError, match=r"s3://bucket/letters: its package is not installed, run: pip install s3fs\."
    ):
        remote.fetch("s3://bucket/letters", tmp_path, heard)


def test_a_store_over_the_network_is_asked_first_and_the_copy_used_where_it_is_gone(
    tmp_path: Path, heard: Heard
) -> None:
    hadoop = Hadoop({"a.npz": (b"first", 1), "b.npz": (b"second", 1)})
    with serving(hadoop) as address:
        copy = remote.fetch(address, tmp_path, heard)
        assert (copy / "b.npz").read_bytes() == b"second"
        hadoop.opened.clear()
        remote.fetch(address, tmp_path, heard)
        assert hadoop.opened == []
        hadoop.files["b.npz"] = (b"SECOND", 2)  # of the same size
        remote.fetch(address, tmp_path, heard)
        assert set(hadoop.opened) == {"b.npz"} and (copy / "b.npz").read_bytes() == b"SECOND"
    assert remote.fetch(address, tmp_path, heard) == copy
    [note] = heard.notes
    assert note == f"Cannot ask {address} (Connection refused): used the copy in the cache, as it was fetched before."
    heard.strict = True
    with pytest.raises(DigitjsError, match=r"used the copy .* \(--strict\)"):
        remote.fetch(address, tmp_path, heard)


def test_a_command_that_lasts_asks_once(tmp_path: Path, heard: Heard, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIGITJS_CACHE", str(tmp_path))
    hadoop = Hadoop({"a.npz": (b"first", 1)})
    with serving(hadoop) as address, click.Context(click.Command("serve"), obj=heard):
        fetched = options.fetching()
        copy = fetched(address)
        asked = hadoop.listed
        assert asked > 0 and fetched(address) == copy and hadoop.listed == asked


def test_files_that_come_incomplete_leave_the_copy_as_it_was(tmp_path: Path, heard: Heard) -> None:
    class Short(bytes):
        """Listed as longer than it is."""

        def __len__(self) -> int:
            return super().__len__() + 1

    hadoop = Hadoop({"a.npz": (b"first", 1)})
    with serving(hadoop) as address:
        copy = remote.fetch(address, tmp_path, heard)
        hadoop.files["a.npz"] = (Short(b"other"), 2)
        with pytest.raises(DigitjsError, match="run it again"):
            remote.fetch(address, tmp_path, heard)
    assert (copy / "a.npz").read_bytes() == b"first"


@pytest.mark.parametrize("name", ["../outside.npz", "a/../../outside.npz", "..\\outside.npz", "C:outside.npz"])
def test_names_that_lead_out_of_the_folder_are_refused(name: str, tmp_path: Path, heard: Heard) -> None:
    with (
        serving(Hadoop({name: (b"content", 1)})) as address,
        pytest.raises(DigitjsError, match=r"letters has a file that is named .*, which cannot be copied: rename it"),
    ):
        remote.fetch(address, tmp_path / "cache", heard)
    assert files(tmp_path) == []


def test_addresses_with_secrets_are_refused_or_shown_without(tmp_path: Path, run: Run) -> None:
    for arguments in (("data", "sftp://ada:SECRET@example.org/letters"), ("train", "--data", "ftp://a:SECRET@b/c")):
        result = run(*arguments)
        assert result.exit_code == 2 and "is given with a password: leave it out" in result.output
        assert "SECRET" not in result.output
    (tmp_path / "digitjs.toml").write_text('[data]\npath = ["mnist", "ftp://a:SECRET@b/c"]\n')
    result = run("data")
    assert result.exit_code == 1 and "The path ftp://b/c is given with a password" in result.output
    assert "SECRET" not in result.output
    source = chosen(("https://ada@example.org/a.npz?token=SECRET",), DataOptions(), Path)
    assert source and source.named == "https://example.org/a.npz"
    assert urls.fault("zip://a.zip::s3://bucket/b") and not urls.fault("letters::old")


def test_variables_name_several_places() -> None:
    words = "letters:s3://bucket/a:http://127.0.0.1:8000/b.npz:memory://bucket/letters:mnist"
    assert urls.WORDS.findall(words) == [
        "letters",
        "s3://bucket/a",
        "http://127.0.0.1:8000/b.npz",
        "memory://bucket/letters",
        "mnist",
    ]


def test_commands_take_addresses_and_the_cache_lists_them(
    run: Run, memory: fsspec.AbstractFileSystem, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DIGITJS_CACHE", str(tmp_path / "kept"))
    first = run("data", LETTERS)
    assert first.exit_code == 0, first.output
    assert f"{LETTERS}: " in first.stdout and str(tmp_path) not in first.output and first.stderr == ""
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "digitjs.toml").write_text(f'[data]\npath = "{LETTERS}"\n')
    assert run("data", "--config", tmp_path / "own" / "digitjs.toml").stdout == first.stdout
    assert f"today  the data {LETTERS}" in run("cache").stdout
    assert run("cache", "--prune", 0).stdout.startswith("Removed 1 folder with")
    assert f"Cannot fetch the data {LETTERS}/none: its store has no" in run("data", f"{LETTERS}/none").output
