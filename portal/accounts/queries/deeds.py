"""What was done about one thing, and by whom, as the audit log keeps it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Row, select

from portal.accounts.models import User
from portal.core.audit import AuditEvent
from portal.core.database import db

MOST_DEEDS = 50


def deeds_about(
    object_kind: str, object_id: str, actions: Collection[str]
) -> Sequence[Row[*tuple[Any, ...]]]:
    """``action, at, details, actor`` of the latest deeds of some kinds about one thing, newest
    first; ``actor`` is a name, None where the portal did it itself. Whether the reader may know of
    them is for the caller to have decided."""
    return db.session.execute(
        select(AuditEvent.action, AuditEvent.at, AuditEvent.details, User.name.label("actor"))
        .outerjoin(User, User.id == AuditEvent.actor_id)
        .where(
            AuditEvent.object_kind == object_kind,
            AuditEvent.object_id == object_id,
            AuditEvent.action.in_(actions),
        )
        .order_by(AuditEvent.id.desc())
        .limit(MOST_DEEDS)
    ).all()
