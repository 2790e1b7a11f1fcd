"""Which machines take part in a training, as TF_CONFIG or Slurm says, and how they meet before it. No TensorFlow."""

import ipaddress
import os
import re
import select
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass
from typing import Literal

import msgspec

from digitjs.data.source import Share
from digitjs.errors import DigitjsError

STRATEGIES = ("auto", "none", "mirrored", "multi-worker")
CONFIG = "TF_CONFIG"  # the environment variable in which TensorFlow's tools describe a cluster
SLURM_TASKS = "SLURM_STEP_NUM_TASKS"
SLURM_PORT = 8888  # the first port that Slurm's workers listen on
PATIENCE = 30.0  # seconds before a person reads who is waited for
PAUSE = 0.5  # seconds between attempts
ANSWER = 2.0  # seconds in which whoever connects says who it is
LONGEST_HELLO, LONGEST_WORK = 1 << 10, 1 << 16  # bytes of a message
AGREED, BEGIN = b"a", b"b"  # what a worker answers, and what the chief does once all have
UNREADABLE = (OSError, ValueError, RecursionError, msgspec.MsgspecError)  # of what a stranger may send

Note = Callable[[str], None]


class Workers(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Addresses, HOST:PORT, by role."""

    worker: tuple[str, ...] = ()
    chief: tuple[str, ...] = ()

    @property
    def addresses(self) -> tuple[str, ...]:
        """Of all, the chief first."""
        return (*self.chief, *self.worker)


class Role(msgspec.Struct, frozen=True):
    """Which of them this process is."""

    type: Literal["worker", "chief"]
    index: int


class Described(msgspec.Struct, frozen=True):
    """TF_CONFIG."""

    cluster: Workers
    task: Role


@dataclass(frozen=True)
class Cluster:
    """The workers of a training, of which this process is one."""

    addresses: tuple[str, ...]  # HOST:PORT; the first is the chief, who keeps and exports what is trained
    index: int  # of this process

    @property
    def is_chief(self) -> bool:
        """Whether this process keeps what is trained."""
        return self.index == 0


@dataclass(frozen=True)
class Distribution:
    """Which processors a training is asked to use."""

    strategy: str = "none"  # of STRATEGIES
    cluster: Cluster | None = None
    starts: int = 0  # workers that are to be started on this machine, in place of a training by this process
    sharded: bool = False  # whether each worker reads its own part files only

    @property
    def assists(self) -> bool:
        """Whether another process, the chief, keeps what this one trains."""
        return self.cluster is not None and not self.cluster.is_chief

    @property
    def share(self) -> Share:
        """What this process reads of the samples; one that only starts workers checks what the chief will read."""
        if not self.sharded:
            return Share()
        return Share(self.cluster.index, len(self.cluster.addresses)) if self.cluster else Share(0, max(self.starts, 1))


ALONE = Distribution()


def distribution(strategy: str, workers: int = 1, *, sharded: bool = False) -> Distribution:
    """The processors that a strategy means here.

    Args:
        strategy: of STRATEGIES.
        workers: how many train on this machine; each of those that are started finds a cluster of so many.
        sharded: whether each reads its own part files only, if they are several.

    Raises:
        DigitjsError: TF_CONFIG cannot be followed, or does not name as many workers as are asked for.
    """
    if strategy in ("none", "mirrored"):
        if workers > 1:
            raise DigitjsError(
                f"The strategy {strategy} has one process: leave out --workers {workers} or choose auto."
            )
        return Distribution(strategy, sharded=sharded)
    found = read_cluster()
    if found and workers not in (1, len(found.addresses)):
        raise DigitjsError(
            f"{CONFIG} or Slurm names {len(found.addresses)} workers, and --workers asks for {workers} here: "
            "leave out one of the two."
        )
    if found or strategy == "auto" or workers > 1:
        return Distribution(strategy, found, starts=0 if found or workers == 1 else workers, sharded=sharded)
    raise DigitjsError(f"There is one worker only: describe several in {CONFIG}, or start them with --workers.")


def read_cluster() -> Cluster | None:
    """What TF_CONFIG or else Slurm says of the machines that take part; None where this process is alone.

    Raises:
        DigitjsError: TF_CONFIG, or what Slurm says, cannot be followed.
    """
    text = os.environ.get(CONFIG, "").strip()
    if text:
        return _described(text)
    return _of_slurm() if os.environ.get(SLURM_TASKS, "1") != "1" else None


def require_alone() -> None:
    """Refuse to train on each of several machines what they could train together.

    Raises:
        DigitjsError: there are several, or what is said of them cannot be followed.
    """
    found = read_cluster()
    if found:
        raise DigitjsError(
            f"{CONFIG} or Slurm names {len(found.addresses)} workers, and digitjs build trains on one machine: run "
            "digitjs train on all of them first, then digitjs build on the chief."
        )


def _of_slurm() -> Cluster:
    import tensorflow as tf  # it knows how Slurm writes lists of hosts

    try:
        # It divides GPUs of its own accord, which Slurm has done: as many as there are tasks, so it asks no driver.
        gpus = int(os.environ[SLURM_TASKS])
        resolver = tf.distribute.cluster_resolver.SlurmClusterResolver(
            port_base=SLURM_PORT, gpus_per_node=gpus, gpus_per_task=1, auto_set_gpu=False
        )
        # It sorts node10 before node9, and Slurm counts.
        addresses = sorted(resolver.cluster_spec().as_dict()["worker"], key=_natural)
        index = int(os.environ["SLURM_PROCID"])
        if not 0 <= index < len(addresses):
            raise ValueError(f"SLURM_PROCID is {index} of {len(addresses)} workers")
    except (RuntimeError, ValueError, KeyError) as error:
        raise DigitjsError(
            f"Slurm's variables do not describe a cluster of workers ({error}): start all workers with srun, or unset "
            f"{SLURM_TASKS} to train with one."
        ) from error
    return Cluster(tuple(addresses), index)


def _natural(address: str) -> list[tuple[int, str]]:
    """A key that sorts numbers in a text by their value."""
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in re.split(r"(\d+)", address)]


def _described(text: str) -> Cluster | None:
    try:
        known = msgspec.json.decode(text, type=Described)
    except msgspec.MsgspecError as error:
        raise DigitjsError(
            f"{CONFIG} does not describe a cluster of workers ({error}): digitjs takes "
            '{"cluster": {"worker": ["HOST:PORT", …]}, "task": {"type": "worker", "index": 0}}.'
        ) from error
    addresses, own = known.cluster.addresses, getattr(known.cluster, known.task.type)
    if not 0 <= known.task.index < len(own):
        raise DigitjsError(
            f"{CONFIG} calls this process {known.task.type} {known.task.index}, but lists {len(own)} of that type: "
            "give each process an index of its own, from 0."
        )
    for address in addresses:
        host, _, port = address.rpartition(":")
        if not host or not port.isdecimal() or not 0 < int(port) < 2**16:
            raise DigitjsError(f"{CONFIG} has the address {address!r}: write HOST:PORT, such as 10.0.0.1:2222.")
    if len(set(addresses)) < len(addresses):
        raise DigitjsError(f"{CONFIG} lists an address twice: give each worker an address of its own.")
    before = len(known.cluster.chief) if known.task.type == "worker" else 0
    return Cluster(addresses, before + known.task.index) if len(addresses) > 1 else None


class Hello(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a worker sends to the chief."""

    index: int


class Work(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the chief answers once all are there."""

    trainings: tuple[str, ...]  # their keys, in the order in which all fit them


def meet(cluster: Cluster, trainings: tuple[str, ...], note: Note) -> tuple[str, ...]:
    """Wait until every worker is there and agrees. TensorFlow would wait too, but without a word and deaf to signals.

    Args:
        cluster: with this process in it.
        trainings: the keys of those that the chief has not finished, which all do; of another worker, all it can do.
        note: called with who is waited for.

    Returns:
        The chief's keys.

    Raises:
        DigitjsError: the port of this process is taken, the chief trains what this worker cannot, or another one has
            refused or failed.
    """
    if cluster.is_chief:
        _gather(cluster, trainings, note)
        return trainings
    return _join(cluster, trainings, note)


def _gather(cluster: Cluster, trainings: tuple[str, ...], note: Note) -> None:
    there: dict[int, socket.socket] = {}
    waiting = _Waiting(note)
    with _listening(cluster) as listener, ExitStack() as stack:
        while len(there) < len(cluster.addresses) - 1:
            with suppress(TimeoutError):
                joined, _ = listener.accept()
                index = _hello(joined, cluster)
                if index is not None:
                    stack.enter_context(closing(joined))
                    there[index] = joined  # a worker that was started again takes the place of its first start
            there = {index: joined for index, joined in there.items() if _is_open(joined)}
            missing = [index for index in range(1, len(cluster.addresses)) if index not in there]
            waiting.tell([f"{cluster.addresses[index]} (worker {index})" for index in missing])
        _agree(cluster, there, trainings)


def _agree(cluster: Cluster, there: dict[int, socket.socket], trainings: tuple[str, ...]) -> None:
    """Let all workers begin, or none of them."""
    refused = [index for index, joined in sorted(there.items()) if not _agrees(joined, trainings)]
    if refused:
        who = " and ".join(f"worker {index} ({cluster.addresses[index]})" for index in refused)
        raise DigitjsError(f"There has refused or failed {who}: see what it says, and start all workers again.")
    for joined in there.values():
        with suppress(OSError):
            joined.sendall(BEGIN)
            joined.recv(1)  # they close first, so that this port is free at once


def _agrees(joined: socket.socket, trainings: tuple[str, ...]) -> bool:
    try:
        joined.settimeout(PATIENCE)
        joined.sendall(msgspec.json.encode(Work(trainings)) + b"\n")
        return joined.recv(1) == AGREED
    except OSError:
        return False


def _join(cluster: Cluster, known: tuple[str, ...], note: Note) -> tuple[str, ...]:
    with _listening(cluster):  # as TensorFlow will, whose refusal would name no port
        chief = _host_and_port(cluster.addresses[0])
    waiting = _Waiting(note)
    while True:
        with suppress(OSError), closing(socket.create_connection(chief, 5)) as joined:
            trainings = _asked(joined, cluster, waiting)
            if trainings is not None:
                _answer(joined, trainings, known)
                return trainings
        waiting.tell([f"{cluster.addresses[0]} (the chief)"])
        time.sleep(PAUSE)


def _asked(joined: socket.socket, cluster: Cluster, waiting: "_Waiting") -> tuple[str, ...] | None:
    """What the chief wants to be done, once all workers are there; None where it has gone meanwhile."""
    _keep_alive(joined)
    joined.sendall(msgspec.json.encode(Hello(cluster.index)) + b"\n")
    while _is_open(joined, PAUSE):
        waiting.tell(["other workers"])
    try:
        return msgspec.json.decode(_line(joined, LONGEST_WORK, PATIENCE), type=Work).trainings
    except UNREADABLE:
        return None


def _answer(joined: socket.socket, trainings: tuple[str, ...], known: tuple[str, ...]) -> None:
    """Agree to do what this worker can do, and wait until all have agreed."""
    if not set(trainings) <= set(known):
        raise DigitjsError(
            "The chief trains other networks or data, on another kind of processor, or with another version: start all "
            "workers with the same command, on machines alike."
        )
    begun = b""
    with suppress(OSError):
        joined.sendall(AGREED)
        joined.settimeout(None)  # the chief has a limit for each of the others; keepalive finds out if it is lost
        begun = joined.recv(1)
    if begun != BEGIN:
        raise DigitjsError("The chief has not begun: see what it says, and start all workers again.")


class _Waiting:
    """Tells a person once, after a while, who is not there."""

    def __init__(self, note: Note) -> None:
        self.note, self.since = note, time.monotonic()

    def tell(self, missing: list[str]) -> None:
        if missing and time.monotonic() - self.since > PATIENCE:
            self.note(f"Waiting for {', '.join(missing)}; Ctrl+C ends it.")
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
    for name in ("TCP_KEEPIDLE", "TCP_KEEPALIVE", "TCP_KEEPINTVL"):  # each system has some of them
        if hasattr(socket, name):
            joined.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), round(PATIENCE))


def _hello(joined: socket.socket, cluster: Cluster) -> int | None:
    """The index of who has joined; None for somebody who is no worker."""
    try:
        _keep_alive(joined)
        index = msgspec.json.decode(_line(joined, LONGEST_HELLO, ANSWER), type=Hello).index
        if 0 < index < len(cluster.addresses):
            return index
    except UNREADABLE:
        pass
    joined.close()
    return None


def _is_open(joined: socket.socket, seconds: float = 0) -> bool:
    """Whether the other side is there and silent; while both wait, an end is all there is to read for the chief."""
    return not select.select([joined], [], [], seconds)[0]


def _line(joined: socket.socket, longest: int, seconds: float) -> bytes:
    received, deadline = b"", time.monotonic() + seconds
    while not received.endswith(b"\n") and len(received) < longest:
        joined.settimeout(max(deadline - time.monotonic(), 0))
        part = joined.recv(longest - len(received))
        if not part:
            break
        received += part
    return received
