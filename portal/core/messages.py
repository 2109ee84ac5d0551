"""E-mail and text messages, through one provider interface.

``send`` writes a message in the transaction at hand; a job hands it to the provider. In demo mode
it goes to the outbox page only, where an administrator reads it; else a channel without a provider
reaches nobody, and its messages wait. Messages are forgotten when their time is over.
"""

from __future__ import annotations

import logging
import smtplib
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from enum import StrEnum
from typing import Protocol
from urllib.parse import unquote, urlsplit

from flask import current_app
from sqlalchemy import Index, String, Text, delete, insert, select, text, update
from sqlalchemy.orm import Mapped, mapped_column

from portal.config import Settings
from portal.core.clock import now
from portal.core.database import Base, Counted, Id, UtcDateTime, db
from portal.core.ids import new_id
from portal.core.jobs import Unfinished, job
from portal.core.unit_of_work import unit_of_work

log = logging.getLogger(__name__)

RETRY_AFTER = timedelta(minutes=2)
MOST_ATTEMPTS = 30
KEPT = timedelta(days=30)
"""How long a message is kept, if nothing shorter is said."""


class Channel(StrEnum):
    EMAIL = "email"
    SMS = "sms"


class Provider(Protocol):
    """Hands one message to the outside; raises ``OSError`` when it could not."""

    def deliver(self, message_id: str, to: str, subject: str, body: str) -> None: ...


class OutgoingMessage(Base):
    __tablename__ = "outgoing_message"
    __table_args__ = (
        Index(
            "ix_outgoing_message_due",
            "due_at",
            sqlite_where=text("due_at IS NOT NULL"),
            postgresql_where=text("due_at IS NOT NULL"),
        ),
        Index("ix_outgoing_message_recipient", "recipient", "id"),
        Index("ix_outgoing_message_keep_until", "keep_until"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    channel: Mapped[str] = mapped_column(String(10))
    recipient: Mapped[str] = mapped_column(String(254))
    subject: Mapped[str] = mapped_column(String(200))
    body: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    attempts: Mapped[int] = mapped_column(Counted, default=0)
    keep_until: Mapped[datetime | None] = mapped_column(UtcDateTime)


class OutboxPage:
    """Demo mode: the message is there to be read on the administrator's page."""

    def deliver(self, message_id: str, to: str, subject: str, body: str) -> None:
        log.debug("message on the outbox page", extra={"message_id": message_id})


class Smtp:
    """E-mail by SMTP: ``smtp://user:password@host:587`` (STARTTLS) or ``smtps://…``."""

    def __init__(self, url: str, sender: str) -> None:
        self._url, self._sender = urlsplit(url), sender

    def deliver(self, message_id: str, to: str, subject: str, body: str) -> None:
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = self._sender, to, subject
        mail["Message-ID"] = f"<{message_id}@{self._sender.rpartition('@')[2]}>"
        mail.set_content(body)
        with self._connection() as connection:
            if self._url.username:
                connection.login(unquote(self._url.username), unquote(self._url.password or ""))
            connection.send_message(mail)

    def _connection(self) -> smtplib.SMTP:
        host = self._url.hostname or "localhost"
        if self._url.scheme == "smtps":
            return smtplib.SMTP_SSL(host, self._url.port or 465, timeout=20)
        connection = smtplib.SMTP(host, self._url.port or 587, timeout=20)
        if self._url.username:
            connection.starttls()
        return connection


def providers(settings: Settings) -> dict[Channel, Provider]:
    """The provider of each channel; a channel that has none is not in it."""
    found: dict[Channel, Provider] = {}
    if settings.demo:
        found = {channel: OutboxPage() for channel in Channel}
    if settings.smtp_url:
        found[Channel.EMAIL] = Smtp(settings.smtp_url, settings.mail_from)
    return found


def reaches(channel: Channel) -> bool:
    """Whether messages of this channel go out at all."""
    return channel in _providers()


def reachable() -> frozenset[Channel]:
    """All channels whose messages go out."""
    return frozenset(_providers())


def send(
    channel: Channel, to: str, subject: str, body: str, *, keep_until: datetime | None = None
) -> None:
    """Put a message on its way, in the transaction at hand; it is kept until ``keep_until``, 30
    days if nothing is said."""
    row = {
        "id": new_id(),
        "channel": channel.value,
        "recipient": to,
        "subject": subject,
        "body": body,
        "created_at": now(),
        "due_at": datetime.now(UTC),
        "attempts": 0,
        "keep_until": keep_until or now() + KEPT,
    }
    db.session.execute(insert(OutgoingMessage), [row])


def forget(recipients: Iterable[str]) -> None:
    """Delete every message to some addresses, sent or not, in the transaction at hand."""
    db.session.execute(
        delete(OutgoingMessage).where(OutgoingMessage.recipient.in_(list(recipients)))
    )


@job("messages.forget", every=timedelta(minutes=5))
def forget_old() -> int:
    """Messages whose time is over are deleted, sent or not; returns how many."""
    with unit_of_work():
        unsaid = OutgoingMessage.keep_until.is_(None) & (OutgoingMessage.created_at < now() - KEPT)
        forgotten = db.session.connection().execute(
            delete(OutgoingMessage).where((OutgoingMessage.keep_until < now()) | unsaid)
        )
        return int(forgotten.rowcount)


@job("messages.send", every=timedelta(seconds=5))
def send_due() -> int:
    """Hand due messages to their providers. A message may go out twice if the process dies
    between the provider's word and the mark; its id lets the provider see that.

    Raises:
        Unfinished: some cannot be written as a message at all; the others were sent.
    """
    sent = failed = 0
    while (message := _lease_next()) is not None:
        provider = _providers()[Channel(message.channel)]
        try:
            provider.deliver(message.id, message.recipient, message.subject, message.body)
        except (OSError, smtplib.SMTPException):
            log.exception("message not sent", extra={"message_id": message.id})
            continue
        except Exception:
            log.exception("message cannot be sent", extra={"message_id": message.id})
            failed += 1
            continue
        with unit_of_work():
            _mark(message.id, due_at=None, sent_at=now())
        sent += 1
    if failed:
        raise Unfinished(sent, failed)
    return sent


def _providers() -> dict[Channel, Provider]:
    found: dict[Channel, Provider] = current_app.extensions["portal_providers"]
    return found


def _lease_next() -> OutgoingMessage | None:
    """The next due message that some provider takes, put off so that nobody else takes it while
    we try."""
    with unit_of_work():
        message = db.session.execute(
            select(OutgoingMessage)
            .where(
                OutgoingMessage.due_at <= datetime.now(UTC),
                OutgoingMessage.channel.in_([channel.value for channel in _providers()]),
            )
            .order_by(OutgoingMessage.due_at)
            .limit(1)
            .with_for_update(skip_locked=True)
        ).scalar_one_or_none()
        if message is not None:
            tries = message.attempts + 1
            later = datetime.now(UTC) + RETRY_AFTER * tries if tries < MOST_ATTEMPTS else None
            _mark(message.id, attempts=tries, due_at=later)
            db.session.expunge(message)
        return message


def _mark(message_id: str, **values: object) -> None:
    db.session.execute(
        update(OutgoingMessage).where(OutgoingMessage.id == message_id).values(**values)
    )
