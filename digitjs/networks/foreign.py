"""A network that its owner brings as a Keras file: read as data, given what the page gives, ending in probabilities."""

import math
import re
from dataclasses import dataclass, replace
from pathlib import Path

from digitjs.config import Input, NetworkTable
from digitjs.data.task import Framing, framing_of
from digitjs.errors import DigitjsError
from digitjs.networks import graph_edit as edit
from digitjs.networks.graph import Graph
from digitjs.networks.network import NAME, RESERVED, require_name
from digitjs.networks.rewrite import rewrite

LONGEST = 40  # characters of a name
BYTE = 1 / 255  # what a Rescaling of bytes multiplies by
NEAR = 1e-3  # of that


@dataclass(frozen=True)
class Encoding:
    """Which numbers a network takes for ink and paper."""

    scale: float = 1.0  # the value of ink, or of paper where it is inverted
    invert: bool = False  # whether ink is 0

    def __str__(self) -> str:
        """As a person says it."""
        return f"0..{self.scale:g}{', inverted' if self.invert else ''}"

    @property
    def rescaling(self) -> tuple[float, float]:
        """What ink in 0..1 is multiplied by, and what is added."""
        return (-self.scale, self.scale) if self.invert else (self.scale, 0.0)


@dataclass(frozen=True)
class ForeignNetwork:
    """A network from a file; nothing of it is trained here."""

    name: str
    title: str
    graph: Graph  # of the file, from its own input to probabilities
    classes: tuple[str, ...]  # what its outputs stand for; empty: it does not say
    framing: Framing
    encoding: Encoding
    digest: str  # SHA-256 of the file
    notes: tuple[str, ...] = ()  # what was done to it, a sentence each
    advice: str = ""  # what its owner should change, as far as data have shown it
    named: tuple[str, ...] = ()  # the classes as its table has them, before its outputs were put in another order

    @property
    def shape(self) -> tuple[int, ...]:
        """Of what it takes, without the batch: (784,), (28, 28), (s, s, 1) or (s, s, 3)."""
        return tuple(length or 0 for length in edit.input_shape(self.graph))

    @property
    def outputs(self) -> int | None:
        """How many probabilities it gives; None where that follows from no layer."""
        return edit.outputs_of(self.graph)

    def trained_by(self, name: str | None, *, seed: int) -> "ForeignNetwork":
        """The same: it is not trained."""
        return self

    def for_classes(self, classes: tuple[str, ...]) -> "ForeignNetwork":
        """The same with its outputs in the order of a site's classes.

        Raises:
            DigitjsError: it does not tell these apart.
        """
        count = self.outputs
        if count is not None and count != len(self.classes or classes):
            raise DigitjsError(_count_fault(self, count, classes))
        if self.classes and set(self.classes) != set(classes):
            other = sorted(set(self.classes) ^ set(classes))[0]
            raise DigitjsError(
                f"{self.name} tells apart {len(self.classes)} classes, which are not the site's {len(classes)} "
                f"({other!r} is one of one of them only): correct classes of its table, or the data."
            )
        if not self.classes or self.classes == classes:
            return replace(self, classes=classes)
        order = [self.classes.index(name) for name in classes]
        return replace(self, classes=classes, named=self.classes, graph=edit.reordered(self.graph, order))

    def exported(self) -> Graph:
        """The network as the page asks it: from ink (n, size, size, 1) in 0..1, 1 is ink, to (n, classes)."""
        return edit.with_input(self.graph, self.framing.size, self.encoding.rescaling)

    def published(self) -> Graph:
        """The same in the layers that the page has.

        Raises:
            DigitjsError: there are none for one of its own.
        """
        return rewrite(self.exported(), target="page").graph


def load(table: NetworkTable, folder: Path) -> ForeignNetwork:
    """The network of a table of the configuration, its file read as data: nothing in it is run.

    Args:
        table: with a model.
        folder: that the file's path starts from.

    Raises:
        DigitjsError: the file cannot be read or used, or what the table says does not fit it.
    """
    path = folder / table.model
    name = table.name or _name_of(path.stem)
    require_name(name)
    from digitjs.networks.keras_file.read import read_with_digest  # and h5py, for those alone who bring a file

    read, sha256 = read_with_digest(path)
    graph, said = edit.with_softmax(replace(read, name=name))
    size = _size(name, edit.input_shape(graph), table.input)
    encoding = Encoding(table.input.scale, table.input.invert)
    try:
        framing = framing_of(size, box=table.input.box, centre=table.input.centre)
    except ValueError as error:
        raise DigitjsError(f"{name} cannot be given its input: {error}.") from error
    network = ForeignNetwork(
        name=name,
        title=table.title or (path.stem if not table.name else table.name),
        graph=graph,
        classes=table.classes,
        framing=framing,
        encoding=encoding,
        digest=sha256,
        notes=tuple(filter(None, (said, _byte_note(graph, encoding)))),
    )
    network.published()  # here, where it is refused before anything takes long
    return network


def _name_of(stem: str) -> str:
    """The name of a file as a network can have it."""
    plain = re.sub("[^a-z0-9]+", "-", stem.lower()).strip("-")[:LONGEST].strip("-")
    return plain if NAME.fullmatch(plain) and plain not in RESERVED else f"net-{plain}"[:LONGEST].strip("-")


def _size(name: str, shape: tuple[int | None, ...], given: Input) -> int:
    """Pixels a side of the images that it takes.

    Raises:
        DigitjsError: it takes no square images of one or three channels, or not so many as its table says.
    """
    side = math.isqrt(shape[0] or 0) if len(shape) == 1 else shape[0] or 0
    squares = ((side * side,), (side, side), (side, side, 1), (side, side, 3))
    if side == 0 or shape not in squares:
        said = ", ".join("any" if length is None else str(length) for length in shape)
        raise DigitjsError(
            f"{name} takes the shape ({said}): take a network of square images, such as (784,), (28, 28), (28, 28, 1) "
            "or (32, 32, 3)."
        )
    channels = shape[2] if len(shape) == 3 else 1
    if given.channels not in (None, channels):
        raise DigitjsError(f"{name} takes {channels} channels, its table says {given.channels}: leave channels out.")
    return side


def _byte_note(graph: Graph, encoding: Encoding) -> str:
    """What a Rescaling of bytes at its beginning says of the values that it takes."""
    first = edit.first_after_input(graph)
    scale = first.options.get("scale") if first is not None and first.kind == "Rescaling" else None
    if encoding.scale == 1 and isinstance(scale, int | float) and abs(scale / BYTE - 1) < NEAR:
        return f"{graph.name} divides by 255 itself: if it was trained on 0..255, write input = {{scale = 255}}."
    return ""


def _count_fault(network: ForeignNetwork, count: int, classes: tuple[str, ...]) -> str:
    if network.classes:
        return (
            f"{network.name} gives {count} probabilities, but its table names {len(network.classes)} classes: "
            "name one for each output, in their order."
        )
    return (
        f"{network.name} gives {count} probabilities, but the site has {len(classes)} classes: name what its outputs "
        "stand for with classes = [...] in its table, or take data with as many classes."
    )
