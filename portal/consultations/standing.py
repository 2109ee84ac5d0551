"""Where a person stands in a vote, and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import Row

from portal.consultations.queries import finding
from portal.consultations.queries.consultations import ConsultationRow, circle_of
from portal.consultations.rules.life import Status, Way
from portal.consultations.services.casting import is_taking_ballots
from portal.core.permissions import Principal

DRAFT_TAG = 16
"""So many characters of a roll's key tell the drafts of two people on one device apart."""


class Standing(StrEnum):
    STRANGER = "stranger"
    """Nobody is signed in."""
    NO_ROLL_YET = "no_roll_yet"
    """The roll is made when voting opens."""
    MAY_VOTE = "may_vote"
    HAS_VOTED = "has_voted"
    DID_NOT_VOTE = "did_not_vote"
    """On the roll, and no ballots are taken any more."""
    ELSEWHERE = "elsewhere"
    """Not known to belong to those whom the vote is for."""
    UNCONFIRMED = "unconfirmed"
    """The home is not confirmed."""
    NOT_BY_RULE = "not_by_rule"
    """The vote is for them now; the rule did not include them when the roll was made."""


@dataclass(frozen=True)
class Place:
    """A person's place in a vote. ``draft`` names what of theirs is kept on their own device:
    others who use it must not come upon it."""

    standing: Standing
    voted_on: date | None = None
    way: Way | None = None
    draft: str | None = None


def place_of(principal: Principal | None, row: ConsultationRow) -> Place:
    """Where somebody stands in a vote."""
    return places_of(principal, [row])[row.id]


def places_of(principal: Principal | None, rows: Sequence[ConsultationRow]) -> dict[str, Place]:
    """The same for several votes, by their ids, by one statement."""
    if principal is None:
        return {row.id: Place(Standing.STRANGER) for row in rows}
    entries = finding.entries_of(principal.id, [row.id for row in rows])
    return {row.id: _place(principal, row, entries.get(row.id)) for row in rows}


def is_being_counted(row: ConsultationRow) -> bool:
    """Whether voting is over and the count is not there yet."""
    return row.status == Status.OPEN and not is_taking_ballots(row)


def _place(
    principal: Principal, row: ConsultationRow, entry: Row[*tuple[Any, ...]] | None
) -> Place:
    if row.opened_at is None:
        return Place(Standing.NO_ROLL_YET)
    if entry is None:
        return Place(_why_not(principal, row))
    draft = f"ballot:{row.id}:{entry.key[:DRAFT_TAG]}"
    if entry.voted_on is not None:
        return Place(Standing.HAS_VOTED, entry.voted_on, Way(entry.way), draft)
    standing = Standing.MAY_VOTE if is_taking_ballots(row) else Standing.DID_NOT_VOTE
    return Place(standing, draft=draft)


def _why_not(principal: Principal, row: ConsultationRow) -> Standing:
    if circle_of(row).takes_in(principal):
        return Standing.NOT_BY_RULE
    waits = not principal.verified and row.region_code in principal.home_path
    return Standing.UNCONFIRMED if row.roll_by_home and waits else Standing.ELSEWHERE
