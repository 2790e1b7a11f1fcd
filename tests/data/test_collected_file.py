"""The file that collected drawings go to: each once, and what others put there stays."""

import json
import multiprocessing
from pathlib import Path
from typing import Any

import pytest

from digitjs.data import collected_file, stroke_file
from digitjs.data.collected_file import Contents, Memory, Merged
from digitjs.errors import DigitjsError

CLASSES = ("a", "ñ", "7")


def line(label: str | int, identity: str = "", **others: Any) -> str:
    """A line of a stroke file; its strokes follow from its id."""
    strokes = [[[0, 0], [len(identity), sum(identity.encode())]]]
    return json.dumps({"label": label, "writer": "w1", "strokes": strokes, "id": identity, **others}) + "\n"


def merged(path: Path, memory: Memory, *lines: str) -> Merged:
    return collected_file.merge(path, collected_file.parse("".join(lines).encode(), CLASSES), memory)


def merge(path: Path, *lines: str) -> Contents:
    return merged(path, Memory(), *lines).contents


def put_many(path: Path, name: str) -> None:
    """What another process does, change by change."""
    for number in range(20):
        merge(path, line("a", f"{name}{number}"))


def labels(path: Path) -> list[str | None]:
    return [drawing.text for drawing in stroke_file.read(path)]


def test_a_file_is_begun_and_added_to(tmp_path: Path) -> None:
    path = tmp_path / "signs.jsonl"
    assert merge(path, line("a", "1"), line("7", "2", writer="w2")) == Contents(2, 2, 2)
    assert merge(path, line("ñ", "3")) == Contents(3, 3, 2)
    assert [(drawing.label, drawing.writer) for drawing in stroke_file.read(path)] == [
        ("a", "w1"),
        (7, "w2"),
        ("ñ", "w1"),
    ]
    assert [path.name for path in tmp_path.iterdir()] == ["signs.jsonl"]


def test_what_is_sent_again_is_there_once(tmp_path: Path) -> None:
    path = tmp_path / "signs.jsonl"
    merge(path, line("a", "1"), line("a", "2"))
    assert merge(path, line("ñ", "1"), line("a", "2"), line("a", "2")) == Contents(2, 2, 1)
    assert sorted(map(str, labels(path))) == ["a", "ñ"]


def test_what_was_deleted_goes_and_the_rest_stays(tmp_path: Path) -> None:
    path = tmp_path / "signs.jsonl"
    merge(path, line("a", "1"), line("a", "2"))
    assert merge(path, line("a", "1", deleted=True)) == Contents(1, 1, 1)
    assert merge(path, line("a", "2", deleted=True)) == Contents(0, 0, 0)
    assert path.read_text() == ""


def test_a_deletion_needs_its_id_alone_and_finds_a_line_without_one_by_its_drawing(tmp_path: Path) -> None:
    path = tmp_path / "signs.jsonl"
    path.write_text(line("b", "1") + '{"label": "b", "writer": "w1", "strokes": [[[5, 5]]]}\n')
    assert merge(path, '{"id": "1", "deleted": true}') == Contents(1, 1, 1)
    assert merge(path, json.dumps({"id": "2", "deleted": True, "writer": "w2", "strokes": [[[5, 5]]]})).drawings == 1
    assert merge(path, json.dumps({"id": "2", "deleted": True, "writer": "w1", "strokes": [[[5, 5]]]})).drawings == 0


def test_what_the_owner_corrected_or_removed_does_not_come_back(tmp_path: Path) -> None:
    path = tmp_path / "signs.jsonl"
    memory = merged(path, Memory(), line("a", "1"), line("a", "2"), line("a", "3")).memory
    path.write_text(line("ñ", "1") + line("a", "3"))
    saved = [line("a", name, saved=True) for name in "123"]
    memory = merged(path, memory, *saved, line("7", "4")).memory
    assert labels(path) == ["ñ", "a", "7"]
    memory = merged(path, memory, *saved).memory
    assert labels(path) == ["ñ", "a", "7"]
    merged(path, memory, line("ñ", "2"))  # its writer changed it meanwhile
    assert labels(path) == ["ñ", "a", "7", "ñ"]


def test_what_the_owner_removed_while_nothing_ran_does_not_come_back(tmp_path: Path) -> None:
    path = tmp_path / "signs.jsonl"
    path.write_text(line("a", "1") + line("a", "3"))
    saved = [line("a", name, saved=True) for name in "123"]
    found = merged(path, collected_file.require_mergeable(path, CLASSES), *saved, line("7", "4"))
    assert (labels(path), found.removed) == (["a", "a", "7"], ("2",))
    path.unlink()
    anew = collected_file.require_mergeable(path, CLASSES)
    anew = merged(path, anew, *saved[:2]).memory  # a page sends large collections in several parts
    assert merged(path, anew, saved[2]).removed == ()
    assert labels(path) == ["a", "a", "a"]


def test_what_one_page_deleted_does_not_come_back_from_another(tmp_path: Path) -> None:
    path = tmp_path / "signs.jsonl"
    memory = merged(path, Memory(), line("a", "1"), line("a", "2")).memory
    memory = merged(path, memory, '{"id": "1", "deleted": true}').memory
    memory = merged(path, memory, line("a", "1", saved=True), line("a", "2", saved=True)).memory
    assert [json.loads(one)["id"] for one in path.read_text().splitlines()] == ["2"]
    memory = merged(path, memory, line("a", "1")).memory  # the deletion was taken back
    assert memory == Memory(frozenset("12"), frozenset())


def test_a_file_that_was_removed_is_written_again_from_what_pages_have(tmp_path: Path) -> None:
    path = tmp_path / "signs.jsonl"
    memory = merged(path, Memory(), line("a", "1"), line("a", "2")).memory
    path.unlink()
    assert merged(path, memory, line("a", "1", saved=True), line("7", "3")).contents == Contents(2, 2, 1)
    path.write_text('{"label": "ñ", "writer": "w1", "strokes": [[[5, 5]]]}\n')
    merge(path, line("a", "9", strokes=[[[5, 5]]], saved=True))  # it is there, with another label
    assert labels(path) == ["ñ"]


def test_processes_that_change_a_file_at_once_lose_nothing(tmp_path: Path) -> None:
    path = tmp_path / "signs.jsonl"
    context = multiprocessing.get_context("spawn")
    processes = [context.Process(target=put_many, args=(path, name)) for name in "xyz"]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert [process.exitcode for process in processes] == [0, 0, 0]
    assert collected_file.contents(path).drawings == 60
    assert [one.name for one in tmp_path.iterdir()] == ["signs.jsonl"]


def test_lines_of_other_programs_stay_as_they_are(tmp_path: Path) -> None:
    path = tmp_path / "signs.jsonl"
    others = '{"strokes": [[[1, 2.50]]], "label": "a", "colour": "blue", "id": 12}\n\n{"label":"a","strokes":[[[5,5]]]}'
    path.write_text(others)
    merge(path, line("ñ", "1"))
    assert path.read_text().splitlines()[:2] == [one for one in others.splitlines() if one]
    assert labels(path) == ["a", "a", "ñ"]


def test_a_line_without_an_id_is_known_by_its_strokes_and_writer(tmp_path: Path) -> None:
    path = tmp_path / "signs.jsonl"
    path.write_text('{"label": "a", "writer": "w1", "strokes": [[[5, 5]]]}\n{"label": "a", "strokes": [[[5, 5]]]}\n')
    merge(path, line("ñ", "1", strokes=[[[5, 5]]]))
    assert [(drawing.text, drawing.writer) for drawing in stroke_file.read(path)] == [("a", None), ("ñ", "w1")]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ("no JSON", "Line 2 is malformed"),
        ('{"label": "a", "strokes": []}', "Line 2 is malformed"),
        (line("b", "1"), "Line 2 has a label that is no class here"),
        (line("aa", "1"), "Line 2 has a label that is no class here"),
        (json.dumps({"label": None, "strokes": [[[0, 0]]], "id": "1"}), "Line 2 has a label that is no class here"),
        (json.dumps({"label": "a", "strokes": [[[0, 0]]]}), "Line 2 has no id"),
        (line("a", "i" * 65), "Line 2 is malformed"),
        (line("a", "1", deleted="yes"), "Line 2 is malformed"),
        (line("a", "1", writer="w" * 81), "Line 2 has a writer of more than 80 characters"),
        (line("a", "1", strokes=[[[0, 1e10]]]), "Line 2 is malformed"),
    ],
)
def test_what_no_page_sends_is_refused_by_its_line(wrong: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        collected_file.parse((line("a", "0") + wrong).encode(), CLASSES)


def test_files_that_cannot_take_the_drawings_are_refused_beforehand(tmp_path: Path) -> None:
    path = tmp_path / "signs.jsonl"
    collected_file.require_mergeable(path, CLASSES)
    assert not path.exists()
    path.touch()
    collected_file.require_mergeable(path, CLASSES)
    path.write_text(line("b", "1"))
    with pytest.raises(DigitjsError, match="has drawings of 'b', no class here: name them too"):
        collected_file.require_mergeable(path, CLASSES)
    path.write_text("no JSON")
    with pytest.raises(DigitjsError, match="malformed lines: line 1"):
        collected_file.require_mergeable(path, CLASSES)
    with pytest.raises(OSError, match="No such file"):
        collected_file.require_mergeable(tmp_path / "nowhere" / "signs.jsonl", CLASSES)
