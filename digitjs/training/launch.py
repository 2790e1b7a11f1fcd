"""Several workers of one training on this machine: to try what a cluster does, and to test it."""

import contextlib
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from digitjs.errors import DigitjsError
from digitjs.training.cluster import CONFIG

LOOPBACK = "127.0.0.1"
GRACE = 30.0  # seconds in which the others end once one has
PAUSE = 0.2


def start_workers(arguments: Sequence[str], folder: Path, workers: int) -> None:
    """Run a command of digitjs in several processes that train together, and wait for all.

    Args:
        arguments: of the command line, without the program's name.
        folder: where it runs.
        workers: how many processes; the first is the chief, whose output is seen.

    Raises:
        DigitjsError: one of them was killed.
        SystemExit: one of them failed, and has said why.
    """
    with _started(arguments, folder, workers) as started:
        while any(one.poll() is None for one in started) and not any(one.returncode for one in started):
            time.sleep(PAUSE)
        failed = [number for number, one in enumerate(started) if one.returncode]
        deadline = time.monotonic() + GRACE
        while failed and any(one.poll() is None for one in started) and time.monotonic() < deadline:
            time.sleep(PAUSE)
        if not failed:
            return
        if any(one.returncode and one.returncode > 0 for one in started):  # it has said why
            raise SystemExit(1)
        raise DigitjsError(
            f"Worker {failed[0]} was killed: run it again, and it goes on after its last finished epoch."
        )


@contextlib.contextmanager
def _started(arguments: Sequence[str], folder: Path, workers: int) -> Iterator[list["subprocess.Popen[bytes]"]]:
    addresses = [f"{LOOPBACK}:{port}" for port in free_ports(workers)]
    started = []
    try:
        for number in range(workers):
            described = {"cluster": {"worker": addresses}, "task": {"type": "worker", "index": number}}
            quiet = ("--quiet",) if number else ()
            command = [sys.executable, "-m", "digitjs", *quiet, *arguments]
            environment = {**os.environ, CONFIG: json.dumps(described)}
            started.append(subprocess.Popen(command, cwd=folder, env=environment))
        yield started
    finally:
        for one in started:
            if one.poll() is None:
                one.kill()  # TensorFlow may not hear anything else
            one.wait()


def free_ports(count: int) -> list[int]:
    """Ports of this machine on which nothing listens now."""
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.create_server((LOOPBACK, 0))) for _ in range(count)]
        return [one.getsockname()[1] for one in sockets]
