"""Which machines take part: TF_CONFIG as it is read, and the meeting of all workers."""

import json
import socket
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


def test_workers_to_start_agree_with_those_described(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(CONFIG, raising=False)
    assert cluster.distribution("auto", 2).starts == 2
    monkeypatch.setenv(CONFIG, described(["a:1", "b:1"]))
    assert cluster.distribution("auto", 2) == cluster.Distribution("auto", Cluster(("a:1", "b:1"), 0))
    with pytest.raises(DigitjsError, match="names 2 workers, and --workers asks for 3 here"):
        cluster.distribution("auto", 3)


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


@pytest.mark.parametrize("index", [0, 1])
def test_a_port_that_is_taken_is_named(index: int) -> None:
    with socket.create_server(("", 0)) as taken:
        addresses = tuple(f"127.0.0.1:{port}" for port in free_ports(2))
        own = f"127.0.0.1:{taken.getsockname()[1]}"
        workers = Cluster(tuple(own if place == index else address for place, address in enumerate(addresses)), index)
        with pytest.raises(DigitjsError, match=f"This worker cannot listen on {own} .*: choose another port"):
            meet(workers, (), print)


def test_slurm_names_the_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(CONFIG, raising=False)
    slurm = {"STEP_NODELIST": "node[9-10]", "STEP_NUM_TASKS": "2", "STEP_TASKS_PER_NODE": "1(x2)", "PROCID": "1"}
    for name, value in slurm.items():
        monkeypatch.setenv(f"SLURM_{name}", value)
    assert cluster.read_cluster() == Cluster(("node9:8888", "node10:8888"), 1)
