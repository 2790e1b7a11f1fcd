"""Every key of `digitjs.toml`, from one source: the schema for editors, a file to begin with, a table to read."""

import functools
import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

import msgspec

from digitjs.config import Config

BEGIN = """\
# What this site is made of. Every key is here with its default, or an example where it has none: take the # away from
# before a key, and from before the [table] above it, to choose a value. `digitjs schema` prints the schema by which
# editors check it."""
WIDTH = 118  # characters of a line in a file to begin with


Example = Literal["digits", "letters", "network"]  # what a file to begin with may be about


@dataclass(frozen=True)
class Key:
    """One key of one table."""

    table: tuple[str, ...]  # the names of the table and of those around it
    name: str
    about: str  # a sentence, without a full stop
    default: Any  # None where the key is unset
    example: Any  # something else than the default

    @property
    def path(self) -> str:
        """The key as TOML writes it, with its table."""
        return ".".join((*self.table, self.name))


@dataclass(frozen=True)
class Table:
    """A table and its keys, in the order of the file."""

    path: tuple[str, ...]
    about: str
    keys: tuple[Key, ...] = ()
    many: bool = False  # whether there may be several: [[network]]
    optional: bool = False  # whether it means something without any key, so that it is not there by itself

    @property
    def heading(self) -> str:
        """As TOML writes it."""
        name = ".".join(self.path)
        return f"[[{name}]]" if self.many else f"[{name}]"


def schema() -> dict[str, Any]:
    """The JSON schema, which editors know to use for TOML, too."""
    plain: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(msgspec.json.schema(Config)))
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **plain}


@functools.cache
def tables() -> tuple[Table, ...]:
    """Every table with its keys; the first has no name: its keys stand above all tables."""
    kinds = schema()["$defs"]
    return tuple(_tables(Table((), ""), kinds[Config.__name__], kinds))


def find(path: str) -> Key:
    """The key of a path, such as build.seed."""
    return next(key for one in tables() for key in one.keys if key.path == path)


def begun(chosen: Mapping[str, Any]) -> str:
    """A file with every key, its explanation and its default, as a comment where that is what holds.

    Args:
        chosen: the values that are no defaults, by the path of the key; those of [[network]] belong to one table.
    """
    every = tables()
    used = {".".join(key.table) for table in every for key in table.keys if key.path in chosen}
    optional = {table.path for table in every if table.optional and ".".join(table.path) not in used}
    written = (_written(one, chosen, hidden=any(one.path[: len(path)] == path for path in optional)) for one in every)
    return "\n\n".join([BEGIN, *written]) + "\n"


def table() -> str:
    """The documentation's table, in Markdown."""
    rows = ["| key | default | |", "|---|---|---|"]
    for one in tables():
        if one.path:
            rows.append(f"| **`{one.heading}`** | | {one.about} |")
        rows += [f"| `{key.name}` | {_shown(key.default)} | {_escaped(key.about)} |" for key in one.keys]
    return "\n".join(rows) + "\n"


def written(name: str, value: Any) -> str:
    """A key and its value as TOML has them, in one line."""
    return f"{name} = {_value(value)}"


def _tables(table: Table, kind: Mapping[str, Any], kinds: Mapping[str, Any]) -> Iterator[Table]:
    """A table whose keys are not known yet, with them, and those below it."""
    keys, below = [], []
    for name, field in kind["properties"].items():
        inner = _struct(field, kinds)
        if inner is None:
            example = next(iter(field.get("examples", ())), field.get("default"))
            keys.append(Key(table.path, name, field["description"], field.get("default"), example))
        else:
            below.append((name, field, inner))
    below.sort(key=lambda one: one[1].get("type") == "array")
    yield replace(table, keys=tuple(keys))
    for name, field, inner in below:
        many = field.get("type") == "array"
        found = Table((*table.path, name), field["description"], many=many, optional=many or field["default"] is None)
        yield from _tables(found, inner, kinds)


def _struct(field: Mapping[str, Any], kinds: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The table that a field holds: one, one or none, or several; None where it is a key of its own."""
    kind = field.get("items", {}) if field.get("type") == "array" else field
    if [other for other in kind.get("anyOf", ()) if other.get("type") == "null"]:
        kind = next((other for other in kind["anyOf"] if "$ref" in other), kind)
    reference = kind.get("$ref")
    return kinds[reference.rpartition("/")[2]] if reference else None


def _written(table: Table, chosen: Mapping[str, Any], *, hidden: bool) -> str:
    """One table of a file to begin with; hidden where it would mean something by being there."""
    lines = [*_comment(table.about), f"{'#' * hidden}{table.heading}"] if table.path else []
    for key in table.keys:
        lines += _comment(key.about)
        # An empty default says less than the example.
        shown = key.example if key.default in (None, "", [], {}) and key.example is not None else key.default
        value = chosen.get(key.path, shown)
        lines.append(f"{'' if key.path in chosen else '#'}{written(key.name, value)}")
    return "\n".join(lines)


def _comment(words: str) -> list[str]:
    return textwrap.wrap(words, WIDTH, initial_indent="# ", subsequent_indent="# ") if words else []


def _value(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{name} = {_value(one)}" for name, one in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(map(_value, value))}]"
    value = str(value) if isinstance(value, Path) else value
    return msgspec.toml.encode({"_": value}).decode().strip().removeprefix("_ = ")


def _shown(default: Any) -> str:
    return "" if default is None else f"`{_escaped(_value(default))}`"


def _escaped(text: str) -> str:
    return text.replace("|", "\\|")
