"""What the report page shows: figures of all networks in one table, and charts, mistakes and numbers of each."""

import base64
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from digitjs.model_card import Card, Details, Rate, read_card, read_details
from digitjs.site.charts import draw

UNKNOWN = "–"  # what was not measured
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
    figures: bool = False  # every cell is a number, to be written as the page's language does
    names: tuple[str, ...] = ()  # of further columns, the same in every language


@dataclass(frozen=True)
class Study:
    """One network's part of the report."""

    card: Card
    charts: tuple[tuple[str, str], ...]  # kind, SVG
    mistakes: tuple[Picture, ...]
    tables: tuple[Table, ...]


@dataclass(frozen=True)
class Report:
    """The whole report."""

    compared: tuple[tuple[str, tuple[str, ...]], ...]  # the catalogue's word, a cell for each network
    studies: tuple[Study, ...]


COMPARED: tuple[tuple[str, Callable[[Card], str]], ...] = (
    ("accuracy", lambda card: _percent(card.accuracy)),
    ("interval", lambda card: _interval(card.accuracy)),
    ("loss", lambda card: UNKNOWN if card.loss is None else f"{card.loss:.4f}"),
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
    charts = draw(details, modules)
    return Report(
        compared=tuple((key, tuple(cell(card) for card in cards)) for key, cell in COMPARED),
        studies=tuple(
            Study(
                card=card,
                charts=(
                    ("curves", charts[card.name].accuracy),
                    ("confusion", charts[card.name].confusion),
                    ("reliability", charts[card.name].reliability),
                ),
                mistakes=_pictures(details[card.name]),
                tables=_tables(card, details[card.name]),
            )
            for card in cards
        ),
    )


def _pictures(details: Details) -> tuple[Picture, ...]:
    return tuple(
        Picture(
            url="data:image/png;base64," + base64.b64encode(mistake.png).decode(),
            label=str(mistake.label),
            digit=str(mistake.digit),
            share=f"{min(mistake.probability, SUREST):.1%}",
        )
        for mistake in details.mistakes
    )


def _tables(card: Card, details: Details) -> tuple[Table, ...]:
    epochs = tuple(
        (
            str(epoch.number),
            f"{epoch.accuracy:.2%}",
            _share(epoch.validation_accuracy),
            UNKNOWN if epoch.validation_loss is None else f"{epoch.validation_loss:.4f}",
        )
        for epoch in details.epochs
    )
    confusion = tuple((str(label), *map(str, row)) for label, row in enumerate(details.confusion))
    bins = tuple((f"{one.confidence:.1%}", f"{one.accuracy:.1%}", str(one.count)) for one in details.reliability)
    recipe = tuple(_flat(msgspec.to_builtins(card.recipe)))
    files = tuple((name, f"{size:,}", card.sha256[name]) for name, size in card.sizes.items())
    return (
        Table("curves", ("epoch", "training", "validation", "validation_loss"), epochs, figures=True),
        Table("confusion", ("label",), confusion, figures=True, names=tuple(map(str, range(10)))),
        Table("reliability", ("confidence", "right", "answers"), bins, figures=True),
        Table("recipe", ("recipe",), recipe, names=(card.recipe.name,)),
        Table("files", ("file", "bytes"), files, names=("SHA-256",)),
        Table("versions", ("package", "version"), tuple(card.versions.items())),
    )


def _flat(values: dict[str, Any], prefix: str = "") -> list[tuple[str, str]]:
    """Nested settings as rows: augmentation.warp.slant, 0.2."""
    rows: list[tuple[str, str]] = []
    for key, value in values.items():
        rows += _flat(value, f"{prefix}{key}.") if isinstance(value, dict) else [(prefix + key, str(value))]
    return rows


def _share(value: float | None) -> str:
    return UNKNOWN if value is None else f"{value:.2%}"


def _percent(rate: Rate | None) -> str:
    return UNKNOWN if rate is None else f"{rate.value:.2%}"


def _interval(rate: Rate | None) -> str:
    return UNKNOWN if rate is None else f"{rate.low:.2%} – {rate.high:.2%}"
