"""Roll-ups: the sums of accounts that only collect, so that reading them stays cheap.

An account's balance is its roll-up and the entries since. The roll-up may only go up to where no
entry with a lower id can still be committed: every post shares a lock until its end, and the
watermark is read while nobody has it.
"""

from __future__ import annotations

import logging

from sqlalchemy import and_, bindparam, func, select, text, update

from portal.core.database import db, on_sqlite
from portal.core.errors import InProgress
from portal.core.unit_of_work import unit_of_work
from portal.points.ledger.tables import ACCOUNT, ENTRY

_POSTING = 7_226_002
_AT_ONCE = 500
_LONGEST_WAIT_MS = 250

log = logging.getLogger(__name__)

_BEHIND = (
    select(ACCOUNT.c.id, ACCOUNT.c.rolled_up_to)
    .where(~ACCOUNT.c.guarded, ACCOUNT.c.id > bindparam("after"))
    .where(
        select(ENTRY.c.id)
        .where(
            ENTRY.c.account_id == ACCOUNT.c.id,
            ENTRY.c.id > ACCOUNT.c.rolled_up_to,
            ENTRY.c.id <= bindparam("watermark"),
        )
        .exists()
    )
    .order_by(ACCOUNT.c.id)
    .limit(_AT_ONCE)
)
_SINCE = (
    select(ENTRY.c.account_id, func.sum(ENTRY.c.amount).label("amount"))
    .join(ACCOUNT, and_(ACCOUNT.c.id == ENTRY.c.account_id, ENTRY.c.id > ACCOUNT.c.rolled_up_to))
    .where(ENTRY.c.account_id.in_(bindparam("accounts", expanding=True)))
    .where(ENTRY.c.id <= bindparam("watermark"))
    .group_by(ENTRY.c.account_id)
)
_ADVANCE = (
    update(ACCOUNT)
    .where(ACCOUNT.c.id == bindparam("account"), ACCOUNT.c.rolled_up_to == bindparam("before"))
    .values(
        rolled_up=ACCOUNT.c.rolled_up + bindparam("amount"), rolled_up_to=bindparam("watermark")
    )
)


def roll_up() -> int:
    """Advance every roll-up that is behind; returns how many accounts. Opens small units of work
    of its own. Does nothing while a long transaction posts: its turn comes again."""
    try:
        watermark = newest_settled()
    except InProgress:
        log.info("roll-up put off: a long transaction is posting")
        return 0
    done, last = 0, 0
    while True:
        with unit_of_work():
            advanced, last = _roll_up_some(watermark, last)
        done += advanced
        if not last:
            return done


def newest_settled() -> int:
    """The highest entry below which nothing can appear any more."""
    with unit_of_work():
        if not on_sqlite():
            # Whoever posts now queues behind this lock, so it must not be waited for long.
            db.session.execute(text(f"SET LOCAL lock_timeout = {_LONGEST_WAIT_MS}"))
            db.session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _POSTING})
        highest = select(func.coalesce(func.max(ENTRY.c.id), 0))
        return int(db.session.execute(highest).scalar_one())


def _roll_up_some(watermark: int, after: int) -> tuple[int, int]:
    """Some accounts above ``after``: how many were advanced, and the last one (0 at the end)."""
    values = {"watermark": watermark, "after": after}
    behind = db.session.execute(_BEHIND, values).all()
    if not behind:
        return 0, 0
    before = {row.id: row.rolled_up_to for row in behind}
    sums = db.session.execute(_SINCE, {"accounts": list(before), "watermark": watermark}).all()
    advances = [
        {
            "account": row.account_id,
            "before": before[row.account_id],
            "amount": row.amount,
            "watermark": watermark,
        }
        for row in sums
    ]
    db.session.connection().execute(_ADVANCE, advances)
    return len(advances), behind[-1].id
