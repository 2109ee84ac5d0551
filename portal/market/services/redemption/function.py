"""A redemption on PostgreSQL: one round trip to a function of migration 0003."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime

from portal.core import audit
from portal.core.database import db
from portal.core.direct import fetch_scalar
from portal.core.ids import new_id
from portal.market.services.redemption.moment import Moment, Redeemed

_REDEEM = "SELECT market_redeem(%(asked)s::text::jsonb)"


def redeem(
    merchants: Sequence[str], code_hash: str, moment: Moment, actor_id: str
) -> Redeemed | None:
    """Redeem a voucher with all that belongs to it; None if it is not good now."""
    asked = {
        "code_hash": code_hash,
        "merchants": merchants,
        "at": moment.instant.isoformat(),
        "day": moment.day.isoformat(),
        "weekday": moment.weekday,
        "minute": moment.minute,
        "actor_id": actor_id,
        "transaction_id": new_id(),
        "audit_id": new_id(),
        "outbox_id": new_id(),
        "available_at": datetime.now(UTC).isoformat(),  # noqa: TID251 - as portal.core.outbox does
        "request_id": audit.request_id(),
    }
    answer = fetch_scalar(db.session.connection(), _REDEEM, {"asked": json.dumps(asked)})
    return Redeemed(**answer, redeemed_at=moment.instant) if answer else None
