"""Telling persons what concerns them, and what they choose about it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import delete, insert, true, update

from portal.accounts import queries as people
from portal.core.clock import now
from portal.core.database import db
from portal.core.ids import new_id
from portal.core.inserts import insert_new, insert_or_change
from portal.core.permissions import Principal
from portal.notifications import queries
from portal.notifications.errors import UnknownNotification
from portal.notifications.kinds import KINDS, Kind
from portal.notifications.models import EmailChoice, Notification, WaitingLetter, WritingHabit
from portal.notifications.rules import Habit
from portal.notifications.services import letters
from portal.notifications.services.letters import Told
from portal.regions import queries as regions


def tell(message_id: str, payload: Mapping[str, Any], site: str | None) -> bool:
    """Put one outbox message into its reader's inbox, and on its way by e-mail where wanted.

    Args:
        message_id: of the outbox message; delivered again, it changes nothing.
        payload: ``user_id``, ``kind``, ``params`` and ``url``.
        site: how the portal's own addresses begin, for the link in the e-mail; None if unknown.

    Returns:
        Whether the message was new, and its reader there.

    Raises:
        UnknownNotification: the kind has no words, or lacks a param that they need.
    """
    kind, params = _understood(payload)
    if people.closed_among([payload["user_id"]]):
        return False
    notification_id = new_id()
    is_new = insert_new(
        Notification,
        id=notification_id,
        user_id=payload["user_id"],
        kind=kind.name,
        params=params,
        url=payload["url"],
        message_id=message_id,
        created_at=now(),
    )
    if is_new:
        letters.send(Told(notification_id, payload["user_id"], kind, params, payload["url"]), site)
    return is_new


def forget(user_id: str) -> None:
    """Delete all that a person was told, what waits to be sent, and how they wanted it."""
    for theirs in (
        WaitingLetter.user_id,
        Notification.user_id,
        EmailChoice.user_id,
        WritingHabit.user_id,
    ):
        db.session.execute(delete(theirs.class_).where(theirs == user_id))


def mark_read(actor: Principal, notification_id: str) -> str:
    """Mark one as read; returns where it leads.

    Raises:
        NotFound: it is not the actor's.
    """
    row = queries.one(actor.id, notification_id)
    _mark(Notification.id == notification_id, Notification.user_id == actor.id)
    return str(row.url)


def mark_all_read(actor: Principal) -> int:
    """Mark all of the actor's as read; returns how many were not."""
    return _mark(Notification.user_id == actor.id)


def choose_emails(actor: Principal, wanted: Mapping[str, bool]) -> None:
    """Keep of which kinds the actor wants e-mail. Only what differs from the usual is kept; what
    was chosen about other kinds than these stays."""
    usual_for_them = queries.usual_choices(actor.id)
    known = {kind: usual_for_them[kind] for kind in wanted if kind in KINDS}
    db.session.execute(
        delete(EmailChoice).where(EmailChoice.user_id == actor.id, EmailChoice.kind.in_(known))
    )
    rows = [
        {"user_id": actor.id, "kind": kind, "wanted": wanted[kind]}
        for kind, usual in known.items()
        if wanted[kind] != usual
    ]
    if rows:
        db.session.execute(insert(EmailChoice), rows)


def choose_times(actor: Principal, habit: Habit) -> None:
    """Keep when the actor wants to be written to; what waits already goes out as it was to."""
    quiet_from, quiet_until = habit.quiet or (None, None)
    values = {
        "daily": habit.daily,
        "quiet_from": quiet_from,
        "quiet_until": quiet_until,
        "texts": habit.texts,
    }
    insert_or_change(WritingHabit, {"user_id": actor.id}, values, change=values, where=true())


def _understood(payload: Mapping[str, Any]) -> tuple[Kind, dict[str, Any]]:
    kind = KINDS.get(payload["kind"])
    if kind is None:
        raise UnknownNotification(payload["kind"])
    params = dict(payload["params"])
    if "region_code" in params:
        params["region"] = regions.summary(params.pop("region_code"))["name"]
    if missing := kind.needs - set(params):
        raise UnknownNotification(f"{kind.name} without {', '.join(sorted(missing))}")
    return kind, params


def _mark(*whose: Any) -> int:
    marked = db.session.connection().execute(
        update(Notification).where(Notification.read_at.is_(None), *whose).values(read_at=now())
    )
    return int(marked.rowcount)
