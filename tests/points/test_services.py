"""Budgets, awards, corrections, holds and gifts as the other rooms use them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from types import ModuleType
from typing import Any

import pytest

from portal.core.errors import Forbidden, Invalid
from portal.core.ids import new_id
from portal.core.permissions import Grant, Principal, Role, ScopeKind
from portal.core.unit_of_work import unit_of_work
from portal.points import ledger, queries, services, upkeep
from portal.points.errors import (
    AlreadyReversed,
    BudgetExceeded,
    HoldNotOpen,
    InsufficientPoints,
    RuleInThePast,
    UnknownMember,
)
from portal.points.ledger import Give, Kind, Posting, accounts
from portal.points.verification import verify
from tests.points.books import MORNING, award, broken_invariants, fund, rows, served, spend
from tests.world import CITY, COMMUNITY, DISTRICT, FAR_COMMUNITY, STREET

LI, WANG = "a" * 26, "b" * 26
ACTIVITY = "c" * 26


@pytest.fixture(autouse=True)
def whole_books(world: ModuleType, at: Callable[[datetime], None]) -> Iterator[None]:
    at(MORNING)
    yield
    assert broken_invariants() == []


def somebody(
    *grants: tuple[Role, str], user_id: str = LI, home: str | None = COMMUNITY
) -> Principal:
    return Principal(
        id=user_id,
        name="Li",
        locale="en",
        member_code="x",
        home_region=home,
        home_path=(),
        verified=True,
        grants=tuple(Grant(role, ScopeKind.REGION, code) for role, code in grants),
    )


def allocate(actor: Principal, region_code: str, amount: int) -> int:
    with unit_of_work():
        return services.allocate_budget(actor, region_code, amount, "spring").balance


def decide(key: str, value: Any, region: str = COMMUNITY, since: date | None = None) -> None:
    committee = somebody((Role.COMMITTEE, region))
    with unit_of_work():
        services.set_rule(committee, region, key, value, since or MORNING.date())


def credit(*records: services.ServiceCredit) -> dict[str, int]:
    with unit_of_work():
        return services.credit_service(records, None)


def correct(record: services.ServiceCredit, minutes: int, version: int = 1) -> int:
    with unit_of_work():
        return services.correct_service(replace(record, minutes=minutes), None, version)


def give(giver: str, receiver: str, amount: int) -> None:
    gift = Give(
        source=accounts.wallet(giver, COMMUNITY),
        target=accounts.wallet(receiver, COMMUNITY),
        amount=amount,
    )
    with unit_of_work():
        ledger.post(Posting(kind=Kind.GIFT, region_code=COMMUNITY, moves=(gift,)))


def budget(region_code: str = COMMUNITY) -> dict[str, int]:
    return queries.budget_of(region_code).as_json()


# --- budgets ----------------------------------------------------------------------------------


def test_points_flow_from_the_city_down_to_the_community() -> None:
    finance = somebody((Role.FINANCE, CITY))
    assert allocate(finance, CITY, 1_000) == 1_000
    assert allocate(finance, DISTRICT, 400) == 400
    assert allocate(finance, STREET, 300) == 300
    assert allocate(somebody((Role.COMMITTEE, STREET)), COMMUNITY, 100) == 100
    assert budget(CITY) == {
        "balance": 600, "held": 0, "received": 1_000, "passed_on": 400, "awarded": 0,
    }  # fmt: skip
    assert budget(STREET) == {
        "balance": 200, "held": 0, "received": 300, "passed_on": 100, "awarded": 0,
    }  # fmt: skip
    assert budget(COMMUNITY)["received"] == 100


def test_nobody_allocates_to_the_own_budget_but_a_citys_finance() -> None:
    with pytest.raises(Forbidden):
        allocate(somebody((Role.COMMITTEE, COMMUNITY)), COMMUNITY, 1)
    with pytest.raises(Forbidden):
        allocate(somebody((Role.FINANCE, DISTRICT)), DISTRICT, 1)
    with pytest.raises(Forbidden):
        allocate(somebody((Role.COMMITTEE, CITY)), CITY, 1)
    with pytest.raises(Forbidden):
        allocate(somebody((Role.FINANCE, STREET)), DISTRICT, 1)


def test_a_budget_passes_on_no_more_than_it_has() -> None:
    finance = somebody((Role.FINANCE, CITY))
    allocate(finance, CITY, 10)
    with pytest.raises(BudgetExceeded):
        allocate(finance, DISTRICT, 11)
    assert budget(CITY)["balance"] == 10
    assert rows("SELECT 1 FROM audit_event WHERE object_id = :code", code=DISTRICT) == []


def test_an_activity_keeps_its_part_of_the_budget_and_gives_back_the_rest() -> None:
    fund(100)
    with unit_of_work():
        services.reserve_activity_budget(ACTIVITY, COMMUNITY, 60, None)
    assert (budget()["balance"], budget()["held"]) == (40, 60)
    with pytest.raises(BudgetExceeded), unit_of_work():
        services.reserve_activity_budget("d" * 26, COMMUNITY, 41, None)
    award(LI, 20, activity_id=ACTIVITY)
    assert budget() == {
        "balance": 40, "held": 40, "received": 100, "passed_on": 0, "awarded": 20,
    }  # fmt: skip
    for _ in range(2):
        with unit_of_work():
            services.release_activity_budget(ACTIVITY, COMMUNITY, None)
    assert budget() == {
        "balance": 80, "held": 0, "received": 100, "passed_on": 0, "awarded": 20,
    }  # fmt: skip


# --- awards -----------------------------------------------------------------------------------


def test_a_record_brings_hours_and_points_in_one_transaction() -> None:
    fund(100)
    record = served(LI, minutes=90)
    assert credit(record) == {record.record_id: 15}
    assert queries.minutes_of(LI) == 90
    assert queries.points_of(LI) == {
        "balance": 15, "held": 0, "expiring": [{"amount": 15, "expires_on": date(2028, 12, 31)}],
    }  # fmt: skip
    written = rows("SELECT kind, value_date FROM ledger_transaction WHERE kind = 'award'")
    assert [(row.kind, str(row.value_date)) for row in written] == [("award", "2026-11-21")]


def test_a_whole_shift_is_all_or_none() -> None:
    fund(25)
    shift = [served(each, minutes=60) for each in (LI, WANG, "e" * 26)]
    with pytest.raises(BudgetExceeded):
        credit(*shift)
    assert queries.minutes_of(LI) == 0
    fund(5)
    assert sum(credit(*shift).values()) == 30


def test_a_record_is_credited_once() -> None:
    fund(100)
    record = served(LI)
    assert credit(record) == credit(record) == {record.record_id: 10}
    assert queries.points_of(LI)["balance"] == 10


def test_minutes_too_few_for_a_point_still_count_as_hours() -> None:
    record = served(LI, minutes=5)
    assert credit(record) == {record.record_id: 0}
    assert queries.minutes_of(LI) == 5


def test_what_the_reserve_does_not_cover_comes_from_the_budget() -> None:
    fund(100)
    with unit_of_work():
        services.reserve_activity_budget(ACTIVITY, COMMUNITY, 15, None)
    credit(*(served(each, activity_id=ACTIVITY) for each in (LI, WANG)))
    assert (budget()["balance"], budget()["held"], budget()["awarded"]) == (75, 5, 20)


def test_rules_multipliers_and_the_zone_decide_the_points() -> None:
    fund(1_000)
    decide("points_per_hour.elder_care", 20)
    decide("multiplier.heat", "1.5")
    decide("multiplier.night", {"from": "22:00", "to": "06:00", "factor": "2"})
    evening = datetime(2026, 11, 21, 13, 0, tzinfo=UTC)  # 21:00 to 23:00 there
    record = served(
        LI, minutes=120, category="elder_care", started_at=evening, conditions=frozenset({"heat"})
    )
    assert credit(record) == {record.record_id: 90}
    assert queries.points_per_hour(COMMUNITY, "elder_care", MORNING.date()) == 20
    heat = frozenset({"heat"})
    end = evening + timedelta(hours=2)
    assert queries.expected_points(COMMUNITY, "elder_care", evening, end, heat) == 90


def test_caps_hold_per_resident_and_day_of_service() -> None:
    fund(1_000)
    decide("cap.day", 25)
    first = credit(*(served(LI, record_id=f"{n}" * 26) for n in range(3)))
    assert list(first.values()) == [10, 10, 5]
    record = served(LI)
    assert credit(record) == {record.record_id: 0}
    other_day = served(LI, started_at=MORNING - timedelta(days=1))
    assert credit(other_day) == {other_day.record_id: 10}
    somebody_else = served(WANG)
    assert credit(somebody_else) == {somebody_else.record_id: 10}
    assert queries.minutes_of(LI) == 300


def test_caps_hold_per_month_and_a_correction_makes_room() -> None:
    fund(1_000)
    decide("cap.month", 12)
    record = served(LI)
    credit(record)
    later = served(LI, started_at=MORNING + timedelta(days=7))
    assert credit(later) == {later.record_id: 2}
    december = served(LI, started_at=MORNING + timedelta(days=14))
    assert credit(december) == {december.record_id: 10}
    assert correct(record, 30) == 5
    more = served(LI)
    assert credit(more) == {more.record_id: 5}


# --- corrections ------------------------------------------------------------------------------


def test_a_correction_is_an_opposite_transaction_and_a_new_award() -> None:
    fund(100)
    record = served(LI, minutes=60)
    credit(record)
    assert correct(record, 120) == 20
    assert queries.minutes_of(LI) == 120
    assert queries.points_of(LI)["balance"] == 20
    assert budget()["awarded"] == 20
    kinds = rows("SELECT kind FROM ledger_transaction WHERE kind <> 'allocation' ORDER BY kind")
    assert [row.kind for row in kinds] == ["award", "award", "correction"]
    assert correct(record, 0, version=2) == 0
    assert (queries.minutes_of(LI), queries.points_of(LI)["balance"]) == (0, 0)
    assert budget() == {
        "balance": 100, "held": 0, "received": 100, "passed_on": 0, "awarded": 0,
    }  # fmt: skip


def test_a_correction_of_spent_points_leaves_no_debt() -> None:
    fund(100)
    record = award(LI, 20)
    spend(LI, 15)
    assert correct(record, 60) == 10
    assert queries.points_of(LI)["balance"] == 0
    assert budget()["awarded"] == 15
    assert correct(record, 120, version=2) == 20
    assert queries.points_of(LI)["balance"] == 5
    assert budget()["awarded"] == 20
    assert verify().problems == []


def test_correcting_again_and_again_makes_no_points() -> None:
    """What was given to a friend is not there to be taken back, and not paid a second time."""
    fund(100)
    record = award(LI, 10)
    for version in range(1, 5):
        if held := queries.points_of(LI)["balance"]:
            give(LI, WANG, held)
        assert correct(record, 60, version) == 10
    assert (queries.points_of(LI)["balance"], queries.points_of(WANG)["balance"]) == (0, 10)
    assert (budget()["balance"], budget()["awarded"]) == (90, 10)
    assert verify().problems == []


def test_held_points_are_set_off_against_the_next_credit_of_their_record() -> None:
    fund(100)
    record = award(LI, 10)
    with unit_of_work():
        hold = services.hold_points(LI, 10, "voucher:1")
    assert correct(record, 0) == 0
    assert budget()["awarded"] == 10
    with unit_of_work():
        services.void_hold(hold)
    assert queries.points_of(LI) == {
        "balance": 10, "held": 0, "expiring": [{"amount": 10, "expires_on": date(2028, 12, 31)}],
    }  # fmt: skip
    assert correct(record, 90, version=2) == 15
    assert (queries.points_of(LI)["balance"], budget()["awarded"]) == (15, 15)
    assert correct(record, 0, version=3) == 0
    assert (queries.points_of(LI)["balance"], budget()["awarded"]) == (0, 0)
    assert verify().problems == []


def test_points_that_came_back_are_taken_when_the_record_is_corrected_once_more() -> None:
    fund(100)
    record = award(LI, 10)
    with unit_of_work():
        hold = services.hold_points(LI, 10, "voucher:1")
    assert correct(record, 0) == 0
    with unit_of_work():
        services.void_hold(hold)
    assert correct(record, 0, version=2) == 0
    assert (queries.points_of(LI)["balance"], budget()["awarded"]) == (0, 0)
    assert verify().problems == []


def test_a_share_of_the_free_budget_can_be_the_limit() -> None:
    fund(100)
    with pytest.raises(BudgetExceeded), unit_of_work():
        services.credit_service([served(LI, minutes=60), served(WANG, minutes=60)], None, 19)
    record = served(LI, minutes=60)
    with unit_of_work():
        services.credit_service([record], None, 10)
    with pytest.raises(BudgetExceeded), unit_of_work():
        services.correct_service(replace(record, minutes=120), None, 1, 9)
    with unit_of_work():
        services.correct_service(replace(record, minutes=120), None, 1, 10)
    assert queries.points_of(LI)["balance"] == 20


def test_corrected_points_keep_their_dates(at: Callable[[datetime], None]) -> None:
    fund(100)
    record = award(LI, 10)
    at(MORNING + timedelta(days=60))
    correct(record, 120)
    assert queries.points_of(LI)["expiring"] == [{"amount": 20, "expires_on": date(2028, 12, 31)}]


def test_a_correction_goes_through_the_reserve_while_there_is_one() -> None:
    fund(100)
    with unit_of_work():
        services.reserve_activity_budget(ACTIVITY, COMMUNITY, 100, None)
    record = award(LI, 10, activity_id=ACTIVITY)
    assert correct(record, 120) == 20
    assert (budget()["balance"], budget()["held"]) == (0, 80)
    with unit_of_work():
        services.release_activity_budget(ACTIVITY, COMMUNITY, None)
    assert correct(record, 60, version=2) == 10
    assert (budget()["balance"], budget()["held"]) == (90, 0)


# --- holds, gifts, expiry ---------------------------------------------------------------------


def test_a_hold_is_captured_or_voided_once() -> None:
    fund(100)
    award(LI, 30)
    with unit_of_work():
        hold = services.hold_points(LI, 20, "voucher:1")
    assert queries.points_of(LI)["balance"] == 10
    assert queries.points_of(LI)["held"] == 20
    with unit_of_work():
        services.void_hold(hold)
    with pytest.raises(HoldNotOpen), unit_of_work():
        services.capture_hold(hold, "m" * 26, COMMUNITY, "noodles", None)
    assert queries.points_of(LI) == {
        "balance": 30, "held": 0, "expiring": [{"amount": 30, "expires_on": date(2028, 12, 31)}],
    }  # fmt: skip
    with pytest.raises(InsufficientPoints), unit_of_work():
        services.hold_points(LI, 31, "voucher:2")


def test_a_refund_happens_once() -> None:
    fund(100)
    award(LI, 30)
    bought = spend(LI, 20)
    with unit_of_work():
        services.refund_redemption(bought, "cold noodles", None)
    assert queries.points_of(LI)["balance"] == 30
    with pytest.raises(AlreadyReversed), unit_of_work():
        services.refund_redemption(bought, "cold noodles", None)


def test_points_past_their_day_are_gone_for_all_eyes(at: Callable[[datetime], None]) -> None:
    fund(100)
    award(LI, 30)
    with unit_of_work():
        hold = services.hold_points(LI, 10, "voucher:1")
    at(datetime(2028, 12, 31, 16, 0, tzinfo=UTC))
    assert queries.points_of(LI) == {"balance": 0, "held": 10, "expiring": []}
    upkeep.settle(LI)
    upkeep.settle(LI)
    assert rows("SELECT sum(amount) AS n FROM ledger_lot_take")[0].n == 20
    with unit_of_work():
        services.void_hold(hold)
    assert queries.points_of(LI) == {"balance": 0, "held": 0, "expiring": []}
    expired = rows("SELECT memo FROM ledger_transaction WHERE kind = 'expiry'")
    assert len(expired) == 2


def test_the_job_expires_every_wallet(at: Callable[[datetime], None]) -> None:
    fund(100)
    for each in (LI, WANG):
        award(each, 10)
    assert upkeep.expire_due() == 0
    at(datetime(2029, 1, 1, tzinfo=UTC))
    assert upkeep.expire_due() == 2
    assert upkeep.expire_due() == 0


def test_residents_are_told_once_before_points_expire(at: Callable[[datetime], None]) -> None:
    fund(100)
    award(LI, 10)
    award(LI, 5)
    assert upkeep.tell_of_expiring() == 0
    at(datetime(2028, 12, 2, tzinfo=UTC))
    assert upkeep.tell_of_expiring() == 1
    assert upkeep.tell_of_expiring() == 0
    (message,) = rows("SELECT payload FROM outbox_message WHERE kind = 'notify'")
    payload = message.payload
    payload = json.loads(payload) if isinstance(payload, str) else payload
    assert payload["params"] == {"amount": 15, "expires_on": "2028-12-31"}
    assert payload["user_id"] == LI


def test_a_gift_goes_to_who_shows_the_code(world: ModuleType) -> None:
    fund(100)
    giver, receiver = world.make_user("li@example.org"), world.make_user("wang@example.org")
    award(giver, 30)
    code = rows("SELECT member_code FROM user_account WHERE id = :id", id=receiver)[0].member_code
    actor = somebody(user_id=giver)
    with unit_of_work():
        services.give_points(actor, code.upper(), 12, "谢谢")
    assert queries.points_of(giver)["balance"] == 18
    assert queries.points_of(receiver)["balance"] == 12
    with pytest.raises(UnknownMember), unit_of_work():
        services.give_points(actor, "nobody", 1, "")
    own = rows("SELECT member_code FROM user_account WHERE id = :id", id=giver)[0].member_code
    with pytest.raises(Invalid), unit_of_work():
        services.give_points(actor, own, 1, "")
    with pytest.raises(InsufficientPoints), unit_of_work():
        services.give_points(actor, code, 19, "")


@pytest.mark.parametrize("verified", [True, False])
def test_a_gift_opens_a_wallet_of_the_receivers_home(world: ModuleType, *, verified: bool) -> None:
    far = world.make_user("wang@example.org", home=FAR_COMMUNITY, verified=verified)
    assert region_of_the_wallet_after_a_gift(world, far) == FAR_COMMUNITY


def test_a_gift_to_who_has_no_home_opens_a_wallet_of_the_givers_region(world: ModuleType) -> None:
    nowhere = world.make_user("wang@example.org", home=None)
    assert region_of_the_wallet_after_a_gift(world, nowhere) == COMMUNITY


def region_of_the_wallet_after_a_gift(world: ModuleType, receiver: str) -> str:
    fund(100)
    giver = world.make_user("li@example.org")
    award(giver, 30)
    code = rows("SELECT member_code FROM user_account WHERE id = :id", id=receiver)[0].member_code
    for _twice in range(2):  # the second one finds the wallet
        with unit_of_work():
            services.give_points(somebody(user_id=giver), code, 5, "")
    assert queries.points_of(receiver)["balance"] == 10
    wallets = rows(
        "SELECT region_code FROM ledger_account WHERE owner_id = :id AND purpose = 'wallet'",
        id=receiver,
    )
    assert len(wallets) == 1
    return str(wallets[0].region_code)


# --- rules ------------------------------------------------------------------------------------


def test_a_rule_is_inherited_until_somebody_nearer_decides() -> None:
    today = MORNING.date()
    decide("points_per_hour", 12, DISTRICT, today)
    assert queries.points_per_hour(COMMUNITY, None, today) == 12
    assert queries.points_per_hour(CITY, None, today) == 10
    decide("points_per_hour", 15, COMMUNITY, today)
    decide("points_per_hour", 20, COMMUNITY, today + timedelta(days=10))
    assert queries.points_per_hour(COMMUNITY, None, today) == 15
    assert queries.points_per_hour(COMMUNITY, None, today + timedelta(days=10)) == 20
    decide("points_per_hour", None, COMMUNITY, today + timedelta(days=20))
    assert queries.points_per_hour(COMMUNITY, None, today + timedelta(days=20)) == 12


def test_a_rule_is_decided_by_the_regions_committee_and_never_for_the_past() -> None:
    with pytest.raises(Forbidden), unit_of_work():
        services.set_rule(
            somebody((Role.COMMITTEE, COMMUNITY)), STREET, "cap.day", 1, date(2026, 12, 1)
        )
    with pytest.raises(Forbidden), unit_of_work():
        services.set_rule(
            somebody((Role.FINANCE, CITY)), COMMUNITY, "cap.day", 1, date(2026, 12, 1)
        )
    with pytest.raises(RuleInThePast):
        decide("cap.day", 1, since=date(2020, 1, 1))
    with pytest.raises(Invalid):
        decide("cap.day", -1, since=date(2099, 1, 1))
    with pytest.raises(Invalid):
        decide("no.such", 1, since=date(2099, 1, 1))


def test_a_new_rule_leaves_a_trace() -> None:
    decide("expiry.years", 3, since=date(2099, 1, 1))
    event = rows("SELECT action, object_id FROM audit_event WHERE action = 'rule.set'")
    assert [tuple(row) for row in event] == [("rule.set", COMMUNITY)]


def test_credits_of_new_ids_never_meet() -> None:
    fund(100)
    records = [served(LI, record_id=new_id()) for _ in range(3)]
    assert sum(credit(*records).values()) == 30
