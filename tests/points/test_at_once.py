"""Many at one balance, one hold, one key, one reserve: exactly one effect each."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from types import ModuleType
from typing import Any

import pytest

from portal.app import Portal
from portal.core.database import db, on_sqlite
from portal.core.ids import new_id
from portal.core.permissions import Grant, Role, ScopeKind
from portal.core.unit_of_work import unit_of_work
from portal.points import ledger, queries, services
from portal.points.ledger import Give, Kind, Posting, Transfer, accounts
from portal.points.verification import verify
from tests.at_once import all_at_once
from tests.points.books import MERCHANT, award, broken_invariants, fund, rows, served
from tests.world import CITY, COMMUNITY, principal

pytestmark = pytest.mark.parallel

LI, WANG = "a" * 26, "b" * 26
HUNDRED = 100


@pytest.fixture(autouse=True)
def whole_books(world: ModuleType) -> Iterator[None]:
    """Whatever met whatever, the books are whole after it."""
    fund(1_000)
    yield
    assert broken_invariants() == []
    assert verify().problems == []


@pytest.fixture
def at_once(app: Portal) -> Callable[[Sequence[Callable[[], Any]]], list[Any]]:
    return partial(all_at_once, app)


def count(outcomes: Sequence[Any]) -> Counter[str]:
    return Counter(
        "done" if each is None or len(str(each)) == 26 else str(each) for each in outcomes
    )


def test_a_hundred_holds_of_one_balance(at_once: Any) -> None:
    award(LI, 100)
    came = at_once([lambda: services.hold_points(LI, 10, new_id())] * HUNDRED)
    assert count(came) == {"done": 10, "insufficient_points": 90}
    assert (queries.points_of(LI)["balance"], queries.points_of(LI)["held"]) == (0, 100)


def test_one_hold_is_captured_once(at_once: Any) -> None:
    award(LI, 100)
    with unit_of_work():
        hold = services.hold_points(LI, 60, "voucher:1")
    capture = [lambda: services.capture_hold(hold, MERCHANT, COMMUNITY, "noodles", None)] * HUNDRED
    assert count(at_once(capture)) == {"done": 1, "hold_not_open": 99}
    assert (queries.points_of(LI)["balance"], queries.points_of(LI)["held"]) == (40, 0)


def test_a_hold_is_captured_or_voided_and_never_both(at_once: Any) -> None:
    award(LI, 100)
    for n in range(8):
        with unit_of_work():
            hold = services.hold_points(LI, 10, f"voucher:{n}")
        either = [
            lambda hold=hold: services.capture_hold(hold, MERCHANT, COMMUNITY, "noodles", None),
            lambda hold=hold: services.void_hold(hold),
        ] * 4
        assert count(at_once(either)) == {"done": 1, "hold_not_open": 7}


def test_one_key_holds_once(at_once: Any) -> None:
    award(LI, 100)
    came = at_once([lambda: services.hold_points(LI, 60, "voucher:1")] * HUNDRED)
    assert len(set(came)) == 1
    assert queries.points_of(LI)["held"] == 60


def test_one_key_posts_once(at_once: Any) -> None:
    record = served(LI)
    came = at_once([lambda: services.credit_service([record], None)] * HUNDRED)
    assert all(each == {record.record_id: 10} for each in came)
    assert queries.points_of(LI)["balance"] == 10
    assert queries.minutes_of(LI) == 60


def test_one_key_with_other_contents_posts_one_of_them(at_once: Any) -> None:
    record = new_id()
    records = [served(person, record_id=record) for person in (LI, WANG)] * 8
    came = at_once([lambda r=r: services.credit_service([r], None) for r in records])
    assert len(rows("SELECT 1 FROM ledger_transaction WHERE kind = 'award'")) == 1
    assert sum(isinstance(each, dict) for each in came) == 8
    assert came.count("idempotency_mismatch") == 8


def test_a_reserve_awards_no_more_than_it_has(at_once: Any) -> None:
    """Forty awards are covered by the reserve, ten by the rest of the budget."""
    with unit_of_work():
        services.reserve_activity_budget("c" * 26, COMMUNITY, 400, None)
        services.reserve_activity_budget("d" * 26, COMMUNITY, 500, None)
    records = [served(new_id(), activity_id="c" * 26) for _ in range(HUNDRED)]
    came = at_once([lambda r=r: services.credit_service([r], None) for r in records])
    credited = sum(isinstance(each, dict) for each in came)
    assert came.count("budget_exceeded") == HUNDRED - credited
    budget = queries.budget_of(COMMUNITY)
    assert budget.awarded == credited * 10
    assert credited <= 50
    assert budget.balance + budget.held - 500 == 500 - credited * 10


def test_a_budget_is_passed_on_once(at_once: Any, world: ModuleType) -> None:
    finance = principal(new_id(), Grant(Role.FINANCE, ScopeKind.REGION, CITY))
    with unit_of_work():
        services.allocate_budget(finance, CITY, 100, "2027")
    deeds = [lambda: services.allocate_budget(finance, "150402", 30, "x")] * 16
    came = at_once([lambda deed=deed: deed().transaction_id for deed in deeds])
    assert count(came) == {"done": 3, "budget_exceeded": 13}


def test_a_newcomers_accounts_are_made_once(at_once: Any) -> None:
    records = [served(LI) for _ in range(50)]
    at_once([lambda r=r: services.credit_service([r], None) for r in records])
    assert queries.points_of(LI)["balance"] == 500
    assert len(rows("SELECT 1 FROM ledger_account WHERE owner_id = :li", li=LI)) == 2


def test_caps_hold_for_all_together(at_once: Any) -> None:
    committee = principal(new_id(), Grant(Role.COMMITTEE, ScopeKind.REGION, COMMUNITY))
    from portal.core.clock import now, today

    with unit_of_work():
        services.set_rule(committee, COMMUNITY, "cap.day", 55, today())
    records = [served(LI, started_at=now()) for _ in range(20)]
    at_once([lambda r=r: services.credit_service([r], None) for r in records])
    assert queries.points_of(LI)["balance"] == 55


def test_gifts_in_both_directions_at_once(at_once: Any) -> None:
    for each in (LI, WANG):
        award(each, 200)
    wallets = [accounts.wallet(each, COMMUNITY) for each in (LI, WANG)]

    def give(source: int) -> ledger.Posted:
        move = Give(source=wallets[source], target=wallets[1 - source], amount=7)
        return ledger.post(Posting(kind=Kind.GIFT, region_code=COMMUNITY, moves=(move,)))[0]

    came = at_once([lambda n=n: give(n % 2) for n in range(HUNDRED)])
    assert all(isinstance(each, ledger.Posted) for each in came)
    assert [queries.points_of(each)["balance"] for each in (LI, WANG)] == [200, 200]


def test_a_correction_meets_a_purchase(at_once: Any) -> None:
    """Whoever is first: nothing below zero, nothing lost."""
    for n in range(6):
        person = f"{n}" * 26
        record = award(person, 30)
        at_once(
            [
                lambda r=record: services.correct_service(r, None, 1),
                lambda p=person: services.hold_points(p, 25, f"voucher:{p}"),
                lambda p=person: services.hold_points(p, 25, f"other:{p}"),
            ]
        )
        purse = queries.points_of(person)
        assert purse["balance"] + purse["held"] == 30
    assert queries.budget_of(COMMUNITY).awarded == 6 * 30


@pytest.mark.postgres
def test_a_roll_up_makes_nobody_wait_for_a_long_transaction(app: Portal) -> None:
    if on_sqlite():
        pytest.skip("SQLite has one writer at a time anyway")
    posting, done = threading.Event(), threading.Event()

    def post_slowly() -> None:
        with app.app_context(), unit_of_work():
            move = Transfer(source=accounts.received(CITY), target=accounts.budget(CITY), amount=3)
            ledger.post(Posting(kind=Kind.ISSUE, region_code=CITY, moves=(move,)))
            posting.set()
            done.wait(20)

    slow = threading.Thread(target=post_slowly)
    slow.start()
    try:
        assert posting.wait(20)
        assert ledger.roll_up() == 0
    finally:
        done.set()
        slow.join()
    assert ledger.roll_up() > 0


def test_a_roll_up_beside_the_rush_loses_nothing(at_once: Any, app: Portal) -> None:
    stop = threading.Event()

    def keep_rolling() -> None:
        with app.app_context():
            while not stop.is_set():
                ledger.roll_up()
                db.session.remove()

    roller = threading.Thread(target=keep_rolling)
    roller.start()
    source, target = accounts.received(CITY), accounts.budget(CITY)

    def issue() -> None:
        move = Transfer(source=source, target=target, amount=3)
        ledger.post(Posting(kind=Kind.ISSUE, region_code=CITY, moves=(move,)))

    try:
        came = at_once([issue] * HUNDRED)
    finally:
        stop.set()
        roller.join()
    assert came == [None] * HUNDRED
    ledger.roll_up()
    kept = rows("SELECT rolled_up FROM ledger_account WHERE purpose = 'received'"
                " AND owner_id = :city", city=CITY)  # fmt: skip
    assert kept[0].rolled_up == -300
    assert queries.budget_of(CITY).received == 300
