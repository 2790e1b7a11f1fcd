"""Trainings that several processes or processors share: the same weights as one's, and a sentence when one is lost."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import numpy as np
import pytest

from conftest import ARRAYS, ROOT, Run
from digitjs.data.source import MNIST
from digitjs.model_card import CARD, read_card
from digitjs.training.cluster import CONFIG
from digitjs.training.launch import free_ports
from hadoop import Hadoop, serving
from processes import hearing

WORKER = Path(__file__).with_name("worker.py")
NEAR = 1e-4  # of any weight: sums of float32 in another order
PARTS = (240, 300, 250, 310)  # training digits of each part file
TESTED = 100  # and to test with
LIMIT = 300  # seconds, on a machine that does much else

TABLE = """[[network]]
name = "small"
layers = [{kind = "Flatten"}, {kind = "Dropout", rate = 0.2}, {kind = "Dense", units = 10, activation = "softmax"}]
recipe = {epochs = 2, batch_size = 64}
"""

# A worker that meets the chief, and never comes to TensorFlow.
AGREES = """
import sys, time
from digitjs.training.cluster import Cluster
from digitjs.training.meeting import join
meeting = join(Cluster(tuple(sys.argv[1:]), 1), print)
meeting.agree(())
#begin
print("agreed", flush=True)
time.sleep(600)
"""

Processes = list["subprocess.Popen[str]"]


def environment(**more: str) -> dict[str, str]:
    others = {name: value for name, value in os.environ.items() if name != CONFIG and not name.startswith("SLURM_")}
    return {**others, "PYTHONPATH": str(ROOT), "TF_CPP_MIN_LOG_LEVEL": "3", **more}


def start(strategy: str, *words: object, config: dict[str, object] | None = None) -> "subprocess.Popen[str]":
    more = {CONFIG: json.dumps(config)} if config else {}
    command = [sys.executable, str(WORKER), strategy, *map(str, words)]
    return subprocess.Popen(command, env=environment(**more), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def described(addresses: list[str], index: int) -> dict[str, object]:
    return {"cluster": {"worker": addresses}, "task": {"type": "worker", "index": index}}


@pytest.fixture
def started() -> Iterator[ExitStack]:
    """Ends the processes of a test, which hear SIGKILL alone while TensorFlow waits."""
    with ExitStack() as stack:
        yield stack


def kept(started: ExitStack, process: "subprocess.Popen[str]") -> "subprocess.Popen[str]":
    started.enter_context(process)  # which closes its pipes
    started.callback(process.kill)  # before that
    return process


def pair(started: ExitStack, folder: Path, data: Path, *words: str) -> Processes:
    addresses = [f"127.0.0.1:{port}" for port in free_ports(2)]
    return [
        kept(started, start("auto", data, folder / str(index), *words, config=described(addresses, index)))
        for index in range(2)
    ]


def train_small(
    started: ExitStack, folder: Path, data: Path | str, *words: str, **more: str
) -> "subprocess.Popen[str]":
    """The command that trains a small network, with a cache beside its settings."""
    (folder / "digitjs.toml").write_text(TABLE)
    command = [sys.executable, "-m", "digitjs", "train", "small", "--data", str(data), *words]
    caching = environment(DIGITJS_CACHE=str(folder / "cache"), **more)
    process = subprocess.Popen(
        command,
        cwd=folder,
        env=caching,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=hearing,
    )
    return kept(started, process)


def await_listener(address: str) -> None:
    """Until a process, which has just been started, listens there."""
    host, _, port = address.rpartition(":")
    deadline = time.monotonic() + LIMIT
    with socket.socket() as tried:
        while tried.connect_ex((host, int(port))):
            assert time.monotonic() < deadline
            time.sleep(0.1)


@contextmanager
def limited(process: "subprocess.Popen[str]") -> Iterator[None]:
    """Kill a process that takes too long, which ends what is read from it."""
    timer = threading.Timer(LIMIT, process.kill)
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def await_epoch(number: int, processes: Processes) -> None:
    """Until all have finished it."""
    for process in processes:
        assert process.stdout
        with limited(process):
            while f"epoch {number} " not in (line := process.stdout.readline()):
                assert line, process.stderr and process.stderr.read()


def ended(process: "subprocess.Popen[str]") -> tuple[str, str]:
    """What a process has printed, when it has ended."""
    try:
        return process.communicate(timeout=LIMIT)
    finally:
        process.kill()  # TensorFlow hears nothing else while it waits for a worker


def weights(folder: Path) -> list[np.ndarray]:
    with np.load(folder / "weights.npz") as file:
        return [file[name] for name in file.files]


def assert_near(one: list[np.ndarray], other: list[np.ndarray]) -> None:
    for ours, theirs in zip(one, other, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=0, atol=NEAR)


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory, tiny_data: Path) -> list[np.ndarray]:
    """The weights of one process."""
    folder = tmp_path_factory.mktemp("reference")
    process = start("none", tiny_data, folder)
    _, said = ended(process)
    assert process.returncode == 0, said
    return weights(folder)


@pytest.fixture
def workers(started: ExitStack, tmp_path: Path, tiny_data: Path) -> Processes:
    """Two that train together, in the middle of it."""
    processes = pair(started, tmp_path, tiny_data)
    await_epoch(2, processes)
    return processes


def test_two_workers_that_lose_one_go_on_to_the_weights_of_one(
    started: ExitStack, workers: Processes, tmp_path: Path, tiny_data: Path, reference: list[np.ndarray]
) -> None:
    workers[1].send_signal(signal.SIGKILL)
    killed = time.monotonic()
    _, said = ended(workers[0])
    assert time.monotonic() - killed < 60  # half of it on a machine that is not busy
    assert workers[0].returncode == 1
    assert said.splitlines()[-1].startswith("The training has lost worker 1 (127.0.0.1:")
    again = pair(started, tmp_path, tiny_data)
    outputs = [ended(worker) for worker in again]
    assert [worker.returncode for worker in again] == [0, 0], outputs
    assert outputs[0][0].startswith("epoch 3"), outputs
    assert_near(weights(tmp_path / "0"), reference)
    assert not (tmp_path / "1" / "weights.npz").exists()  # the chief alone keeps them


@pytest.mark.parametrize("begins", [False, True], ids=["before", "while"])
def test_a_worker_that_dies_before_tensorflow_connects_it_ends_the_chief(
    started: ExitStack, tmp_path: Path, tiny_data: Path, begins: bool
) -> None:
    addresses = [f"127.0.0.1:{port}" for port in free_ports(2)]
    chief = kept(started, start("auto", tiny_data, tmp_path, config=described(addresses, 0)))
    command = [sys.executable, "-c", AGREES.replace("#begin", "meeting.begin()" if begins else ""), *addresses]
    worker = subprocess.Popen(command, env=environment(), stdout=subprocess.PIPE, text=True)
    assert kept(started, worker).stdout
    with limited(worker):
        assert worker.stdout and worker.stdout.readline() == "agreed\n"
    worker.kill()
    killed = time.monotonic()
    _, said = ended(chief)
    assert time.monotonic() - killed < 60  # half of it on a machine that is not busy
    assert chief.returncode == 1
    assert [line for line in said.splitlines() if line.startswith("The training has lost")] == [
        f"The training has lost worker 1 ({addresses[1]}): start all workers again, and it goes on after its last "
        "finished epoch."
    ], said


@pytest.fixture
def part_files(tmp_path: Path) -> Path:
    """A folder of digits in several files, of which the workers' shares differ in size."""
    folder = tmp_path / "parts"
    folder.mkdir()
    with np.load(MNIST) as mnist:
        for number, count in enumerate(PARTS):
            first = sum(PARTS[:number])
            chosen = {name: slice(first, first + count) if "train" in name else slice(0, TESTED) for name in ARRAYS}
            np.savez(folder / f"part-{number}.npz", **{name: mnist[name][chosen[name]] for name in ARRAYS})
    return folder


def ended_alike(workers: Processes) -> list[str]:
    """What both workers of a set of part files have printed of its epochs, whose figures are of both."""
    outputs = [ended(worker) for worker in workers]
    assert [worker.returncode for worker in workers] == [0, 0], outputs
    lines = [[line for line in output.splitlines() if line.startswith("epoch ")] for output, _ in outputs]
    assert lines[0] == lines[1]
    return lines[0]


def test_two_workers_with_part_files_of_their_own_fit_one_model(
    started: ExitStack, tmp_path: Path, part_files: Path
) -> None:
    whole, again = tmp_path / "whole", tmp_path / "again"
    workers = pair(started, whole, part_files, "shard")
    for index, worker in enumerate(workers):
        assert worker.stdout
        with limited(worker):
            assert worker.stdout.readline() == f"read {sum(PARTS[index::2]) + 2 * TESTED}\n"
    await_epoch(2, workers)
    workers[0].send_signal(signal.SIGSTOP)
    shutil.copytree(whole / "0", again / "0")  # what would be there if it were interrupted now
    workers[0].send_signal(signal.SIGCONT)
    last = ended_alike(workers)[-1]
    assert float(last.split()[-1]) > 0.6
    assert_near(weights(whole / "0"), weights(whole / "1"))
    resumed = ended_alike(pair(started, again, part_files, "shard"))
    assert not any(line.startswith("epoch 1 ") for line in resumed)
    assert_near(weights(again / "0"), weights(whole / "0"))


def test_two_devices_of_one_process_give_the_weights_of_one(
    tmp_path: Path, tiny_data: Path, reference: list[np.ndarray]
) -> None:
    process = start("mirrored", tiny_data, tmp_path)
    _, said = ended(process)
    assert process.returncode == 0, said
    assert_near(weights(tmp_path), reference)


def test_the_command_starts_workers_of_its_own(tiny_data: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "digitjs", "train", "small", "--data", str(tiny_data), "--workers", "2"]
    (tmp_path / "digitjs.toml").write_text(TABLE)
    caching = environment(DIGITJS_CACHE=str(tmp_path / "cache"))
    done = subprocess.run(command, cwd=tmp_path, env=caching, capture_output=True, text=True, timeout=LIMIT)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("small ") and done.stdout.count("\n") == 1
    assert "Training on 2 workers, here on 1 x CPU." in done.stderr.splitlines()
    assert done.stderr.count("epoch 2/2") == 1
    # Under the key of one process: nothing is left to train.
    again = subprocess.run(command[:-2], cwd=tmp_path, env=caching, capture_output=True, text=True, timeout=LIMIT)
    assert (again.returncode, again.stdout, again.stderr) == (0, done.stdout, "")


def test_the_command_lets_workers_read_part_files_of_their_own(part_files: Path, tmp_path: Path) -> None:
    (tmp_path / "digitjs.toml").write_text(TABLE)

    def train(*options: str) -> "subprocess.CompletedProcess[str]":
        command = [sys.executable, "-m", "digitjs", "train", "small", "--data", str(part_files), *options]
        caching = environment(DIGITJS_CACHE=str(tmp_path / "cache"))
        done = subprocess.run(command, cwd=tmp_path, env=caching, capture_output=True, text=True, timeout=LIMIT)
        assert done.returncode == 0, done.stderr
        return done

    done = train("--workers", "2", "--shard")
    assert (
        "Each of 2 workers reads its own part files; networks are calibrated on the chief's 36 samples for it, and "
        "measured on its 200 for the test."
    ) in done.stderr.splitlines()
    # With other weights nothing is trained, and nobody is waited for.
    assert "epoch" not in train("--workers", "2", "--shard", "--quantize", "uint8").stderr
    # It stands for a training on all data until there is one, and says so.
    again = train()
    assert (again.stdout, again.stderr) == (
        done.stdout,
        "small was trained by 2 workers, each on a part of the data, and its figures are of the first part: --fresh "
        "trains it on all data.\n",
    )
    whole = train("--fresh")
    assert "epoch 1/2" in whole.stderr
    again = train()
    assert (again.stdout, again.stderr) == (whole.stdout, "")
    cards = (read_card(card.parent) for card in (tmp_path / "cache" / "models").glob(f"*/{CARD}"))
    assert sorted((card.quantize, card.parts) for card in cards) == [("float32", 1), ("float32", 2), ("uint8", 2)]


def test_workers_fetch_their_own_part_files_and_know_the_key_of_all(
    started: ExitStack, part_files: Path, tmp_path: Path
) -> None:
    addresses = [f"127.0.0.1:{port}" for port in free_ports(2)]
    workers = []
    hadoop = Hadoop({file.name: (file.read_bytes(), 1) for file in part_files.iterdir()})
    with serving(hadoop) as address:
        for index in range(2):
            folder = tmp_path / str(index)
            folder.mkdir()
            config = json.dumps(described(addresses, index))
            workers.append(train_small(started, folder, address, "--shard", **{CONFIG: config}))
        outputs = [ended(worker) for worker in workers]
    assert [worker.returncode for worker in workers] == [0, 0], outputs
    assert sorted(hadoop.opened) == sorted(file.name for file in part_files.iterdir())  # each of them once
    copied = [sorted(file.name for file in (tmp_path / str(index)).rglob("part-*.npz")) for index in range(2)]
    assert copied == [["part-0.npz", "part-2.npz"], ["part-1.npz", "part-3.npz"]]
    again = train_small(started, tmp_path / "0", part_files)  # the key of all files where they lie here
    output, said = ended(again)
    assert (again.returncode, output) == (0, outputs[0][0])
    assert said.startswith("small was trained by 2 workers, each on a part of the data")


def test_waiting_for_a_worker_ends_at_a_signal(started: ExitStack, tiny_data: Path, tmp_path: Path) -> None:
    waiting = []
    for index, missing in ((0, "worker 1"), (1, "the chief")):
        addresses = [f"127.0.0.1:{port}" for port in free_ports(2)]
        process = train_small(started, tmp_path, tiny_data, **{CONFIG: json.dumps(described(addresses, index))})
        waiting.append((process, f"Waiting for {addresses[1 - index]} ({missing}); Ctrl+C ends it.\n"))
    for (process, sentence), number in zip(waiting, (signal.SIGTERM, signal.SIGINT), strict=True):
        assert process.stderr
        with limited(process):
            assert process.stderr.readline() == sentence
        process.send_signal(number)
        _, said = ended(process)
        assert (process.returncode, said.strip()) == (128 + number, "")


def test_a_worker_that_trains_otherwise_ends_the_chief_too(
    started: ExitStack, tiny_data: Path, part_files: Path, tmp_path: Path
) -> None:
    addresses = [f"127.0.0.1:{port}" for port in free_ports(2)]
    pair = [
        train_small(started, tmp_path, data, **{CONFIG: json.dumps(described(addresses, index))})
        for index, data in enumerate((tiny_data, part_files))
    ]
    outputs = [ended(process) for process in pair]
    assert [process.returncode for process in pair] == [1, 1], outputs
    refused = f"Error: There has refused or failed worker 1 ({addresses[1]}): see what it says, and start all workers"
    assert outputs[0][1] == f"{refused} again.\n"
    assert outputs[1][1].startswith("Error: The chief trains other networks or data, ")


def test_what_another_process_finishes_meanwhile_leaves_no_worker_alone(
    started: ExitStack, tiny_data: Path, tmp_path: Path
) -> None:
    addresses = [f"127.0.0.1:{port}" for port in free_ports(2)]
    chief = train_small(started, tmp_path, tiny_data, **{CONFIG: json.dumps(described(addresses, 0))})
    await_listener(addresses[0])  # it knows by now what it will train
    alone = train_small(started, tmp_path, tiny_data)
    outputs = [ended(alone)]
    worker = train_small(started, tmp_path, tiny_data, **{CONFIG: json.dumps(described(addresses, 1))})
    outputs += [ended(chief), ended(worker)]
    assert [process.returncode for process in (alone, chief, worker)] == [0, 0, 0], outputs
    assert all("epoch 2/2" in said for _, said in outputs)


@pytest.mark.parametrize("command", ["train", "build"])
def test_half_of_slurm_is_one_sentence(command: str, tiny_data: Path, tmp_path: Path) -> None:
    words = [sys.executable, "-m", "digitjs", command, "--data", str(tiny_data)]
    within = environment(DIGITJS_CACHE=str(tmp_path / "cache"), SLURM_STEP_NUM_TASKS="2")
    del within["TF_CPP_MIN_LOG_LEVEL"]  # what TensorFlow prints would be seen
    done = subprocess.run(words, cwd=tmp_path, env=within, capture_output=True, text=True, timeout=LIMIT)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1), done.stderr
    assert done.stderr.startswith("Error: Slurm's variables do not describe a cluster of workers (")


@pytest.mark.parametrize(
    "options, sentence",
    [
        (("--strategy", "multi-worker"), "There is one worker only: describe several in TF_CONFIG"),
        (("--strategy", "mirrored", "--workers", 2), "The strategy mirrored has one process: leave out --workers 2"),
        (("--shard", "--workers", 2), "tiny.npz has 1 part file for 2 workers: divide it"),
    ],
)
def test_what_cannot_be_started_is_one_sentence(
    run: Run, tiny_data: Path, options: tuple[object, ...], sentence: str
) -> None:
    result = run("train", "mlp", "--data", tiny_data, *options)
    assert result.exit_code == 1
    assert sentence in result.stderr and result.stderr.count("\n") == 1


def test_a_site_is_not_trained_by_each_of_several_machines(
    run: Run, tiny_data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(CONFIG, json.dumps(described(["a:1", "b:1"], 0)))
    result = run("build", "--data", tiny_data, "--seed", "77")
    assert result.exit_code == 1
    assert "run digitjs train on all of them first" in result.stderr
