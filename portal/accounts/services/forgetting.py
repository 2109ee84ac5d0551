"""Data that has served its purpose is deleted."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import delete, or_

from portal.accounts.models import AccessSession, OneTimeCode, SignInFailure
from portal.accounts.rules import LONGEST_LOCK
from portal.core.clock import now
from portal.core.database import db

CODES_KEPT = timedelta(days=1)
SESSIONS_KEPT = timedelta(days=30)
FAILURES_KEPT = 2 * LONGEST_LOCK


def forget_what_is_over() -> int:
    """Delete used and old codes after a day, sessions a month after their end, and failures in a
    row two days after the last; returns how many rows. In the transaction at hand."""
    present = now()
    statements = (
        delete(OneTimeCode).where(OneTimeCode.expires_at < present - CODES_KEPT),
        delete(AccessSession).where(
            or_(
                AccessSession.ended_at < present - SESSIONS_KEPT,
                AccessSession.expires_at < present - SESSIONS_KEPT,
            )
        ),
        delete(SignInFailure).where(SignInFailure.last_at < present - FAILURES_KEPT),
    )
    connection = db.session.connection()
    return sum(connection.execute(statement).rowcount for statement in statements)
