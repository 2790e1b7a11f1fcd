"""The report's charts: Observable Plot, run by the Node that came through pip."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec

from digitjs import node
from digitjs.errors import DigitjsError
from digitjs.model_card import Details


class Charts(msgspec.Struct, frozen=True):
    """One network's charts as SVG elements, without words; empty where there is nothing to show."""

    accuracy: str  # by epoch: while training and on the validation split
    confusion: str  # labels by rows, answers by columns
    reliability: str  # how often an answer of a confidence is right


def draw(networks: Mapping[str, Details], classes: Sequence[str], modules: Path) -> dict[str, Charts]:
    """Draw the charts of some networks, by name.

    Args:
        networks: what was measured of each.
        classes: that they all tell apart.
        modules: the `node_modules` folder with the page's tools.

    Raises:
        DigitjsError: the drawing failed; the sentence carries Node's message.
    """
    given = msgspec.json.encode({"classes": classes, "networks": networks})
    try:
        drawn = node.run("charts.mjs", given, ("--modules", str(modules.resolve())))
    except DigitjsError as error:
        raise DigitjsError(f"The report's charts cannot be drawn: {error.message}") from error
    return msgspec.json.decode(drawn, type=dict[str, Charts])
