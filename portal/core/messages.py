"""E-mail and text messages, through one provider interface.

``send`` writes a message in the transaction at hand; a job hands it to the provider. The embedded
default's provider delivers to the outbox page only, where an administrator reads it.
"""

from __future__ import annotations

import logging
import smtplib
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from enum import StrEnum
from typing import Protocol
from urllib.parse import unquote, urlsplit

from flask import current_app
from sqlalchemy import Index, String, Text, insert, select, text, update
from sqlalchemy.orm import Mapped, mapped_column

from portal.config import Settings
from portal.core.clock import now
from portal.core.database import Base, Counted, Id, UtcDateTime, db
from portal.core.ids import new_id
from portal.core.jobs import job
from portal.core.unit_of_work import unit_of_work

log = logging.getLogger(__name__)

RETRY_AFTER = timedelta(minutes=2)
MOST_ATTEMPTS = 30


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


class OutboxPage:
    """The embedded default: the message is there to be read on the administrator's page."""

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
    mail: Provider = OutboxPage()
    if settings.smtp_url:
        mail = Smtp(settings.smtp_url, settings.mail_from)
    return {Channel.EMAIL: mail, Channel.SMS: OutboxPage()}


def send(channel: Channel, to: str, subject: str, body: str) -> None:
    """Put a message on its way, in the transaction at hand."""
    row = {
        "id": new_id(),
        "channel": channel.value,
        "recipient": to,
        "subject": subject,
        "body": body,
        "created_at": now(),
        "due_at": datetime.now(UTC),
        "attempts": 0,
    }
    db.session.execute(insert(OutgoingMessage), [row])


@job("messages.send", every=timedelta(seconds=5))
def send_due() -> int:
    """Hand due messages to their providers. A message may go out twice if the process dies
    between the provider's word and the mark; its id lets the provider see that."""
    sent = 0
    while (message := _lease_next()) is not None:
        provider: Provider = current_app.extensions["portal_providers"][Channel(message.channel)]
        try:
            provider.deliver(message.id, message.recipient, message.subject, message.body)
        except (OSError, smtplib.SMTPException):
            log.exception("message not sent", extra={"message_id": message.id})
            continue
        with unit_of_work():
            _mark(message.id, due_at=None, sent_at=now())
        sent += 1
    return sent


def _lease_next() -> OutgoingMessage | None:
    """The next due message, put off so that nobody else takes it while we try."""
    with unit_of_work():
        message = db.session.execute(
            select(OutgoingMessage)
            .where(OutgoingMessage.due_at <= datetime.now(UTC))
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
