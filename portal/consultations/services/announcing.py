"""Telling those concerned: whom it is for before there is a roll, then everybody on it.

A roll may be long: one message of the outbox tells some of it and asks for the next.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import update

from portal.accounts import queries as accounts
from portal.consultations.models import Consultation
from portal.consultations.queries import consultations
from portal.consultations.queries.consultations import ConsultationRow
from portal.consultations.queries.extensions import extensions_of
from portal.consultations.queries.roll import people_after
from portal.consultations.rules.life import time_to_remind
from portal.consultations.services.extending import EXTENDED
from portal.core import outbox
from portal.core.clock import now, rfc3339
from portal.core.database import db

AT_ONCE = 500
ANNOUNCED = "consultation.announced"
"""The message that tells some and goes on after ``after``."""
REMINDER = "consultation.reminder"


def announce(consultation_id: str, kind: str) -> None:
    """Begin to tell everybody concerned. What was never public is not spoken of."""
    row = consultations.as_it_is(consultation_id)
    if row is not None and row.discussion_at is not None:
        outbox.emit(ANNOUNCED, consultation_id=row.id, kind=kind, after="")


def announce_to_some(consultation_id: str, kind: str, after: str) -> None:
    """Tell the next of those concerned, and ask for those who follow."""
    row = consultations.as_it_is(consultation_id)
    if row is None:
        return
    people = _next_people(row, kind, after)
    for _key, person in people:
        outbox.emit(
            "notify",
            user_id=person,
            kind=kind,
            params=_params(row, kind),
            url=f"/consultations/{row.id}",
        )
    if len(people) == AT_ONCE:
        last = people[-1][0]
        outbox.emit(ANNOUNCED, consultation_id=row.id, kind=kind, after=last)


def remind(row: ConsultationRow) -> bool:
    """Remind those who have not voted, if it is time; whether it was. Once for each vote."""
    if not time_to_remind(row.opened_at, row.closes_at, now()):
        return False
    noted = db.session.connection().execute(
        update(Consultation)
        .where(Consultation.id == row.id, Consultation.reminded_at.is_(None))
        .values(reminded_at=now())
    )
    if noted.rowcount:
        announce(row.id, REMINDER)
    return bool(noted.rowcount)


def _next_people(row: ConsultationRow, kind: str, after: str) -> list[tuple[str, str]]:
    """What to go on after, and who it is."""
    if row.opened_at is None:
        kinds = consultations.belonging_of(row)
        concerned = accounts.some_belonging_to(row.region_code, kinds, after, AT_ONCE)
        return [(each, each) for each in concerned]
    found = people_after(row.id, after, AT_ONCE, silent=kind == REMINDER)
    return [(each.key, each.resident_id) for each in found]


def _params(row: ConsultationRow, kind: str) -> dict[str, Any]:
    params = {"title": row.title, "reason": row.reason or ""}
    if kind == EXTENDED:
        params["reason"] = extensions_of(row.id)[-1].reason
    if kind in (REMINDER, EXTENDED):
        params["closes_at"] = rfc3339(row.closes_at)
    return params
