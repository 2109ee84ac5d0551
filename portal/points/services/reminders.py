"""Telling residents in time that points of theirs will expire."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import insert

from portal.core import outbox
from portal.core.database import db
from portal.points.models import ExpiryNotice


def tell_of_expiring(untold: Sequence[Any]) -> int:
    """Tell the owners of some wallets of what expires there soon, and note that they were told;
    returns how many. ``untold`` are rows of :func:`portal.points.queries.untold_expiries`."""
    for row in untold:
        outbox.emit(
            "notify",
            user_id=row.owner_id,
            kind="points.expiring_soon",
            params={"amount": int(row.amount), "expires_on": row.expires_on.isoformat()},
            url="/me/points",
        )
    noted = [{"account_id": row.id, "expires_on": row.expires_on} for row in untold]
    db.session.execute(insert(ExpiryNotice), noted)
    return len(noted)
