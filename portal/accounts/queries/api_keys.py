"""Which systems have a key."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, select

from portal.accounts.credentials import secret_hash
from portal.accounts.models import ApiKey
from portal.core.database import db


def system_behind(key: str) -> str | None:
    """The name of the system that a key belongs to; None if there is none, or it was revoked."""
    return db.session.execute(
        select(ApiKey.name).where(
            ApiKey.secret_hash == secret_hash(key), ApiKey.revoked_at.is_(None)
        )
    ).scalar_one_or_none()


def api_keys() -> Sequence[Row[*tuple[Any, ...]]]:
    """``name, created_at`` of the keys in force, by name."""
    return db.session.execute(
        select(ApiKey.name, ApiKey.created_at)
        .where(ApiKey.revoked_at.is_(None))
        .order_by(ApiKey.name)
    ).all()
