"""What a shop is recognized for is the same before it is counted and after."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from portal.core.database import db
from portal.core.jobs import Unfinished
from portal.core.unit_of_work import unit_of_work
from portal.market import jobs, queries, services
from portal.market.models import Merchant
from portal.market.queries import Recognition
from portal.market.services import counting
from tests import world as people
from tests.conftest import ApiClient
from tests.market import town
from tests.market.conftest import Market


def redeemed(resident: ApiClient, till: ApiClient, offer: str) -> str:
    """A voucher that was taken and redeemed; its id."""
    voucher = town.take(resident, offer)
    assert till.post("/vouchers/redeem", {"code": voucher["code"]}).status_code == 200
    return str(voucher["id"])


def known(shop: str) -> Recognition:
    db.session.rollback()
    return queries.recognition([shop])[shop]


def counted(shop: str) -> Recognition:
    """What the shop's row says."""
    db.session.rollback()
    row = select(Merchant.neighbours, Merchant.thanks).where(Merchant.id == shop)
    return Recognition(*db.session.execute(row).one())


def test_neighbours_and_thanks_are_counted_once(market: Market, api: ApiClient) -> None:
    offer = town.publish(market.owner, market.shop)
    bao_id = people.make_user("bao@example.org")
    town.give_points(bao_id, 50)
    anna, bao = (market.anna, market.anna_id), (api.sign_in("bao@example.org"), bao_id)
    for n, ((resident, user_id), neighbours) in enumerate(
        ((anna, 1), (anna, 1), (bao, 2), (bao, 2)), 1
    ):
        voucher = redeemed(resident, market.till, offer)
        with unit_of_work():
            services.thank(people.principal(user_id), voucher)
        assert known(market.shop) == Recognition(neighbours, n)
        assert counted(market.shop).thanks == n - 1
        assert jobs.recognize() == 2  # the voucher and the thank-you
        assert known(market.shop) == counted(market.shop) == Recognition(neighbours, n)
        assert jobs.recognize() == 0


def test_many_are_counted_some_at_a_time(market: Market, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counting, "AT_ONCE", 2)
    offer = town.publish(market.owner, market.shop, points=1)
    for _ in range(5):
        redeemed(market.anna, market.till, offer)
    for count in (2, 2, 1, 0):
        assert jobs.recognize() == count
        assert known(market.shop) == Recognition(1, 0)


def test_one_shop_that_cannot_be_counted_keeps_no_other_waiting(
    market: Market, api: ApiClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = town.make_shop("面馆", owner="o2@example.org", staff="t2@example.org")
    redeemed(market.anna, market.till, town.publish(market.owner, market.shop))
    redeemed(
        market.anna,
        api.sign_in("t2@example.org"),
        town.publish(api.sign_in("o2@example.org"), other),
    )
    bad, good = sorted((market.shop, other))
    count = counting.count_one

    def poisoned(merchant_id: str) -> int:
        if merchant_id == bad:
            raise ArithmeticError
        return count(merchant_id)

    monkeypatch.setattr(counting, "count_one", poisoned)
    for done in (1, 0):
        with pytest.raises(Unfinished) as unfinished:
            jobs.recognize()
        assert (unfinished.value.done, unfinished.value.failed) == (done, 1)
        assert (counted(bad), counted(good)) == (Recognition(), Recognition(1, 0))
        assert known(bad) == Recognition(1, 0)
    monkeypatch.setattr(counting, "count_one", count)
    assert jobs.recognize() == 1
