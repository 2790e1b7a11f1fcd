"""What a browser is asked to report."""

import msgspec


class Reading(msgspec.Struct, frozen=True):
    """What the page makes of one drawing."""

    strokes: int
    digits: dict[str, int]  # by network
    shown: str  # the answer as a visitor reads it


class Session(msgspec.Struct, frozen=True):
    """One visit."""

    readings: tuple[Reading, ...]
    errors: tuple[str, ...]  # from the page's console
