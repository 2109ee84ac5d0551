"""Notices as data: their states, whom they can be for, how long what is written may be."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

LONGEST_TITLE = 100
LONGEST_SUMMARY = 400
"""A few plain sentences that somebody reads at a bus stop."""
LONGEST_BODY = 20_000
LONGEST_NUMBER = 60
LONGEST_REASON = 500
FIRST_LOCALE = "zh_Hans"
"""Every notice is written in it; the others are translations."""
LOCALES = (FIRST_LOCALE, "en")
MOST_PINNED = 3
"""More at the top of a list would be a list."""


class Status(StrEnum):
    DRAFT = "draft"
    SCHEDULED = "scheduled"
    """It appears by itself at its time."""
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


UNPUBLISHED = frozenset({Status.DRAFT, Status.SCHEDULED})
"""Only those who write it see it, and it can still be changed."""
PUBLIC = frozenset({Status.PUBLISHED, Status.WITHDRAWN})


class Audience(StrEnum):
    """Whom a notice concerns, and who is told. Everybody can read it."""

    RESIDENTS = "residents"
    ORGANIZATIONS = "organizations"
    """Who manages an organization of the region."""
    MERCHANTS = "merchants"
    """Who owns or runs a shop there."""
    STAFF = "staff"
    """Who has a task in the region: social workers, committees, grid workers and the like."""

    @property
    def next(self) -> Audience | None:
        """Who is told after these; None after the last."""
        each = list(Audience)
        place = each.index(self) + 1
        return each[place] if place < len(each) else None


def is_pinned(pinned_until: date | None, today: date) -> bool:
    """Whether it stands at the top on a day; through the last one."""
    return pinned_until is not None and pinned_until >= today


def is_over(ends_on: date | None, today: date) -> bool:
    """Whether it stands among the earlier ones: from the day after its last."""
    return ends_on is not None and ends_on < today


def awareness(confirmed: int, told: int) -> float | None:
    """The share of those told who have confirmed that they read it (知晓率), from 0 to 1; None
    where nobody was told."""
    return confirmed / told if told else None
