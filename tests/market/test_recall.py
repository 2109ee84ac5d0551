"""A shop cannot honour vouchers: it takes them back, the points return, and residents are told."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from portal.core.database import db
from portal.core.errors import WrongState
from portal.core.jobs import run_until_quiet
from portal.core.outbox import OutboxMessage
from portal.core.permissions import Grant, Role, ScopeKind
from portal.core.unit_of_work import unit_of_work
from portal.market import services
from portal.market.services.recall import recall_voucher
from tests import world as people
from tests.market import town
from tests.market.conftest import Market
from tests.market.test_pages import Browser, browse, goes_to
from tests.notifications.contract import check_emitted

__all__ = ["browse"]
WHY = "面馆停水,今天做不了。"


def told(user_id: str) -> list[dict[str, Any]]:
    """The params of every notice of a recall to a person."""
    payloads = db.session.execute(
        select(OutboxMessage.payload).where(OutboxMessage.kind == "notify")
    ).scalars()
    mine = [
        each["params"]
        for each in payloads
        if each["user_id"] == user_id and each["kind"] == "voucher.cancelled_by_merchant"
    ]
    db.session.rollback()
    return mine


def status_of(market: Market, voucher: dict[str, Any]) -> str:
    items = market.anna.get("/me/vouchers").json["items"]
    return str(next(each["status"] for each in items if each["id"] == voucher["id"]))


def refuse(till: Browser, voucher: dict[str, Any], reason: str = WHY) -> TestResponse:
    """What the form below a looked-up voucher sends."""
    token = re.search(r'name="csrf_token" value="([^"]*)"', till.open("/till"))[1]
    form = {"csrf_token": token, "code": voucher["code"], "reason": reason}
    return till.client.post("/till/refuse", data=form)


def test_an_owner_takes_back_what_is_out_and_only_that(
    market: Market, browse: Callable[[str], Browser]
) -> None:
    offer = town.publish(market.owner, market.shop, stock=5)
    used, held = town.take(market.anna, offer), town.take(market.anna, offer)
    assert market.till.post("/vouchers/redeem", {"code": used["code"]}).status_code == 200
    assert market.owner.post(f"/offers/{offer}/withdraw").status_code == 200
    owner, page = browse("owner@example.org"), f"/my-offers/{offer}/recall"
    assert "1 voucher of this offer can still be used" in owner.open(f"/my-offers/{offer}")

    assert owner.send(page, page, reason=" ").status_code == 422
    assert goes_to(owner.send(page, page, reason=WHY)) == f"/my-offers/{offer}"
    run_until_quiet()

    assert (status_of(market, used), status_of(market, held)) == ("redeemed", "cancelled")
    assert town.wallet_of(market.anna) == (90, 0)
    assert told(market.anna_id) == [
        {"offer": "一碗牛肉面", "merchant": "红山小馆", "points": 10, "reason": WHY}
    ]
    assert check_emitted()
    inbox = market.anna.get("/me/notifications").json["items"]
    assert WHY in inbox[0]["text"]
    anna = browse("anna@example.org")
    page = anna.open(f"/me/vouchers/{held['id']}")
    assert "红山小馆 took this voucher back:" in page
    assert WHY in page
    assert "took this voucher back" not in anna.open(f"/me/vouchers/{used['id']}")
    assert "can still be used" not in owner.open(f"/my-offers/{offer}")
    town.books_agree(offer)


def test_an_offer_on_the_board_is_not_recalled(market: Market) -> None:
    offer = town.publish(market.owner, market.shop)
    owner_id = market.owner.get("/me").json["id"]
    owner = people.principal(owner_id, Grant(Role.MERCHANT_OWNER, ScopeKind.MERCHANT, market.shop))
    with pytest.raises(WrongState), unit_of_work():
        services.recall_vouchers(owner, offer, WHY)


def test_a_voucher_is_taken_back_once_and_never_after_its_time(
    market: Market, at: Callable[[datetime], None]
) -> None:
    offer = town.publish(market.owner, market.shop, voucher_days=3)
    first, second = town.take(market.anna, offer), town.take(market.anna, offer)
    with unit_of_work():
        assert recall_voucher(first["id"], WHY)
    with unit_of_work():
        assert not recall_voucher(first["id"], WHY)
    at(town.NOON + timedelta(days=9))
    with unit_of_work():
        assert not recall_voucher(second["id"], WHY)
    assert len(told(market.anna_id)) == 1


def test_the_till_gives_the_points_back_for_what_it_cannot_give(
    market: Market, browse: Callable[[str], Browser]
) -> None:
    voucher = town.take(market.anna, town.publish(market.owner, market.shop))
    till = browse("till@example.org")
    check = till.send("/till", "/till/check", code=voucher["code"])
    assert 'action="/till/refuse"' in check.text

    unsaid = refuse(till, voucher, reason="")
    assert unsaid.status_code == 422
    assert "the customer reads it" in unsaid.text
    assert status_of(market, voucher) == "issued"
    assert goes_to(refuse(till, voucher)) == "/till"

    assert status_of(market, voucher) == "cancelled"
    assert town.wallet_of(market.anna) == (100, 0)
    assert [each["reason"] for each in told(market.anna_id)] == [WHY]
    assert refuse(till, voucher).status_code == 409


def test_nobody_takes_back_the_vouchers_of_another_shop(
    market: Market, browse: Callable[[str], Browser]
) -> None:
    offer = town.publish(market.owner, market.shop)
    voucher = town.take(market.anna, offer)
    town.make_shop("别家", owner="other@example.org", staff="othertill@example.org")
    market.owner.post(f"/offers/{offer}/withdraw")
    other, till = browse("other@example.org"), browse("othertill@example.org")
    assert other.client.get(f"/my-offers/{offer}/recall").status_code == 404
    assert refuse(till, voucher).status_code == 404
    anna = browse("anna@example.org")
    assert anna.client.get(f"/my-offers/{offer}/recall").status_code == 404
    assert status_of(market, voucher) == "issued"
