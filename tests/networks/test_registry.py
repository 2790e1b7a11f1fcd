"""Which networks a site has: built in, in its configuration, and of plugins."""

from pathlib import Path

import pytest

from conftest import Run
from digitjs.config import Config, Input, NetworkTable
from digitjs.data.task import framing_of
from digitjs.errors import DigitjsError
from digitjs.networks import builtin, registry
from digitjs.networks.layers import Layer
from digitjs.networks.network import Network

LAYERS = ({"kind": "Flatten"}, {"kind": "Dense", "units": 10, "activation": "softmax"})
OWN = NetworkTable(name="own", layers=LAYERS, recipe={"epochs": 2}, input=Input(size=32))


def names(config: Config) -> list[str]:
    return [network.name for network in registry.of_site(config, Path())]


def test_tables_come_after_the_built_in_networks_that_are_named() -> None:
    assert names(Config(network=(OWN,))) == ["compact", "mlp", "cnn", "own"]
    assert names(Config(networks=("cnn",), network=(OWN,))) == ["cnn", "own"]
    assert names(Config(networks=("own", "cnn"), network=(OWN,))) == ["own", "cnn"]
    assert names(Config(networks=(), network=(OWN,))) == ["own"]
    with pytest.raises(DigitjsError, match=r"networks = \[\] leaves no network"):
        names(Config(networks=()))
    [named] = registry.of_names(("own",), Config(network=(OWN,)), Path())
    assert named.name == "own"


def test_a_table_of_layers_is_a_network() -> None:
    convolution = {"kind": "Conv2D", "filters": 4, "kernel_size": [3, 3], "activation": "relu"}
    table = NetworkTable(name="own", title="Own", layers=(convolution, *LAYERS), recipe={"epochs": 2})
    [own] = registry.of_site(Config(networks=(), network=(table,)), Path())
    assert isinstance(own, Network)
    assert own.layers[0] == Layer("Conv2D", {"filters": 4, "kernel_size": (3, 3), "activation": "relu"})
    assert (own.title, own.recipe.name, own.recipe.epochs) == ("Own", "own", 2)
    [large] = registry.of_site(Config(networks=(), network=(OWN,)), Path())
    assert large.framing == framing_of(32)


@pytest.mark.parametrize(
    ("keys", "says"),
    [
        ({"name": ""}, "has no name"),
        ({"name": "compact"}, r"Two networks are called compact: give the one in \[\[network\]\] another name"),
        ({"name": "main"}, "cannot be called main"),
        ({"layers": ({"units": 10},)}, "own: layer 1 has no kind"),
        ({"layers": ({"kind": "Dense", "units": {"a": 1}},)}, "own: layer 1, Dense, has an option that cannot be used"),
        ({"layers": ({"kind": "Dense", "units": 10},)}, "own does not end in probabilities"),
        ({"layers": ({"kind": "Bogus"}, *LAYERS)}, "own.* Bogus"),
        ({"recipe": {"epoch": 3}}, "own: its recipe cannot be used: it has no key epoch, choose from name, optimizer"),
        ({"recipe": {"epochs": 0}}, "own: its recipe cannot be used: .*epochs"),
        ({"recipe": {"augmentation": {"warp": {"turn": 1}}}}, "own: its recipe cannot be used: it has no key turn"),
        ({"recipe": {"augmentation": {}}}, "own: the augmentation of the recipe own is made for .* 28 x 28"),
        ({"input": Input(size=4)}, "own cannot be given its input: Images of 4 pixels"),
    ],
)
def test_a_table_that_cannot_be_used_is_refused(keys: dict[str, object], says: str) -> None:
    given = {"name": "own", "layers": LAYERS, "recipe": {"epochs": 2}, "input": Input(size=32), **keys}
    with pytest.raises(DigitjsError, match=says):
        names(Config(network=(NetworkTable(**given),)))  # type: ignore[arg-type]


PLUGIN = """
from digitjs.networks.layers import Layer
from digitjs.networks.network import Network
from digitjs.networks.recipe import Recipe

def networks():
    end = Layer("Dense", {"units": 10, "activation": "softmax"})
    return [Network("tiny", "Tiny", (Layer("Flatten"), end), (Recipe("plain"),))]

def wrong():
    return Network("undo", "", (), ())

def broken():
    return 1 / 0

one, other = networks()[0], "no network"
"""
POINTS = """[digitjs.networks]
broken = plugin_of_test:broken
good = plugin_of_test:networks
other = plugin_of_test:other
wrong = plugin_of_test:wrong
"""


@pytest.fixture
def plugin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A distribution that registers networks, and mistakes."""
    folder = tmp_path / "plugin"
    information = folder / "tiny_networks-1.0.dist-info"
    information.mkdir(parents=True)
    (folder / "plugin_of_test.py").write_text(PLUGIN)
    (information / "METADATA").write_text("Metadata-Version: 2.1\nName: tiny-networks\nVersion: 1.0\n")
    (information / "entry_points.txt").write_text(POINTS)
    monkeypatch.syspath_prepend(folder)


def test_plugins_networks_are_found_by_name(plugin: None) -> None:
    found = registry.of_site(Config(networks=("tiny", "mlp")), Path())
    assert [network.title for network in found] == ["Tiny", "MLP"]
    assert names(Config()) == ["compact", "mlp", "cnn"]


def test_a_plugins_mistake_is_told_with_its_name_where_it_matters(plugin: None, run: Run) -> None:
    assert names(Config(networks=("mlp",))) == ["mlp"]
    with pytest.raises(DigitjsError) as refused:
        names(Config(networks=("huge",)))
    assert "There is no network huge: choose from compact, mlp, cnn, tiny;" in refused.value.message
    assert "the plugin broken of tiny-networks fails (ZeroDivisionError: division by zero)" in refused.value.message
    result = run("networks")
    assert result.exit_code == 0, result.output
    assert (
        "tiny: Tiny (of tiny-networks), 28 x 28, 7,850 parameters, 31 kB\n    Flatten; Dense 10, softmax"
        in result.stdout
    )
    assert "The plugin other of tiny-networks fails: TypeError: it gives a str where" in result.stderr
    assert "The plugin wrong of tiny-networks fails: A network cannot be called undo" in result.stderr


def test_every_built_in_network_is_listed(run: Run) -> None:
    lines = run("networks").stdout.splitlines()
    assert [line.split(":")[0] for line in lines[::2]] == [network.name for network in builtin.NETWORKS]
    assert lines[0] == "compact: Compact CNN (built in), 28 x 28, 90,394 parameters, 362 kB"
