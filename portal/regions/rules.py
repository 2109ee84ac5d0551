"""What a region may be: the levels, the codes of each, and where each stands."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from enum import StrEnum


class Level(StrEnum):
    """The levels of the administrative divisions, highest first."""

    CITY = "city"
    DISTRICT = "district"
    STREET = "street"
    COMMUNITY = "community"
    GRID = "grid"


class GridKind(StrEnum):
    """A general grid is a part of a community; a dedicated one a market, a school, a plant."""

    GENERAL = "general"
    DEDICATED = "dedicated"


_ORDER = tuple(Level)
_CODE_LENGTHS: dict[Level, tuple[int, ...]] = {
    Level.CITY: (4, 2),  # municipalities have two digits
    Level.DISTRICT: (6,),
    Level.STREET: (9,),
    Level.COMMUNITY: (12,),
    Level.GRID: (15,),
}
_DIGITS = re.compile(r"[0-9]+", re.ASCII)

_COMMITTEE = re.compile(
    r"(?P<place>社区|嘎查|村(?=村民委员会|委会))(?:村民委员会|居民委员会|居委会|委员会|委会)$"
    r"|(?P<village>村)民委员会$"
)

LONGEST_NAME = 100
MOST_GRIDS = 999
"""Of one community: a grid's number has three digits."""

# Control characters, and those that turn or break lines of text. Private and newly assigned
# characters stay: rare place names are written with them.
_UNREADABLE = frozenset({"Cc", "Cf", "Zl", "Zp"})


def parent_level(level: Level) -> Level | None:
    """The level of what a region of this level belongs to; None for a city."""
    position = _ORDER.index(level)
    return _ORDER[position - 1] if position else None


def is_code_of(code: str, level: Level) -> bool:
    """Whether a code has the form of the statistical codes of a level."""
    return bool(_DIGITS.fullmatch(code)) and len(code) in _CODE_LENGTHS[level]


def code_lengths(level: Level) -> tuple[int, ...]:
    return _CODE_LENGTHS[level]


def path_below(parent_path: str, code: str) -> str:
    """The path of a region: ``/city/…/itself/``, so that all below it begin with it."""
    return f"{parent_path or '/'}{code}/"


def codes_of(path: str) -> tuple[str, ...]:
    """The codes in a path, city first, the region itself last."""
    return tuple(path.strip("/").split("/")) if path.strip("/") else ()


def has_unreadable(text: str) -> bool:
    """Whether there are characters in a text that no name is written with."""
    return any(unicodedata.category(c) in _UNREADABLE for c in text)


def spoken_name(name: str) -> str:
    """A community's or village's name as people say it: the published name is that of its
    committee (``红山郡社区居民委员会``, ``南大桥村委会``), and nobody lives in a committee."""
    return _COMMITTEE.sub(lambda found: found["place"] or found["village"], name)


def is_grid_code_of(code: str, community: str) -> bool:
    """Whether a code is a grid's: the community's code and a number from 001 to 999."""
    return is_code_of(code, Level.GRID) and code.startswith(community) and not code.endswith("000")


def next_grid_code(community: str, taken: Collection[str]) -> str | None:
    """The lowest free code of a community's grids; None when all are taken."""
    codes = (f"{community}{number:03d}" for number in range(1, MOST_GRIDS + 1))
    return next((code for code in codes if code not in taken), None)
