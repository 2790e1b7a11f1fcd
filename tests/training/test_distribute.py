"""Trainings that several processes share: the same weights, and an end that is told when one of them dies."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from conftest import ROOT, Run
from digitjs.training.cluster import CONFIG
from digitjs.training.launch import free_ports

WORKER = Path(__file__).with_name("worker.py")
NEAR = 1e-4  # of any weight: sums of float32 in another order


def started(folder: Path, data: Path, index: int, addresses: list[str]) -> "subprocess.Popen[str]":
    folder.mkdir(parents=True, exist_ok=True)
    described = {"cluster": {"worker": addresses}, "task": {"type": "worker", "index": index}}
    environment = {**os.environ, "PYTHONPATH": str(ROOT), CONFIG: json.dumps(described), "TF_CPP_MIN_LOG_LEVEL": "3"}
    command = [sys.executable, str(WORKER), "auto", str(data), str(folder)]
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def alone(folder: Path, data: Path, strategy: str) -> None:
    folder.mkdir()
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "TF_CPP_MIN_LOG_LEVEL": "3"}
    command = [sys.executable, str(WORKER), strategy, str(data), str(folder)]
    subprocess.run(command, env=environment, check=True, capture_output=True)


def pair(folder: Path, data: Path) -> "list[subprocess.Popen[str]]":
    addresses = [f"127.0.0.1:{port}" for port in free_ports(2)]
    return [started(folder / str(index), data, index, addresses) for index in range(2)]


def weights(folder: Path) -> list[np.ndarray]:
    with np.load(folder / "weights.npz") as file:
        return [file[name] for name in file.files]


def assert_near(one: list[np.ndarray], other: list[np.ndarray]) -> None:
    for ours, theirs in zip(one, other, strict=True):
        np.testing.assert_allclose(ours, theirs, atol=NEAR)


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory, tiny_data: Path) -> list[np.ndarray]:
    """The weights of one process."""
    folder = tmp_path_factory.mktemp("reference") / "one"
    alone(folder, tiny_data, "none")
    return weights(folder)


def test_two_workers_that_lose_one_go_on_to_the_weights_of_one(
    tmp_path: Path, tiny_data: Path, reference: list[np.ndarray]
) -> None:
    workers = pair(tmp_path, tiny_data)
    assert workers[0].stdout
    while "epoch 2" not in (line := workers[0].stdout.readline()):
        assert line, workers[0].stderr and workers[0].stderr.read()
    workers[1].send_signal(signal.SIGKILL)
    killed = time.monotonic()
    _, said = workers[0].communicate(timeout=120)
    assert time.monotonic() - killed < 60  # half of it on a machine that is not busy
    assert workers[0].returncode == 1
    assert said.splitlines()[-1].startswith("The training has lost worker 1 (127.0.0.1:")
    again = pair(tmp_path, tiny_data)
    outputs = [worker.communicate(timeout=300) for worker in again]
    assert [worker.returncode for worker in again] == [0, 0], outputs
    assert outputs[0][0].split() == ["epoch", "3", "epoch", "4"]
    assert_near(weights(tmp_path / "0"), reference)


def test_two_devices_of_one_process_give_the_weights_of_one(
    tmp_path: Path, tiny_data: Path, reference: list[np.ndarray]
) -> None:
    alone(tmp_path / "mirrored", tiny_data, "mirrored")
    assert_near(weights(tmp_path / "mirrored"), reference)


def test_the_command_starts_workers_of_its_own(tiny_cache: Path, tiny_data: Path, tmp_path: Path) -> None:
    environment = {**os.environ, "DIGITJS_CACHE": str(tmp_path / "cache"), "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "digitjs", "train", "mlp", "--recipe", "tutorial", "--data", str(tiny_data)]
    done = subprocess.run([*command, "--workers", "2"], env=environment, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("mlp ")
    assert done.stderr.count("epoch 25/25") == 1


def test_a_batch_that_cannot_be_shared_is_refused(run: Run, tiny_data: Path) -> None:
    result = run("train", "mlp", "--data", tiny_data, "--strategy", "multi-worker")
    assert result.exit_code == 1
    assert "There is one worker only" in result.stderr
