"""What the site knows about one exported model: the files beside model.json."""

from pathlib import Path, PurePosixPath
from typing import Literal, TypeVar

import msgspec

from digitjs.data.task import Framing, Task
from digitjs.errors import DigitjsError
from digitjs.networks.recipe import Recipe

CARD = "card.json"  # written last: its presence means that the export is whole
DETAILS = "details.json"
PROBE = "probe.json"
PAGE = "page"  # the folder with the same network in bytes, which the page loads; only beside float32 weights
MODEL_SCRIPT = "model.js"  # what the page loads as a script, for file://

T = TypeVar("T")


class Rate(msgspec.Struct, frozen=True):
    """A measured share of samples."""

    value: float  # in 0..1
    low: float  # 95 % Wilson interval
    high: float
    count: int  # of how many samples


class Thresholds(msgspec.Struct, frozen=True):
    """When the page gives another answer than a class; chosen on held-out samples and, for digits, on letters of fonts.

    Zero where a network was not measured: it always answers.
    """

    refuse: float  # "this does not look like a digit" where the two best probabilities add up to less
    unsure: float  # "not sure: 4 or 9" where the best probability is less


class Calibration(msgspec.Struct, frozen=True):
    """How far the probabilities can be taken at their word."""

    temperature: float  # the page's probabilities are softmax(log p / temperature) of the p of the exported network
    validation_error: float | None  # expected calibration error, 15 bins, in 0..1; None: not measured
    test_error: float | None
    refused: Rate | None  # of the samples that it was measured on
    letters_refused: Rate | None  # of the letters that the thresholds were chosen by; None: by validation digits alone


class CardLayer(msgspec.Struct, frozen=True):
    """A layer, for the page to name."""

    kind: str  # its class in Keras
    text: str  # the same with its options


# Samples that choose nothing; or all samples, each by a network that was fitted to others.
Evidence = Literal["test", "cross-validation"]


class Card(msgspec.Struct, frozen=True, kw_only=True):
    """One exported model, as the page, the report and a reader of card.json see it."""

    name: str
    title: str
    task: Task  # what it tells apart
    layers: tuple[CardLayer, ...]  # as exported: batch normalisation is folded into the layer before it
    parameters: int  # of these layers
    evidence: Evidence | None  # what it was measured on; None: not measured
    accuracy: Rate | None  # in the test, with the weights as the page loads them, or in cross-validation
    loss: float | None  # mean categorical cross-entropy of the calibrated probabilities, on the same samples
    robustness: dict[str, Rate]  # on the test samples shifted, scaled, rotated, thickened; empty where there are none
    calibration: Calibration
    thresholds: Thresholds
    recipe: Recipe | None  # None: the owner brought it, it was not trained here
    precision: str = ""  # Keras's dtype policy that it was trained in; empty: not known
    parts: int = 1  # of the data, if several workers each learned from one; it was measured on the first
    pretrained: bool = False  # it came with the package and was trained and measured when that was made
    quantize: str  # float32, float16, uint16 or uint8
    sizes: dict[str, int]  # bytes by file, page/model.json
    sha256: dict[str, str]  # by file
    versions: dict[str, str]
    framing: Framing | None = None  # of the images that it takes; None: the task's
    advice: str = ""  # what its owner should change, a sentence; empty: nothing

    @property
    def is_brought(self) -> bool:
        """Whether it came from a file of the owner's, and nothing is known of its training."""
        return self.recipe is None

    @property
    def loaded(self) -> tuple[str, ...]:
        """The files that a page loads over http: model.json first, then its weights in order."""
        model = f"{PAGE}/model.json" if f"{PAGE}/model.json" in self.sizes else "model.json"
        folder = PurePosixPath(model).parent
        shards = [file for file in self.sizes if PurePosixPath(file).match("*.bin")]
        shards = [file for file in shards if PurePosixPath(file).parent == folder]
        return (model, *sorted(shards, key=lambda file: (len(file), file)))  # 2 before 10

    @property
    def bytes(self) -> int:
        """What a page loads."""
        return sum(self.sizes[file] for file in self.loaded)


class Epoch(msgspec.Struct, frozen=True):
    """One finished epoch of a training."""

    number: int  # from 1
    loss: float  # as trained: augmented, smoothed
    accuracy: float
    validation_loss: float | None  # None: nothing is held out
    validation_accuracy: float | None


class Bin(msgspec.Struct, frozen=True):
    """One bar of a reliability diagram."""

    confidence: float  # mean probability of the answers in it
    accuracy: float
    count: int


class Mistake(msgspec.Struct, frozen=True):
    """One misread sample."""

    index: int  # in the samples that it was measured on
    png: bytes  # ink on white; base64 in JSON
    label: int  # a place in the task's classes
    digit: int  # the answer, likewise
    probability: float


class Details(msgspec.Struct, frozen=True, kw_only=True):
    """What the report page shows and the drawing page does not need."""

    epochs: tuple[Epoch, ...]
    confusion: tuple[
        tuple[int, ...], ...
    ]  # [label][answer], samples that were measured on; zeros where there were none
    reliability: tuple[Bin, ...]
    mistakes: tuple[Mistake, ...]  # the most confident first


class Probe(msgspec.Struct, frozen=True):
    """Test images with Keras's calibrated probabilities: what a browser must answer too."""

    images: tuple[bytes, ...]  # size * size values 0..255 each, base64 in JSON; the network takes them divided by 255
    labels: tuple[int, ...]
    scores: tuple[tuple[float, ...], ...]  # one for each class


def write(path: Path, value: msgspec.Struct) -> None:
    """Write one of the values above as readable JSON."""
    path.write_bytes(msgspec.json.format(msgspec.json.encode(value), indent=1) + b"\n")


def read_card(folder: Path) -> Card:
    """The card of an exported model.

    Raises:
        DigitjsError: it is missing or not a card.
    """
    return _read(folder / CARD, Card)


def read_details(folder: Path) -> Details:
    """The details of an exported model; raises like `read_card`."""
    return _read(folder / DETAILS, Details)


def read_probe(folder: Path) -> Probe:
    """The probe of an exported model; raises like `read_card`."""
    return _read(folder / PROBE, Probe)


def _read(path: Path, kind: type[T]) -> T:
    try:
        return msgspec.json.decode(path.read_bytes(), type=kind)
    except OSError as error:
        raise DigitjsError(f"Cannot read {path}: {error.strerror}; run digitjs build.") from error
    except msgspec.MsgspecError as error:
        raise DigitjsError(f"{path} is damaged ({error}): run digitjs build --fresh.") from error
