"""What was public once stays as it was, and one bad row keeps nobody waiting."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from portal.app import Portal
from portal.core import outbox, search
from portal.core.database import db
from portal.core.errors import WrongState
from portal.core.jobs import JobsFailed, run_until_quiet
from portal.core.permissions import Grant, Role, ScopeKind
from portal.core.unit_of_work import unit_of_work
from portal.market import services
from portal.market.models import Offer, OfferShare, Voucher
from portal.market.rules import Kind
from portal.market.services import expiry, vouchers
from tests import world as people
from tests.conftest import ApiClient
from tests.market import town
from tests.market.conftest import Market

At = Callable[[datetime], None]


@pytest.fixture
def new_owner(market: Market, api: ApiClient) -> ApiClient:
    """The owner of a shop whose offers are reviewed."""
    shop = town.make_shop("新店", trusted=False, owner="new@example.org", staff="n@example.org")
    owner = api.sign_in("new@example.org")
    owner.shop = shop  # type: ignore[attr-defined]
    return owner


@pytest.fixture
def committee(market: Market, api: ApiClient) -> ApiClient:
    people.make_staff("committee")
    return api.sign_in("committee@example.org")


def reviewed(owner: Any, committee: ApiClient, **changes: Any) -> str:
    offer = owner.post(f"/merchants/{owner.shop}/offers", town.offer_body(**changes)).json["id"]
    assert owner.post(f"/offers/{offer}/publish").json["status"] == "in_review"
    assert committee.post(f"/offers/{offer}/approve").json["status"] == "published"
    return str(offer)


def sent_back(owner: ApiClient, committee: ApiClient, offer: str) -> str:
    """Off the board, in review again, and back to the owner; its state then."""
    assert owner.post(f"/offers/{offer}/withdraw").json["status"] == "withdrawn"
    assert owner.post(f"/offers/{offer}/publish").json["status"] == "in_review"
    answer = committee.post(f"/offers/{offer}/send-back", {"reason": "份量写清楚"})
    return str(answer.json["status"])


def test_what_was_public_does_not_become_a_draft_again(
    market: Market, new_owner: ApiClient, committee: ApiClient
) -> None:
    offer = reviewed(new_owner, committee, stock=3, per_resident_limit=2)
    voucher = town.take(market.anna, offer)
    town.take(market.anna, offer)
    assert sent_back(new_owner, committee, offer) == "withdrawn"

    given_back = market.anna.post(f"/vouchers/{voucher['id']}/cancel")
    assert given_back.json["status"] == "cancelled"
    assert town.wallet_of(market.anna) == (90, 10)
    town.books_agree(offer)
    assert new_owner.post(f"/offers/{offer}/publish").json["status"] == "in_review"


def test_the_reason_reaches_the_owner_of_what_was_public(
    market: Market, new_owner: ApiClient, committee: ApiClient
) -> None:
    offer = reviewed(new_owner, committee)
    sent_back(new_owner, committee, offer)
    db.session.rollback()
    reason = db.session.execute(select(Offer.review_reason).where(Offer.id == offer)).scalar_one()
    assert reason == "份量写清楚"


def test_a_draft_that_was_public_is_not_rewritten(
    market: Market, new_owner: ApiClient, committee: ApiClient
) -> None:
    """Such drafts were possible before; there may be some."""
    offer = reviewed(new_owner, committee)
    with unit_of_work():
        db.session.execute(update(Offer).where(Offer.id == offer).values(status="draft"))
    shop = new_owner.shop  # type: ignore[attr-defined]
    owner = people.principal("0" * 26, Grant(Role.MERCHANT_OWNER, ScopeKind.MERCHANT, shop))
    data = services.OfferData(
        title="别的",
        description="",
        kind=Kind.GIFT,
        points=1,
        valid_from=town.NOON,
    )
    with pytest.raises(WrongState), unit_of_work():
        services.change_offer(owner, offer, data)


def test_a_stock_that_was_made_smaller_does_not_hold_the_points(market: Market) -> None:
    offer = town.publish(market.owner, market.shop, stock=3, per_resident_limit=2)
    voucher = town.take(market.anna, offer)
    with unit_of_work():
        db.session.execute(update(Offer).where(Offer.id == offer).values(stock=1, stock_left=1))
        db.session.execute(update(OfferShare).where(OfferShare.offer_id == offer).values(taken=0))
    assert market.anna.post(f"/vouchers/{voucher['id']}/cancel").status_code == 200
    assert town.wallet_of(market.anna) == (100, 0)


def test_one_bad_voucher_keeps_no_other_from_expiring(
    market: Market, at: At, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(expiry, "BATCH", 1)
    offer = town.publish(market.owner, market.shop, voucher_days=1)
    bad, *good = [town.take(market.anna, offer)["id"] for _ in range(3)]
    expire = vouchers.expire_voucher

    def poisoned(voucher_id: str, instant: datetime) -> bool:
        if voucher_id == bad:
            raise ArithmeticError("this one cannot be done")
        return expire(voucher_id, instant)

    monkeypatch.setattr(expiry, "expire_voucher", poisoned)
    at(town.NOON + timedelta(days=2))
    with pytest.raises(JobsFailed) as failed:
        run_until_quiet()
    assert set(failed.value.failures) == {"vouchers.expire"}
    assert failed.value.done["vouchers.expire"] == 2
    assert bad in [getattr(each, "thing", None) for each in caplog.records]
    db.session.rollback()
    states = {row.id: row.status for row in db.session.execute(select(Voucher.id, Voucher.status))}
    assert states == {bad: "issued", **dict.fromkeys(good, "expired")}
    assert town.wallet_of(market.anna) == (90, 10)

    monkeypatch.setattr(expiry, "expire_voucher", expire)
    assert run_until_quiet()["vouchers.expire"] == 1
    assert town.wallet_of(market.anna) == (100, 0)


def test_one_bad_offer_keeps_no_other_from_ending(
    market: Market, at: At, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad, good = (
        town.publish(market.owner, market.shop, valid_until="2026-11-22T00:00:00Z")
        for _ in range(2)
    )
    index = search.index

    def poisoned(kind: str, thing: str, *texts: str) -> None:
        if thing == bad:
            raise ArithmeticError
        index(kind, thing, *texts)

    monkeypatch.setattr(search, "index", poisoned)
    at(town.NOON + timedelta(days=1))
    with pytest.raises(JobsFailed) as failed:
        run_until_quiet()
    assert failed.value.done["offers.end"] == 1
    db.session.rollback()
    states = {row.id: row.status for row in db.session.execute(select(Offer.id, Offer.status))}
    assert states == {bad: "published", good: "ended"}


def test_one_bad_reminder_keeps_no_other_from_being_sent(
    market: Market, at: At, monkeypatch: pytest.MonkeyPatch
) -> None:
    offer = town.publish(market.owner, market.shop, voucher_days=10)
    bad, good = (town.take(market.anna, offer)["id"] for _ in range(2))
    emit = outbox.emit

    def poisoned(kind: str, /, **payload: Any) -> None:
        if payload.get("url") == f"/me/vouchers/{bad}":
            raise ArithmeticError
        emit(kind, **payload)

    monkeypatch.setattr(outbox, "emit", poisoned)
    at(town.NOON + timedelta(days=8))
    with pytest.raises(JobsFailed) as failed:
        run_until_quiet()
    assert failed.value.done["vouchers.remind"] == 1
    db.session.rollback()
    told = db.session.execute(select(Voucher.id).where(Voucher.reminded_at.is_not(None))).scalars()
    assert list(told) == [good]


def test_the_command_does_the_rest_and_says_that_it_failed(
    app: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> int:
        raise ArithmeticError

    monkeypatch.setattr(services, "expire_due_vouchers", broken)
    ran: list[str] = []

    def remind() -> int:
        ran.append("once")
        return int(len(ran) == 1)

    monkeypatch.setattr(services, "remind_of_ending_vouchers", remind)
    result = app.test_cli_runner().invoke(args=["jobs", "run", "--once"])
    assert result.exit_code == 1
    assert "vouchers.remind: 1\n" in result.output
    assert "vouchers.expire failed: ArithmeticError" in result.stderr
    assert ran
