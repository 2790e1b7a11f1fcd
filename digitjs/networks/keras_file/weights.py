"""The weights of each layer: from the HDF5 file of a .keras or .h5 file, or of a model in memory."""

import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import h5py
import numpy as np
from numpy.typing import NDArray

from digitjs.errors import DigitjsError
from digitjs.layers_format import Weight
from digitjs.networks.keras_file.flatten import Weights
from digitjs.networks.keras_file.saved import Saved, kind, options
from digitjs.networks.keras_file.tree import Leaf, Path, leaves
from digitjs.networks.keras_file.variables import Dims, Group, Variable, groups

MOST_RANK = 8
SUFFIX = re.compile(r"(:\d+)?$")  # of the names of variables in TensorFlow
OTHER_NAMES = {"depthwise_kernel": "kernel"}  # in Keras 3

AGAIN = "save the model again"
AS_H5 = "where two models share a layer, a .keras file has its weights once, so save the model as .h5"


class Wanted(NamedTuple):
    """One weight of a layer, by its name within the layer."""

    path: Path
    name: str
    variable: Variable


@dataclass
class _Reader:
    """Reads arrays of an HDF5 file, together no more bytes than the file has."""

    file: h5py.File
    left: int  # bytes

    def names(self, place: str, attribute: str) -> list[str]:
        """A list of names that a group has as an attribute, in several where it is long."""
        attributes = self._at(place).attrs
        parts = [attributes[attribute]] if attribute in attributes else []
        while attribute not in attributes and f"{attribute}{len(parts)}" in attributes:
            parts.append(attributes[f"{attribute}{len(parts)}"])
        return [
            name.decode("utf-8", "replace") if isinstance(name, bytes) else str(name) for part in parts for name in part
        ]

    def members(self, place: str) -> int:
        """How many members a group has; none where there is no such group."""
        try:
            return len(self._at(place))
        except KeyError:
            return 0

    def title(self, place: str) -> str | None:
        """The name of a layer that newer versions of Keras write beside its weights."""
        try:
            name = self._at(place).attrs.get("name")
        except KeyError:
            return None
        return name if isinstance(name, str) else None

    def array(self, place: str, dims: Dims | None) -> NDArray[np.generic]:
        """One array, its shape compared before it is read."""
        found = self._at(place)
        if not isinstance(found, h5py.Dataset):
            raise DigitjsError("is no array in this file")
        shape = found.shape
        if shape is None or len(shape) > MOST_RANK or not _fits(shape, dims):
            raise DigitjsError(f"has the shape {shape}, where the layer is described as {_described(dims)}")
        size = math.prod(shape) * found.dtype.itemsize
        plain = found.id.get_create_plist()
        if plain.get_nfilters() or plain.get_external_count() or found.is_virtual:
            raise DigitjsError("is stored as Keras stores none, packed or outside of the file")
        self.left -= size
        if found.id.get_storage_size() < size or self.left < 0:
            raise DigitjsError(f"is said to have {size:,} bytes, which are not in the file")
        return _plain(found[()], found.attrs.get("dtype"))

    def _at(self, place: str) -> Any:
        """A member of the file itself; never one that a link names elsewhere."""
        found: Any = self.file
        for part in filter(None, place.split("/")):
            link = found.get(part, getlink=True)
            if link is None:
                raise KeyError(part)
            if not isinstance(link, h5py.HardLink):
                raise DigitjsError("is a link to something else")
            found = found[part]
        return found


def by_place(file: h5py.File, model: Saved, size: int) -> Weights:
    """The weights of a .keras file, whose groups are named by the classes of the layers and their places.

    Args:
        file: model.weights.h5, open.
        model: the layers.
        size: of the file, in bytes.
    """
    reader = _Reader(file, size)
    places = {leaf.path: leaf.place for leaf in leaves(model)}
    names = Counter(path[-1] for path in places)

    def of_layer(path: Path, kind: str, chosen: Mapping[str, Any]) -> tuple[Weight, ...]:
        if path not in places:
            return ()  # the input
        shared = names[path[-1]] > 1 and not reader.members(places[path])
        with _told(path[-1], AS_H5 if shared else AGAIN):
            return tuple(_of_place(reader, places[path], path[-1], groups(kind, chosen)))

    return of_layer


def _of_place(reader: _Reader, place: str, name: str, parts: Sequence[Group]) -> Iterator[Weight]:
    said = reader.title(f"{place}/vars")
    if said not in (None, name):
        raise DigitjsError(f"its weights are those of {said}")
    for part in parts:
        at = f"{place}/{part.place}/vars"
        count = len(part.variables)
        if count and reader.members(at) != count:
            raise DigitjsError(f"it has {reader.members(at)} weights, where {count} are described")
        for number, variable in enumerate(part.variables):
            yield _read(reader, f"{at}/{number}", part.prefix + variable.name, variable)


def by_layer(file: h5py.File, model: Saved, size: int) -> Weights:
    """The weights of an .h5 file, in a group for each layer of the outermost model.

    Args:
        file: open.
        model: the layers.
        size: of the file, in bytes.
    """
    reader = _Reader(file, size)
    of_model = leaves(model)
    outermost: dict[str, dict[Path, list[tuple[Wanted, str]]]] = {}

    def of_layer(path: Path, kind: str, chosen: Mapping[str, Any]) -> tuple[Weight, ...]:
        if not path[0]:
            return ()  # the input
        with _told(path[0]):
            if path[0] not in outermost:
                inside = [leaf for leaf in of_model if leaf.path[0] == path[0]]
                outermost[path[0]] = _matched(reader, path[0], inside)
            found = outermost[path[0]].get(path, [])
        with _told(path[-1]):
            return tuple(_read(reader, place, wanted.name, wanted.variable) for wanted, place in found)

    return of_layer


def _matched(reader: _Reader, name: str, inside: Sequence[Leaf]) -> dict[Path, list[tuple[Wanted, str]]]:
    """Where the weights of the layers within one layer of the outermost model lie: in Keras's order."""
    wanted = _sorted(inside)
    if not wanted:
        return {}
    group = f"model_weights/{name}"
    names = reader.names(group, "weight_names")
    if len(names) != len(wanted):
        raise DigitjsError(f"it has {len(names)} weights, where {len(wanted)} are described")
    matched: dict[Path, list[tuple[Wanted, str]]] = {}
    for one, found in zip(wanted, names, strict=True):
        last, plain = SUFFIX.sub("", found.rpartition("/")[2]), one.variable.name
        if last not in (plain, OTHER_NAMES.get(plain)):
            raise DigitjsError(f"its weight {found} stands where {plain} is described")
        matched.setdefault(one.path, []).append((one, f"{group}/{found}"))
    for weights in matched.values():
        weights.sort(key=lambda each: wanted.index(each[0]))
    return matched


def _sorted(inside: Sequence[Leaf]) -> list[Wanted]:
    """The weights of some layers as Keras sorts them: first all that train, then the others."""
    trained: list[Wanted] = []
    others: list[Wanted] = []
    for leaf in inside:
        for part in groups(kind(leaf.saved), options(leaf.saved)):
            for variable in part.variables:
                one = Wanted(leaf.path, part.prefix + variable.name, variable)
                (trained if variable.trainable and leaf.trainable else others).append(one)
    return trained + others


def of_model(model: Any) -> Weights:
    """The weights of a model in memory, of Keras 2 or 3."""

    def of_layer(path: Path, kind: str, chosen: Mapping[str, Any]) -> tuple[Weight, ...]:
        if not path[0]:
            return ()  # the input
        layer = model
        for name in path:
            layer = layer.get_layer(name)
        with _told(path[-1]):
            variables = [(part.prefix, variable) for part in groups(kind, chosen) for variable in part.variables]
            if not variables:
                return ()
            values = layer.get_weights()
            if len(values) != len(variables):
                raise DigitjsError(f"it has {len(values)} weights, where {len(variables)} are described")
            return tuple(
                Weight(prefix + variable.name, _plain(np.asarray(value), None))
                for (prefix, variable), value in zip(variables, values, strict=True)
            )

    return of_layer


def _read(reader: _Reader, place: str, name: str, variable: Variable) -> Weight:
    try:
        return Weight(name, reader.array(place, variable.dims))
    except DigitjsError as error:
        raise DigitjsError(f"its weight {name} {error.message}") from error
    except KeyError as error:
        raise DigitjsError(f"its weight {name} is missing") from error


class _told:  # noqa: N801 - used as a function
    """Say which layer it is whose weights cannot be read."""

    def __init__(self, layer: str, advice: str = AGAIN) -> None:
        self.layer, self.advice = layer, advice

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, DigitjsError):
            raise DigitjsError(f"the layer {self.layer} cannot be read ({error.message}): {self.advice}.") from error
        if isinstance(error, Exception):  # h5py has no class of its own for damaged files
            raise DigitjsError(
                f"the weights of the layer {self.layer} are damaged or missing: {self.advice}."
            ) from error


def _fits(shape: Sequence[int], dims: Dims | None) -> bool:
    if min(shape, default=1) < 1:
        return False
    return dims is None or (
        len(shape) == len(dims) and all(dim in (None, size) for size, dim in zip(shape, dims, strict=True))
    )


def _described(dims: Dims | None) -> str:
    return (
        "having at least one value" if dims is None else f"({', '.join('any' if d is None else str(d) for d in dims)})"
    )


def _plain(values: Any, dtype: object) -> NDArray[np.generic]:
    """Numbers as float32, the type in which networks run in a browser; integers as they are."""
    values = np.asarray(values)
    plain: NDArray[np.generic]
    if values.dtype.kind == "V" and values.dtype.itemsize == 2 and dtype in (None, "bfloat16", b"bfloat16"):
        wide = values.view(np.uint16).astype(np.uint32) << 16  # the upper half of a float32
        plain = wide.view(np.float32)
        return plain
    if values.dtype.kind not in "fiub" and values.dtype.name != "bfloat16":
        raise DigitjsError(f"is of the type {values.dtype}, which is no number")
    with np.errstate(over="ignore", invalid="ignore"):
        plain = values if values.dtype.kind in "iub" else values.astype(np.float32)
    return plain
