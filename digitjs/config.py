"""What a site's owner may choose: `digitjs.toml`, read from the folder that `digitjs` runs in."""

import contextlib
import difflib
import os.path
import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar, get_args
from urllib.parse import urlsplit

import msgspec
from msgspec import Meta

from digitjs import appearance
from digitjs.appearance import Theme
from digitjs.errors import OVERRIDES, DigitjsError, UnusableValueError
from digitjs.filesystem import inputs, urls
from digitjs.key import about
from digitjs.policy import Policy

FILE = "digitjs.toml"
Quantize = Literal["float32", "float16", "uint16", "uint8"]  # how weights may be stored: what TF.js reads
QUANTIZE: tuple[Quantize, ...] = get_args(Quantize)
LARGEST = 1 << 20  # bytes
LONGEST_NOUN = 40  # characters
BREAKS = re.compile(r"[\t\n\v\f\r\x85\u2028\u2029]+")
STATIC = "static"  # the folder of files that are copied as they are, where nothing else is said
T = TypeVar("T")
Language = Annotated[str, Meta(pattern="^[a-z]{2,3}(-[A-Za-z0-9]{1,8})*$")]  # a tag of BCP 47: en, pt-BR


class Site(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The words of the page that are the owner's own, each on one line."""

    title: Annotated[str, about("Name of the page")] = "digitjs"
    description: Annotated[str, about("What search engines show; empty: a sentence of the language's own")] = ""
    language: Annotated[Language, about("Language that visitors see first, as a tag of BCP 47")] = "en"
    collect: Annotated[bool, about("Publish the page that collects drawings; the table [collect] does it, too")] = False
    url: Annotated[
        str, about("Where the site will be: for canonical links, the sitemap and tags", "https://example.org/digits/")
    ] = ""
    author: Annotated[str, about("Who made the site, for search engines and the like", "Class 7b")] = ""
    head: Annotated[str, about("HTML that ends the head of every page")] = ""
    footer: Annotated[str, about("HTML that the footer of every page but embed.html begins with", "© Class 7b")] = ""
    static: Annotated[
        str | None, about('Folder whose files are copied as they are; unset: "static", where there is one', "static")
    ] = None
    policy: Annotated[Policy, about("What head or a theme may load from elsewhere, by CSP's names")] = Policy()

    def __post_init__(self) -> None:
        """Line breaks become spaces; what HTML cannot hold, or would turn the page's other text, is refused.

        Raises:
            ValueError: the title is empty, or a text has such a character.
        """
        for name in ("title", "description", "author"):
            msgspec.structs.force_setattr(self, name, _one_line(name, getattr(self, name)))
        if not any(unicodedata.category(sign)[0] in "LNPS" for sign in self.title):  # nothing that can be seen
            raise ValueError("The title is empty: give one, or leave the key out")
        msgspec.structs.force_setattr(self, "url", _address(self.url))


class Data(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where samples come from, and what their owner knows better than they say."""

    path: Annotated[
        str | tuple[str, ...],
        about('Files, folders (from this file\'s) or addresses to train on; "mnist": the embedded MNIST', "letters"),
    ] = ()
    invert: Annotated[bool | None, about("Whether dark pixels are paper; unset: the images' borders decide", True)] = (
        None
    )
    transpose: Annotated[bool | None, about("Whether rows and columns of the images are exchanged", True)] = None
    classes: Annotated[
        tuple[str, ...], about("Names for numbers, or which labels are used, and in which order", ["α", "β"])
    ] = ()
    kind: Annotated[
        Literal["drawing", "picture"] | None,
        about("picture: no ink, so not framed; unset: the images decide", "picture"),
    ] = None

    def __post_init__(self) -> None:
        """Compose the names of classes (NFC).

        Raises:
            ValueError: an address cannot be used.
        """
        msgspec.structs.force_setattr(self, "classes", _composed(self.classes))
        for path in (self.path,) if isinstance(self.path, str) else self.path:
            if said := urls.fault(path):
                raise ValueError(f"The path {said}")


def _address(url: str) -> str:
    """The address of a site, with a slash at its end.

    Raises:
        ValueError: it is no absolute one.
    """
    parts = urlsplit(url)
    wrong = parts.scheme not in ("http", "https") or not parts.netloc or parts.query or parts.fragment
    if url and (wrong or re.search(r"[\s\"'<>\\]", url)):
        raise ValueError(f"The url {url!r} is no address of a folder: give one such as https://example.org/digits/")
    return url if not url or url.endswith("/") else url + "/"


def _composed(names: tuple[str, ...]) -> tuple[str, ...]:
    """Names of classes as labels have them: in Unicode's composed form, without blanks around them."""
    return tuple(unicodedata.normalize("NFC", name.strip()) for name in names)


def _one_line(name: str, text: str) -> str:
    """The owner's text without line breaks.

    Raises:
        ValueError: it has a character that HTML cannot hold, or that would turn the page's other text.
    """
    text = BREAKS.sub(" ", text).strip()
    wrong = next((sign for sign in text if unicodedata.category(sign) == "Cc" or sign in OVERRIDES), None)
    if wrong is not None:
        raise ValueError(f"The {name} has the control character U+{ord(wrong):04X}: remove it")
    return text


class Noun(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A word of one language, in the forms that CLDR's plural rules tell apart; the page asks for those it needs."""

    other: Annotated[str, about("Form that every language has", "runes")]
    zero: Annotated[str, about("Form for zero, where the language has one")] = ""
    one: Annotated[str, about("Form for one; empty: as `other`, like the next ones", "rune")] = ""
    two: Annotated[str, about("Form for two, where the language has one")] = ""
    few: Annotated[str, about("Form for few, where the language has one")] = ""
    many: Annotated[str, about("Form for many, where the language has one")] = ""

    def __post_init__(self) -> None:
        """Refuse what is no word.

        Raises:
            ValueError: a form is no word of one line, or has a brace, which the catalogues fill in.
        """
        for form in msgspec.structs.astuple(self):
            if any(unicodedata.category(sign) in ("Cc", "Zl", "Zp") or sign in "{}" for sign in form):
                raise ValueError(f"The noun {form!r} has a control character or a brace: write a plain word")
        if not self.other.strip() or len(self.other) > LONGEST_NOUN:
            raise ValueError(f"The noun {self.other[:LONGEST_NOUN]!r} is not 1 to {LONGEST_NOUN} characters long")


class TaskWords(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the pages call the symbols that a site reads, where these are no digits: a letter, a sign, Kana."""

    noun: Annotated[
        str | dict[Language, str | Noun], about("The word for what is read, or one for each language", "letter")
    ] = ""

    def __post_init__(self) -> None:
        """Refuse words like `Noun`."""
        for language in ("en", *(self.noun if isinstance(self.noun, dict) else ())):
            self.noun_in(language)

    def noun_in(self, language: str) -> "Noun | None":
        """The noun in a language; None where the owner gives none."""
        word = self.noun.get(language, "") if isinstance(self.noun, dict) else self.noun
        if isinstance(word, Noun):
            return word
        return Noun(other=word) if word else None


class Collect(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The page that collects drawings."""

    text: Annotated[str, about("Stands above the pad: what is collected, by whom and what for")] = ""
    classes: Annotated[
        tuple[str, ...], about("What to draw; empty: the classes of the site's networks", ["α", "β"])
    ] = ()
    target: Annotated[int, Meta(ge=1, le=1000), about("Drawings of each class by each writer")] = 5

    def __post_init__(self) -> None:
        """Refuse a text like `Site`, and compose the names of classes (NFC)."""
        msgspec.structs.force_setattr(self, "text", _one_line("text", self.text))
        msgspec.structs.force_setattr(self, "classes", _composed(self.classes))


class Input(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a network takes, where that is not what our own take: ink as 1 on paper as 0, framed as MNIST was."""

    scale: Annotated[float, Meta(gt=0, le=65535), about("Value of ink, or of paper where it is inverted")] = 1
    invert: Annotated[bool, about("Whether ink is 0")] = False
    channels: Annotated[Literal[1, 3] | None, about("Values of a pixel; unset: as the file has it, or 1", 3)] = None
    size: Annotated[int | None, about("Pixels a side; unset: as the file has it, or 28", 32)] = None
    centre: Annotated[Literal["mass", "box"], about("What of the ink lies in the middle")] = "mass"
    box: Annotated[float | None, about("Longest side of the ink in pixels; unset: the share that MNIST has", 24)] = None


class NetworkTable(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A network of the owner's: a Keras file, or layers that are trained by a recipe."""

    model: Annotated[str, about("A .keras or .h5 file, from this file's folder; or else layers", "mine.keras")] = ""
    name: Annotated[str, about("Name in commands and addresses; empty: the file's", "mine")] = ""
    title: Annotated[str, about("Name on the page; empty: that of the file, or of the network", "My network")] = ""
    classes: Annotated[
        tuple[str, ...], about("What a file's outputs stand for, in their order; empty: the data's", ["α", "β"])
    ] = ()
    input: Annotated[
        Input, about("What the network takes, where that is not ink as 1 on paper as 0, as MNIST has it")
    ] = Input()
    layers: Annotated[
        tuple[dict[str, Any], ...],
        about(
            "Layers from the image to the probabilities, with the arguments that Keras has for them",
            [{"kind": "Flatten"}, {"kind": "Dense", "units": 10, "activation": "softmax"}],
        ),
    ] = ()
    recipe: Annotated[
        dict[str, Any], about("How the layers are trained: the fields of Recipe", {"epochs": 5, "batch_size": 200})
    ] = {}

    def __post_init__(self) -> None:
        """Compose the names of classes (NFC).

        Raises:
            ValueError: a key is there that means nothing beside the others, or the title is no line of text.
        """
        msgspec.structs.force_setattr(self, "title", _one_line("title", self.title))
        msgspec.structs.force_setattr(self, "classes", _composed(self.classes))
        if bool(self.model) == bool(self.layers):
            raise ValueError("A network has either a model, which is a Keras file, or layers: give one of both")
        given = self.input
        trained = {"recipe": self.recipe, "input.size": given.size}
        brought = {"classes": self.classes, "input.scale": given.scale != 1, "input.invert": given.invert}
        brought["input.channels"] = given.channels not in (None, 1)
        for key, value in (trained if self.model else brought).items():
            if value:
                raise ValueError(f"The key {key} means nothing for a network of {self.kind}: leave it out")

    @property
    def kind(self) -> str:
        """What it is made of, in words."""
        return "a Keras file" if self.model else "layers"


class Build(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What commands do where neither the command line nor the environment says it."""

    output: Annotated[str, about("The site's folder")] = "dist"
    recipe: Annotated[str, about('Another recipe of the networks; mlp and cnn have "tutorial"', "tutorial")] = ""
    quantize: Annotated[Quantize, about("Weight type; with float32 the page still loads equal weights of 8 bits")] = (
        "float32"
    )
    pretrained: Annotated[bool, about("Train nothing: take the built-in networks as they came with digitjs")] = False
    seed: Annotated[int, Meta(ge=0, le=2**31 - 1), about("Random seed of every training")] = 7
    strict: Annotated[bool, about("Warnings, such as of data that are left out, end the command")] = False


class Serve(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How `digitjs serve` shows the site while it is made."""

    host: Annotated[str, about("Address to bind, IPv4 or IPv6, or a name of it", "0.0.0.0")] = "127.0.0.1"
    port: Annotated[int, Meta(ge=0, le=65535), about("Port; 0 chooses a free one")] = 8000
    open: Annotated[bool, about("Open the page in the default browser")] = False
    reload: Annotated[bool, about("Follow changes of the site's files")] = True


class Deploy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where `digitjs deploy` pushes the site."""

    remote: Annotated[str, about("Git remote to push to")] = "origin"
    branch: Annotated[str, about("Branch that the host publishes")] = "gh-pages"
    message: Annotated[str, about("Message of the commit")] = "Publish the site"


class Config(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the owner of a site may choose. Every key has a default, so an empty file, or none, is a complete one."""

    site: Annotated[Site, about("The words of the page, and where it will be")] = Site()
    networks: Annotated[
        tuple[str, ...] | None,
        about("The page's networks in their order; unset: all built-in ones", ["compact", "cnn"]),
    ] = None
    network: Annotated[
        tuple[NetworkTable, ...], about("A network of your own: a Keras file, or layers that are trained")
    ] = ()
    data: Annotated[Data, about("What is trained on, instead of MNIST")] = Data()
    task: Annotated[TaskWords, about("What the pages call the symbols that are no digits")] = TaskWords()
    collect: Annotated[Collect | None, about("The page that collects drawings; the table alone publishes it")] = None
    theme: Annotated[Theme, about("How the pages look; paths start from this file's folder")] = Theme()
    build: Annotated[Build, about("Options of build, train, render and serve")] = Build()
    serve: Annotated[Serve, about("Options of serve")] = Serve()
    deploy: Annotated[Deploy, about("Options of deploy")] = Deploy()

    @property
    def collecting(self) -> Collect | None:
        """The page that collects drawings; None where the site has none."""
        return self.collect or (Collect() if self.site.collect else None)


def load(path: Path | None = None) -> Config:
    """Read a configuration file.

    Args:
        path: the file; without it, `digitjs.toml` in the working folder where there is one.

    Raises:
        DigitjsError: the file is missing, is not TOML, or holds a key or value that digitjs does not know, or lies
            in the folder of static files.
    """
    if path is None:
        path = Path(FILE)
        if not os.path.lexists(path):  # a broken link is an error, not a file that is not there
            return Config()
    return _with_paths(read(path, Config, "configuration"), path)


def read(path: Path, kind: type[T], what: str) -> T:
    """A TOML file as a value of one of the kinds of this module, or of a theme.

    Raises:
        DigitjsError: the file is missing, is not TOML, or holds a key or value that the kind does not know.
    """
    content = inputs.utf8(path, what, LARGEST)
    try:
        return msgspec.toml.decode(content, type=kind)
    except (msgspec.MsgspecError, ValueError) as error:  # ValueError: an integer of thousands of digits
        said = f"{error}{_nearest(str(error), kind)}{_line(str(error), content.decode())}"
        raise DigitjsError(f"{path} is not a {what} digitjs can use: {said}.") from error
    except RecursionError as error:
        raise DigitjsError(f"{path} is not a {what} digitjs can use: it is nested too deeply.") from error


@contextlib.contextmanager
def naming_lines(path: Path | None) -> Iterator[None]:
    """Let the sentence about a value that cannot be used begin with the file and the line which it stands in.

    Args:
        path: the configuration file, as for `load`.

    Raises:
        DigitjsError: the sentence, in place of an UnusableValueError of the block.
    """
    try:
        yield
    except UnusableValueError as error:
        raise DigitjsError(f"{next(_places(error, path or Path(FILE)), '')}{error.message}") from error


def _places(error: UnusableValueError, path: Path) -> Iterator[str]:
    """Where the keys of an error stand, the likeliest first."""
    for key in error.keys:
        names = key.split(".")
        for file, within in ((path, names), *((other, names[1:]) for other in error.others)):
            if file.is_file() and (line := _line_of(within, inputs.utf8(file, "configuration", LARGEST).decode())):
                yield f"{file}, line {line}: "


def _with_paths(config: Config, path: Path) -> Config:
    """The configuration with paths that do not depend on where it was read.

    Raises:
        DigitjsError: the file itself would be copied into the site.
    """
    folder, static = path.parent, config.site.static
    if static is None and (folder / STATIC).is_dir():
        static = STATIC
    if static and Path(os.path.realpath(path)).is_relative_to(os.path.realpath(folder / static)):
        raise DigitjsError(
            f"{path} lies in its own folder of static files, {folder / static}, whose files are all published: name a "
            "folder of its own as static."
        )
    site = msgspec.structs.replace(config.site, static=str(folder / static) if static else static)
    return msgspec.structs.replace(config, site=site, theme=appearance.below(config.theme, folder))


def given(path: Path | None = None) -> dict[str, Any]:
    """The values that a configuration file has, by the paths of their keys (build.seed); raises like `load`."""
    load(path)
    path = path or Path(FILE)
    return (
        dict(_flat(msgspec.toml.decode(inputs.utf8(path, "configuration", LARGEST)))) if os.path.lexists(path) else {}
    )


def _flat(table: dict[str, Any], around: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in table.items():
        yield around + name, value
        if isinstance(value, dict):
            yield from _flat(value, f"{around}{name}.")


def with_collecting(config: Config, *, text: str | None, classes: tuple[str, ...] | None, target: int | None) -> Config:
    """A configuration with what the command line says of the page that collects; None leaves what the file says.

    Raises:
        DigitjsError: the text has a character that no page can show.
    """
    given = {"text": text, "classes": classes, "target": target}
    chosen = config.collecting or Collect()
    try:
        chosen = msgspec.structs.replace(chosen, **{name: value for name, value in given.items() if value is not None})
    except ValueError as error:
        raise DigitjsError(f"The page cannot show this: {error}.") from error
    return msgspec.structs.replace(config, collect=chosen)


def _nearest(message: str, kind: type) -> str:
    """What a person may have meant who wrote an unknown key, the table's own first, as an addition to the message."""
    unknown = re.search("unknown field `(.+?)`", message)
    if (
        "`$.network" in message and "Expected `object`" in message
    ) or "Expected `array`, got `str` - at `$.network`" in message:
        return ", did you mean `networks`"
    if not unknown:
        return ""
    here: tuple[type, ...] = (kind,)
    for name in _place(message):
        fields = _fields(here)
        here = tuple(_tables(fields[name])) if name in fields else here  # a number is a place in a list
    meant = difflib.get_close_matches(unknown[1], _fields(here), n=1)
    if meant:
        return f", did you mean `{meant[0]}`"
    elsewhere = {name: path for path, one in reversed(tuple(_every(kind))) for name in _fields((one,))}
    meant = difflib.get_close_matches(unknown[1], elsewhere, n=1)
    return f", did you mean `{elsewhere[meant[0]]}{meant[0]}`" if meant else ""


def _tables(kind: object) -> Iterator[type]:
    """The kinds of tables that a type may hold."""
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        yield kind
    for one in get_args(kind):
        yield from _tables(one)


def _every(kind: type, path: str = "") -> Iterator[tuple[str, type]]:
    """A kind of table and all below it, each with what stands before its keys (`theme.dark.`)."""
    yield path, kind
    for name, field in _fields((kind,)).items():
        for below in _tables(field):
            yield from _every(below, f"{path}{name}.")


def _fields(kinds: tuple[type, ...]) -> dict[str, Any]:
    """The keys of some kinds of tables, and the types of their values."""
    return {field.encode_name: field.type for kind in kinds for field in msgspec.structs.fields(kind)}


def _place(message: str) -> list[str]:
    """The tables, and numbers in lists, of what a message is about (`$.theme.faces[0]`)."""
    place = re.search(r"`\$\.?(.*?)`$", message)
    return re.findall(r"[\w-]+", place[1] if place else "")


def _line(message: str, text: str) -> str:
    """The line of what a message says it is about (`$.site.title`), as an addition to the message; empty if unknown."""
    unknown = re.search("unknown field `(.+?)`", message)
    line = _line_of(_place(message) + ([unknown[1]] if unknown else []), text)
    return f" (line {line})" if line else ""


def _line_of(names: list[str], text: str) -> int | None:
    """The line, from 1, that has a key, which is named with all tables around it; None if unknown."""
    found, lines = 0, text.splitlines()
    for name in names:
        wanted = re.compile(
            rf"""\[*[\w.\s"'-]*(?<![\w-])["']?{re.escape(name)}["']?\s*[\].=]|.*[{{,]\s*{re.escape(name)}\s*="""
        )
        found = next((i for i in range(found, len(lines)) if wanted.match(lines[i].strip())), found)
    return found + 1 if names and lines and wanted.match(lines[found].strip()) else None
