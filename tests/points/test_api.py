"""Points, hours and budgets by the JSON API."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from types import ModuleType
from typing import Any

import pytest

from portal.core.unit_of_work import unit_of_work
from portal.points import services
from tests.points.books import MORNING, award, broken_invariants, fund, spend
from tests.world import CITY, COMMUNITY, DISTRICT, NEXT_COMMUNITY, STREET

Clock = Callable[[datetime], None]


@pytest.fixture
def li(world: ModuleType) -> str:
    return str(world.make_user("li@example.org"))


def all_entries(api: Any) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = []
    cursor: str | None = ""
    while cursor is not None:
        answer = api.get(f"/me/points/entries?limit=2{cursor and '&cursor=' + cursor}").json
        items += answer["items"]
        cursor = answer["next_cursor"]
    return items


def test_a_newcomer_has_nothing(api: Any, li: str) -> None:
    me = api.sign_in("li@example.org")
    assert me.get("/me/points").json == {"balance": 0, "held": 0, "expiring": []}
    assert me.get("/me/points/entries").json == {"items": [], "next_cursor": None}
    assert me.get("/me/hours").json == {"minutes_confirmed": 0, "minutes_pending": 0}
    assert api.get("/me/points").status_code == 401


def test_entries_sum_to_balance_and_held(api: Any, li: str) -> None:
    fund(200)
    record = award(li, 50, memo="Leaves in the park")
    award(li, 30)
    spend(li, 20)
    with unit_of_work():
        services.hold_points(li, 15, "voucher:1")
    with unit_of_work():
        services.correct_service(record, None, 1)
    me = api.sign_in("li@example.org")
    points = me.get("/me/points").json
    entries = all_entries(me)
    assert points["balance"] + points["held"] == sum(each["amount"] for each in entries)
    assert points["held"] == 15
    kinds = [each["kind"] for each in entries]
    assert kinds == ["award", "correction", "redemption", "award", "award"]
    assert entries[-1]["memo"] == "Leaves in the park"
    assert len({each["id"] for each in entries}) == len(entries)
    assert me.get("/me/hours").json["minutes_confirmed"] == 480


def test_after_its_day_a_lot_is_gone_in_every_answer(api: Any, li: str, at: Clock) -> None:
    at(MORNING)
    fund(100)
    award(li, 40)
    with unit_of_work():
        services.hold_points(li, 15, "voucher:1")
    at(datetime(2028, 12, 31, 15, 59, tzinfo=UTC))
    me = api.sign_in("li@example.org")
    assert me.get("/me/points").json == {
        "balance": 25, "held": 15, "expiring": [{"amount": 25, "expires_on": "2028-12-31"}],
    }  # fmt: skip
    at(datetime(2028, 12, 31, 16, 0, tzinfo=UTC))
    entries = all_entries(me)
    assert sum(each["amount"] for each in entries) == 15
    assert entries[0]["kind"] == "expiry"
    assert me.get("/me/points").json == {"balance": 0, "held": 15, "expiring": []}
    assert broken_invariants() == []


def test_a_gift_by_member_code(api: Any, li: str, world: ModuleType) -> None:
    world.make_user("wang@example.org")
    fund(100)
    award(li, 40)
    giver, receiver = api.sign_in("li@example.org"), api.sign_in("wang@example.org")
    code = receiver.get("/me").json["member_code"]
    body = {"to_member": code, "amount": 15, "message": "for the noodles"}
    first = giver.post("/me/points/gifts", body, key="one")
    again = giver.post("/me/points/gifts", body, key="one")
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json == again.json
    assert giver.get("/me/points").json["balance"] == 25
    got = receiver.get("/me/points/entries").json["items"]
    assert [(each["kind"], each["amount"], each["memo"]) for each in got] == [
        ("gift", 15, "for the noodles")
    ]
    assert receiver.get("/me/points").json["expiring"] == [
        {"amount": 15, "expires_on": giver.get("/me/points").json["expiring"][0]["expires_on"]}
    ]


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"to_member": "zzzz"}, 404, "unknown_member"),
        ({"to_member": "０１２３"}, 404, "unknown_member"),
        ({"amount": 41}, 409, "insufficient_points"),
        ({"amount": 2**53 - 1}, 409, "insufficient_points"),
        ({"amount": 0}, 422, "invalid"),
        ({"amount": -1}, 422, "invalid"),
        ({"amount": 2**63}, 422, "invalid"),
        ({"amount": True}, 422, "invalid"),
        ({"amount": "1"}, 422, "invalid"),
        ({"amount": 1.5}, 422, "invalid"),
        ({"message": "x" * 101}, 422, "invalid"),
        ({"message": "\x00"}, 422, "invalid"),
        ({"more": 1}, 422, "invalid"),
    ],
)
def test_a_wrong_gift_is_refused(
    api: Any, li: str, world: ModuleType, change: dict[str, Any], status: int, code: str
) -> None:
    world.make_user("wang@example.org")
    fund(100)
    award(li, 40)
    to_member = api.sign_in("wang@example.org").get("/me").json["member_code"]
    giver = api.sign_in("li@example.org")
    answer = giver.post("/me/points/gifts", {"to_member": to_member, "amount": 5, **change})
    assert (answer.status_code, answer.json["code"]) == (status, code)
    assert giver.get("/me/points").json["balance"] == 40


def test_nobody_gives_to_oneself(api: Any, li: str) -> None:
    fund(100)
    award(li, 40)
    me = api.sign_in("li@example.org")
    own = me.get("/me").json["member_code"]
    answer = me.post("/me/points/gifts", {"to_member": own, "amount": 5})
    assert answer.status_code == 422
    assert answer.json["errors"][0]["field"] == "to_member"


def test_budgets_flow_down_and_are_public(api: Any, world: ModuleType) -> None:
    world.make_staff("finance", scope=CITY)
    world.make_staff("committee", scope=COMMUNITY)
    finance = api.sign_in("finance@example.org")
    for code, amount in ((CITY, 900), (DISTRICT, 500), (STREET, 400), (COMMUNITY, 300)):
        done = finance.post(f"/regions/{code}/budgets", {"amount": amount, "memo": "2027"})
        assert done.status_code == 201
        assert done.json["balance"] == amount
    assert api.get(f"/regions/{STREET}/budget").json == {
        "balance": 100, "held": 0, "received": 400, "passed_on": 300, "awarded": 0,
    }  # fmt: skip
    too_much = finance.post(f"/regions/{NEXT_COMMUNITY}/budgets", {"amount": 101, "memo": "x"})
    assert (too_much.status_code, too_much.json["code"]) == (409, "budget_exceeded")
    backed = {"amount": 1, "memo": "x", "fund_id": "0" * 26}
    assert finance.post(f"/regions/{CITY}/budgets", backed).status_code == 404
    committee = api.sign_in("committee@example.org")
    own = committee.post(f"/regions/{COMMUNITY}/budgets", {"amount": 1, "memo": "x"})
    assert own.status_code == 403
    assert api.get("/regions/999999/budget").status_code == 404
    assert finance.post("/regions/999999/budgets", {"amount": 1, "memo": "x"}).status_code == 404
