"""What is taken in: who can read it, and the number it gets."""

from __future__ import annotations

import re
from datetime import date
from enum import StrEnum

NUMBER_DIGITS = 6
LONGEST_OWN_TITLE = 40
"""Of a title that is made out of somebody's words."""
_SENTENCE = re.compile(r"[\n。！？!?；;]|\.(?=\s|$)")


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


def title_of(words: str) -> str:
    """A title out of what somebody said: the first sentence, cut where it grows long."""
    first = next((each.strip() for each in _SENTENCE.split(words) if each.strip()), words.strip())
    return first if len(first) <= LONGEST_OWN_TITLE else f"{first[: LONGEST_OWN_TITLE - 1]}…"
