"""Sets in part files: one set to read as a whole, and a share of the files for each worker."""

import json
import shutil
import struct
from pathlib import Path

import msgspec
import numpy as np
import pytest

from digitjs.data import dataset
from digitjs.data.readers import quickdraw
from digitjs.data.source import MNIST, Share, Source
from digitjs.data.task import MNIST_FRAMING
from digitjs.errors import DigitjsError

PARTS, EACH = 4, 1200
Digits = tuple[np.ndarray, np.ndarray]


@pytest.fixture(scope="module")
def digits() -> Digits:
    with np.load(MNIST) as arrays:
        return arrays["x_test"][: PARTS * EACH], arrays["y_test"][: PARTS * EACH]


def save(folder: Path, kind: str, digits: Digits) -> Source:
    """The digits in numbered files of one kind."""
    folder.mkdir()
    for number in range(PARTS):
        images, labels = (some[number * EACH : (number + 1) * EACH] for some in digits)
        if kind == "npz":
            np.savez_compressed(folder / f"part-{number:05}-of-{PARTS:05}.npz", images=images, labels=labels)
        elif kind == "npy":
            np.save(folder / f"images_{number}.npy", images)
            np.save(folder / f"labels_{number}.npy", labels)
        elif kind == "csv":
            table = np.column_stack([labels, images.reshape(EACH, -1)])
            np.savetxt(folder / f"part{number}.csv", table, "%d", ",")
        else:
            start = struct.pack(">4BI", 0, 0, 8, 3, EACH) + struct.pack(">2I", 28, 28)
            (folder / f"own-{number}-images-idx3-ubyte").write_bytes(start + images.tobytes())
            (folder / f"own-{number}-labels-idx1-ubyte").write_bytes(
                struct.pack(">4BI", 0, 0, 8, 1, EACH) + labels.tobytes()
            )
    return Source((folder,))


def shown(digits: dataset.Dataset) -> list[bytes]:
    """All images of a data set, sorted."""
    splits = (digits.train, digits.validation, digits.test)
    return sorted(bytes(image) for split in splits for image in (split.images[:] * 255).astype(np.uint8))


@pytest.mark.parametrize("kind", ["npz", "npy", "idx", "csv"])
def test_part_files_are_one_set_and_each_worker_reads_its_own(tmp_path: Path, kind: str, digits: Digits) -> None:
    source = save(tmp_path / "own", kind, digits)
    whole = dataset.load(source)
    assert shown(whole) == sorted(bytes(image) for image in digits[0])
    workers = [dataset.load(source, share=Share(index, 2)) for index in range(2)]
    assert all(worker.task == whole.task for worker in workers)
    read = [shown(worker) for worker in workers]
    assert sorted(read[0] + read[1]) == shown(whole)
    assert read[1] == sorted(bytes(image) for image in digits[0].reshape(PARTS, EACH, -1)[1::2].reshape(2 * EACH, -1))


def test_more_workers_than_part_files_are_refused(tmp_path: Path, digits: Digits) -> None:
    source = save(tmp_path / "own", "npz", digits)
    with pytest.raises(DigitjsError, match=r"own has 4 part files for 5 workers: divide it .*, or start fewer workers"):
        dataset.load(source, share=Share(0, 5))
    with pytest.raises(DigitjsError, match=r"mnist\.npz has 1 part file for 2 workers"):
        dataset.load(share=Share(1, 2))


def test_part_files_with_other_classes_are_refused(tmp_path: Path, digits: Digits) -> None:
    order = np.argsort(digits[1] == 7, kind="stable")  # the last file has all the sevens
    source = save(tmp_path / "own", "npz", (digits[0][order], digits[1][order]))
    assert dataset.load(source, share=Share(0, 2)).task.classes == tuple("012345689")
    with pytest.raises(DigitjsError, match=r"own differ in their classes \(7 are not in each\): put samples of each"):
        dataset.load(source, share=Share(1, 2))


@pytest.mark.parametrize("kind", ["quickdraw", "strokes"])
def test_parts_of_drawings_are_of_any_classes_and_not_cut(
    tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(quickdraw, "MOST", 2)
    for number in range(PARTS):
        lines = []
        for drawing in range(12):
            height, name = 12 * number + drawing, "ab"[drawing % 2]
            stroke = [[0, 0], [9, 40 + height]] if name == "a" else [[0, 40 + height], [9, 9]]
            xs, ys = zip(*stroke, strict=True)
            quick = {"word": name, "drawing": [[xs, ys]]}
            lines.append(json.dumps(quick if kind == "quickdraw" else {"label": name, "strokes": [stroke]}))
        (tmp_path / f"part-{number}.ndjson").write_text("\n".join(lines))
    source = Source((tmp_path,))
    whole = dataset.load(source)
    assert (whole.task.classes, len(whole.train), whole.notes) == (("a", "b"), 12 * PARTS, ())
    workers = [dataset.load(source, share=Share(index, 2)) for index in range(2)]
    assert [(worker.task, len(worker.train)) for worker in workers] == [(whole.task, 6 * PARTS)] * 2
    strokes = [stroke for worker in workers for stroke in worker.train.strokes or ()]
    assert sorted(strokes) == sorted(whole.train.strokes or ())


def test_drawings_with_one_number_are_one_part(tmp_path: Path) -> None:
    for name in ("part-1", "part_1", "part-2"):
        lines = [json.dumps({"word": word, "drawing": [[[0, 9], [0, len(name)]]]}) for word in "ab" * 3]
        (tmp_path / f"{name}.ndjson").write_text("\n".join(lines))
    source = Source((tmp_path,))
    assert len(dataset.load(source).train) == 18
    assert [len(dataset.load(source, share=Share(index, 2)).train) for index in range(2)] == [12, 6]


@pytest.mark.parametrize("kind", ["npz", "npy", "idx", "csv"])
def test_workers_know_the_key_of_all_files_and_hash_their_own(tmp_path: Path, kind: str, digits: Digits) -> None:
    source = save(tmp_path / "own", kind, digits)
    workers = [dataset.worker_keys(source, Share(index, 3)) for index in range(3)]
    hashed = [[file.name for key in keys for file in key.files] for keys in workers]
    assert sorted(name for names in hashed for name in names) == sorted(
        path.name for path in (tmp_path / "own").iterdir()
    )
    joined = dataset.joined_keys(workers)
    assert dataset.fingerprint_of(joined, source.options, MNIST_FRAMING) == dataset.fingerprint(source)
    with (tmp_path / "own" / hashed[2][0]).open("ab") as file:
        file.write(b"0")
    assert [dataset.worker_keys(source, Share(index, 3)) == workers[index] for index in range(3)] == [True, True, False]


def test_the_table_of_emnist_is_of_all_workers(tmp_path: Path, digits: Digits) -> None:
    save(tmp_path / "emnist", "idx", digits)
    (tmp_path / "emnist" / "own-0-images-idx3-ubyte-mapping.txt").write_text("0 65\n")
    source = Source((tmp_path / "emnist",))
    joined = dataset.joined_keys([dataset.worker_keys(source, Share(index, 2)) for index in range(2)])
    assert dataset.fingerprint_of(joined, source.options, MNIST_FRAMING) == dataset.fingerprint(source)


def test_what_the_first_worker_finds_is_enough_for_the_others(tmp_path: Path, digits: Digits) -> None:
    source = save(tmp_path / "own", "npz", digits)
    first, lead = dataset.load_share(source, MNIST_FRAMING, Share(0, 2))
    told = msgspec.json.decode(msgspec.json.encode(lead), type=dataset.Lead)
    for number in (0, 2):
        (tmp_path / "own" / f"part-{number:05}-of-{PARTS:05}.npz").write_bytes(b"PK")  # not read again
    second, _ = dataset.load_share(source, MNIST_FRAMING, Share(1, 2), told)
    assert second.task == first.task and len(second.train) == len(first.train)


def test_workers_that_see_other_files_are_refused(tmp_path: Path, digits: Digits) -> None:
    source = save(tmp_path / "own", "npz", digits)
    first, second = (dataset.worker_keys(source, Share(index, 2)) for index in range(2))
    (tmp_path / "own" / f"part-00000-of-{PARTS:05}.npz").unlink()  # which moves the others to other workers
    later = dataset.worker_keys(source, Share(1, 2))
    with pytest.raises(DigitjsError, match=r"Two workers read part-00002-of-00004\.npz, as they see other files"):
        dataset.joined_keys([first, later])
    with pytest.raises(DigitjsError, match="The workers have been given other data"):
        dataset.joined_keys([first, second * 2])


def test_part_files_that_only_some_workers_have_are_noticed(tmp_path: Path, digits: Digits) -> None:
    source = save(tmp_path / "own", "npz", digits)
    other = Source((tmp_path / "other",))
    shutil.copytree(tmp_path / "own", tmp_path / "other")
    dataset.require_same([dataset.seen(source), dataset.seen(other)])
    for number in (0, 2):
        (tmp_path / "other" / f"part-{number:05}-of-{PARTS:05}.npz").unlink()
    keys = [dataset.worker_keys(source, Share(0, 2)), dataset.worker_keys(other, Share(1, 2))]
    dataset.joined_keys(keys)  # nobody reads one of the files, and no file is read twice
    with pytest.raises(DigitjsError, match=r"^Worker 1 sees other part files than the chief \(2 and 4, by their names"):
        dataset.require_same([dataset.seen(source), dataset.seen(other)])


def test_other_files_of_the_same_names_are_noticed_by_their_sizes(tmp_path: Path, digits: Digits) -> None:
    source, other = save(tmp_path / "own", "npz", digits), save(tmp_path / "old", "npz", (255 - digits[0], digits[1]))
    with pytest.raises(DigitjsError, match=r"^Worker 2 sees other part files than the chief \(4 and 4, by their names"):
        dataset.require_same([dataset.seen(source), dataset.seen(source), dataset.seen(other)])


def test_a_worker_with_test_samples_only_is_told_what_to_divide(tmp_path: Path, digits: Digits) -> None:
    for number, split in enumerate(("test", "train")):
        arrays = {f"x_{split}": digits[0][number::2], f"y_{split}": digits[1][number::2]}
        np.savez(tmp_path / f"part-{number}.npz", **arrays)
    with pytest.raises(DigitjsError, match=r"^Worker 0's part files of .* have no samples to train on: divide those"):
        dataset.load(Source((tmp_path,)), share=Share(0, 2))
