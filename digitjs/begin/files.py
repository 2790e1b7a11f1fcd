"""What `digitjs new` writes: a folder that builds as it is, and says what can be changed."""

import os
import string
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from digitjs import __version__, config_keys
from digitjs.config import FILE, STATIC
from digitjs.config_keys import Example
from digitjs.errors import DigitjsError

HERE = Path(__file__).parent
THEME = "theme"
WORKFLOW = ".github/workflows/pages.yml"
# What an example chooses, by the path of the key.
CHOSEN: Mapping[Example, Mapping[str, Any]] = {
    "digits": {},
    "letters": {
        "task.noun": {
            "en": {"one": "letter", "other": "letters"},
            "de": {"one": "Buchstabe", "other": "Buchstaben"},
            "es": {"one": "letra", "other": "letras"},
        },
        "collect.text": "Please write each letter as you always do.",
        "collect.classes": list(string.ascii_lowercase),
    },
    "network": {
        "networks": [],
        "network.name": "mine",
        "network.title": "My network",
        "network.layers": [
            {"kind": "Flatten"},
            {"kind": "Dense", "units": 32, "activation": "relu"},
            {"kind": "Dense", "units": 10, "activation": "softmax"},
        ],
        "network.recipe": {"epochs": 3, "batch_size": 200},
    },
}


def contents(example: Example, classes: tuple[str, ...], *, github: bool) -> dict[str, str]:
    """The files by their paths.

    Args:
        example: what the configuration is about.
        classes: to collect; empty: those of the example.
        github: whether a workflow builds and publishes the site there.
    """
    chosen = {**CHOSEN[example], **({"collect.classes": list(classes)} if classes else {}), "theme.folder": THEME}
    files = {
        FILE: config_keys.begun(chosen),
        ".gitignore": _own("gitignore"),
        f"{THEME}/README.md": _own("theme.md"),
        f"{STATIC}/robots.txt": _own("robots.txt"),
    }
    return {**files, **({WORKFLOW: _own("pages.yml").replace("VERSION", __version__)} if github else {})}


def write(folder: Path, files: Mapping[str, str]) -> None:
    """Write files into a folder, which need not exist.

    Raises:
        DigitjsError: one of them is there already, or the folder is a file; nothing is written then.
        OSError: one cannot be written.
    """
    if os.path.lexists(folder) and not folder.is_dir():
        raise DigitjsError(f"{folder} is not a folder: choose another name for the site's folder.")
    there = [name for name in files if os.path.lexists(folder / name)]
    if there:
        raise DigitjsError(f"{folder} has {', '.join(there)} already: choose another folder, or move them away.")
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8", newline="\n")


def _own(name: str) -> str:
    return (HERE / name).read_text("utf-8")
