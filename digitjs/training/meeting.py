"""How the workers of a training meet before TensorFlow connects them. No TensorFlow.

Each connects to the chief, and stays connected until TensorFlow's own connections start: whoever is lost meanwhile
is noticed, where TensorFlow would wait without a word, and deaf to signals.
"""

import ipaddress
import select
import socket
import time
from collections.abc import Callable, Iterator, Set
from contextlib import ExitStack, closing, contextmanager, suppress
from typing import TypeVar

import msgspec

from digitjs.errors import DigitjsError
from digitjs.training.cluster import Cluster

PATIENCE = 30.0  # seconds before a person reads who is waited for
PAUSE = 0.5  # seconds between attempts
ANSWER = 2.0  # seconds in which whoever connects says who it is
# How TCP finds out that a silent machine is lost, after 25 seconds; each system has some of these.
KEEPING = {"TCP_KEEPIDLE": 10, "TCP_KEEPALIVE": 10, "TCP_KEEPINTVL": 5, "TCP_KEEPCNT": 3}
KEEPING |= {"TCP_USER_TIMEOUT": 25_000}  # milliseconds: the others do nothing while data are under way
LONGEST_HELLO, LONGEST = 1 << 10, 1 << 26  # bytes of a message
UNREADABLE = (OSError, ValueError, RecursionError, msgspec.MsgspecError)  # of what a stranger may send

Note = Callable[[str], None]
Message = TypeVar("Message", bound=msgspec.Struct)


class Hello(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What a worker sends to the chief."""

    index: int
    sharded: bool = False  # whether it has part files of its own


class There(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the chief answers once all are there."""

    workers: int
    sharded: bool = False  # whether the chief has part files of its own


class Listens(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """That the chief reads what a worker tells: what is sent before, and held up, would look like a lost machine."""

    listens: bool


class Tells(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a worker tells the chief."""

    message: msgspec.Raw


class Told(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What all have told, in their order."""

    messages: tuple[msgspec.Raw, ...]


class Work(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the chief wants to be done."""

    trainings: tuple[str, ...]  # their keys, in the order in which all fit them


class Agreed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """That a worker can do it; from the chief, that all can."""


class Started(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """That a worker is about to start TensorFlow's own connections; from the chief, that all are, or who is lost."""

    lost: int | None = None


class _Peer:
    """A connection to another worker."""

    def __init__(self, joined: socket.socket) -> None:
        self.joined, self.received = joined, b""
        self.is_lost = False  # whether the other side has ended it, or says what cannot be understood

    def send(self, message: msgspec.Struct) -> None:
        """Send a message; whoever does not get it is lost."""
        try:
            self.joined.settimeout(None)  # TCP finds out whether the other side is lost, and signals end it
            self.joined.sendall(msgspec.json.encode(message) + b"\n")
        except OSError:
            self.is_lost = True

    @property
    def has_message(self) -> bool:
        """Whether a message has been received that nobody has read."""
        return b"\n" in self.received

    def poll(self, kind: type[Message], seconds: float) -> Message | None:
        """The next message; None where it is not there within some seconds, or there will be none."""
        try:
            if not self.has_message and select.select([self.joined], [], [], seconds)[0]:
                new = self.joined.recv(1 << 20)
                self.received += new
                self.is_lost = not new or len(self.received) > LONGEST
            if self.has_message:
                line, _, self.received = self.received.partition(b"\n")
                return msgspec.json.decode(line, type=kind)
        except UNREADABLE:
            self.is_lost = True
        return None


class Meeting:
    """The connections of this process: the chief's to all others, or another worker's to the chief."""

    def __init__(self, cluster: Cluster, peers: dict[int, _Peer], note: Note) -> None:
        self.cluster, self.peers, self.note = cluster, peers, note

    def exchange(self, own: msgspec.Struct) -> tuple[msgspec.Raw, ...]:
        """Tell all others something.

        Returns:
            What all have told, as JSON, in the order of the workers.

        Raises:
            DigitjsError: one has refused or failed.
        """
        said = msgspec.Raw(msgspec.json.encode(own))
        if not self.cluster.is_chief:
            self._from_all(Listens)
            self._send_all(Tells(said))
            messages = self._from_all(Told)[0].messages
            if len(messages) != len(self.cluster.addresses):
                raise self._failed([0])
            return messages
        self._send_all(Listens(True))
        every = Told((said, *(told.message for told in self._from_all(Tells).values())))
        self._send_all(every)
        return every.messages

    def agree(self, trainings: tuple[str, ...]) -> tuple[str, ...]:
        """Let all workers begin, or none of them.

        Args:
            trainings: the keys of those that the chief has not finished, which all do; of another worker, all it can
                do.

        Returns:
            The chief's keys.

        Raises:
            DigitjsError: the chief trains what this worker cannot, or another one has refused or failed.
        """
        if self.cluster.is_chief:
            self._send_all(Work(trainings))
            self._from_all(Agreed)
            self._send_all(Agreed())
            return trainings
        wanted = self._from_all(Work)[0].trainings
        if not set(wanted) <= set(trainings):
            raise DigitjsError(
                "The chief trains other networks or data, on another kind of processor, or with another version: start "
                "all workers with the same command, on machines alike."
            )
        self._send_all(Agreed())
        self._from_all(Agreed)
        return wanted

    def begin(self) -> None:
        """Wait until all are about to let TensorFlow connect them, which takes an instant.

        Raises:
            DigitjsError: a worker has been lost since all agreed.
        """
        if self.cluster.is_chief:
            self._received(Started)
            gone = {index for index, peer in self.peers.items() if peer.is_lost}
            self._send_all(Started(min(gone, default=None)))
        else:
            self._send_all(Started())
            told = self._received(Started).get(0, Started(lost=0)).lost
            gone = set() if told is None else {told}
        if gone:
            raise lost(self.cluster, gone)

    def close(self) -> None:
        """Hang up."""
        for peer in self.peers.values():
            peer.joined.close()

    def _send_all(self, message: msgspec.Struct) -> None:
        for peer in self.peers.values():
            peer.send(message)

    def _from_all(self, kind: type[Message]) -> dict[int, Message]:
        """The next message of each, in their order.

        Raises:
            DigitjsError: there is none of some.
        """
        told = self._received(kind)
        gone = [index for index, peer in self.peers.items() if peer.is_lost]
        if gone:
            raise self._failed(gone)
        return told

    def _failed(self, gone: list[int]) -> DigitjsError:
        """That some have ended before all have begun."""
        if self.cluster.is_chief:
            who = " and ".join(f"worker {index} ({self.cluster.addresses[index]})" for index in gone)
            return DigitjsError(f"There has refused or failed {who}: see what it says, and start all workers again.")
        return DigitjsError("The chief has not begun: see what it says, and start all workers again.")

    def _received(self, kind: type[Message]) -> dict[int, Message]:
        """The next message of each, in their order, as far as they are there once one is lost."""
        waiting, told = _Waiting(self.note), dict[int, Message]()
        while not any(peer.is_lost for peer in self.peers.values()):
            missing = [index for index in self.peers if index not in told]
            if not missing:
                break
            waiting.tell(self._named(missing) if self.cluster.is_chief else "other workers")
            if not any(self.peers[index].has_message for index in missing):
                select.select([self.peers[index].joined for index in missing], [], [], PAUSE)
            for index in missing:
                message = self.peers[index].poll(kind, 0)
                told |= {index: message} if message else {}
        return dict(sorted(told.items()))

    def _named(self, missing: list[int]) -> str:
        return ", ".join(f"{self.cluster.addresses[index]} (worker {index})" for index in missing)


def lost(cluster: Cluster, indices: Set[int] = frozenset()) -> DigitjsError:
    """That a worker has ended in a training, one of these; where none are known, any other."""
    indices = indices or set(range(len(cluster.addresses))) - {cluster.index}
    who = " or ".join(f"worker {index} ({cluster.addresses[index]})" for index in sorted(indices))
    return DigitjsError(
        f"The training has lost {who}: start all workers again, and it goes on after its last finished epoch."
    )


def join(cluster: Cluster, note: Note, *, sharded: bool = False) -> Meeting:
    """Wait until every worker is there.

    Args:
        cluster: with this process in it.
        note: called with who is waited for.
        sharded: whether this process reads its own part files only, which all do or none.

    Raises:
        DigitjsError: the port of this process is taken, or it is sharded and the chief is not, or the other way round;
            on the chief, where any worker is unlike.
    """
    meeting, unlike = (_gathered if cluster.is_chief else _joined)(cluster, note, sharded)
    if unlike:
        meeting.close()
        how = ("without", "with") if sharded else ("with", "without")
        raise DigitjsError(
            f"{unlike} was started {how[0]} --shard, this worker {how[1]} it: start all workers with the same command."
        )
    return meeting


def _gathered(cluster: Cluster, note: Note, sharded: bool) -> tuple[Meeting, str]:
    """The chief's meeting, and who is sharded where the chief is not, or the other way round."""
    there: dict[int, socket.socket] = {}
    said: dict[int, Hello] = {}
    waiting, others = _Waiting(note), range(1, len(cluster.addresses))
    with _listening(cluster) as listener:
        while len(there) < len(others):
            with suppress(TimeoutError):
                joined, _ = listener.accept()
                hello = _hello(joined, cluster)
                if hello:  # a worker that was started again takes the place of its first start
                    there[hello.index], said[hello.index] = joined, hello
            there = {index: joined for index, joined in there.items() if _is_open(joined)}
            missing = [index for index in others if index not in there]
            waiting.tell(", ".join(f"{cluster.addresses[index]} (worker {index})" for index in missing))
    meeting = Meeting(cluster, {index: _Peer(there[index]) for index in others}, note)
    meeting._send_all(There(len(cluster.addresses), sharded))
    unlike = (index for index in others if said[index].sharded != sharded)
    return meeting, next((f"Worker {index} ({cluster.addresses[index]})" for index in unlike), "")


def _joined(cluster: Cluster, note: Note, sharded: bool) -> tuple[Meeting, str]:
    """A worker's meeting, and the chief where that is sharded and this worker is not, or the other way round."""
    with _listening(cluster):  # as TensorFlow will, whose refusal would name no port
        chief = _host_and_port(cluster.addresses[0])
    waiting = _Waiting(note)
    while True:
        with suppress(OSError), ExitStack() as stack:
            joined = stack.enter_context(closing(socket.create_connection(chief, 5)))
            _keep_alive(joined)
            peer = _Peer(joined)
            peer.send(Hello(cluster.index, sharded))
            while not peer.is_lost:
                if there := peer.poll(There, PAUSE):
                    stack.pop_all()
                    return Meeting(cluster, {0: peer}, note), "" if there.sharded == sharded else "The chief"
                waiting.tell("other workers")
        waiting.tell(f"{cluster.addresses[0]} (the chief)")
        time.sleep(PAUSE)


class _Waiting:
    """Tells a person once, after a while, who is not there."""

    def __init__(self, note: Note) -> None:
        self.note, self.since = note, time.monotonic()

    def tell(self, missing: str) -> None:
        if missing and time.monotonic() - self.since > PATIENCE:
            self.note(f"Waiting for {missing}; Ctrl+C ends it.")
            self.since = float("inf")


@contextmanager
def _listening(cluster: Cluster) -> Iterator[socket.socket]:
    """On the port of this process, which machines elsewhere see only if some take part."""
    address = cluster.addresses[cluster.index]
    host, port = _host_and_port(address)
    local = all(map(_is_loopback, cluster.addresses))
    both = not local and socket.has_dualstack_ipv6()
    family = socket.AF_INET6 if both or (local and ":" in host) else socket.AF_INET
    try:
        listener = socket.create_server((host if local else "", port), family=family, dualstack_ipv6=both)
    except OSError as error:
        raise DigitjsError(
            f"This worker cannot listen on {address} ({error.strerror}): choose another port."
        ) from error
    with listener:
        listener.settimeout(PAUSE)
        yield listener


def _host_and_port(address: str) -> tuple[str, int]:
    host, _, port = address.rpartition(":")
    return host.strip("[]"), int(port)  # IPv6 has brackets


def _is_loopback(address: str) -> bool:
    host, _ = _host_and_port(address)
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:  # a name
        return False


def _keep_alive(joined: socket.socket) -> None:
    """Let a connection end where the other machine was lost without a word."""
    joined.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for name, value in KEEPING.items():
        if hasattr(socket, name):
            joined.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)


def _hello(joined: socket.socket, cluster: Cluster) -> Hello | None:
    """What who has joined says; None of somebody who is no worker."""
    try:
        _keep_alive(joined)
        hello = msgspec.json.decode(_line(joined, LONGEST_HELLO, ANSWER), type=Hello)
        if 0 < hello.index < len(cluster.addresses):
            return hello
    except UNREADABLE:
        pass
    joined.close()
    return None


def _is_open(joined: socket.socket) -> bool:
    """Whether the other side is there and silent; while both wait, an end is all there is to read for the chief."""
    return not select.select([joined], [], [], 0)[0]


def _line(joined: socket.socket, longest: int, seconds: float) -> bytes:
    received, deadline = b"", time.monotonic() + seconds
    while not received.endswith(b"\n") and len(received) < longest:
        joined.settimeout(max(deadline - time.monotonic(), 0))
        part = joined.recv(longest - len(received))
        if not part:
            break
        received += part
    return received
