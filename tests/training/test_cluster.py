"""Which machines take part: TF_CONFIG as it is read, and the meeting of all workers."""

import json
import threading

import pytest

from digitjs.errors import DigitjsError
from digitjs.training import cluster
from digitjs.training.cluster import CONFIG, Cluster, meet
from digitjs.training.launch import free_ports


def described(workers: object, index: object = 0, kind: str = "worker", **more: object) -> str:
    return json.dumps({"cluster": {"worker": workers, **more}, "task": {"type": kind, "index": index}})


def test_tf_config_names_the_chief_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(CONFIG, described(["b:1", "c:1"], 1, chief=["a:1"]))
    assert cluster.read_cluster() == Cluster(("a:1", "b:1", "c:1"), 2)
    monkeypatch.setenv(CONFIG, described(["b:1", "c:1"], 0, "chief", chief=["a:1"]))
    assert cluster.read_cluster() == Cluster(("a:1", "b:1", "c:1"), 0)


@pytest.mark.parametrize("text", ["", described(["a:1"])])
def test_one_process_is_no_cluster(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv(CONFIG, text)
    assert cluster.read_cluster() is None
    assert cluster.distribution("auto").cluster is None


@pytest.mark.parametrize(
    "text, said",
    [
        ("{", "does not describe a cluster of workers"),
        (described(["a:1", "b:1"], ps=["c:1"]), "does not describe a cluster of workers"),
        (described(["a:1", "b:1"], 0, "evaluator"), "does not describe a cluster of workers"),
        (described(["a:1", "b:1"], 2), "calls this process worker 2, but lists 2 of that type"),
        (described(["a:1", "b"]), "has the address 'b': write HOST:PORT"),
        (described(["a:1", "b:70000"]), "has the address 'b:70000'"),
        (described(["a:1", "a:1"]), "lists an address twice"),
    ],
)
def test_what_cannot_be_followed_is_one_sentence(monkeypatch: pytest.MonkeyPatch, text: str, said: str) -> None:
    monkeypatch.setenv(CONFIG, text)
    with pytest.raises(DigitjsError) as caught:
        cluster.distribution("auto")
    assert said in caught.value.message and "\n" not in caught.value.message


def test_all_workers_get_the_trainings_of_the_chief(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "PATIENCE", 1.0)
    addresses = tuple(f"127.0.0.1:{port}" for port in free_ports(3))
    got: dict[int, tuple[str, ...]] = {}
    notes: list[str] = []

    def worker(index: int) -> None:
        got[index] = meet(Cluster(addresses, index), ("other",), notes.append)

    first = threading.Thread(target=worker, args=(2,))
    first.start()
    chief = threading.Thread(target=lambda: got.update({0: meet(Cluster(addresses, 0), ("key",), notes.append)}))
    chief.start()
    while not any("(worker 1)" in note for note in notes):
        assert chief.is_alive()
    worker(1)
    first.join(10)
    chief.join(10)
    assert got == {0: ("key",), 1: ("key",), 2: ("key",)}
    assert any(note.startswith("Waiting for ") and f"{addresses[1]} (worker 1)" in note for note in notes)
