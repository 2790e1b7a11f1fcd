"""Which machines take part, as TF_CONFIG and Slurm say."""

import json
import os

import pytest

from digitjs.errors import DigitjsError
from digitjs.training import cluster
from digitjs.training.cluster import CONFIG, Cluster


@pytest.fixture(autouse=True)
def no_slurm(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith("SLURM_"):
            monkeypatch.delenv(name)


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
