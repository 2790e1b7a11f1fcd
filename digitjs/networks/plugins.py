"""Networks that other distributions register: an entry point of the group `digitjs.networks` is one, or gives some."""

from collections.abc import Iterable
from dataclasses import dataclass
from importlib import metadata

from digitjs.errors import DigitjsError
from digitjs.networks.network import Network

GROUP = "digitjs.networks"


@dataclass(frozen=True)
class Plugin:
    """What an entry point gives."""

    name: str  # of the entry point
    distribution: str
    networks: tuple[Network, ...] = ()
    fault: str = ""  # why there are none, as half a sentence


def found() -> tuple[Plugin, ...]:
    """Every entry point of the group with its networks; the mistake of one does not stop the others."""
    points = sorted(metadata.entry_points(group=GROUP), key=lambda point: (point.name, point.value))
    return tuple(_loaded(point) for point in points)


def _loaded(point: metadata.EntryPoint) -> Plugin:
    plain = Plugin(point.name, point.dist.name if point.dist else "?")
    try:
        value = point.load()
        return Plugin(plain.name, plain.distribution, _networks(value() if callable(value) else value))
    except DigitjsError as error:
        return Plugin(plain.name, plain.distribution, fault=error.message.rstrip("."))
    except Exception as error:  # what runs here is not ours: anything may go wrong in it
        reason = " ".join(str(error).split()) or "no message"
        return Plugin(plain.name, plain.distribution, fault=f"{type(error).__name__}: {reason.rstrip('.')}")


def _networks(value: object) -> tuple[Network, ...]:
    """What an entry point gives as networks.

    Raises:
        TypeError: it is none, nor some.
    """
    networks = (value,) if isinstance(value, Network) or not isinstance(value, Iterable) else tuple(value)
    for network in networks:
        if not isinstance(network, Network):
            raise TypeError(f"it gives a {type(network).__name__} where a digitjs.networks.network.Network is wanted")
    return tuple(network for network in networks if isinstance(network, Network))
