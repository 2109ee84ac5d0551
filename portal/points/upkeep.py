"""What the books need by the clock: points past their day, and the sums of what only collects."""

from __future__ import annotations

from portal.core.clock import today
from portal.core.unit_of_work import unit_of_work
from portal.points import queries, services

WALLETS_AT_ONCE = 200


def settle(user_id: str) -> None:
    """Before its owner looks at a wallet: book what is past its day, so that the entries and the
    balance agree. Opens a unit of work only if there is something to book."""
    if queries.has_expired_lots(user_id):
        with unit_of_work():
            services.settle_expired(user_id)


def tell_of_expiring() -> int:
    """Tell residents of points that will expire soon, some at a time; returns how many."""
    done = 0
    while True:
        with unit_of_work():
            told = services.tell_of_expiring(WALLETS_AT_ONCE)
        done += told
        if not told:
            return done


def expire_due() -> int:
    """Book all points that are past their day, some wallets at a time; returns how many."""
    done = 0
    while True:
        with unit_of_work():
            wallets = queries.expired_wallets(today(), WALLETS_AT_ONCE)
            changed = services.expire_wallets(wallets)
        done += changed
        if not changed:
            return done
