"""The manifests of the documentation: as far as can be seen without a cluster, they start workers that meet."""

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from conftest import ROOT
from digitjs.training import cluster
from digitjs.training.cluster import CONFIG, Cluster

README = ROOT / "digitjs" / "training" / "README.md"


@pytest.fixture
def manifests() -> dict[str, Any]:
    """By kind."""
    blocks = re.findall(r"^```yaml\n(.*?)^```", README.read_text("utf-8"), re.DOTALL | re.MULTILINE)
    return {manifest["kind"]: manifest for manifest in map(yaml.safe_load, blocks)}


def test_all_are_kubernetes_objects(manifests: dict[str, Any]) -> None:
    versions = {kind: manifest["apiVersion"] for kind, manifest in manifests.items()}
    assert versions == {"TFJob": "kubeflow.org/v1", "TrainJob": "trainer.kubeflow.org/v1alpha1"}
    for manifest in manifests.values():
        assert set(manifest) == {"apiVersion", "kind", "metadata", "spec"}
        assert re.fullmatch("[a-z]([-a-z0-9]*[a-z0-9])?", manifest["metadata"]["name"])


def test_a_tfjob_has_a_pod_whose_volumes_are_there(manifests: dict[str, Any]) -> None:
    [(role, replicas)] = manifests["TFJob"]["spec"]["tfReplicaSpecs"].items()
    assert role == "Worker" and replicas["replicas"] == 2
    pod = replicas["template"]["spec"]
    [container] = pod["containers"]
    assert container["name"] == "tensorflow"  # the operator sets TF_CONFIG in the container of this name only
    assert {mount["name"] for mount in container["volumeMounts"]} == {volume["name"] for volume in pod["volumes"]}
    assert all(isinstance(variable["value"], str) for variable in container["env"])


def test_each_node_of_a_trainjob_gets_a_place_in_the_cluster(
    manifests: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The command is run as the container runs it, with a digitjs that prints its variable in place of the real one."""
    trainer, name = manifests["TrainJob"]["spec"]["trainer"], manifests["TrainJob"]["metadata"]["name"]
    (tmp_path / "digitjs").write_text(f'#!/bin/sh\nprintf %s "${CONFIG}"\n')
    (tmp_path / "digitjs").chmod(0o755)
    addresses = tuple(f"{name}-node-0-{index}.{name}:2222" for index in range(trainer["numNodes"]))
    for index in range(trainer["numNodes"]):
        within = {"PATH": f"{tmp_path}:/usr/bin:/bin", "JOB_COMPLETION_INDEX": str(index)}
        command = [*trainer["command"], *trainer["args"]]
        done = subprocess.run(command, env=within, capture_output=True, text=True, check=True)
        assert json.loads(done.stdout)["task"] == {"type": "worker", "index": index}
        monkeypatch.setenv(CONFIG, done.stdout)
        assert cluster.read_cluster() == Cluster(addresses, index)
