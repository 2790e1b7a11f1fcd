"""What a site's owner may choose: `digitjs.toml`, read from the folder that `digitjs` runs in."""

import difflib
import os.path
import re
import unicodedata
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec

from digitjs.errors import OVERRIDES, DigitjsError
from digitjs.filesystem import inputs

FILE = "digitjs.toml"
QUANTIZE = ("float32", "float16", "uint16", "uint8")  # how weights may be stored: what TF.js reads
LARGEST = 1 << 20  # bytes
LONGEST_NOUN = 40  # characters
BREAKS = re.compile(r"[\t\n\v\f\r\x85\u2028\u2029]+")


class Site(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The words of the page that are the owner's own, each on one line."""

    title: str = "digitjs"
    description: str = ""  # what search engines show; empty: the language's own
    language: Annotated[str, msgspec.Meta(pattern="^[a-z]{2}$")] = "en"
    collect: bool = False  # publish the page that collects drawings, too; the table [collect] does the same

    def __post_init__(self) -> None:
        """Line breaks become spaces; what HTML cannot hold, or would turn the page's other text, is refused.

        Raises:
            ValueError: the title is empty, or a text has such a character.
        """
        for name in ("title", "description"):
            msgspec.structs.force_setattr(self, name, _one_line(name, getattr(self, name)))
        if not any(unicodedata.category(sign)[0] in "LNPS" for sign in self.title):  # nothing that can be seen
            raise ValueError("The title is empty: give one, or leave the key out")


class Data(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where samples come from, and what their owner knows better than they say."""

    path: str | tuple[str, ...] = ()  # files and folders, from the configuration's folder; "mnist": the embedded one
    invert: bool | None = None  # whether light pixels are paper; without it, borders decide
    transpose: bool | None = None  # whether rows and columns of the images are exchanged
    classes: tuple[str, ...] = ()  # names for numbers, or which labels are used, and in which order
    kind: Literal["drawing", "picture"] | None = None  # picture: clothes, photographs

    def __post_init__(self) -> None:
        """Compose the names of classes (NFC)."""
        msgspec.structs.force_setattr(self, "classes", _composed(self.classes))


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

    other: str
    zero: str = ""
    one: str = ""  # empty: the same as `other`, as the next ones
    two: str = ""
    few: str = ""
    many: str = ""

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

    noun: str | dict[Annotated[str, msgspec.Meta(pattern="^[a-z]{2}$")], str | Noun] = ""  # by language, or for all

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

    text: str = ""  # stands above the pad: what is collected, by whom and what for
    classes: tuple[str, ...] = ()  # empty: those that the site's networks tell apart
    target: Annotated[int, msgspec.Meta(ge=1, le=1000)] = 5  # drawings of each class by each writer

    def __post_init__(self) -> None:
        """Refuse a text like `Site`, and compose the names of classes (NFC)."""
        msgspec.structs.force_setattr(self, "text", _one_line("text", self.text))
        msgspec.structs.force_setattr(self, "classes", _composed(self.classes))


class Input(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a network takes, where that is not what our own take: ink as 1 on paper as 0, framed as MNIST was."""

    scale: Annotated[float, msgspec.Meta(gt=0, le=65535)] = 1  # the value of ink, or of paper where it is inverted
    invert: bool = False  # whether ink is 0
    channels: Literal[1, 3] | None = None  # None: as the file has it, or 1
    size: int | None = None  # of the image, in pixels a side; None: as the file has it, or 28
    centre: Literal["mass", "box"] = "mass"  # which of the ink's lies in the middle
    box: float | None = None  # the longest side of the ink in pixels; None: the same share of the image as MNIST's


class NetworkTable(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A network of the owner's: a Keras file, or layers that are trained by a recipe."""

    model: str = ""  # a .keras or .h5 file, from the configuration's folder
    name: str = ""  # empty: the file's, as far as it can be one
    title: str = ""  # empty: the name of the file, or of the network
    classes: tuple[str, ...] = ()  # what the outputs of a file stand for, in their order; empty: those of the data
    input: Input = Input()
    layers: tuple[dict[str, Any], ...] = ()  # {kind = "Dense", units = 10, ...}, from the image to the probabilities
    recipe: dict[str, Any] = {}

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


class Config(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole file. Every key has a default, so an empty file, or none, is a complete one."""

    site: Site = Site()
    networks: tuple[str, ...] | None = None  # None: all built-in ones, in the registry's order
    network: tuple[NetworkTable, ...] = ()  # the owner's own, after those
    data: Data = Data()
    task: TaskWords = TaskWords()
    collect: Collect | None = None

    @property
    def collecting(self) -> Collect | None:
        """The page that collects drawings; None where the site has none."""
        return self.collect or (Collect() if self.site.collect else None)


def load(path: Path | None = None) -> Config:
    """Read a configuration file.

    Args:
        path: the file; without it, `digitjs.toml` in the working folder where there is one.

    Raises:
        DigitjsError: the file is missing, is not TOML, or holds a key or value that digitjs does not know.
    """
    if path is None:
        path = Path(FILE)
        if not os.path.lexists(path):  # a broken link is an error, not a file that is not there
            return Config()
    try:
        return msgspec.toml.decode(inputs.utf8(path, "configuration", LARGEST), type=Config)
    except (msgspec.MsgspecError, ValueError) as error:  # ValueError: an integer of thousands of digits
        raise DigitjsError(f"{path} is not a configuration digitjs can use: {error}{_nearest(str(error))}.") from error
    except RecursionError as error:
        raise DigitjsError(f"{path} is not a configuration digitjs can use: it is nested too deeply.") from error


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


def _nearest(message: str) -> str:
    """The key that a person who wrote an unknown one may have meant, as an addition to the message."""
    unknown = re.search("unknown field `(.+?)`", message)
    if (
        "`$.network" in message and "Expected `object`" in message
    ) or "Expected `array`, got `str` - at `$.network`" in message:
        return ", did you mean `networks`"
    kinds = (Config, Data, Site, TaskWords, Noun, Collect, NetworkTable, Input)
    known = [field.name for kind in kinds for field in msgspec.structs.fields(kind)]
    meant = difflib.get_close_matches(unknown[1], known, n=1) if unknown else []
    return f", did you mean `{meant[0]}`" if meant else ""
