"""A neighbour exchanges points, and the shop takes the voucher."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import inspect, text

from portal.core.database import db
from portal.core.jobs import run_until_quiet
from tests import world as people
from tests.conftest import ApiClient
from tests.market import town
from tests.market.conftest import Market

At = Callable[[datetime], None]


def refused(answer: Any, status: int, code: str) -> None:
    assert (answer.status_code, answer.json["code"]) == (status, code), answer.text


def test_a_voucher_holds_points_and_its_redemption_spends_them(market: Market) -> None:
    offer = town.publish(market.owner, market.shop, stock=3)

    voucher = town.take(market.anna, offer)

    assert voucher["status"] == "issued"
    assert voucher["offer"] == {"id": offer, "title": "一碗牛肉面"}
    assert voucher["points"] == 10
    assert re.fullmatch("[0-9]{12}", voucher["code"])
    assert town.wallet_of(market.anna) == (90, 10)
    assert market.anna.get("/me/points/entries").json["items"][0]["kind"] == "award"
    redeemed = market.till.post("/vouchers/redeem", {"code": voucher["code"]})
    assert redeemed.status_code == 200, redeemed.text
    assert redeemed.json == {
        "id": voucher["id"],
        "offer": {"id": offer, "title": "一碗牛肉面"},
        "points": 10,
        "status": "redeemed",
        "redeemed_at": "2026-11-21T04:00:00Z",
    }
    assert town.wallet_of(market.anna) == (90, 0)
    entry = market.anna.get("/me/points/entries").json["items"][0]
    assert (entry["kind"], entry["amount"], entry["memo"]) == ("redemption", -10, "一碗牛肉面")
    mine = market.anna.get("/me/vouchers?status=redeemed").json["items"]
    assert [each["id"] for each in mine] == [voucher["id"]]
    town.books_agree(offer)


def test_codes_are_typed_as_people_type(market: Market) -> None:
    code = town.take(market.anna, town.publish(market.owner, market.shop))["code"]
    full_width = "".join(chr(ord(digit) + 0xFEE0) for digit in code)
    typed = f" {full_width[:4]} {full_width[4:8]}-{full_width[8:]} "
    assert market.till.post("/vouchers/redeem", {"code": typed}).status_code == 200


def test_a_voucher_is_redeemed_once(market: Market) -> None:
    voucher = town.take(market.anna, town.publish(market.owner, market.shop))
    assert market.till.post("/vouchers/redeem", {"code": voucher["code"]}).status_code == 200
    for staff in (market.till, market.owner):
        again = staff.post("/vouchers/redeem", {"code": voucher["code"]})
        refused(again, 409, "already_redeemed")
    assert town.wallet_of(market.anna) == (90, 0)


def test_another_shop_learns_nothing_of_a_voucher(market: Market, api: ApiClient) -> None:
    town.make_shop("对门", owner="other-owner@example.org", staff="other-till@example.org")
    voucher = town.take(market.anna, town.publish(market.owner, market.shop))
    for login in ("other-till@example.org", "other-owner@example.org"):
        other = api.sign_in(login)
        answer = other.post("/vouchers/redeem", {"code": voucher["code"]})
        nothing = other.post("/vouchers/redeem", {"code": "000000000000"})
        refused(answer, 404, "unknown_voucher")
        assert answer.json == nothing.json
    assert town.wallet_of(market.anna) == (90, 10)


def test_who_works_at_no_till_may_not_redeem(market: Market) -> None:
    voucher = town.take(market.anna, town.publish(market.owner, market.shop))
    refused(market.anna.post("/vouchers/redeem", {"code": voucher["code"]}), 403, "forbidden")
    assert town.wallet_of(market.anna) == (90, 10)


def test_too_few_points_leave_nothing_behind(market: Market) -> None:
    offer = town.publish(market.owner, market.shop, points=101, stock=1, per_resident_limit=1)
    refused(market.anna.post(f"/offers/{offer}/vouchers"), 409, "insufficient_points")
    assert market.owner.get(f"/offers/{offer}").json["stock_left"] == 1
    assert market.anna.get("/me/vouchers").json["items"] == []
    town.books_agree(offer)
    town.give_points(market.anna_id, 1)
    town.take(market.anna, offer)


def test_what_is_sold_out_is_refused(market: Market, api: ApiClient) -> None:
    offer = town.publish(market.owner, market.shop, stock=1)
    town.take(market.anna, offer)
    town.give_points(people.make_user("bao@example.org"), 50)
    bao = api.sign_in("bao@example.org")
    refused(bao.post(f"/offers/{offer}/vouchers"), 409, "out_of_stock")
    assert town.wallet_of(bao) == (50, 0)


def test_the_limit_of_a_resident_counts_what_is_open_or_used(market: Market) -> None:
    offer = town.publish(market.owner, market.shop, per_resident_limit=2)
    first, _second = town.take(market.anna, offer), town.take(market.anna, offer)
    refused(market.anna.post(f"/offers/{offer}/vouchers"), 409, "limit_reached")
    assert market.anna.post(f"/vouchers/{first['id']}/cancel").status_code == 200
    third = town.take(market.anna, offer)
    market.till.post("/vouchers/redeem", {"code": third["code"]})
    refused(market.anna.post(f"/offers/{offer}/vouchers"), 409, "limit_reached")
    town.books_agree(offer)


@pytest.mark.parametrize(
    "changes",
    [
        {"valid_from": "2026-11-22T00:00:00Z"},
        {"price": {"amount": 500, "currency": "CNY"}},
    ],
    ids=["not yet open", "asks for a payment"],
)
def test_an_offer_that_is_not_open_is_refused(market: Market, changes: dict[str, Any]) -> None:
    offer = town.publish(market.owner, market.shop, stock=5, **changes)
    refused(market.anna.post(f"/offers/{offer}/vouchers"), 409, "offer_closed")
    assert town.wallet_of(market.anna) == (100, 0)
    town.books_agree(offer)


def test_a_withdrawn_offer_is_closed_and_its_vouchers_stay_good(market: Market) -> None:
    offer = town.publish(market.owner, market.shop)
    voucher = town.take(market.anna, offer)
    assert market.owner.post(f"/offers/{offer}/withdraw").json["status"] == "withdrawn"
    refused(market.anna.post(f"/offers/{offer}/vouchers"), 409, "offer_closed")
    assert market.till.post("/vouchers/redeem", {"code": voucher["code"]}).status_code == 200


def test_what_never_was_public_is_not_found(market: Market) -> None:
    draft = market.owner.post(f"/merchants/{market.shop}/offers", town.offer_body()).json["id"]
    refused(market.anna.post(f"/offers/{draft}/vouchers"), 404, "not_found")


def test_a_voucher_given_back_returns_points_and_stock(market: Market) -> None:
    offer = town.publish(market.owner, market.shop, stock=1)
    voucher = town.take(market.anna, offer)
    given_back = market.anna.post(f"/vouchers/{voucher['id']}/cancel")
    assert given_back.json == {**voucher, "status": "cancelled"}
    assert town.wallet_of(market.anna) == (100, 0)
    assert market.owner.get(f"/offers/{offer}").json["stock_left"] == 1
    refused(
        market.till.post("/vouchers/redeem", {"code": voucher["code"]}), 409, "voucher_cancelled"
    )
    refused(market.anna.post(f"/vouchers/{voucher['id']}/cancel"), 409, "not_cancellable")
    town.books_agree(offer)


def test_a_used_voucher_is_not_given_back(market: Market) -> None:
    voucher = town.take(market.anna, town.publish(market.owner, market.shop))
    market.till.post("/vouchers/redeem", {"code": voucher["code"]})
    refused(market.anna.post(f"/vouchers/{voucher['id']}/cancel"), 409, "not_cancellable")
    assert town.wallet_of(market.anna) == (90, 0)


def test_nobody_gives_back_somebody_elses_voucher(market: Market) -> None:
    voucher = town.take(market.anna, town.publish(market.owner, market.shop))
    for other in (market.till, market.owner):
        refused(other.post(f"/vouchers/{voucher['id']}/cancel"), 404, "not_found")
    assert town.wallet_of(market.anna) == (90, 10)


def test_a_voucher_ends_with_its_last_day_and_returns_everything(market: Market, at: At) -> None:
    offer = town.publish(market.owner, market.shop, stock=1, voucher_days=2, per_resident_limit=1)
    voucher = town.take(market.anna, offer)
    assert voucher["expires_at"] == "2026-11-23T16:00:00Z"  # the midnight after the 23rd

    at(datetime.fromisoformat(voucher["expires_at"]))
    refused(market.till.post("/vouchers/redeem", {"code": voucher["code"]}), 409, "voucher_expired")
    refused(market.anna.post(f"/vouchers/{voucher['id']}/cancel"), 409, "not_cancellable")
    assert run_until_quiet()["vouchers.expire"] == 1

    assert town.wallet_of(market.anna) == (100, 0)
    assert market.anna.get("/me/vouchers?status=expired").json["items"][0]["id"] == voucher["id"]
    refused(market.till.post("/vouchers/redeem", {"code": voucher["code"]}), 409, "voucher_expired")
    town.take(market.anna, offer)
    town.books_agree(offer)


def test_until_the_last_second_a_voucher_is_good(market: Market, at: At) -> None:
    voucher = town.take(market.anna, town.publish(market.owner, market.shop, voucher_days=1))
    at(datetime.fromisoformat(voucher["expires_at"]) - timedelta(seconds=1))
    run_until_quiet()
    assert market.till.post("/vouchers/redeem", {"code": voucher["code"]}).status_code == 200


HOURS = {"weekdays": [1, 6], "opens": "10:00", "closes": "14:00"}


@pytest.mark.parametrize(
    ("local_noon_plus", "good"),
    [
        (timedelta(0), True),  # Saturday 12:00
        (timedelta(hours=-2), True),  # 10:00 sharp
        (timedelta(hours=-2, seconds=-1), False),
        (timedelta(hours=2), False),  # 14:00 sharp
        (timedelta(days=1), False),  # Sunday
        (timedelta(days=2), True),  # Monday
    ],
)
def test_a_voucher_is_taken_at_its_hours(
    market: Market, at: At, local_noon_plus: timedelta, *, good: bool
) -> None:
    voucher = town.take(market.anna, town.publish(market.owner, market.shop, valid_hours=HOURS))
    at(town.NOON + local_noon_plus)
    answer = market.till.post("/vouchers/redeem", {"code": voucher["code"]})
    if good:
        assert answer.status_code == 200
    else:
        refused(answer, 409, "outside_valid_hours")
        assert town.wallet_of(market.anna) == (90, 10)


def test_the_same_key_gives_the_same_voucher_and_code(market: Market) -> None:
    offer = town.publish(market.owner, market.shop, stock=5)
    first = market.anna.post(f"/offers/{offer}/vouchers", key="once")
    again = market.anna.post(f"/offers/{offer}/vouchers", key="once")
    assert again.headers["Idempotency-Replayed"] == "true"
    assert (again.status_code, again.json) == (201, first.json)
    assert town.wallet_of(market.anna) == (90, 10)


def test_no_table_holds_a_code(market: Market) -> None:
    offer = town.publish(market.owner, market.shop)
    codes = set()
    for number in range(3):
        codes.add(market.anna.post(f"/offers/{offer}/vouchers", key=f"k{number}").json["code"])
    used, given_back, _open = market.anna.get("/me/vouchers").json["items"]
    market.till.post("/vouchers/redeem", {"code": used["code"]}, key="till")
    market.anna.post(f"/vouchers/{given_back['id']}/cancel", key="back")
    run_until_quiet()

    looked_at = 0
    with db.engine.connect() as connection:
        for table in inspect(connection).get_table_names():
            for row in connection.execute(text(f'SELECT * FROM "{table}"')):
                looked_at += 1
                assert not [code for code in codes if code in str(tuple(row))], table
    assert looked_at > 20


def test_the_neighbour_is_told_and_the_shop_is_recognized(market: Market, api: ApiClient) -> None:
    offer = town.publish(market.owner, market.shop)
    stranger = ApiClient(api.client)

    def recognition() -> dict[str, int]:
        return dict(stranger.get(f"/merchants/{market.shop}").json["recognition"])

    assert recognition() == {"neighbours_served": 0, "thanks": 0}
    for _ in range(2):
        code = town.take(market.anna, offer)["code"]
        market.till.post("/vouchers/redeem", {"code": code})
    assert recognition() == {"neighbours_served": 1, "thanks": 0}
    town.give_points(people.make_user("bao@example.org"), 50)
    code = town.take(api.sign_in("bao@example.org"), offer)["code"]
    market.till.post("/vouchers/redeem", {"code": code})
    assert recognition() == {"neighbours_served": 2, "thanks": 0}
    listed = stranger.get("/merchants").json["items"]
    assert [each["recognition"]["neighbours_served"] for each in listed] == [2]
