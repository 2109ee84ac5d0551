"""Work of consultations that is done by the clock."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any

from portal.consultations import count, services
from portal.consultations.errors import ProposalsUnanswered, RollTooSmall, TalliesDiffer
from portal.consultations.queries import asking, consultations, due
from portal.core.database import db
from portal.core.errors import WrongState
from portal.core.jobs import Unfinished, job, one_by_one
from portal.core.unit_of_work import unit_of_work
from portal.points.errors import BudgetExceeded

log = logging.getLogger(__name__)


@job("consultations.open", every=timedelta(minutes=1))
def open_due() -> int:
    """Open what is to be opened now. Where too few may vote, or proposals are to be answered, it
    waits for people."""
    return one_by_one(due.to_open, _open)


def _open(thing: Any) -> int:
    row = consultations.as_it_is(thing.id)
    if row is None:
        return 0
    try:
        services.open_by_clock(row)
    except (RollTooSmall, ProposalsUnanswered) as error:
        log.warning("a vote cannot open: %s", error.code, extra={"consultation": row.id})
        return 0
    return 1


@job("consultations.close", every=timedelta(minutes=1))
def close_due() -> int:
    """Close and count what has ended, and finish counts that were interrupted. Where the two
    tallies of the paper ballots do not agree yet it waits for people.

    Raises:
        Unfinished: some could not be counted; each is in the log.
    """
    done, failed, last = 0, 0, None
    while rows := due.to_close(last):
        db.session.rollback()
        for row in rows:
            try:
                done += _close(row.id)
            except Exception:
                log.exception("a vote could not be counted", extra={"consultation": row.id})
                failed += 1
        last = rows[-1]
    if failed:
        raise Unfinished(done, failed)
    return done


def _close(consultation_id: str) -> int:
    row = consultations.as_it_is(consultation_id)
    db.session.rollback()
    if row is None:
        return 0
    try:
        count.close_by_clock(row)
    except TalliesDiffer:
        return 0
    except WrongState:
        return 0  # closed by somebody else, or let go on for longer, a moment ago
    return 1


@job("consultations.remind", every=timedelta(minutes=1))
def remind() -> int:
    """Remind those who have not voted of a vote that ends soon, once."""
    return one_by_one(due.to_remind, _remind)


def _remind(thing: Any) -> int:
    row = consultations.as_it_is(thing.id)
    return 0 if row is None else int(services.remind(row))


@job("consultations.remind_of_questions", every=timedelta(minutes=10))
def remind_of_questions() -> int:
    """Remind the committees, once, of residents' questions whose day has passed."""
    return one_by_one(asking.to_remind_of, services.remind_of)


@job("consultations.reward", every=timedelta(minutes=10))
def reward() -> int:
    """Give points to those who took part in what was counted. Where the budget is not enough it is
    tried again."""
    done, last = 0, None
    while rows := due.to_reward(last):
        db.session.rollback()
        for row in rows:
            done += _reward(row.id)
        last = rows[-1]
    return done


def _reward(consultation_id: str) -> int:
    row = consultations.as_it_is(consultation_id)
    db.session.rollback()
    after: str | None = ""
    try:
        while row is not None and after is not None:
            with unit_of_work():
                after = services.reward_some(row, after)
    except BudgetExceeded:
        log.warning("points for a vote wait for a budget", extra={"consultation": consultation_id})
        return 0
    return 1


@job("consultations.stir", every=timedelta(minutes=1))
def stir() -> int:
    """Stir every urn in which enough is new."""
    return one_by_one(due.to_stir, lambda row: services.stir(row.id))
