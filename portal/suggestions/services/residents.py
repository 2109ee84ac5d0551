"""What residents do: support, judge, ask again."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import delete, select, update

from portal.core import search
from portal.core.closing import NOBODY
from portal.core.database import db
from portal.core.errors import Forbidden, WrongState
from portal.core.i18n import lazy_gettext as _l
from portal.core.inserts import insert_new
from portal.core.permissions import Principal
from portal.suggestions.errors import TooLateToJudge
from portal.suggestions.models import (
    Suggestion,
    SuggestionEvent,
    SuggestionNote,
    SuggestionSupporter,
)
from portal.suggestions.queries import cases
from portal.suggestions.queries.calendar import working_days
from portal.suggestions.queries.cases import SEARCH_KIND
from portal.suggestions.rules.fold import Fact, can_be_judged
from portal.suggestions.rules.machine import OPEN, PAUSED, By, Event, Status
from portal.suggestions.rules.taking_in import Visibility
from portal.suggestions.rules.working_days import due_after_pause
from portal.suggestions.services.dispatching import count_supporters
from portal.suggestions.services.doors import for_reporter
from portal.suggestions.services.photos import drop_photos_of_reports
from portal.suggestions.services.recording import instant

REOPENINGS_UNTIL_IT_GOES_UP = 2


def support(actor: Principal, suggestion_id: str) -> None:
    """Want the same as who reported it. Done twice, it counts once.

    Raises:
        NotFound: there is none that the person may see.
        Forbidden: it is confidential, or one's own; or the person is no verified resident.
        WrongState: it is answered, merged or over.
    """
    actor.require_verified()
    row = cases.visible(actor, suggestion_id)
    if row.visibility != Visibility.PUBLIC:
        raise Forbidden(_l("A confidential case has no supporters."))
    if row.reported_by == actor.id:
        raise Forbidden(_l("This is your own suggestion."))
    held = db.session.connection().execute(
        update(Suggestion)
        .where(Suggestion.id == row.id, Suggestion.status.in_(OPEN))
        .values(supporters=Suggestion.supporters)
    )
    if not held.rowcount:
        raise WrongState
    if insert_new(
        SuggestionSupporter,
        suggestion_id=row.id,
        user_id=actor.id,
        region_code=row.region_code,
        supported_at=instant(),
    ):
        count_supporters(row.id)


def confirm(actor: Principal, suggestion_id: str, score: int) -> None:
    """Judge the answer, from 1 to 5; the case closes.

    Raises:
        NotFound, Forbidden: it is not one's own.
        WrongState: it is not answered, or its time is over.
    """
    change, at = for_reporter(actor, suggestion_id), instant()
    if change.case.status is Status.ANSWERED and not can_be_judged(change.case, at):
        raise TooLateToJudge
    change.add(Fact(Event.CONFIRMED, at, By.RESIDENT, score=score))
    change.add(Fact(Event.CLOSED, at, By.SYSTEM, way="confirmed"))
    change.write()


def reopen(actor: Principal, suggestion_id: str, reason: str) -> None:
    """Say that it is not done. The department has it again; the second time it goes one level up.

    Raises:
        NotFound, Forbidden: it is not one's own.
        WrongState: it is neither answered nor closed, or its time is over.
    """
    change, at, days = for_reporter(actor, suggestion_id), instant(), working_days()
    case = change.case
    if case.status in PAUSED and not can_be_judged(case, at):
        raise TooLateToJudge
    due_at = due_after_pause(days, case.due_at, case.paused_at or at, at)
    fact = Fact(Event.REOPENED, at, By.RESIDENT, to_department=case.department_id, due_at=due_at)
    change.add(fact, words=reason)
    if change.case.reopenings >= REOPENINGS_UNTIL_IT_GOES_UP:
        change.go_up(at, "reopenings")
    change.write(**change.rescheduled(days))


def forget_reporter(user_id: str) -> None:
    """Take a name off its cases; what was said in confidence is erased. Any number of times."""
    mine = Suggestion.reported_by == user_id
    confided = select(Suggestion.id).where(mine, Suggestion.visibility == Visibility.CONFIDENTIAL)
    _erase(list(db.session.execute(confided).scalars()))
    db.session.execute(update(Suggestion).where(mine).values(reported_by=None))


def _erase(suggestion_ids: Sequence[str]) -> None:
    """What somebody said and showed in some cases: the report, and the words of its deeds."""
    if not suggestion_ids:
        return
    drop_photos_of_reports(suggestion_ids)
    for suggestion_id in suggestion_ids:
        search.index(SEARCH_KIND, suggestion_id)
    spoken = select(SuggestionEvent.id).where(
        SuggestionEvent.suggestion_id.in_(suggestion_ids), SuggestionEvent.by_role == By.RESIDENT
    )
    db.session.execute(delete(SuggestionNote).where(SuggestionNote.event_id.in_(spoken)))
    nothing = {"title": NOBODY, "description": NOBODY, "attributes": {}}
    place = {"latitude": None, "longitude": None}
    db.session.execute(
        update(Suggestion).where(Suggestion.id.in_(suggestion_ids)).values(**nothing, **place)
    )
