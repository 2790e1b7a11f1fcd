"""The networks that come with the package: whole, of today's recipes, and the same to the last bit once unpacked."""

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from conftest import Run
from digitjs import layers_format
from digitjs.cli.options import SEED
from digitjs.data import dataset
from digitjs.errors import DigitjsError
from digitjs.export import pretrained
from digitjs.filesystem import checksums
from digitjs.model_card import PAGE, read_card
from digitjs.networks.builtin import MLP, NETWORKS
from digitjs.networks.network import Network

TRAINED = [network.trained_by(None, seed=SEED) for network in NETWORKS]


@pytest.mark.parametrize("network", TRAINED, ids=lambda network: network.name)
def test_the_packed_weights_are_of_the_recipe_as_it_is(network: Network) -> None:
    pretrained.require_packed(network, data=dataset.fingerprint())
    assert read_card(pretrained.PACKED / network.name).recipe == network.recipe


def test_another_recipe_or_network_is_refused() -> None:
    changed = replace(MLP.recipe, seed=SEED, epochs=3)
    for network, said in (
        (replace(MLP, recipes=(changed,)), "of another recipe"),
        (replace(MLP, name="own"), "did not"),
    ):
        with pytest.raises(DigitjsError, match=said):
            pretrained.require_packed(network, data=dataset.fingerprint())


def test_unpacking_gives_the_float32_files_that_were_measured(tmp_path: Path) -> None:
    pretrained.unpack(MLP, tmp_path)
    assert checksums.intact(tmp_path)
    assert read_card(tmp_path).pretrained
    bytes_, floats = layers_format.read_model(tmp_path / PAGE), layers_format.read_model(tmp_path)
    for loaded, published in zip(bytes_.weights, floats.weights, strict=True):
        assert loaded.name == published.name
        np.testing.assert_array_equal(loaded.values, published.values)


def test_a_damaged_file_is_named(tmp_path: Path) -> None:
    packed, folder = tmp_path / "packed", tmp_path / "unpacked"
    shutil.copytree(pretrained.PACKED, packed)
    shard = next((packed / "mlp" / PAGE).glob("*.bin"))
    content = bytearray(shard.read_bytes())
    content[1000] ^= 1
    shard.write_bytes(content)
    folder.mkdir()
    with pytest.raises(DigitjsError, match="which came with digitjs, is damaged: reinstall"):
        pretrained.unpack(MLP, folder, packed)


def test_build_pretrained_needs_no_training(run: Run) -> None:
    result = run("build", "--pretrained")
    assert result.exit_code == 0, result.output
    assert "epoch" not in result.stderr
    assert [line.split()[0] for line in result.stdout.splitlines()[:3]] == ["compact", "mlp", "cnn"]
    assert "came with digitjs, already trained" in Path("dist/report.html").read_text("utf-8")


def test_pretrained_goes_with_no_other_data_or_recipe(run: Run, tiny_data: Path) -> None:
    for others in (["--seed", 3], ["--recipe", "tutorial"], ["--data", tiny_data], ["--quantize", "uint8"]):
        assert run("build", "--pretrained", *others).exit_code == 2
    Path("digitjs.toml").write_text(f'[data]\npath = "{tiny_data.as_posix()}"\n')
    result = run("build", "--pretrained")
    assert result.exit_code == 1
    assert "leave --pretrained out" in result.stderr
