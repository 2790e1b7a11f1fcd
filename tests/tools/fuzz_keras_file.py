"""Read hundreds of damaged Keras files; each has to end in a graph or in one sentence, soon and in little memory.

    python tests/tools/fuzz_keras_file.py FILE...

Prints a line for each file that does not, and ends with 1 then.
"""

import copy
import io
import json
import random
import sys
import tempfile
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import h5py

from digitjs.errors import DigitjsError
from digitjs.networks.keras_file.read import read_file

SEED = 3
MEMORY = 1_000_000_000  # bytes of addresses
SECONDS = 10
FLIPPED, CHANGED = 60, 60  # variants of each file
ODD: tuple[Any, ...] = (None, 0, -1, 10**9, 10**30, 1.5, True, "x", "", [], {}, [[]], "Lambda", "\ud800", float("nan"))


def variants(path: Path, chance: random.Random) -> Iterator[tuple[str, bytes]]:
    """Damaged copies of a file, each with what was done to it."""
    whole = path.read_bytes()
    for percent in range(100):
        yield f"cut at {percent} %", whole[: len(whole) * percent // 100]
    for number in range(FLIPPED):
        damaged = bytearray(whole)
        for _ in range(chance.randrange(1, 20)):
            damaged[chance.randrange(len(damaged))] ^= 1 << chance.randrange(8)
        yield f"flipped {number}", bytes(damaged)
    for number in range(CHANGED):
        yield f"changed {number}", _with_config(path, chance)
    if path.suffix == ".keras":
        for name in ("config.json", "model.weights.h5", "metadata.json"):
            yield f"without {name}", _renamed(path, name, "../" + name)


def _nodes(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every place in a JSON value, as what holds it and its key there."""
    for key in list(value) if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ():
        yield value, key
        yield from _nodes(value[key])


def _changed(config: Any, chance: random.Random) -> str:
    """A description of layers with a few values that do not belong there."""
    config = copy.deepcopy(config)
    for _ in range(chance.randrange(1, 3)):
        holder, key = chance.choice(list(_nodes(config)) or [({"": None}, "")])
        if chance.random() < 0.3:
            del holder[key]
        else:
            other, there = chance.choice(list(_nodes(config)))
            holder[key] = copy.deepcopy(chance.choice((*ODD, other[there], other)))
    return json.dumps(config)


def _with_config(path: Path, chance: random.Random) -> bytes:
    if path.suffix == ".keras":
        with zipfile.ZipFile(path) as archive:
            members = {name: archive.read(name) for name in archive.namelist()}
        members["config.json"] = _changed(json.loads(members["config.json"]), chance).encode()
        return _zipped(members)
    written = io.BytesIO(path.read_bytes())
    with h5py.File(written, "r+") as file:
        file.attrs["model_config"] = _changed(json.loads(file.attrs["model_config"]), chance)
    return written.getvalue()


def _renamed(path: Path, name: str, other: str) -> bytes:
    with zipfile.ZipFile(path) as archive:
        return _zipped({other if each == name else each: archive.read(each) for each in archive.namelist()})


def _zipped(members: dict[str, bytes]) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return written.getvalue()


def _wrong(path: Path) -> str | None:
    """What is wrong with how a file is read; None: nothing."""
    begun = time.monotonic()
    try:
        read_file(path)
    except DigitjsError as error:
        if "\n" in error.message or not error.message.endswith("."):
            return f"no sentence: {error.message!r}"
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    took = time.monotonic() - begun
    return f"{took:.0f} s" if took > SECONDS else None


def main() -> None:
    """Read all variants of the files that the command line names."""
    if sys.platform == "linux":
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    chance, faults, count = random.Random(SEED), 0, 0
    with tempfile.TemporaryDirectory() as scratch:
        for path in map(Path, sys.argv[1:]):
            for what, content in variants(path, chance):
                damaged = Path(scratch) / "damaged"
                damaged.write_bytes(content)
                count += 1
                if wrong := _wrong(damaged):
                    faults += 1
                    print(f"{path.name}, {what}: {wrong}")
    print(f"{count} files, {faults} faults")
    sys.exit(faults > 0)


if __name__ == "__main__":
    main()
