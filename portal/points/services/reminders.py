"""Telling residents in time that points of theirs will expire."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import func, insert, select

from portal.core import outbox
from portal.core.clock import today
from portal.core.database import db
from portal.points.models import ExpiryNotice, LedgerAccount, LedgerLot

BEFORE = timedelta(days=30)


def tell_of_expiring(limit: int) -> int:
    """Tell some residents of points that expire within a month, each once a day of expiry; returns
    how many were told."""
    told = (
        select(ExpiryNotice.account_id)
        .where(ExpiryNotice.account_id == LedgerLot.account_id)
        .where(ExpiryNotice.expires_on == LedgerLot.expires_on)
        .exists()
    )
    rows = db.session.execute(
        select(
            LedgerLot.account_id,
            LedgerAccount.owner_id,
            LedgerLot.expires_on,
            func.sum(LedgerLot.remaining).label("amount"),
        )
        .join(LedgerAccount, LedgerAccount.id == LedgerLot.account_id)
        .where(LedgerLot.remaining > 0, ~told)
        .where(LedgerLot.expires_on.between(today(), today() + BEFORE))
        .group_by(LedgerLot.account_id, LedgerAccount.owner_id, LedgerLot.expires_on)
        .limit(limit)
    ).all()
    for row in rows:
        outbox.emit(
            "notify",
            user_id=row.owner_id,
            kind="points.expiring_soon",
            params={"amount": int(row.amount), "expires_on": row.expires_on.isoformat()},
            url="/me/points",
        )
    noted = [{"account_id": row.account_id, "expires_on": row.expires_on} for row in rows]
    if noted:
        db.session.execute(insert(ExpiryNotice), noted)
    return len(noted)
