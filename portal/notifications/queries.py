"""What a person was told, and of what they want e-mail."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Row, func, select, tuple_

from portal.accounts import queries as accounts
from portal.core.clock import now
from portal.core.database import db
from portal.core.errors import NotFound
from portal.core.pagination import DEFAULT_LIMIT, Page, fetch_page
from portal.notifications.kinds import KINDS, Kind
from portal.notifications.models import EmailChoice, Notification, WaitingLetter, WritingHabit
from portal.notifications.rules import Habit

MOST_COUNTED = 100


def page(user_id: str, *, cursor: str | None = None, limit: int = DEFAULT_LIMIT) -> Page[Any]:
    """``id, kind, params, url, created_at, read_at`` of what a person was told, newest first.

    Raises:
        Invalid: the cursor is not one of this person's list.
    """
    statement = _notifications().where(
        Notification.user_id == user_id, Notification.kind.in_(tuple(KINDS))
    )
    name = f"notifications:{user_id}"
    return fetch_page(
        statement, [Notification.id], name=name, cursor=cursor, limit=limit, descending=True
    )


def one(user_id: str, notification_id: str) -> Row[*tuple[Any, ...]]:
    """One notification of a person's own.

    Raises:
        NotFound: there is none with this id, or it is somebody else's.
    """
    row = db.session.execute(
        _notifications().where(Notification.id == notification_id, Notification.user_id == user_id)
    ).first()
    if row is None:
        raise NotFound
    return row


def unread(user_id: str) -> int:
    """How many are unread, for a badge: never more than 100."""
    few = (
        select(Notification.id)
        .where(Notification.user_id == user_id, Notification.read_at.is_(None))
        .limit(MOST_COUNTED)
        .subquery()
    )
    return db.session.execute(select(func.count()).select_from(few)).scalar_one()


def email_choices(user_id: str) -> dict[str, bool]:
    """For each kind whether this person gets e-mail about it."""
    chosen = {
        row.kind: row.wanted
        for row in db.session.execute(
            select(EmailChoice.kind, EmailChoice.wanted).where(EmailChoice.user_id == user_id)
        )
    }
    usual = usual_choices(user_id)
    return {name: chosen.get(name, usual[name]) for name in KINDS}


def usual_choices(user_id: str) -> dict[str, bool]:
    """The same for who has chosen nothing: what is important, and what they agreed to be sent."""
    return {name: _is_usual(user_id, kind) for name, kind in KINDS.items()}


def wants_email(user_id: str, kind: str) -> bool:
    """Whether this person gets e-mail about this kind."""
    chosen = db.session.execute(
        select(EmailChoice.wanted).where(EmailChoice.user_id == user_id, EmailChoice.kind == kind)
    ).scalar_one_or_none()
    return _is_usual(user_id, KINDS[kind]) if chosen is None else chosen


def _is_usual(user_id: str, kind: Kind) -> bool:
    if kind.important or kind.by_consent is None:
        return kind.important
    return bool(accounts.consenting([user_id], kind.by_consent))


def habit_of(user_id: str) -> Habit:
    """When this person wants to be written to."""
    row = db.session.execute(
        select(*WritingHabit.__table__.c).where(WritingHabit.user_id == user_id)
    ).first()
    if row is None:
        return Habit()
    quiet = None if row.quiet_from is None else (row.quiet_from, row.quiet_until)
    return Habit(row.daily, quiet, row.texts)


def waiting_for(last: Row[Any] | None, limit: int) -> Sequence[Row[*tuple[Any, ...]]]:
    """``id, channel`` of people for whom something waits that is due, after one of them."""
    person = WaitingLetter.user_id.label("id")
    statement = select(person, WaitingLetter.channel).where(WaitingLetter.due_at <= now())
    if last is not None:
        place = tuple_(WaitingLetter.user_id, WaitingLetter.channel)
        statement = statement.where(place > (last.id, last.channel))
    return db.session.execute(
        statement.distinct().order_by(person, WaitingLetter.channel).limit(limit)
    ).all()


def unread_among(ids: Collection[str]) -> Sequence[Row[Any]]:
    """``id, kind, params, url`` of those of some notifications that are not read, oldest first."""
    return db.session.execute(
        select(
            Notification.__table__.c.id, Notification.kind, Notification.params, Notification.url
        )
        .where(Notification.id.in_(ids), Notification.read_at.is_(None))
        .order_by(Notification.id)
    ).all()


def _notifications() -> Any:
    return select(
        Notification.id,
        Notification.kind,
        Notification.params,
        Notification.url,
        Notification.created_at,
        Notification.read_at,
    )
