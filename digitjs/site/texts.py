"""What the pages say: the catalogues of assets/text, resolved for one site, so that each holds what this site says.

A key may have variants, "refused@task" beside "refused": a site says the first of its own that there is. Places in
braces that do not change while a page is open are filled in here: the owner's noun and the figures of the task.
"""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import msgspec

from digitjs.config import Noun, TaskWords
from digitjs.data.task import Task
from digitjs.errors import DigitjsError
from digitjs.filesystem.paths import resource

Text = str | dict[str, str]  # a dict holds the forms of a plural, by CLDR's categories: one, few, other
Catalogue = dict[str, Text]
PLACE = re.compile(r"\{(\w+)\}")
NAMES = re.compile(r"\{(digit|second|truth|said|text)\}")  # what becomes the name of a class, or a row of them
ISOLATED = "\u2068{\\1}\u2069"  # in a script of either direction, it leaves the order of the words around it alone
COLLECTING = "collect_"  # the keys of the page that collects drawings begin so
LINK = "page_collect"  # to it, from the other pages
NOUNS = {
    "de": Noun(one="Zeichen", other="Zeichen"),
    "en": Noun(one="sign", other="signs"),
    "es": Noun(one="signo", other="signos"),
}


def read_catalogues(task: Task, words: TaskWords) -> dict[str, Catalogue]:
    """The texts of a site, by language code.

    Args:
        task: what its networks tell apart.
        words: the owner's own for it.
    """
    sources = sorted((resource("assets") / "text").glob("*.json"))
    return {path.stem: _resolved(path, task, words.noun_in(path.stem)) for path in sources}


def write_catalogues(catalogues: Mapping[str, Catalogue], folder: Path) -> None:
    """One JSON file for each language, as build.mjs takes them."""
    folder.mkdir(parents=True)
    for language, catalogue in catalogues.items():
        (folder / f"{language}.json").write_bytes(msgspec.json.encode(catalogue))


def without_collecting(catalogues: Mapping[str, Catalogue], *, linked: bool) -> dict[str, Catalogue]:
    """The texts of the pages that do not collect drawings: what these load stays small.

    Args:
        catalogues: all texts, by language.
        linked: whether they lead to the page that does.
    """
    return {
        language: {
            key: text for key, text in catalogue.items() if not key.startswith(COLLECTING) and (linked or key != LINK)
        }
        for language, catalogue in catalogues.items()
    }


def require_language(language: str) -> None:
    """Refuse a language without a catalogue.

    Raises:
        DigitjsError: there is none.
    """
    known = sorted(path.stem for path in (resource("assets") / "text").glob("*.json"))
    if language not in known:
        raise DigitjsError(
            f"There is no text in the language {language}: choose one of {', '.join(known)} in digitjs.toml."
        )


def variants(task: Task) -> tuple[str, ...]:
    """Which variants of a text say what is true of a task, the best first."""
    framed = ("box",) if task.framing.centre == "box" else ()
    if task.is_digits:
        return framed if task.dataset == "MNIST" else (*framed, "own")
    named = ("dataset",) if task.dataset else ()
    return (*named, task.kind, *framed, task.reading, "task")


def _resolved(path: Path, task: Task, noun: Noun | None) -> Catalogue:
    source = msgspec.json.decode(path.read_bytes(), type=dict[str, Text])
    values = _values(task, noun or NOUNS.get(path.stem, NOUNS["en"]))
    chosen = dict(_chosen(source, variants(task)))
    return {key: _filled(text, values, isolated=not task.is_digits) for key, text in chosen.items()}


def _chosen(source: Catalogue, suffixes: tuple[str, ...]) -> Iterator[tuple[str, Text]]:
    """The variant of each key, in the catalogue's order; keys whose variants are all of others have no text here."""
    for key in dict.fromkeys(name.partition("@")[0] for name in source):
        found = next((name for suffix in suffixes if (name := f"{key}@{suffix}") in source), key)
        if found in source:
            yield key, source[found]


def _filled(text: Text, values: Mapping[str, str], *, isolated: bool) -> Text:
    if isinstance(text, dict):
        return {category: str(_filled(form, values, isolated=isolated)) for category, form in text.items()}
    text = PLACE.sub(lambda place: values.get(place[1], place[0]), text)
    return NAMES.sub(ISOLATED, text) if isolated else text


def _values(task: Task, noun: Noun) -> dict[str, str]:
    """What stands for the places that are the same all over a site."""
    one, other = noun.one or noun.other, noun.other
    framing = task.framing
    return {
        "noun": one,
        "Noun": _capital(one),
        "a_noun": f"an {one}" if one[0].lower() in "aeiou" else f"a {one}",  # English; other languages do without
        "nouns": other,
        "Nouns": _capital(other),
        "dataset": task.dataset,
        "side": str(framing.size),
        "pixels": str(framing.size**2),
        "box": f"{framing.box or framing.size:g}",
        "classes": str(len(task.classes)),
    }


def _capital(word: str) -> str:
    return word[:1].upper() + word[1:]
