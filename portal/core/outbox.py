"""The outbox: what may come later, written in the transaction that causes it.

``emit`` puts a message beside the deed; a job delivers it after the commit. Each subscriber's
work and the mark "delivered" are one transaction, so that what a subscriber writes into the
database happens exactly once; a subscriber that speaks to the outside gets the message's id to
recognize a repetition. Waiting times go by the machine's clock, also where the demo's is moved.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Index, String, Text, delete, insert, select, text, update
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.clock import now
from portal.core.database import Base, Counted, Id, Json, UtcDateTime, db
from portal.core.ids import earlier_id, new_id
from portal.core.jobs import Unfinished, job
from portal.core.unit_of_work import unit_of_work

log = logging.getLogger(__name__)

FIRST_RETRY = timedelta(seconds=5)
LONGEST_RETRY = timedelta(hours=1)
KEPT_FOR = timedelta(days=7)
FORGOTTEN_AT_ONCE = 5_000

Subscriber = Callable[[str, dict[str, Any]], None]
_subscribers: dict[str, list[Subscriber]] = {}


class OutboxMessage(Base):
    __tablename__ = "outbox_message"
    __table_args__ = (
        # Delivered messages have no ``available_at``, so the index holds only what is waiting.
        Index(
            "ix_outbox_message_due",
            "available_at",
            "id",
            sqlite_where=text("available_at IS NOT NULL"),
            postgresql_where=text("available_at IS NOT NULL"),
        ),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    kind: Mapped[str] = mapped_column(String(60))
    payload: Mapped[dict[str, Any]] = mapped_column(Json)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    available_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    attempts: Mapped[int] = mapped_column(Counted, default=0)
    delivered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_error: Mapped[str | None] = mapped_column(Text)


def emit(kind: str, /, **payload: Any) -> None:
    """Put a message into the outbox, in the transaction at hand. ``payload`` is JSON: ids, codes
    and small facts, never contact data."""
    emit_after(timedelta(0), kind, **payload)


def emit_after(delay: timedelta, kind: str, /, **payload: Any) -> None:
    """Like :func:`emit`, for a message that is delivered when ``delay`` has passed."""
    row = {
        "id": new_id(),
        "kind": kind,
        "payload": payload,
        "created_at": now(),
        "available_at": datetime.now(UTC) + delay,
        "attempts": 0,
    }
    db.session.execute(insert(OutboxMessage), [row])


def subscriber(kind: str) -> Callable[[Subscriber], Subscriber]:
    """Register a function ``(message_id, payload)`` for a kind of message. It runs inside a unit
    of work and must not open one."""

    def register(function: Subscriber) -> Subscriber:
        if function not in _subscribers.setdefault(kind, []):
            _subscribers[kind].append(function)
        return function

    return register


def deliver_due(limit: int = 200) -> int:
    """Deliver what is due, oldest first; returns how many were delivered.

    Raises:
        Unfinished: some were put off, each with a word in the log.
    """
    delivered = failed = 0
    for _ in range(limit):
        outcome = _deliver_next()
        if outcome is None:
            break
        delivered += outcome
        failed += not outcome
    if failed:
        raise Unfinished(delivered, failed)
    return delivered


def deliver_here() -> int:
    """Deliver all that waits, and what comes of it, within the unit of work at hand; returns how
    many. For building a past: what was told then stands at its own instant.

    Raises:
        Exception: whatever a subscriber raises; nothing is put off.
    """
    delivered = 0
    while waiting := _all_waiting():
        for message in waiting:
            for function in _subscribers.get(message.kind, []):
                function(message.id, message.payload)
        db.session.execute(
            update(OutboxMessage)
            .where(OutboxMessage.id.in_([message.id for message in waiting]))
            .values(delivered_at=now(), available_at=None)
        )
        delivered += len(waiting)
    return delivered


def _all_waiting() -> Sequence[Any]:
    return db.session.execute(
        select(OutboxMessage.id, OutboxMessage.kind, OutboxMessage.payload)
        .where(OutboxMessage.available_at.is_not(None))
        .order_by(OutboxMessage.available_at, OutboxMessage.id)  # as the index of what waits does
        .limit(500)
    ).all()


def _deliver_next() -> bool | None:
    """Deliver one message: whether it went well (else it is tried again later), None if none is
    due. What fails only when it is to be kept (a constraint, a check) is put off as well: it would
    stand before all others for ever."""
    message = None
    try:
        with unit_of_work():
            message = _claim()
            if message is None:
                return None
            for function in _subscribers.get(message.kind, []):
                function(message.id, message.payload)
            _mark(message.id, delivered_at=now(), available_at=None)
    except Exception as error:
        if message is None:
            raise
        log.exception("outbox message not delivered", extra={"outbox_id": message.id})
        _postpone(message.id, error)
        return False
    return True


def _claim() -> Any:
    """The oldest due message, locked. SQLite drops SKIP LOCKED: there the one writer is alone."""
    return db.session.execute(
        select(OutboxMessage.id, OutboxMessage.kind, OutboxMessage.payload)
        .where(OutboxMessage.available_at <= datetime.now(UTC))
        .order_by(OutboxMessage.available_at, OutboxMessage.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    ).first()


def _mark(message_id: str, **values: Any) -> None:
    db.session.execute(update(OutboxMessage).where(OutboxMessage.id == message_id).values(**values))


def _postpone(message_id: str, error: Exception) -> None:
    with unit_of_work():
        attempts = db.session.execute(
            select(OutboxMessage.attempts).where(OutboxMessage.id == message_id)
        ).scalar_one()
        wait = min(FIRST_RETRY * 2 ** min(attempts, 12), LONGEST_RETRY)
        _mark(
            message_id,
            attempts=attempts + 1,
            available_at=datetime.now(UTC) + wait,
            last_error=type(error).__name__,
        )


@job("outbox.deliver", every=timedelta(seconds=2))
def deliver() -> int:
    return deliver_due()


@job("outbox.forget", every=timedelta(hours=1))
def forget_delivered() -> int:
    """Delete what was delivered a week ago: it may quote people, and nobody needs it any more."""
    oldest = earlier_id(new_id(), KEPT_FOR)
    old = (
        select(OutboxMessage.id)
        .where(OutboxMessage.id < oldest, OutboxMessage.available_at.is_(None))
        .order_by(OutboxMessage.id)
        .limit(FORGOTTEN_AT_ONCE)
    )
    with unit_of_work():
        gone = db.session.connection().execute(
            delete(OutboxMessage).where(OutboxMessage.id.in_(old))
        )
        return int(gone.rowcount)
