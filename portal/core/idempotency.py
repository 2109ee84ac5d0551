"""Idempotency keys: the same request sent twice has one effect and one answer.

The key's row is inserted in the transaction of the deed. A second request with the same key waits
on that row until the first has committed (then it gets the stored answer) or rolled back (then it
is judged anew). Nothing is stored of a refusal.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Index, String, delete, select, update
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.clock import now
from portal.core.database import Base, Counted, Json, UtcDateTime, db
from portal.core.errors import DomainError
from portal.core.i18n import lazy_gettext as _l
from portal.core.inserts import insert_new
from portal.core.jobs import job
from portal.core.unit_of_work import unit_of_work

KEPT_FOR = timedelta(hours=48)


class IdempotencyMismatch(DomainError):
    code = "idempotency_mismatch"
    title = _l("The key was used for something else")
    detail = _l("This Idempotency-Key belongs to a request with another body.")


class IdempotencyKey(Base):
    """``scope`` is the SHA-256 of caller, path and key, so that no key is stored as it came."""

    __tablename__ = "idempotency_key"
    __table_args__ = (Index("ix_idempotency_key_created", "created_at"),)

    scope: Mapped[str] = mapped_column(String(64), primary_key=True)
    body_hash: Mapped[str] = mapped_column(String(64))
    status: Mapped[int | None] = mapped_column(Counted)
    answer: Mapped[Any] = mapped_column(Json, nullable=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


@dataclass(frozen=True)
class Stored:
    """The answer of the first request."""

    status: int
    answer: Any


def scope_of(caller: str, path: str, key: str) -> str:
    return hashlib.sha256(f"{caller}\n{path}\n{key}".encode()).hexdigest()


def reserve(scope: str, body: bytes) -> Stored | None:
    """Take the key in the transaction at hand; None if it was free, else the stored answer.

    Raises:
        IdempotencyMismatch: the key was used with another body.
        InProgress: (from the unit of work) the first request did not end in time.
    """
    body_hash = hashlib.sha256(body).hexdigest()
    if insert_new(IdempotencyKey, scope=scope, body_hash=body_hash, created_at=now()):
        return None
    first = db.session.execute(
        select(IdempotencyKey.body_hash, IdempotencyKey.status, IdempotencyKey.answer).where(
            IdempotencyKey.scope == scope
        )
    ).one()
    if first.body_hash != body_hash:
        raise IdempotencyMismatch
    return Stored(first.status, first.answer)


def store(scope: str, status: int, answer: Any) -> None:
    """Keep the answer beside the key, in the same transaction."""
    db.session.execute(
        update(IdempotencyKey)
        .where(IdempotencyKey.scope == scope)
        .values(status=status, answer=answer)
    )


@job("idempotency.forget", every=timedelta(hours=1))
def forget_old_keys() -> int:
    with unit_of_work():
        gone = db.session.connection().execute(
            delete(IdempotencyKey).where(IdempotencyKey.created_at < now() - KEPT_FOR)
        )
        return int(gone.rowcount)
