"""What the report page shows: figures of all networks in one table, and charts, mistakes and numbers of each."""

import base64
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from digitjs.model_card import Card, Details, Rate, read_card, read_details
from digitjs.site.charts import Charts, draw
from digitjs.site.page_data import MOST_COLUMNS

Confusion = Sequence[Sequence[int]]  # [label][answer]
WORST = 20  # pairs of classes
MISSING = "–"
SUREST = 0.999  # as the drawing page says it: no network is sure beyond that


@dataclass(frozen=True)
class Picture:
    """One misread test digit."""

    url: str  # a data: URL of a PNG
    label: str
    digit: str
    share: str  # the probability it was answered with


@dataclass(frozen=True)
class Table:
    """The numbers behind a chart; `key` and `columns` name texts of the catalogue."""

    key: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    figures: bool = False  # every cell but those is a number, to be written as the page's language does
    words: int = 0  # how many cells at a row's start are names of classes, the same in every language
    names: tuple[str, ...] = ()  # of further columns, the same in every language


@dataclass(frozen=True)
class Study:
    """One network's part of the report."""

    card: Card
    charts: tuple[tuple[str, str], ...]  # kind, SVG
    mistakes: tuple[Picture, ...]
    pairs: Table | None  # the classes that are most often taken for one another, where the matrix cannot show it
    tables: tuple[Table, ...]


@dataclass(frozen=True)
class Report:
    """The whole report."""

    compared: tuple[tuple[str, tuple[str, ...]], ...]  # the catalogue's word, a cell for each network
    studies: tuple[Study, ...]


COMPARED: tuple[tuple[str, Callable[[Card], str | None]], ...] = (
    ("accuracy", lambda card: _percent(card.accuracy)),
    ("interval", lambda card: _interval(card.accuracy)),
    ("parts", lambda card: str(card.parts) if card.parts > 1 else None),
    ("loss", lambda card: None if card.loss is None else f"{card.loss:.4f}"),
    ("shifted", lambda card: _percent(card.robustness.get("shifted"))),
    ("scaled", lambda card: _percent(card.robustness.get("scaled"))),
    ("rotated", lambda card: _percent(card.robustness.get("rotated"))),
    ("thickened", lambda card: _percent(card.robustness.get("thickened"))),
    ("calibration", lambda card: _share(card.calibration.test_error)),
    ("calibration_validation", lambda card: _share(card.calibration.validation_error)),
    ("refused", lambda card: _percent(card.calibration.refused)),
    ("unsure", lambda card: f"{card.thresholds.unsure:.1%}"),
    ("no_digit", lambda card: f"{card.thresholds.refuse:.1%}"),
    ("parameters", lambda card: f"{card.parameters:,}"),
    ("size", lambda card: f"{card.bytes / 1000:,.0f}"),
)


def build(models: Sequence[Path], modules: Path) -> Report:
    """The report on some exported models.

    Args:
        models: their folders, in the page's order.
        modules: the `node_modules` folder with the page's tools.

    Raises:
        DigitjsError: a model is not whole, or the charts cannot be drawn.
    """
    cards = [read_card(model) for model in models]
    details = {card.name: read_details(model) for card, model in zip(cards, models, strict=True)}
    charts = draw(details, cards[0].task.classes, modules)
    return Report(
        compared=compare(cards),
        studies=tuple(_study(card, details[card.name], charts[card.name]) for card in cards),
    )


def compare(cards: Sequence[Card]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """A row for each figure that was measured of any network."""
    crossed = any(card.evidence == "cross-validation" for card in cards)  # of one site, all are
    keys = {"accuracy": "cross"} if crossed else {}
    rows = [(keys.get(key, key), [cell(card) for card in cards]) for key, cell in COMPARED]
    return tuple((key, tuple(cell or MISSING for cell in cells)) for key, cells in rows if any(cells))


def _study(card: Card, details: Details, charts: Charts) -> Study:
    drawn = (("curves", charts.accuracy), ("confusion", charts.confusion), ("reliability", charts.reliability))
    return Study(
        card=card,
        charts=tuple((kind, svg) for kind, svg in drawn if svg),
        mistakes=_pictures(details, card.task.classes),
        pairs=None if card.task.is_digits else _pairs(details.confusion, card.task.classes),
        tables=tuple(table for table in _tables(card, details) if table.rows),
    )


def _pictures(details: Details, classes: Sequence[str]) -> tuple[Picture, ...]:
    return tuple(
        Picture(
            url="data:image/png;base64," + base64.b64encode(mistake.png).decode(),
            label=classes[mistake.label],
            digit=classes[mistake.digit],
            share=f"{min(mistake.probability, SUREST):.1%}",
        )
        for mistake in details.mistakes
    )


def _tables(card: Card, details: Details) -> tuple[Table, ...]:
    epochs = tuple(
        (
            str(epoch.number),
            f"{epoch.accuracy:.2%}",
            _share(epoch.validation_accuracy) or MISSING,
            MISSING if epoch.validation_loss is None else f"{epoch.validation_loss:.4f}",
        )
        for epoch in details.epochs
    )
    bins = tuple((f"{one.confidence:.1%}", f"{one.accuracy:.1%}", str(one.count)) for one in details.reliability)
    recipe = () if card.recipe is None else tuple(_flat(msgspec.to_builtins(card.recipe)))
    trained_in = (("precision", card.precision),) if card.precision else ()
    files = tuple((name, f"{size:,}", card.sha256[name]) for name, size in card.sizes.items())
    return (
        Table("curves", ("epoch", "training", "validation", "validation_loss"), epochs, figures=True),
        _confusion(details.confusion, card.task.classes),
        Table("reliability", ("confidence", "right", "answers"), bins, figures=True),
        Table("recipe", ("recipe",), (*recipe, *trained_in), names=() if card.recipe is None else (card.recipe.name,)),
        Table("files", ("file", "bytes"), files, names=("SHA-256",)),
        Table("versions", ("package", "version"), tuple(card.versions.items())),
    )


def _confusion(confusion: Confusion, classes: Sequence[str]) -> Table:
    """The whole matrix, or of many classes how often each is read right: nobody finds a cell among thousands."""
    if len(classes) <= MOST_COLUMNS:
        rows = tuple((name, *map(str, row)) for name, row in zip(classes, confusion, strict=True) if sum(row))
        return Table("confusion", ("label",), rows, figures=True, words=1, names=tuple(classes))
    counts = zip(classes, confusion, range(len(classes)), strict=True)
    rows = tuple((name, str(sum(row)), f"{row[i] / sum(row):.1%}") for name, row, i in counts if sum(row))
    return Table("classes", ("label", "tested", "right"), rows, figures=True, words=1)


def _pairs(confusion: Confusion, classes: Sequence[str]) -> Table | None:
    """What is read as what, the most frequent first; None where nothing is misread."""
    found = sorted(
        (-times, truth, said)
        for truth, row in enumerate(confusion)
        for said, times in enumerate(row)
        if times and truth != said
    )
    rows = tuple(
        (classes[truth], classes[said], str(-times), f"{-times / sum(confusion[truth]):.0%}")
        for times, truth, said in found[:WORST]
    )
    return Table("pairs", ("truth", "said", "times", "share"), rows, figures=True, words=2) if rows else None


def _flat(values: dict[str, Any], prefix: str = "") -> list[tuple[str, str]]:
    """Nested settings as rows: augmentation.warp.slant, 0.2."""
    rows: list[tuple[str, str]] = []
    for key, value in values.items():
        rows += _flat(value, f"{prefix}{key}.") if isinstance(value, dict) else [(prefix + key, str(value))]
    return rows


def _share(value: float | None) -> str | None:
    return None if value is None else f"{value:.2%}"


def _percent(rate: Rate | None) -> str | None:
    return f"{rate.value:.2%}" if rate else None


def _interval(rate: Rate | None) -> str | None:
    return f"{rate.low:.2%} – {rate.high:.2%}" if rate else None
