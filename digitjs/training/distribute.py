"""Trainings on several processors: a strategy, and how batches and a model's state are shared."""

import re
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any

import tensorflow as tf

from digitjs.errors import DigitjsError
from digitjs.training.cluster import Cluster, Distribution

LOST = (tf.errors.UnavailableError, tf.errors.AbortedError, tf.errors.DeadlineExceededError)


@dataclass(frozen=True)
class Replicas:
    """The processors that fit a model together."""

    strategy: Any  # tf.distribute.Strategy: TensorFlow publishes no types
    is_chief: bool = True  # whether this process keeps what is trained
    workers: int = 1  # processes

    @property
    def count(self) -> int:
        """How many processors share each batch."""
        number: int = self.strategy.num_replicas_in_sync
        return number


def alone() -> Replicas:
    """One processor."""
    return Replicas(tf.distribute.get_strategy())


@cache  # a process has one strategy
def assemble(distribution: Distribution) -> Replicas:
    """The processors that a training is distributed over, before any other operation of TensorFlow.

    Args:
        distribution: of several workers, all of which have met; auto takes several GPUs where there are.
    """
    if distribution.cluster:
        strategy = tf.distribute.MultiWorkerMirroredStrategy(_resolver(distribution.cluster))
        _listen_to_signals()
        return Replicas(strategy, distribution.cluster.is_chief, len(distribution.cluster.addresses))
    if distribution.strategy != "none":
        devices = tf.config.list_logical_devices("GPU") or tf.config.list_logical_devices("CPU")
        if len(devices) > 1:
            return Replicas(tf.distribute.MirroredStrategy([device.name for device in devices]))
    return alone()


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
    own = replicas.count // replicas.workers
    each = f"{own} x {kind or 'CPU'}"
    return f"{replicas.workers} workers, here on {each}" if replicas.workers > 1 else each


def parts(replicas: Replicas, stream: Callable[[], tf.data.Dataset]) -> Any:
    """A stream of whole batches, divided among the replicas: each takes its rows of every step's batch.

    Every worker composes the whole batch, a twelfth of a step's work, so that no figure depends on their number.
    """
    if replicas.count == 1:
        return stream()

    def own(context: tf.distribute.InputContext) -> tf.data.Dataset:
        each = replicas.count // context.num_input_pipelines
        first = context.input_pipeline_id * each

        def rows(*batch: tf.Tensor) -> tuple[tf.Tensor, ...]:
            shapes = ([replicas.count, part.shape[0] // replicas.count, *part.shape[1:]] for part in batch)
            return tuple(
                tf.reshape(part, shape)[first : first + each] for part, shape in zip(batch, shapes, strict=True)
            )

        return stream().map(rows).unbatch().prefetch(4)

    return replicas.strategy.distribute_datasets_from_function(own)


def require_divisible(batch: int, replicas: Replicas) -> None:
    """Refuse a batch that cannot be shared out evenly.

    Raises:
        DigitjsError: it cannot.
    """
    if batch % replicas.count:
        raise DigitjsError(f"A batch of {batch} cannot be shared by {replicas.count}: take a number that divides it.")


def share_state(replicas: Replicas, variables: Sequence[Any]) -> None:
    """Give the chief's values of some variables to all workers, who have no checkpoints of their own."""
    if replicas.workers == 1:
        return

    @tf.function  # type: ignore[untyped-decorator]
    def summed() -> list[Any]:
        def replica() -> list[Any]:
            context = tf.distribute.get_replica_context()
            first = tf.equal(context.replica_id_in_sync_group, 0)
            own = [tf.where(first, value, tf.zeros_like(value)) for value in map(tf.convert_to_tensor, variables)]
            return [context.all_reduce(tf.distribute.ReduceOp.SUM, value) for value in own]

        return [replicas.strategy.experimental_local_results(one)[0] for one in replicas.strategy.run(replica)]

    for variable, value in zip(variables, summed(), strict=True):
        variable.assign(value)


@contextmanager
def losses_named(cluster: Cluster | None) -> Iterator[None]:
    """Name the worker that has stopped, where that ends a training."""
    try:
        yield
    except LOST as error:
        if cluster is None:
            raise
        named = {int(number) for number in re.findall(r"/task:(\d+)", error.message or "")} - {cluster.index}
        lost = named or set(range(len(cluster.addresses))) - {cluster.index}
        who = " or ".join(f"worker {number} ({cluster.addresses[number]})" for number in sorted(lost))
        raise DigitjsError(
            f"The training has lost {who}: start all workers again, and it goes on after its last finished epoch."
        ) from error
