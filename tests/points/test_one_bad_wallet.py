"""One wallet that cannot be booked or told of keeps no other waiting."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from types import ModuleType
from typing import Any

import pytest
from sqlalchemy import text

from portal.core import outbox
from portal.core.database import db
from portal.core.jobs import Unfinished
from portal.core.unit_of_work import unit_of_work
from portal.points import jobs, queries
from portal.points.ledger import Earn, Kind, Posting, accounts, post
from tests.points.books import MORNING, award, broken_invariants, fund, rows
from tests.world import COMMUNITY

PEOPLE = [letter * 26 for letter in "abcd"]
BAD = PEOPLE[1]


@pytest.fixture(autouse=True)
def whole_books(world: ModuleType, at: Callable[[datetime], None]) -> Iterator[None]:
    at(MORNING)
    fund(1_000)
    yield
    assert broken_invariants() == []


def impossible(owner: str, *, cured: bool = False) -> None:
    """A balance that no longer covers its lots: the ledger refuses to take from it."""
    change = 10 if cured else -10
    with unit_of_work():
        db.session.execute(
            text(
                "UPDATE ledger_account SET balance = balance + :change"
                " WHERE owner_id = :owner AND purpose = 'wallet'"
            ),
            {"change": change, "owner": owner},
        )


def expired() -> set[str]:
    found = rows(
        "SELECT DISTINCT a.owner_id AS owner FROM ledger_entry e"
        " JOIN ledger_account a ON a.id = e.account_id"
        " JOIN ledger_transaction t ON t.id = e.transaction_id"
        " WHERE t.kind = 'expiry' AND a.purpose = 'wallet'"
    )
    return {row.owner for row in found}


def test_a_wallet_that_cannot_be_booked(at: Callable[[datetime], None]) -> None:
    for each in PEOPLE:
        award(each, 10)
    impossible(BAD)
    at(datetime(2029, 1, 1, tzinfo=UTC))
    for expected in (3, 0):  # all but one, and at the next run that one again
        with pytest.raises(Unfinished) as unfinished:
            jobs.expire()
        assert (unfinished.value.done, unfinished.value.failed) == (expected, 1)
        assert expired() == set(PEOPLE) - {BAD}
    impossible(BAD, cured=True)
    assert jobs.expire() == 1
    assert expired() == set(PEOPLE)


def test_somebody_who_cannot_be_told(
    at: Callable[[datetime], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    for each in PEOPLE:
        award(each, 10)
    emit = outbox.emit

    def poisoned(kind: str, /, **payload: Any) -> None:
        if payload["user_id"] == BAD:
            raise ArithmeticError
        emit(kind, **payload)

    monkeypatch.setattr(outbox, "emit", poisoned)
    at(datetime(2028, 12, 2, tzinfo=UTC))
    for expected in (3, 0):
        with pytest.raises(Unfinished) as unfinished:
            jobs.tell_of_expiring()
        assert (unfinished.value.done, unfinished.value.failed) == (expected, 1)
        assert len(rows("SELECT 1 FROM outbox_message")) == 3
    monkeypatch.setattr(outbox, "emit", emit)
    assert jobs.tell_of_expiring() == 1
    assert jobs.tell_of_expiring() == 0


def test_wallets_and_their_days_are_found_some_at_a_time(at: Callable[[datetime], None]) -> None:
    """A wallet with points of two days is told of each; no page repeats or leaves out one."""
    for number, each in enumerate(PEOPLE):
        for day in (date(2027, 6, 1), date(2027, 6, 2 + number)):
            earn = Earn(
                source=accounts.budget(COMMUNITY),
                target=accounts.wallet(each, COMMUNITY),
                amount=5,
                expires_on=day,
            )
            with unit_of_work():
                post(Posting(kind=Kind.AWARD, region_code=COMMUNITY, moves=(earn,)))
    at(datetime(2027, 5, 20, tzinfo=UTC))
    found, last = [], None
    while page := queries.untold_expiries(last, 3):
        last = page[-1]
        found += [(row.owner_id, row.expires_on.day, int(row.amount)) for row in page]
    db.session.rollback()
    expected = [(each, 1, 5) for each in PEOPLE]
    expected += [(each, 2 + number, 5) for number, each in enumerate(PEOPLE)]
    assert found == expected
    assert jobs.tell_of_expiring() == len(expected)
    at(datetime(2027, 6, 3, tzinfo=UTC))
    assert jobs.expire() == len(PEOPLE)
    at(datetime(2027, 6, 30, tzinfo=UTC))
    assert jobs.expire() == 3
