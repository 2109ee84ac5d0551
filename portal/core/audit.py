"""The audit log: who did what to what, append-only and chained.

A row is written in the transaction of the deed and carries a digest of itself. Rows are chained
afterwards by a job (:func:`link_new_events`), so that a thousand requests at once do not queue for
the end of one chain; a changed row breaks its digest at once, a removed one breaks the chain.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import g, has_request_context
from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    Text,
    func,
    insert,
    select,
    text,
    update,
)
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.clock import now, rfc3339
from portal.core.database import Base, Counted, Id, Json, RegionCode, UtcDateTime, db, on_sqlite
from portal.core.ids import earlier_id, new_id
from portal.core.jobs import job
from portal.core.unit_of_work import unit_of_work

GENESIS = "0" * 64
LATEST_COMMIT = timedelta(minutes=10)
_LINK_LOCK = 7_226_001


class AuditEvent(Base):
    __tablename__ = "audit_event"
    __table_args__ = (
        Index("ix_audit_event_object", "object_kind", "object_id"),
        Index("ix_audit_event_region", "region_code", "id"),
        Index("ix_audit_event_actor", "actor_id", "id"),
        Index("ix_audit_event_action", "action", "id"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor_id: Mapped[str | None] = mapped_column(Id)
    action: Mapped[str] = mapped_column(String(60))
    object_kind: Mapped[str] = mapped_column(String(40))
    object_id: Mapped[str] = mapped_column(String(60))
    region_code: Mapped[str | None] = mapped_column(RegionCode)
    details: Mapped[dict[str, Any]] = mapped_column(Json)
    request_id: Mapped[str | None] = mapped_column(String(64))
    digest: Mapped[str] = mapped_column(String(64))


class AuditLink(Base):
    """One link of the chain: its hash covers the event's digest and the link before."""

    __tablename__ = "audit_link"

    position: Mapped[int] = mapped_column(Counted, primary_key=True, autoincrement=False)
    event_id: Mapped[str] = mapped_column(Id, ForeignKey("audit_event.id"), unique=True)
    hash: Mapped[str] = mapped_column(Text)


class AuditHead(Base):
    """How long the chain is and how it ends, kept beside it: its newest links cannot be cut off
    without a trace. One row."""

    __tablename__ = "audit_head"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)

    id: Mapped[int] = mapped_column(Counted, primary_key=True, autoincrement=False)
    length: Mapped[int] = mapped_column(Counted)
    hash: Mapped[str] = mapped_column(Text)


@dataclass(frozen=True)
class Fault:
    """A row of the log that is not what was written."""

    table: str
    id: str
    kind: str
    detail: str


def record(
    actor_id: str | None,
    action: str,
    object_kind: str,
    object_id: str,
    *,
    region_code: str | None = None,
    **details: Any,
) -> None:
    """Write one event in the transaction at hand.

    ``details`` are small facts (counts, codes, states, reasons), never secrets, contact data or
    anything of a ballot.
    """
    row: dict[str, Any] = {
        "id": new_id(),
        "at": now().replace(microsecond=0),
        "actor_id": actor_id,
        "action": action,
        "object_kind": object_kind,
        "object_id": object_id,
        "region_code": region_code,
        "details": details,
        "request_id": request_id(),
    }
    row["digest"] = digest(row)
    db.session.execute(insert(AuditEvent), [row])


def request_id() -> str | None:
    """The number of the request at hand, which its events carry."""
    return g.get("request_id") if has_request_context() else None


def digest(row: dict[str, Any]) -> str:
    """SHA-256 over the event's fields as canonical JSON."""
    content = {name: value for name, value in row.items() if name != "digest"}
    content["at"] = rfc3339(row["at"])
    text_ = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text_.encode()).hexdigest()


def link_new_events(limit: int = 1_000) -> int:
    """Chain the events that are not yet in the chain; returns how many. For a job, in a unit of
    work; only one runs at a time."""
    if not on_sqlite():
        db.session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LINK_LOCK})
    last = db.session.execute(
        select(AuditLink.position, AuditLink.event_id, AuditLink.hash)
        .order_by(AuditLink.position.desc())
        .limit(1)
    ).first()
    position, previous = (last.position, last.hash) if last else (0, GENESIS)
    # A transaction lives for a minute at most, so nothing older than this can still turn up.
    since = earlier_id(last.event_id, LATEST_COMMIT) if last else ""
    unlinked = db.session.execute(
        select(AuditEvent.id, AuditEvent.digest)
        .outerjoin(AuditLink, AuditLink.event_id == AuditEvent.id)
        .where(AuditLink.event_id.is_(None), AuditEvent.id > since)
        .order_by(AuditEvent.id)
        .limit(limit)
    ).all()
    rows = []
    for event in unlinked:
        position, previous = position + 1, _link_hash(previous, event.digest)
        rows.append({"position": position, "event_id": event.id, "hash": previous})
    if rows:
        db.session.execute(insert(AuditLink), rows)
        _move_head(position, previous)
    return len(rows)


def _move_head(length: int, hash_: str) -> None:
    moved = db.session.connection().execute(update(AuditHead).values(length=length, hash=hash_))
    if not moved.rowcount:
        db.session.execute(insert(AuditHead), [{"id": 1, "length": length, "hash": hash_}])


def _link_hash(previous: str, event_digest: str) -> str:
    return hashlib.sha256(f"{previous}{event_digest}".encode()).hexdigest()


def count_events() -> int:
    return db.session.execute(select(func.count()).select_from(AuditEvent)).scalar_one()


def faults() -> Iterator[Fault]:
    """Every event or link that was changed, removed or put in."""
    yield from _changed_events()
    yield from _broken_links()


def _changed_events() -> Iterator[Fault]:
    columns = AuditEvent.__table__.c
    rows = db.session.execute(select(*columns), execution_options={"yield_per": 2_000})
    for row in rows.mappings():
        if digest(dict(row)) != row["digest"]:
            yield Fault("audit_event", row["id"], "changed", "the event is not what was written")


def _broken_links() -> Iterator[Fault]:
    rows = db.session.execute(
        select(AuditLink.position, AuditLink.event_id, AuditLink.hash, AuditEvent.digest)
        .outerjoin(AuditEvent, AuditEvent.id == AuditLink.event_id)
        .order_by(AuditLink.position),
        execution_options={"yield_per": 2_000},
    )
    previous, expected = GENESIS, 1
    for row in rows:
        if row.position != expected:
            yield Fault("audit_link", str(expected), "missing", "a link of the chain is missing")
        elif row.digest is None:
            yield Fault("audit_event", row.event_id, "missing", "the event was removed")
        elif _link_hash(previous, row.digest) != row.hash:
            yield Fault("audit_link", str(row.position), "changed", "the chain breaks here")
        previous, expected = row.hash, row.position + 1
    yield from _cut_off(expected - 1, previous)


def _cut_off(length: int, hash_: str) -> Iterator[Fault]:
    """The end of the chain, as it was noted beside it."""
    head = db.session.execute(select(AuditHead.length, AuditHead.hash)).first()
    noted, end = (head.length, head.hash) if head else (0, GENESIS)
    if noted > length:
        detail = f"the chain ends with {length}, and had {noted} links"
        yield Fault("audit_link", str(noted), "missing", detail)
    elif (noted, end) != (length, hash_):
        detail = f"the chain's noted end is {noted}, and it has {length} links"
        yield Fault("audit_head", "1", "changed", detail)


@job("audit.link", every=timedelta(seconds=10))
def link() -> int:
    with unit_of_work():
        return link_new_events()
