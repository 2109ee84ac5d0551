"""Letters and text messages about what somebody was told: at once, or when they want them.

Each is a message of ``portal.core.messages``, written in the transaction that notes what it is
about as told, or takes it away from what waits. So nothing is sent twice, through any restart.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert

from portal.accounts import queries as people
from portal.accounts.queries import Contact
from portal.core import messages
from portal.core.clock import clock, now
from portal.core.database import db
from portal.core.i18n import force_locale, ngettext
from portal.core.i18n import gettext as _
from portal.core.jobs import one_by_one
from portal.core.messages import Channel
from portal.notifications import queries
from portal.notifications.kinds import KINDS, Kind
from portal.notifications.models import WaitingLetter
from portal.notifications.rules import Habit, send_at
from portal.notifications.words import Words, words

LONGEST_SUBJECT = 200
LONGEST_TEXT = 140
"""Of a text message, besides its link: two of the operator's, in Chinese."""
_AT_ONCE = 100


@dataclass(frozen=True)
class Told:
    """What one person was told."""

    id: str
    user_id: str
    kind: Kind
    params: Mapping[str, Any]
    url: str


def send(told: Told, site: str | None) -> None:
    """Put what somebody was told on its way, by each channel by which they want it; what is not to
    be sent now waits.

    Args:
        told: what, and to whom.
        site: how the portal's own addresses begin; None if unknown, then there is no link.
    """
    by_mail = queries.wants_email(told.user_id, told.kind.name)
    contacts = people.contacts_of([told.user_id]) if by_mail or told.kind.important else []
    if not contacts:
        return
    (contact,), habit = contacts, queries.habit_of(told.user_id)
    for channel in _channels(told.kind, contact, habit, by_mail=by_mail):
        at = now().astimezone(clock.zone)
        due = send_at(at, habit, channel, urgent=told.kind.urgent)
        if due <= at:
            _write(contact, channel, [told], site)
        else:
            _keep(told, channel, due)


def send_waiting(site: str | None) -> int:
    """Send what waits and is due: one message a person and channel, of all that they have not read
    meanwhile. Returns how many were sent."""
    return one_by_one(
        lambda last: queries.waiting_for(last, _AT_ONCE),
        lambda row: send_to(row.id, Channel(row.channel), site),
    )


def send_to(user_id: str, channel: Channel, site: str | None) -> int:
    """Send a person what waits for them and is due; 1, or 0 where there is nothing. Of many who do
    this at once one takes the rows."""
    taken = db.session.connection().execute(
        delete(WaitingLetter)
        .where(
            WaitingLetter.user_id == user_id,
            WaitingLetter.channel == channel,
            WaitingLetter.due_at <= now(),
        )
        .returning(WaitingLetter.notification_id)
    )
    unread = [
        Told(row.id, user_id, KINDS[row.kind], row.params, row.url)
        for row in queries.unread_among([row.notification_id for row in taken])
        if row.kind in KINDS
    ]
    contacts = people.contacts_of([user_id])
    if not unread or not contacts:
        return 0
    _write(contacts[0], channel, unread, site)
    return 1


def _channels(kind: Kind, contact: Contact, habit: Habit, *, by_mail: bool) -> list[Channel]:
    found = [Channel.EMAIL] if by_mail else []
    if kind.important and _wants_texts(contact, habit):
        found.append(Channel.SMS)
    return found


def _wants_texts(contact: Contact, habit: Habit) -> bool:
    """Text messages cost money: nobody gets one who did not ask and can be reached otherwise."""
    by_mail = any(each.channel is Channel.EMAIL for each in contact.addresses)
    wanted = not by_mail if habit.texts is None else habit.texts
    return wanted and messages.reaches(Channel.SMS)


def _keep(told: Told, channel: Channel, due: datetime) -> None:
    row = {
        "notification_id": told.id,
        "channel": str(channel),
        "user_id": told.user_id,
        "due_at": due,
    }
    db.session.execute(insert(WaitingLetter), [row])


def _write(contact: Contact, channel: Channel, told: Sequence[Told], site: str | None) -> None:
    for address in contact.addresses:
        if address.channel is channel:
            with force_locale(contact.locale):
                subject, body = (_letter if channel is Channel.EMAIL else _text)(told, site)
            messages.send(channel, address.value, subject, body)


def _letter(told: Sequence[Told], site: str | None) -> tuple[str, str]:
    said = [words(each.kind, each.params, lasting=True) for each in told]
    lines: list[str] = []
    for each, written in zip(told, said, strict=True):
        lines += _part(each, written, site)
    lines.append(_("Choose which e-mails you get on your notifications page."))
    return _subject(said)[:LONGEST_SUBJECT], "\n\n".join(lines)


def _part(told: Told, written: Words, site: str | None) -> list[str]:
    link = [_("Have a look: %(link)s", link=f"{site}{told.url}")] if site else []
    return [written.title, written.text, *link]


def _text(told: Sequence[Told], site: str | None) -> tuple[str, str]:
    said = [words(each.kind, each.params, lasting=True) for each in told]
    subject = _subject(said)
    brief = subject if len(subject) <= LONGEST_TEXT else f"{subject[: LONGEST_TEXT - 1]}…"
    address = told[0].url if len(told) == 1 else "/me/notifications"
    return subject[:LONGEST_SUBJECT], f"{brief} {site}{address}" if site else brief


def _subject(said: Sequence[Words]) -> str:
    if len(said) == 1:
        return said[0].title
    return ngettext(
        "%(num)s piece of news: %(first)s",
        "%(num)s pieces of news: %(first)s",
        len(said),
        first=said[0].title,
    )
