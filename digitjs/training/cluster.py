"""Which machines take part in a training, as TF_CONFIG or Slurm says. No TensorFlow."""

import os
import re
from dataclasses import dataclass
from typing import Literal

import msgspec

from digitjs.data.source import Share
from digitjs.errors import DigitjsError

STRATEGIES = ("auto", "none", "mirrored", "multi-worker")
CONFIG = "TF_CONFIG"  # the environment variable in which TensorFlow's tools describe a cluster
SLURM_TASKS = "SLURM_STEP_NUM_TASKS"
SLURM_PORT = 8888  # the first port that Slurm's workers listen on


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
