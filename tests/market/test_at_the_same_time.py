"""A hundred at the same unit, voucher and purse: exactly one effect each.

Here with threads on one process; with several processes in ``tests/story``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from portal.app import Portal
from portal.core.clock import clock
from portal.core.database import db
from portal.market import queries, services
from tests import world as people
from tests.conftest import ApiClient
from tests.market import town
from tests.market.conftest import Market

HUNDRED = 100
AT_ONCE = 16  # connections of the pool

pytestmark = pytest.mark.parallel


def crowd(
    app: Portal, tokens: Sequence[str | None], ask: Callable[[ApiClient], Any]
) -> Counter[str]:
    """Let everybody ask at once; how often each answer came: a status, or a refusal's code. Whoever
    could not have a lock in time (a slow machine) asks again, as the answer says."""

    def one(token: str | None) -> str:
        client = ApiClient(app.test_client(), token)
        with clock.held_at(town.NOON):
            answer = ask(client)
            while answer.status_code == 409 and answer.json["code"] == "in_progress":
                answer = ask(client)
        assert answer.status_code < 500, answer.text
        return str(answer.json["code"] if answer.status_code >= 400 else answer.json["status"])

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return Counter(pool.map(one, tokens))


@pytest.fixture
def neighbours(market: Market, api: ApiClient) -> list[str | None]:
    """Ten neighbours with points, each at ten devices."""
    ids = people.make_users(10, "neighbour")
    for each in ids:
        town.give_points(each, 100)
    tokens = [api.sign_in(f"neighbour{n}@example.org").token for n in range(1, 11)]
    return tokens * 10


def test_the_last_unit_goes_to_one(
    app: Portal, market: Market, neighbours: list[str | None]
) -> None:
    offer = town.publish(market.owner, market.shop, stock=1)
    came = crowd(app, neighbours, lambda each: each.post(f"/offers/{offer}/vouchers"))
    assert came == {"issued": 1, "out_of_stock": HUNDRED - 1}
    town.books_agree(offer)


def test_stock_and_limits_hold_under_the_rush(
    app: Portal, market: Market, neighbours: list[str | None]
) -> None:
    offer = town.publish(market.owner, market.shop, stock=15, per_resident_limit=2)
    came = crowd(app, neighbours, lambda each: each.post(f"/offers/{offer}/vouchers"))
    assert came["issued"] == 15
    assert came["issued"] + came["out_of_stock"] + came["limit_reached"] == HUNDRED
    town.books_agree(offer)


def test_a_purse_is_spent_once(app: Portal, market: Market) -> None:
    offer = town.publish(market.owner, market.shop, points=100)
    mine = [market.anna.token] * HUNDRED
    came = crowd(app, mine, lambda each: each.post(f"/offers/{offer}/vouchers"))
    assert came == {"issued": 1, "insufficient_points": HUNDRED - 1}
    assert town.wallet_of(market.anna) == (0, 100)


def test_one_voucher_is_redeemed_once(app: Portal, market: Market) -> None:
    code = town.take(market.anna, town.publish(market.owner, market.shop))["code"]
    tills = [market.till.token, market.owner.token] * (HUNDRED // 2)
    came = crowd(app, tills, lambda each: each.post("/vouchers/redeem", {"code": code}))
    assert came == {"redeemed": 1, "already_redeemed": HUNDRED - 1}
    assert town.wallet_of(market.anna) == (90, 0)


def test_redeeming_and_giving_back_do_not_both_happen(app: Portal, market: Market) -> None:
    offer = town.publish(market.owner, market.shop, stock=20)
    for _ in range(5):
        before = town.wallet_of(market.anna)[0]
        voucher = town.take(market.anna, offer)

        def ask(each: ApiClient, voucher: dict[str, Any] = voucher) -> Any:
            if each.token == market.anna.token:
                return each.post(f"/vouchers/{voucher['id']}/cancel")
            return each.post("/vouchers/redeem", {"code": voucher["code"]})

        came = crowd(app, [market.till.token, market.anna.token] * 5, ask)
        assert came["redeemed"] + came["cancelled"] == 1, came
        after = before - (10 if came["redeemed"] else 0)
        assert town.wallet_of(market.anna) == (after, 0)
    town.books_agree(offer)


def test_one_key_has_one_effect(app: Portal, market: Market) -> None:
    offer = town.publish(market.owner, market.shop, stock=50)
    codes = set()

    def ask(each: ApiClient) -> Any:
        answer = each.post(f"/offers/{offer}/vouchers", key="once")
        codes.add(answer.get_json().get("code"))
        return answer

    came = crowd(app, [market.anna.token] * HUNDRED, ask)
    assert came == {"issued": HUNDRED}
    assert len(codes - {None}) == 1
    assert town.wallet_of(market.anna) == (90, 10)
    town.books_agree(offer)


def test_neighbours_are_counted_once_while_tills_are_busy(
    app: Portal, market: Market, neighbours: list[str | None], api: ApiClient
) -> None:
    offer = town.publish(market.owner, market.shop, points=5)
    codes = [town.take(ApiClient(api.client, token), offer)["code"] for token in neighbours[:30]]

    def redeem(code: str) -> None:
        with clock.held_at(town.NOON):
            answer = ApiClient(app.test_client(), market.till.token).post(
                "/vouchers/redeem", {"code": code}
            )
        assert answer.status_code == 200, answer.text

    def count(_number: int) -> None:
        with app.app_context():
            services.count_recognition()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        busy = [pool.submit(redeem, code) for code in codes]
        busy += [pool.submit(count, number) for number in range(12)]
        for each in busy:
            each.result()
    db.session.rollback()
    for _ in range(2):  # before what is left is counted, and after
        assert queries.recognition([market.shop])[market.shop].neighbours_served == 10
        db.session.rollback()
        services.count_recognition()
