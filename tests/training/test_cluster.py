"""Which machines take part: TF_CONFIG as it is read, and the meeting of all workers."""

import contextlib
import json
import os
import socket
import threading
import time
from concurrent.futures import Future

import pytest

from digitjs.errors import DigitjsError
from digitjs.training import cluster
from digitjs.training.cluster import CONFIG, Cluster, meet
from digitjs.training.launch import free_ports

NESTED = b'{"x":' + b"[" * 60_000  # deeper than a reader may follow
LIMIT = 20.0  # seconds of a meeting


@pytest.fixture(autouse=True)
def no_slurm(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith("SLURM_"):
            monkeypatch.delenv(name)


def meeting(cluster: Cluster, *trainings: str, notes: list[str] | None = None) -> "Future[tuple[str, ...]]":
    """What one of the workers gets of a meeting, in a thread of its own, which a test that fails leaves alone."""
    result: Future[tuple[str, ...]] = Future()

    def run() -> None:
        try:
            result.set_result(meet(cluster, trainings, (notes if notes is not None else []).append))
        except BaseException as error:
            result.set_exception(error)

    threading.Thread(target=run, daemon=True).start()
    return result


def local(count: int) -> tuple[str, ...]:
    return tuple(f"127.0.0.1:{port}" for port in free_ports(count))


def connected(address: str) -> socket.socket:
    """A connection to a process that has just been started."""
    host, _, port = address.rpartition(":")
    deadline = time.monotonic() + LIMIT
    while time.monotonic() < deadline:
        with contextlib.suppress(ConnectionRefusedError):
            return socket.create_connection((host, int(port)), timeout=LIMIT)
        time.sleep(0.05)
    raise AssertionError(f"nothing listens on {address}")


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
    addresses, notes = local(3), list[str]()
    second = meeting(Cluster(addresses, 2), "other", "key", notes=notes)
    chief = meeting(Cluster(addresses, 0), "key", notes=notes)
    deadline = time.monotonic() + LIMIT
    while not any("(worker 1)" in note for note in notes):
        assert time.monotonic() < deadline and not chief.done()
        time.sleep(0.05)
    first = meeting(Cluster(addresses, 1), "key", notes=notes)
    assert [one.result(LIMIT) for one in (chief, first, second)] == [("key",)] * 3
    assert any(note.startswith("Waiting for ") and f"{addresses[1]} (worker 1)" in note for note in notes)


def test_none_begins_if_one_worker_trains_otherwise() -> None:
    addresses = local(3)
    chief, like = meeting(Cluster(addresses, 0), "key"), meeting(Cluster(addresses, 1), "key")
    unlike = meeting(Cluster(addresses, 2), "other")
    with pytest.raises(DigitjsError, match="The chief trains other networks or data"):
        unlike.result(LIMIT)
    with pytest.raises(
        DigitjsError, match=rf"There has refused or failed worker 2 \({addresses[2]}\): see what it says"
    ):
        chief.result(LIMIT)
    with pytest.raises(DigitjsError, match="The chief has not begun: see what it says"):
        like.result(LIMIT)


@pytest.mark.parametrize(
    "sent",
    [NESTED, b"\xff\n", b'{"index": 1, "x": 1}\n', b'{"index": 7}\n', b""],
    ids=["nested", "no-text", "unknown-field", "no-worker", "silent"],
)
def test_a_stranger_does_not_disturb_the_chief(sent: bytes) -> None:
    addresses = local(2)
    chief = meeting(Cluster(addresses, 0), "key")
    with connected(addresses[0]) as stranger:
        try:
            stranger.sendall(sent)
        except ConnectionError:
            assert len(sent) > cluster.LONGEST_HELLO  # the chief hangs up before it has read so much
        worker = meeting(Cluster(addresses, 1), "key")  # while the stranger is still there
        assert [one.result(LIMIT) for one in (chief, worker)] == [("key",)] * 2


@pytest.mark.parametrize("sent", [NESTED, b"\xff\n", b""], ids=["nested", "no-text", "closed"])
def test_a_worker_waits_for_the_chief_whoever_answers_before(sent: bytes) -> None:
    addresses = local(2)
    host, _, port = addresses[0].rpartition(":")
    with socket.create_server((host, int(port))) as stranger:
        stranger.settimeout(LIMIT)
        worker = meeting(Cluster(addresses, 1), "key")
        joined, _ = stranger.accept()
        with joined:
            assert joined.recv(100) == b'{"index":1}\n'
            joined.sendall(sent)
    chief = meeting(Cluster(addresses, 0), "key")
    assert [one.result(LIMIT) for one in (chief, worker)] == [("key",)] * 2


def test_a_meeting_on_one_machine_is_not_seen_elsewhere() -> None:
    addresses = local(2)
    chief = meeting(Cluster(addresses, 0), "key")
    connected(addresses[0]).close()
    port = int(addresses[0].rpartition(":")[2])
    with pytest.raises(OSError):
        socket.create_connection(("127.0.0.2", port), timeout=LIMIT)  # an address that only a wider listener hears
    worker = meeting(Cluster(addresses, 1), "key")
    assert [one.result(LIMIT) for one in (chief, worker)] == [("key",)] * 2


@pytest.mark.parametrize("index", [0, 1])
def test_a_port_that_is_taken_is_named(index: int) -> None:
    with socket.create_server(("", 0)) as taken:
        addresses = local(2)
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


@pytest.mark.parametrize(
    "slurm, said",
    [
        ({}, "SLURM_PROCID not found"),
        ({"PROCID": "0", "STEP_NODELIST": "node[9-", "STEP_TASKS_PER_NODE": "1(x2)"}, "Invalid hostlist format"),
        ({"PROCID": "0", "STEP_NODELIST": "node9", "STEP_TASKS_PER_NODE": "1"}, "only 1 were assigned"),
        ({"PROCID": "2", "STEP_NODELIST": "node[1-2]", "STEP_TASKS_PER_NODE": "1(x2)"}, "SLURM_PROCID is 2 of 2"),
        ({"PROCID": "x"}, "invalid literal"),
        ({"STEP_NUM_TASKS": "many"}, "invalid literal"),
    ],
)
def test_what_slurm_leaves_out_is_one_sentence(
    monkeypatch: pytest.MonkeyPatch, slurm: dict[str, str], said: str
) -> None:
    monkeypatch.delenv(CONFIG, raising=False)
    for name, value in {"STEP_NUM_TASKS": "2", **slurm}.items():
        monkeypatch.setenv(f"SLURM_{name}", value)
    with pytest.raises(DigitjsError) as caught:
        cluster.read_cluster()
    assert said in caught.value.message and "\n" not in caught.value.message
    assert caught.value.message.startswith("Slurm's variables do not describe a cluster of workers (")
