"""Cases that other systems send for people who have no account here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, insert, or_, select

from portal.core.clock import now
from portal.core.database import db
from portal.suggestions.models import (
    Suggestion,
    SuggestionContact,
    SuggestionEvent,
    SuggestionSource,
)
from portal.suggestions.rules.machine import LEFT_OUT, By, Status
from portal.suggestions.services.recording import instant
from portal.suggestions.services.taking_in import Received, Report, enter, judged

CONTACTS_KEPT = timedelta(days=90)
"""After a case is over. It may be reopened for a week."""
CONTACTS_KEPT_AT_MOST = timedelta(days=730)
"""After it came in, however it goes on."""
_OVER = LEFT_OUT | {Status.CLOSED}


@dataclass(frozen=True)
class Source:
    """Where a case comes from, as the sender says it."""

    system: str
    foreign_id: str | None = None
    address: str | None = None
    zipcode: str | None = None
    media_url: str | None = None


@dataclass(frozen=True)
class Contact:
    """How to reach who reported; all of it may be empty."""

    email: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    phone: str | None = None
    device_id: str | None = None
    account_id: str | None = None

    @property
    def names_somebody(self) -> bool:
        return any((self.email, self.first_name, self.last_name, self.phone))


def receive_from(source: Source, report: Report, contact: Contact) -> Received:
    """Take in a case that a system sends for a person without an account.

    Raises:
        Invalid: as in :func:`receive`.
    """
    category = judged(report)
    received = enter(report, category, By.RESIDENT, instant(), reported_by=None, user_id=None)
    keep_source(received.id, source)
    _keep_contact(received.id, contact)
    return received


def keep_source(suggestion_id: str, source: Source) -> None:
    """Write beside a case where it came from."""
    row = {"suggestion_id": suggestion_id, **asdict(source)}
    db.session.execute(insert(SuggestionSource), [row])


def erase_contacts() -> int:
    """Erase how to reach people whose cases are over long since, or came very long ago; returns
    how many."""
    over = (
        select(Suggestion.id)
        .join(
            SuggestionEvent,
            (SuggestionEvent.suggestion_id == Suggestion.id)
            & (SuggestionEvent.position == Suggestion.position),
        )
        .where(Suggestion.status.in_(_OVER), SuggestionEvent.at < now() - CONTACTS_KEPT)
    )
    gone = db.session.connection().execute(
        delete(SuggestionContact).where(
            or_(
                SuggestionContact.received_at < now() - CONTACTS_KEPT_AT_MOST,
                SuggestionContact.suggestion_id.in_(over),
            )
        )
    )
    return int(gone.rowcount)


def _keep_contact(suggestion_id: str, contact: Contact) -> None:
    given: Mapping[str, Any] = asdict(contact)
    if any(given.values()):
        row = {"suggestion_id": suggestion_id, "received_at": instant(), **given}
        db.session.execute(insert(SuggestionContact), [row])
