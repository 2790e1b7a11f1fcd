"""All networks that a site can have: the built-in ones, those of the configuration, and those of plugins."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from digitjs.config import Config, NetworkTable
from digitjs.errors import DigitjsError
from digitjs.networks import builtin, plugins, sizes, written
from digitjs.networks import graph_edit as edit
from digitjs.networks.foreign import ForeignNetwork, load
from digitjs.networks.network import Network

AnyNetwork = Network | ForeignNetwork


@dataclass(frozen=True)
class Listed:
    """A network and where it comes from."""

    network: AnyNetwork
    source: str  # built in, a plugin's distribution, or the configuration

    def __str__(self) -> str:
        """A line with its size, and one with its layers; float32 weights, all that a training or a file gives."""
        network = self.network
        if isinstance(network, ForeignNetwork):
            graph = network.published()
            count = edit.parameters(graph)
            layers = [edit.described(layer) for layer in graph.layers if layer.kind != "InputLayer"]
        else:
            count = sizes.parameters(network.layers, network.framing.size)
            layers = [str(layer) for layer in network.layers]
        side = network.framing.size
        facts = f"{side} x {side}, {count:,} parameters, {4 * count / 1000:,.0f} kB"
        return f"{network.name}: {network.title} ({self.source}), {facts}\n    {'; '.join(layers)}"


def of_site(config: Config, folder: Path) -> tuple[AnyNetwork, ...]:
    """The networks of a site in the page's order: the built-in ones, or those that it names, then its own tables.

    Args:
        config: of the site.
        folder: that the files of its tables start from.

    Raises:
        DigitjsError: there is none of a name, two have one, or one cannot be used.
    """
    own = _own(config.network, folder)
    if config.networks is None:
        return (*builtin.NETWORKS, *own)
    named = named_in(config.networks, own) if config.networks else ()
    if chosen := (*named, *(network for network in own if network not in named)):
        return chosen
    raise DigitjsError("networks = [] leaves no network: name some, or add one with [[network]].")


def of_names(names: tuple[str, ...], config: Config, folder: Path) -> tuple[AnyNetwork, ...]:
    """The networks of these names, in their order; raises like `of_site`."""
    return named_in(names, _own(config.network, folder))


def named_in(names: tuple[str, ...], own: tuple[AnyNetwork, ...]) -> tuple[AnyNetwork, ...]:
    """The networks of these names, among a site's own ones, the built-in ones, and, where these lack one, plugins'.

    Raises:
        DigitjsError: there is none of a name, or a plugin that may have it fails.
    """
    known: dict[str, AnyNetwork] = {network.name: network for network in (*builtin.find(()), *own)}
    faults: list[str] = []
    if not set(names) <= known.keys():
        for plugin in plugins.found():
            faults += [f"the plugin {plugin.name} of {plugin.distribution} fails ({plugin.fault})"] * bool(plugin.fault)
            known |= {network.name: network for network in plugin.networks if network.name not in known}
    for name in names:
        if name not in known:
            others = "".join(f"; {fault}" for fault in faults)
            raise DigitjsError(f"There is no network {name}: choose from {', '.join(known)}{others}.")
    return tuple(known[name] for name in dict.fromkeys(names))


def listed(config: Config, folder: Path) -> tuple[tuple[Listed, ...], tuple[str, ...]]:
    """Every network that there is, and what is wrong with plugins, a sentence each; raises like `of_site`."""
    networks = [Listed(network, "built in") for network in builtin.NETWORKS]
    networks += [Listed(network, "of the configuration") for network in _own(config.network, folder)]
    found = plugins.found()
    networks += [Listed(network, f"of {plugin.distribution}") for plugin in found for network in plugin.networks]
    faults = [f"The plugin {one.name} of {one.distribution} fails: {one.fault}." for one in found if one.fault]
    return tuple(networks), tuple(faults)


def _own(tables: Iterable[NetworkTable], folder: Path) -> tuple[AnyNetwork, ...]:
    """The networks of a configuration.

    Raises:
        DigitjsError: one cannot be used, or has the name of another.
    """
    own: list[AnyNetwork] = [load(table, folder) if table.model else written.network(table) for table in tables]
    taken = {network.name for network in builtin.NETWORKS}
    for network in own:
        if network.name in taken:
            raise DigitjsError(f"Two networks are called {network.name}: give the one in [[network]] another name.")
        taken.add(network.name)
    return tuple(own)
