"""Trainings on several processors: a strategy, and how batches and a model's state are shared."""

import faulthandler
import math
import os
import re
import signal
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import tensorflow as tf

from digitjs.errors import DigitjsError
from digitjs.training.cluster import Cluster, Distribution
from digitjs.training.meeting import lost

CONNECTING, WITH_GPUS = 25.0, 60.0  # seconds that TensorFlow has to connect workers who are all there; CUDA starts, too
LOST = (tf.errors.UnavailableError, tf.errors.AbortedError, tf.errors.DeadlineExceededError)


@dataclass(frozen=True)
class Replicas:
    """The processors that fit a model together."""

    strategy: Any  # tf.distribute.Strategy: TensorFlow publishes no types
    index: int = 0  # of this process among them
    workers: int = 1  # processes
    sharded: bool = False  # whether each of them has samples of its own

    @property
    def is_chief(self) -> bool:
        """Whether this process keeps what is trained."""
        return self.index == 0

    @property
    def count(self) -> int:
        """How many processors share each batch."""
        number: int = self.strategy.num_replicas_in_sync
        return number

    @property
    def own(self) -> int:
        """How many of them are this process's."""
        return self.count // self.workers


def alone() -> Replicas:
    """One processor."""
    return Replicas(tf.distribute.get_strategy())


def assemble(distribution: Distribution, batches: Iterable[int] = ()) -> Replicas:
    """The processors that trainings are distributed over, once in a process, before any other operation of TensorFlow.

    Args:
        distribution: of several workers, all of which are about to do this; auto takes as many GPUs of this machine as
            can share all batches, mirrored all.
        batches: their sizes.

    Raises:
        DigitjsError: a batch cannot be shared out evenly.
    """
    sizes = tuple(batches)
    if distribution.cluster:
        replicas = _connected(distribution.cluster, sharded=distribution.sharded)
    else:
        replicas = _of_this_machine(distribution, sizes)
    for batch in sizes:
        require_divisible(batch, replicas)
    return replicas


def _connected(cluster: Cluster, *, sharded: bool) -> Replicas:
    """The processors of all workers.

    TensorFlow connects them in an instant, but would wait for ever for a worker that is lost in it: then neither a
    signal nor another thread of Python is heard, and a clock outside of Python ends the process with 1.
    """
    limit = WITH_GPUS if tf.config.list_physical_devices("GPU") else CONNECTING
    with Path(os.devnull).open("w") as nowhere:
        faulthandler.dump_traceback_later(limit, exit=True, file=nowhere)
        try:
            strategy = tf.distribute.MultiWorkerMirroredStrategy(_resolver(cluster))
        finally:
            faulthandler.cancel_dump_traceback_later()
    _listen_to_signals()
    return Replicas(strategy, cluster.index, len(cluster.addresses), sharded)


def _of_this_machine(distribution: Distribution, batches: tuple[int, ...]) -> Replicas:
    if distribution.strategy != "none":
        devices = tf.config.list_logical_devices("GPU") or tf.config.list_logical_devices("CPU")
        if distribution.strategy == "auto":
            devices = devices[: most_sharing(len(devices), batches)]
        if len(devices) > 1:
            return Replicas(tf.distribute.MirroredStrategy([device.name for device in devices]))
    return alone()


def most_sharing(devices: int, batches: Iterable[int]) -> int:
    """How many of some devices, at most, can share batches of all these sizes evenly."""
    common = math.gcd(*batches)
    return max(number for number in range(1, devices + 1) if common % number == 0)


def _resolver(cluster: Cluster) -> Any:
    """A cluster as TensorFlow takes it; all are of one type, so that its messages number them as we do."""
    spec = tf.train.ClusterSpec({"worker": list(cluster.addresses)})
    return tf.distribute.cluster_resolver.SimpleClusterResolver(
        spec, task_type="worker", task_id=cluster.index, rpc_layer="grpc"
    )


def _listen_to_signals() -> None:
    """Let SIGTERM end the process again: TensorFlow takes it for a notice of preemption, and goes on."""
    handler = signal.getsignal(signal.SIGTERM)
    if handler is not None:
        signal.signal(signal.SIGTERM, handler)


def described(replicas: Replicas) -> str:
    """The devices that train, in words; empty where it is this machine's processor alone."""
    gpus = [tf.config.experimental.get_device_details(gpu) for gpu in tf.config.list_physical_devices("GPU")]
    kind = ", ".join(dict.fromkeys(str(gpu.get("device_name", "GPU")) for gpu in gpus))
    if replicas.count == 1:
        return kind
    each = f"{replicas.own} x {kind or 'CPU'}"
    return f"{replicas.workers} workers, here on {each}" if replicas.workers > 1 else each


def parts(replicas: Replicas, stream: Callable[[], tf.data.Dataset]) -> Any:
    """A stream of batches, divided among the replicas: each takes its rows of every step's batch.

    Every worker composes the whole batch, a twelfth of a step's work, so that no figure depends on their number; where
    each has samples of its own, it composes the rows of its own replicas.
    """
    if replicas.count == 1:
        return stream()
    sharing = replicas.own if replicas.sharded else replicas.count  # those that a batch is divided among
    first = 0 if replicas.sharded else replicas.index * replicas.own

    def rows(*batch: tf.Tensor) -> tuple[tf.Tensor, ...]:
        shapes = ([sharing, part.shape[0] // sharing, *part.shape[1:]] for part in batch)
        return tuple(
            tf.reshape(part, shape)[first : first + replicas.own] for part, shape in zip(batch, shapes, strict=True)
        )

    return replicas.strategy.distribute_datasets_from_function(
        lambda _: stream().map(rows).unbatch().prefetch(4)  # one pipeline for each process
    )


def of_each(replicas: Replicas, number: int) -> tuple[int, ...]:
    """A number that each worker has, such as how many its samples are, of all of them in their order."""
    if replicas.workers == 1:
        return (number,)

    def placed(place: Any) -> list[Any]:
        return [tf.one_hot(place, replicas.count, dtype=tf.int64) * number]

    [numbers] = _summed(replicas, placed)
    return tuple(map(int, numbers.numpy()[:: replicas.own]))


def require_divisible(batch: int, replicas: Replicas) -> None:
    """Refuse a batch that cannot be shared out evenly.

    Raises:
        DigitjsError: it cannot.
    """
    if batch % replicas.count:
        raise DigitjsError(
            f"A batch of {batch} cannot be shared by {replicas.count} processors: take a number of them that divides "
            "it, or choose --strategy none."
        )


def share_state(replicas: Replicas, variables: Sequence[Any]) -> None:
    """Give the chief's values of some variables to all workers, who have no checkpoints of their own."""
    if replicas.workers == 1:
        return

    def of_first(place: Any) -> list[Any]:
        first = tf.equal(place, 0)
        return [tf.where(first, value, tf.zeros_like(value)) for value in map(tf.convert_to_tensor, variables)]

    for variable, value in zip(variables, _summed(replicas, of_first), strict=True):
        variable.assign(value)


def _summed(replicas: Replicas, values: Callable[[Any], list[Any]]) -> list[Any]:
    """Sums over all replicas of what each has, by its place among them."""

    @tf.function  # type: ignore[untyped-decorator]
    def summed() -> list[Any]:
        def replica() -> list[Any]:
            context = tf.distribute.get_replica_context()
            own = values(context.replica_id_in_sync_group)
            return [context.all_reduce(tf.distribute.ReduceOp.SUM, value) for value in own]

        return [replicas.strategy.experimental_local_results(one)[0] for one in replicas.strategy.run(replica)]

    sums: list[Any] = summed()
    return sums


@contextmanager
def losses_named(cluster: Cluster | None) -> Iterator[None]:
    """Name the worker that has stopped, where that ends a training."""
    try:
        yield
    except LOST as error:
        if cluster is None:
            raise
        named = {int(number) for number in re.findall(r"/task:(\d+)", error.message or "")} - {cluster.index}
        raise lost(cluster, named) from error
