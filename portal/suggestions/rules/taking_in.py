"""What is taken in: who can read it, and the number it gets."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

NUMBER_DIGITS = 6


class Visibility(StrEnum):
    PUBLIC = "public"
    CONFIDENTIAL = "confidential"


class Channel(StrEnum):
    """By what way a case came in."""

    API = "api"
    PAGE = "page"
    DESK = "desk"
    PATROL = "patrol"
    OPEN311 = "open311"
    IMPORT = "import"


def number_of(day: date, drawn: int) -> str:
    """A case's number: the day and six digits, ``20261122-480213``."""
    return f"{day:%Y%m%d}-{drawn:0{NUMBER_DIGITS}d}"
