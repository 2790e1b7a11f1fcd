"""What the keys of the configuration say of themselves, and what is made of it."""

import json
import re
from typing import Any

import msgspec
import pytest

from conftest import ROOT
from digitjs import config_keys
from digitjs.config import Config
from digitjs.config_keys import Key

KEYS = tuple(key for table in config_keys.tables() for key in table.keys)
REQUIRED = {"network": {"network.model": "mine.keras"}, "theme.faces": {"theme.faces.family": "Own"}}
REQUIRED["theme.faces"]["theme.faces.file"] = "own.woff2"


def decoded(chosen: dict[str, Any]) -> Config:
    """The configuration of a file to begin with."""
    return msgspec.toml.decode(config_keys.begun(chosen), type=Config)


def value(config: object, key: Key) -> object:
    """What a configuration has for a key, in plain values."""
    found = json.loads(msgspec.json.encode(config))
    for name in (*key.table, key.name):
        found = found[0] if isinstance(found, list) else found
        found = found[name]
    return found


def test_a_file_to_begin_with_changes_nothing() -> None:
    assert decoded({}) == Config()


@pytest.mark.parametrize("key", KEYS, ids=lambda key: key.path)
def test_every_key_has_its_line_and_may_be_set(key: Key) -> None:
    lines = config_keys.begun({}).splitlines()
    assert [line for line in lines if re.match(rf"#{re.escape(key.name)} = ", line)]
    table = next((name for name in REQUIRED if key.path.startswith(f"{name}.")), "")
    layers = key.path in ("network.layers", "network.recipe", "network.input.size")  # nothing for a model
    needed = (
        REQUIRED.get(table, {}) if not layers else {"network.name": "mine", "network.layers": [{"kind": "Flatten"}]}
    )
    chosen = {**needed, key.path: key.example}
    assert value(decoded(chosen), key) == key.example


@pytest.mark.parametrize("key", KEYS, ids=lambda key: key.path)
def test_every_key_is_explained_in_a_sentence_without_a_full_stop(key: Key) -> None:
    assert re.fullmatch(r"[^\n]{4,110}[^\n.]", key.about)


def test_the_schema_is_json_and_closed() -> None:
    schema = json.loads(json.dumps(config_keys.schema()))
    assert all(kind["additionalProperties"] is False for kind in schema["$defs"].values())
    assert schema["$defs"]["Site"]["properties"]["title"]["default"] == "digitjs"


def test_the_documentation_has_the_table() -> None:
    page = (ROOT / "digitjs" / "CONFIGURATION.md").read_text("utf-8")
    assert config_keys.table() in page, "write what config_keys.table() gives into digitjs/CONFIGURATION.md"


def test_a_long_list_stays_toml() -> None:
    chosen = {"collect.classes": [f'{i} "quoted" \\ name' for i in range(40)], "site.title": "a\nb # c"}
    config = decoded(chosen)
    assert config.collect and list(config.collect.classes) == chosen["collect.classes"]
