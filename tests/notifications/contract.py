"""What rooms emit against what notices can say: to be asked after any story."""

from __future__ import annotations

from sqlalchemy import select

from portal.core.database import db
from portal.core.outbox import OutboxMessage
from portal.notifications.kinds import KINDS

ENRICHED = {"region_code": "region"}
"""Params that notices replace by what they stand for."""


def check_emitted() -> int:
    """Assert that every notification emitted so far can be put into words; returns how many."""
    payloads = (
        db.session.execute(select(OutboxMessage.payload).where(OutboxMessage.kind == "notify"))
        .scalars()
        .all()
    )
    for payload in payloads:
        assert payload["kind"] in KINDS, f"{payload['kind']} has no words"
        given = {ENRICHED.get(name, name) for name in payload["params"]}
        missing = KINDS[payload["kind"]].needs - given
        assert not missing, f"{payload['kind']} lacks {sorted(missing)}"
        assert payload["url"].startswith("/"), f"{payload['kind']} leads to {payload['url']}"
    return len(payloads)
