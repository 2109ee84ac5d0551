"""Counted votes in numbers, for who works on with them: one, or those of a region."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from portal.consultations.models import Consultation, ConsultationCount
from portal.consultations.queries.consultations import (
    ConsultationRow,
    OptionRow,
    columns,
    options_of,
)
from portal.consultations.queries.roll import Turnout, voted_in_each
from portal.consultations.rules.life import COUNTED
from portal.consultations.rules.turnout import exact, quorum_met
from portal.core.database import db
from portal.core.pagination import DEFAULT_LIMIT, Page, fetch_page
from portal.regions.queries import within

AT_ONCE = 100


@dataclass(frozen=True)
class OptionOutcome:
    """An option with what it got."""

    option: OptionRow
    votes: int
    chosen: bool


@dataclass(frozen=True)
class Outcome:
    """A counted vote with its numbers, the options in their printed order."""

    row: ConsultationRow
    turnout: Turnout
    blank: int
    quorum_met: bool
    options: tuple[OptionOutcome, ...]


def of_one(row: ConsultationRow) -> Outcome:
    """The numbers of a vote that is counted."""
    return _outcomes([row])[0]


def page(
    region: str | None = None, *, cursor: str | None = None, limit: int = DEFAULT_LIMIT
) -> Page[Any]:
    """``Outcome`` of the counted votes of a region and all below it, newest first; votes for
    study are none of them.

    Raises:
        Invalid: the cursor is not one of this list.
    """
    statement = columns().where(Consultation.status.in_(COUNTED), ~Consultation.is_study)
    if region:
        statement = statement.where(within(region))
    found = fetch_page(
        statement,
        [Consultation.__table__.c.id],
        name="results",
        cursor=cursor,
        limit=limit,
        descending=True,
    )
    return Page(_outcomes(found.items), found.next_cursor)


def every(region: str | None = None) -> Iterator[Outcome]:
    """All of them, a page at a time, for a file."""
    cursor: str | None = None
    while True:
        found = page(region, cursor=cursor, limit=AT_ONCE)
        yield from found.items
        cursor = found.next_cursor
        if cursor is None:
            return


def _outcomes(rows: Sequence[ConsultationRow]) -> list[Outcome]:
    ids, turnouts = [row.id for row in rows], voted_in_each(rows)
    options, tallies = options_of(ids), _tallies(ids)
    return [_outcome(row, turnouts[row.id], options[row.id], tallies[row.id]) for row in rows]


def _outcome(
    row: ConsultationRow, turnout: Turnout, options: Sequence[OptionRow], tally: dict[str, Any]
) -> Outcome:
    votes = {each["option_id"]: each["votes"] for each in tally["outcome"]}
    return Outcome(
        row,
        turnout,
        tally["blank"],
        quorum_met(turnout.voted, row.roll_size, exact(row.quorum)),
        tuple(
            OptionOutcome(option, votes[option.id], option.id in tally["winners"])
            for option in options
        ),
    )


def _tallies(consultation_ids: Sequence[str]) -> dict[str, dict[str, Any]]:
    rows = db.session.execute(
        select(ConsultationCount.consultation_id, ConsultationCount.tally).where(
            ConsultationCount.consultation_id.in_(consultation_ids)
        )
    )
    return {row.consultation_id: row.tally for row in rows}
