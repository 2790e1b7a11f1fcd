"""What the pages say: the catalogues of assets/text, resolved for one site, so that each holds what this site says.

A key may have variants, "refused@task" beside "refused": a site says the first of its own that there is. Places in
braces that do not change while a page is open are filled in here: the owner's noun and the figures of the task.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import msgspec

from digitjs.config import Noun, TaskWords
from digitjs.data.task import Task
from digitjs.errors import DigitjsError, UnusableValueError
from digitjs.filesystem import inputs
from digitjs.filesystem.paths import meant, resource

Text = str | dict[str, str]  # a dict holds the forms of a plural, by CLDR's categories: one, few, other
Catalogue = dict[str, Text]
PLACE = re.compile(r"\{(\w+)\}")
NAMES = re.compile(r"\{(digit|second|truth|said|text)\}")  # what becomes the name of a class, or a row of them
ISOLATED = "\u2068{\\1}\u2069"  # in a script of either direction, it leaves the order of the words around it alone
FALLBACK = "en"  # speaks where a translation is silent
TAG = re.compile("[a-z]{2,3}(-[A-Za-z0-9]{1,8})*")
LARGEST = 4 << 20  # bytes of a catalogue
RIGHT_TO_LEFT = ("ar", "ckb", "dv", "fa", "glk", "he", "ks", "mzn", "nqo", "pnb", "ps", "sd", "syr", "ug", "ur", "yi")
RIGHT_TO_LEFT_SCRIPTS = ("adlm", "arab", "hebr", "mand", "nkoo", "rohg", "samr", "syrc", "thaa")
COLLECTING = "collect_"  # the keys of the page that collects drawings begin so
LINK = "page_collect"  # to it, from the other pages
NOUNS = {
    "de": Noun(one="Zeichen", other="Zeichen"),
    "en": Noun(one="sign", other="signs"),
    "es": Noun(one="signo", other="signos"),
}


def read_catalogues(task: Task, words: TaskWords, above: Sequence[Path] = ()) -> dict[str, Catalogue]:
    """The texts of a site, by language code.

    Args:
        task: what its networks tell apart.
        words: the owner's own for it.
        above: folders of texts that count more than ours, the first before the next.

    Raises:
        DigitjsError: a file holds no texts, or is not named after a language.
    """
    sources = {path.stem: _read(path) for path in _files(ours())}
    for folder in reversed(above):
        for path in _files(folder):
            base = sources.get(path.stem) or {**sources[FALLBACK], "language_name": path.stem}
            sources[path.stem] = _merged(base, _read(path))
    if above:
        sources = _completed(sources)
    return {language: _resolved(source, task, (language, words)) for language, source in sorted(sources.items())}


def ours() -> Path:
    """The folder of our own texts."""
    return resource("assets") / "text"


def is_right_to_left(language: str) -> bool:
    """Whether a language is written from right to left, by its script or else by where it is mostly written so."""
    subtags = language.lower().split("-")
    script = next((subtag for subtag in subtags[1:] if len(subtag) == 4 and subtag.isalpha()), "")
    return script in RIGHT_TO_LEFT_SCRIPTS if script else subtags[0] in RIGHT_TO_LEFT


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


def require_language(language: str, above: Sequence[Path] = ()) -> None:
    """Refuse a language without a catalogue.

    Raises:
        UnusableValueError: there is none.
    """
    known = sorted({path.stem for folder in (ours(), *above) for path in _files(folder)})
    if language not in known:
        said = f"There is no text in the language {language}: choose one of {', '.join(known)} in digitjs.toml."
        raise UnusableValueError(said, "site.language")


def variants(task: Task) -> tuple[str, ...]:
    """Which variants of a text say what is true of a task, the best first."""
    framed = ("box",) if task.framing.centre == "box" else ()
    if task.is_digits:
        return framed if task.dataset == "MNIST" else (*framed, "own")
    named = ("dataset",) if task.dataset else ()
    return (*named, task.kind, *framed, task.reading, "task")


def _files(folder: Path) -> list[Path]:
    """The catalogues in a folder.

    Raises:
        DigitjsError: one is not named after a language.
    """
    files = meant(folder, "*.json")
    wrong = next((path for path in files if not TAG.fullmatch(path.stem)), None)
    if wrong:
        raise DigitjsError(f"{wrong} is not named after a language: give its tag (BCP 47), such as pt-BR.json.")
    return files


def _read(path: Path) -> Catalogue:
    content = inputs.utf8(path, "texts", LARGEST)
    try:
        found = msgspec.json.decode(content, type=dict[str, Text])
    except msgspec.MsgspecError as error:
        raise DigitjsError(
            f"{path}{_line(str(error), content)} holds no texts that digitjs can use: {error}."
        ) from error
    plural = next((key for key, text in found.items() if isinstance(text, dict) and "other" not in text), None)
    if plural:
        raise DigitjsError(f'{path} has no form "other" of the plural {plural!r}: add it.')
    return found


def _line(message: str, content: bytes) -> str:
    """The line of the byte that a message names, as an addition to a path."""
    byte = re.search(r"\(byte (\d+)\)", message)
    return f", line {content.count(10, 0, int(byte[1])) + 1}," if byte else ""


def _merged(base: Catalogue, own: Catalogue) -> Catalogue:
    """One catalogue over another: a text takes the place of all variants of its key, a variant of that one alone."""
    kept = {name: text for name, text in base.items() if "@" not in name or name.partition("@")[0] not in own}
    return {**kept, **own}


def _completed(sources: Mapping[str, Catalogue]) -> dict[str, Catalogue]:
    """Catalogues with what only others have, as they may where an owner adds texts in one language alone."""
    every = dict(item for source in (*sources.values(), sources[FALLBACK]) for item in source.items())
    keys = {language: {name.partition("@")[0] for name in source} for language, source in sources.items()}
    return {
        language: {**source, **{name: every[name] for name in every if name.partition("@")[0] not in keys[language]}}
        for language, source in sources.items()
    }


def _resolved(source: Catalogue, task: Task, owner: tuple[str, TaskWords]) -> Catalogue:
    language, words = owner
    values = _values(task, words.noun_in(language) or NOUNS.get(language, NOUNS[FALLBACK]))
    chosen = dict(_chosen(source, variants(task)))
    filled = {key: _filled(text, values, isolated=not task.is_digits) for key, text in chosen.items()}
    return {**filled, "direction": "rtl"} if is_right_to_left(language) else filled


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
