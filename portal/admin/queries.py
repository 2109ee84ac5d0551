"""What the desk reads itself: the audit log and the messages of the embedded default."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select

from portal.core.audit import AuditEvent, AuditLink
from portal.core.clock import clock
from portal.core.database import db
from portal.core.messages import OutgoingMessage
from portal.core.pagination import Page, fetch_page
from portal.core.permissions import Permission, Principal, ScopeKind
from portal.regions.models import Region
from portal.regions.queries import level_of, within
from portal.regions.rules import Level


@dataclass(frozen=True)
class AuditFilter:
    """What to look for in the log; empty values leave nothing out. Days are the portal's."""

    action: str = ""
    object_kind: str = ""
    object_id: str = ""
    actor_id: str = ""
    region: str = ""
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True)
class ChainState:
    """How far the chain of the audit log reaches."""

    length: int
    head: str
    waiting: int


def audit_page(
    reader: Principal, wanted: AuditFilter, *, cursor: str | None, limit: int = 50
) -> Page[Any]:
    """Events within the regions in which the reader may read the log, newest first.

    Raises:
        Invalid: the cursor is not one of this list.
    """
    return fetch_page(
        _events(reader, wanted),
        [AuditEvent.id],
        name="audit",
        cursor=cursor,
        limit=limit,
        descending=True,
    )


def count_events(reader: Principal, wanted: AuditFilter, most: int) -> int:
    """How many events fit; never more than one above ``most``, so that a long log is not read."""
    some = _events(reader, wanted).with_only_columns(AuditEvent.id).limit(most + 1).subquery()
    return db.session.execute(select(func.count()).select_from(some)).scalar_one()


def _events(reader: Principal, wanted: AuditFilter) -> Select[Any]:
    statement = select(
        AuditEvent.id,
        AuditEvent.at,
        AuditEvent.actor_id,
        AuditEvent.action,
        AuditEvent.object_kind,
        AuditEvent.object_id,
        AuditEvent.region_code,
        AuditEvent.details,
        AuditEvent.digest,
        Region.name.label("region_name"),
    ).outerjoin(Region, Region.code == AuditEvent.region_code)
    return _narrowed(statement.where(_readable(reader)), wanted)


def _readable(reader: Principal) -> ColumnElement[bool]:
    """The reader's regions; what belongs to no region is for those who read a whole city."""
    codes = reader.scopes(Permission.AUDIT_READ, ScopeKind.REGION)
    conditions = [within(code) for code in codes]
    if _holds_for_a_city(reader, Permission.AUDIT_READ):
        conditions.append(AuditEvent.region_code.is_(None))
    return or_(*conditions)


def _holds_for_a_city(reader: Principal, permission: Permission) -> bool:
    return any(level_of(code) == Level.CITY for code in reader.scopes(permission, ScopeKind.REGION))


def reads_messages(reader: Principal) -> bool:
    """Whether somebody may read what was sent to anybody of the city: messages have no region,
    and open accounts."""
    return _holds_for_a_city(reader, Permission.MESSAGES_READ)


def _narrowed(statement: Select[Any], wanted: AuditFilter) -> Select[Any]:
    if wanted.action:
        statement = statement.where(AuditEvent.action == wanted.action)
    if wanted.object_kind:
        statement = statement.where(AuditEvent.object_kind == wanted.object_kind)
    if wanted.object_id:
        statement = statement.where(AuditEvent.object_id == wanted.object_id)
    if wanted.actor_id:
        statement = statement.where(AuditEvent.actor_id == wanted.actor_id)
    if wanted.region:
        statement = statement.where(within(wanted.region))
    if wanted.since:
        statement = statement.where(AuditEvent.at >= clock.start_of(wanted.since))
    if wanted.until:
        statement = statement.where(
            AuditEvent.at < clock.start_of(wanted.until + timedelta(days=1))
        )
    return statement


def chain_state() -> ChainState:
    """How long the chain is, its last hash, and how many newer events wait to be chained."""
    last = db.session.execute(
        select(AuditLink.position, AuditLink.event_id, AuditLink.hash)
        .order_by(AuditLink.position.desc())
        .limit(1)
    ).first()
    newer = select(func.count()).select_from(AuditEvent)
    if last is None:
        return ChainState(0, "", db.session.execute(newer).scalar_one())
    newer = newer.where(AuditEvent.id > last.event_id)
    return ChainState(last.position, last.hash, db.session.execute(newer).scalar_one())


def messages_page(
    channels: Sequence[str], *, recipient: str = "", cursor: str | None, limit: int = 50
) -> Page[Any]:
    """E-mails and text messages that some channels keep, newest first.

    Raises:
        Invalid: the cursor is not one of this list.
    """
    statement = select(
        OutgoingMessage.id,
        OutgoingMessage.channel,
        OutgoingMessage.recipient,
        OutgoingMessage.subject,
        OutgoingMessage.body,
        OutgoingMessage.created_at,
        OutgoingMessage.sent_at,
    ).where(OutgoingMessage.channel.in_(channels))
    if recipient:
        statement = statement.where(OutgoingMessage.recipient == recipient)
    return fetch_page(
        statement,
        [OutgoingMessage.id],
        name="messages",
        cursor=cursor,
        limit=limit,
        descending=True,
    )
