"""What the books need by the clock: points past their day, and word of it in time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from portal.core.clock import today
from portal.core.jobs import one_by_one
from portal.core.unit_of_work import unit_of_work
from portal.points import queries, services
from portal.points.ledger import accounts

AT_ONCE = 200


def settle(user_id: str) -> None:
    """Before its owner looks at a wallet: book what is past its day, so that the entries and the
    balance agree. Opens a unit of work only if there is something to book."""
    if queries.has_expired_lots(user_id):
        with unit_of_work():
            services.settle_expired(user_id)


def tell_of_expiring() -> int:
    """Tell residents of points that will expire soon; returns how many.

    Raises:
        Unfinished: some could not be told; the others were.
    """
    return one_by_one(
        lambda last: queries.untold_expiries(last, AT_ONCE),
        lambda row: services.tell_of_expiring([row]),
        together=services.tell_of_expiring,
    )


def expire_due() -> int:
    """Book all points that are past their day; returns how many wallets changed.

    Raises:
        Unfinished: some wallets could not be booked; the others were.
    """
    day = today()
    return one_by_one(
        lambda last: queries.expired_wallets(day, last, AT_ONCE),
        lambda row: _expire([row]),
        together=_expire,
    )


def _expire(rows: Sequence[Any]) -> int:
    wallets = {row.id: accounts.wallet(row.owner_id, row.region_code) for row in rows}
    return services.expire_wallets(list(wallets.values()))
