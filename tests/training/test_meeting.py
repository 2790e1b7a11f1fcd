"""The meeting of all workers, before TensorFlow connects them."""

import contextlib
import socket
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future

import msgspec
import pytest

from digitjs.errors import DigitjsError
from digitjs.training import meeting as meeting_module
from digitjs.training.cluster import Cluster
from digitjs.training.launch import free_ports
from digitjs.training.meeting import LONGEST_HELLO, join

NESTED = b'{"x":' + b"[" * 60_000  # deeper than a reader may follow
LIMIT = 20.0  # seconds of a meeting


def meeting(cluster: Cluster, *trainings: str, notes: list[str] | None = None) -> "Future[tuple[str, ...]]":
    """What one of the workers gets of a meeting, in a thread of its own, which a test that fails leaves alone."""
    result: Future[tuple[str, ...]] = Future()

    def run() -> None:
        try:
            note = (notes if notes is not None else []).append
            with contextlib.closing(join(cluster, note)) as met:
                result.set_result(met.agree(trainings))
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


def test_all_workers_get_the_trainings_of_the_chief(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(meeting_module, "PATIENCE", 1.0)
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
            assert len(sent) > LONGEST_HELLO  # the chief hangs up before it has read so much
        worker = meeting(Cluster(addresses, 1), "key")  # while the stranger is still there
        assert [one.result(LIMIT) for one in (chief, worker)] == [("key",)] * 2


@pytest.mark.parametrize("sharded", [0, 1])
def test_part_files_of_their_own_have_all_workers_or_none(sharded: int) -> None:
    addresses = local(3)

    def meet(index: int) -> None:
        with contextlib.closing(join(Cluster(addresses, index), print, sharded=index == sharded)) as met:
            met.agree(())

    chief, first, second = (in_thread(lambda index=index: meet(index)) for index in range(3))
    how = "with --shard, this worker without it" if sharded else "without --shard, this worker with it"
    with pytest.raises(DigitjsError, match=rf"^Worker 1 \({addresses[1]}\) was started {how}: start all workers with"):
        chief.result(LIMIT)
    how = "without --shard, this worker with it" if sharded else "with --shard, this worker without it"
    with pytest.raises(DigitjsError, match=rf"^The chief was started {how}: start all workers with the same command"):
        first.result(LIMIT)
    with pytest.raises(DigitjsError, match="The chief has not begun" if sharded else "The chief was started with"):
        second.result(LIMIT)


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
            join(workers, print)


class Word(msgspec.Struct):
    """What is told."""

    text: str


def in_thread(work: Callable[[], object]) -> "Future[object]":
    result: Future[object] = Future()

    def run() -> None:
        try:
            result.set_result(work())
        except BaseException as error:
            result.set_exception(error)

    threading.Thread(target=run, daemon=True).start()
    return result


def test_all_hear_what_each_tells_in_the_order_of_workers() -> None:
    addresses = local(3)

    def tell(index: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
        with contextlib.closing(join(Cluster(addresses, index), print)) as met:
            told = met.exchange(Word(f"worker {index}" + "." * 100_000))
            return tuple(msgspec.json.decode(one, type=Word).text.rstrip(".") for one in told), met.agree(("key",))

    results = [in_thread(lambda index=index: tell(index)) for index in (2, 0, 1)]
    assert [one.result(LIMIT) for one in results] == [(("worker 0", "worker 1", "worker 2"), ("key",))] * 3


def test_a_busy_chief_keeps_workers_that_tell_much(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(meeting_module, "PATIENCE", 0.5)
    addresses = local(2)

    def tell(index: int) -> int:
        with contextlib.closing(join(Cluster(addresses, index), print)) as met:
            time.sleep(0 if index else 2)  # the chief reads its own part files
            return sum(map(len, met.exchange(Word("." * 20_000_000))))  # more than what lies in sockets

    results = [in_thread(lambda index=index: tell(index)) for index in range(2)]
    assert [one.result(LIMIT) for one in results] == [2 * len(msgspec.json.encode(Word("." * 20_000_000)))] * 2


@pytest.mark.parametrize("sent", [b'{"messages":[]}\n', b'{"message":1,"x":2}\n', b"{}\n"])
def test_what_cannot_be_told_is_no_message_of_a_worker(sent: bytes) -> None:
    addresses = local(2)

    def tell() -> None:
        with contextlib.closing(join(Cluster(addresses, 0), print)) as met:
            met.exchange(Word("chief"))

    chief = in_thread(tell)
    with contextlib.closing(join(Cluster(addresses, 1), print)) as met:
        met.peers[0].joined.sendall(sent)
        with pytest.raises(DigitjsError, match=rf"There has refused or failed worker 1 \({addresses[1]}\): see what"):
            chief.result(LIMIT)


def test_a_chief_that_tells_of_too_few_is_none() -> None:
    addresses = local(2)

    def tell() -> None:
        with contextlib.closing(join(Cluster(addresses, 1), print)) as met:
            met.exchange(Word("worker"))

    worker = in_thread(tell)
    with contextlib.closing(join(Cluster(addresses, 0), print)) as met:
        met.peers[1].joined.sendall(b'{"listens":true}\n{"messages":[]}\n')
        with pytest.raises(DigitjsError, match="The chief has not begun: see what it says"):
            worker.result(LIMIT)


@pytest.mark.skipif(not hasattr(socket, "TCP_USER_TIMEOUT"), reason="this system has no limit for data under way")
def test_a_loss_is_noticed_while_data_are_under_way_too() -> None:
    addresses = local(2)
    chief = in_thread(lambda: join(Cluster(addresses, 0), print))
    with contextlib.closing(join(Cluster(addresses, 1), print)) as worker:
        met = chief.result(LIMIT)
        assert isinstance(met, meeting_module.Meeting)
        with contextlib.closing(met):
            for peer in (met.peers[1], worker.peers[0]):
                assert peer.joined.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT) == 25_000


def test_who_ends_in_the_middle_of_an_exchange_is_named() -> None:
    addresses = local(2)

    def tell() -> None:
        with contextlib.closing(join(Cluster(addresses, 0), print)) as met:
            met.exchange(Word("chief"))

    chief = in_thread(tell)
    join(Cluster(addresses, 1), print).close()
    with pytest.raises(DigitjsError, match=rf"There has refused or failed worker 1 \({addresses[1]}\): see what it"):
        chief.result(LIMIT)


def test_a_loss_before_tensorflow_starts_is_named_to_all() -> None:
    addresses = local(3)

    def begin(index: int) -> None:
        with contextlib.closing(join(Cluster(addresses, index), print)) as met:
            met.agree(("key",))
            if index < 2:  # the last one agrees, and is lost
                met.begin()

    results = [in_thread(lambda index=index: begin(index)) for index in range(3)]
    for result in results[:2]:
        with pytest.raises(
            DigitjsError, match=rf"The training has lost worker 2 \({addresses[2]}\): start all workers"
        ):
            result.result(LIMIT)
    assert results[2].result(LIMIT) is None


def test_all_begin_at_once() -> None:
    addresses, order = local(2), list[str]()

    def begin(index: int) -> None:
        with contextlib.closing(join(Cluster(addresses, index), print)) as met:
            met.agree(())
            if index:
                time.sleep(3 * meeting_module.PAUSE)
                order.append("ready")
            met.begin()
            order.append("begun")

    for result in [in_thread(lambda index=index: begin(index)) for index in range(2)]:
        assert result.result(LIMIT) is None
    assert order == ["ready", "begun", "begun"]
