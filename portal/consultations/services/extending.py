"""A later end of an open vote."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import insert, update

from portal.consultations.models import ClosingExtension, Consultation
from portal.consultations.rules.life import Status
from portal.consultations.services.drafts import managed
from portal.core import audit, outbox
from portal.core.clock import now, rfc3339
from portal.core.database import db
from portal.core.errors import Invalid, WrongState
from portal.core.i18n import lazy_gettext as _l
from portal.core.ids import new_id
from portal.core.permissions import Principal

EXTENDED = "consultation.extended"


def extend(actor: Principal, consultation_id: str, closes_at: datetime, reason: str) -> None:
    """Let an open vote go on for longer than was fixed. Everybody on the roll is told, and the
    reason stands on its page.

    It is written only while voting is open by the clock: closing waits for it or comes first.

    Raises:
        NotFound, Forbidden: it is not the person's.
        WrongState: voting is not open, has no fixed end, or its end has passed.
        Invalid: the new end is not later than the one that was fixed.
    """
    row, present = managed(actor, consultation_id), now()
    if row.closes_at is None:
        raise WrongState(_l("No end of voting was fixed, so there is none to move."))
    if closes_at <= row.closes_at:
        raise Invalid.field("closes_at", _l("The end of voting can only be moved to later."))
    moved = db.session.connection().execute(
        update(Consultation)
        .where(
            Consultation.id == row.id,
            Consultation.status == Status.OPEN,
            Consultation.sealed_at.is_(None),
            Consultation.closes_at == row.closes_at,
            Consultation.closes_at > present,
        )
        .values(closes_at=closes_at)
    )
    if not moved.rowcount:
        raise WrongState
    extension = {
        "id": new_id(),
        "consultation_id": row.id,
        "was_at": row.closes_at,
        "closes_at": closes_at,
        "reason": reason,
        "made_at": present,
        "made_by": actor.id,
    }
    db.session.execute(insert(ClosingExtension), [extension])
    audit.record(
        actor.id,
        EXTENDED,
        "consultation",
        row.id,
        region_code=row.region_code,
        before=rfc3339(row.closes_at),
        closes_at=rfc3339(closes_at),
        reason=reason,
    )
    outbox.emit(EXTENDED, consultation_id=row.id)
