"""From handwriting to a finished web page in one command."""

__version__ = "0.1.0"
