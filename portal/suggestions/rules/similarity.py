"""Whether two reports may be about the same thing: by their words, their kind and their place."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from math import cos, hypot, radians
from typing import TypeVar

ALIKE = 0.4
"""From this likeness on a report is shown to whoever is about to send another."""
MOST_SHOWN = 3

SAME_KIND = 0.15
NEAR_METRES = 150.0
NEAR = 0.25
FAR_METRES = 800.0
FAR = 0.3
"""What the likeness shrinks to where the places are known to be apart."""
SAME_GRID = 0.1

_METRES_PER_DEGREE = 111_195.0
_HAN = "\u3007\u3400-\u4dbf\u4e00-\u9fff"
_RUNS = re.compile(rf"([{_HAN}]+)|([^\W_{_HAN}]+)")

Name = TypeVar("Name")


@dataclass(frozen=True)
class Account:
    """What is known of a report. ``position`` is latitude and longitude, in degrees."""

    words: str
    category: str
    region_code: str
    position: tuple[float, float] | None = None


def pieces(text: str) -> frozenset[str]:
    """What a text is compared by: pairs of neighbouring han characters, and words."""
    found: set[str] = set()
    for han, word in _RUNS.findall(unicodedata.normalize("NFKC", text).casefold()):
        found.update(_pairs(han) if han else [word])
    return frozenset(found)


def likeness(one: Account, other: Account) -> float:
    """How alike two reports are: 0 where they share no words, about 1 where they say the same of
    the same place."""
    shared = _shared(pieces(one.words), pieces(other.words))
    if not shared:
        return 0.0
    kind = SAME_KIND if one.category == other.category else 0.0
    return _by_place(shared + kind, one, other)


def alike(
    one: Account, others: Iterable[tuple[Name, Account]], most: int = MOST_SHOWN
) -> list[Name]:
    """Those of some reports that may be about the same, the likeliest first."""
    ranked = [(likeness(one, account), name) for name, account in others]
    near = sorted((each for each in ranked if each[0] >= ALIKE), key=lambda each: -each[0])
    return [name for _likeness, name in near[:most]]


def _shared(one: frozenset[str], other: frozenset[str]) -> float:
    """Between what the shorter has in common with the longer, and both with each other: a short
    text that stands whole in a long one says the same; a few words in common do not."""
    if not one or not other:
        return 0.0
    common = len(one & other)
    return (common / min(len(one), len(other)) + 2 * common / (len(one) + len(other))) / 2


def _by_place(score: float, one: Account, other: Account) -> float:
    if one.position is None or other.position is None:
        return score + (SAME_GRID if one.region_code == other.region_code else 0.0)
    apart = metres(one.position, other.position)
    if apart > FAR_METRES:
        return score * FAR
    return score + (NEAR if apart <= NEAR_METRES else 0.0)


def metres(one: tuple[float, float], other: tuple[float, float]) -> float:
    """How far two positions are apart; over a city the earth is flat enough."""
    north = (one[0] - other[0]) * _METRES_PER_DEGREE
    east = (one[1] - other[1]) * _METRES_PER_DEGREE * cos(radians((one[0] + other[0]) / 2))
    return hypot(north, east)


def _pairs(han: str) -> list[str]:
    return [han[place : place + 2] for place in range(len(han) - 1)] or [han]
