"""From handwriting to a finished web page in one command."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from digitjs.convert_model import convert as convert

__version__ = "0.1.0"


def __getattr__(name: str) -> Any:
    """`digitjs.convert`, whose modules are loaded when it is first used."""
    if name != "convert":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from digitjs.convert_model import convert

    return convert
