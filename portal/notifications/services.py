"""Telling persons what concerns them: in their inbox, and by e-mail where they want it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import delete, insert, update

from portal.accounts import queries as people
from portal.core import messages
from portal.core.clock import now
from portal.core.database import db
from portal.core.i18n import force_locale
from portal.core.i18n import gettext as _
from portal.core.ids import new_id
from portal.core.inserts import insert_new
from portal.core.messages import Channel
from portal.core.permissions import Principal
from portal.notifications import queries
from portal.notifications.errors import UnknownNotification
from portal.notifications.kinds import KINDS, Kind
from portal.notifications.models import EmailChoice, Notification
from portal.notifications.words import words
from portal.regions import queries as regions

LONGEST_SUBJECT = 200


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
    is_new = insert_new(
        Notification,
        id=new_id(),
        user_id=payload["user_id"],
        kind=kind.name,
        params=params,
        url=payload["url"],
        message_id=message_id,
        created_at=now(),
    )
    if is_new and queries.wants_email(payload["user_id"], kind.name):
        _send(payload["user_id"], kind, params, f"{site}{payload['url']}" if site else None)
    return is_new


def forget(user_id: str) -> None:
    """Delete all that a person was told, and what they wanted to be told by e-mail."""
    for theirs in (Notification.user_id, EmailChoice.user_id):
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


def _send(user_id: str, kind: Kind, params: Mapping[str, Any], link: str | None) -> None:
    for contact in people.contacts_of([user_id]):
        for address in contact.addresses:
            if address.channel is Channel.EMAIL:
                with force_locale(contact.locale):
                    subject, body = _letter(kind, params, link)
                messages.send(Channel.EMAIL, address.value, subject, body)


def _letter(kind: Kind, params: Mapping[str, Any], link: str | None) -> tuple[str, str]:
    written = words(kind, params, lasting=True)
    lines = [written.title, written.text]
    if link:
        lines.append(_("Have a look: %(link)s", link=link))
    lines.append(_("Choose which e-mails you get on your notifications page."))
    return written.title[:LONGEST_SUBJECT], "\n\n".join(lines)


def _mark(*whose: Any) -> int:
    marked = db.session.connection().execute(
        update(Notification).where(Notification.read_at.is_(None), *whose).values(read_at=now())
    )
    return int(marked.rowcount)
