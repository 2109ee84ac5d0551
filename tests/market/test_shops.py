"""Shops come, are looked at, trusted, corrected and declined; people come and go at the till."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from portal.core.database import db
from portal.core.errors import DomainError, Forbidden, Invalid, NotFound, WrongState
from portal.core.permissions import Grant, Principal, Role, ScopeKind
from portal.core.unit_of_work import unit_of_work
from portal.market import queries, rules, services
from portal.market.errors import AlreadyRegistered, LastOwner
from portal.market.rules import Category
from portal.points.errors import UnknownMember
from tests import world as people
from tests.conftest import ApiClient
from tests.market import town
from tests.market.conftest import Market
from tests.world import principal

CODE = "91110108600040399G"
DATA = services.MerchantData(
    name="陈记", category=Category.FOOD, region_code=people.COMMUNITY, credit_code=CODE
)


@pytest.fixture
def committee(market: Market) -> Principal:
    region = Grant(Role.COMMITTEE, ScopeKind.REGION, people.COMMUNITY)
    return principal(people.make_staff("committee"), region)


@pytest.fixture
def chen(market: Market) -> Principal:
    return principal(people.make_user("chen@example.org", "陈店主"))


def register(actor: Principal, data: services.MerchantData = DATA) -> tuple[str, Principal]:
    """A shop, and its owner with the role it brought."""
    with unit_of_work():
        shop = services.register_merchant(actor, data)
    owner = Grant(Role.MERCHANT_OWNER, ScopeKind.MERCHANT, shop)
    return shop, replace(actor, grants=(*actor.grants, owner))


def do(work: Any, *arguments: Any, **named: Any) -> Any:
    with unit_of_work():
        return work(*arguments, **named)


def state(shop: str) -> tuple[str, bool]:
    [row] = queries.merchants_of([shop])
    db.session.rollback()
    return row.status, row.trusted


def test_who_registers_owns_and_waits(market: Market, chen: Principal, api: ApiClient) -> None:
    shop, _owner = register(chen)
    assert state(shop) == ("pending", False)
    roles = api.sign_in("chen@example.org").get("/me").json["roles"]
    assert {"role": "merchant_owner", "scope": {"kind": "merchant", "id": shop}} in roles
    assert api.get(f"/merchants/{shop}").status_code == 404
    assert shop not in [each["id"] for each in api.get("/merchants").json["items"]]
    offer = api.sign_in("chen@example.org").post(f"/merchants/{shop}/offers", town.offer_body())
    refused = api.sign_in("chen@example.org").post(f"/offers/{offer.json['id']}/publish")
    assert (refused.status_code, refused.json["code"]) == (403, "forbidden")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"credit_code": "91110108600040399H"}, "credit_code"),
        ({"credit_code": "123"}, "credit_code"),
        ({"region_code": people.STREET}, "region_code"),
        ({"region_code": "999999999999"}, "region_code"),
    ],
)
def test_what_cannot_be_is_not_registered(
    chen: Principal, change: dict[str, Any], field: str
) -> None:
    with pytest.raises(Invalid) as refusal:
        register(chen, replace(DATA, **change))
    assert [each.field for each in refusal.value.errors] == [field]


def test_one_credit_code_is_one_shop(chen: Principal) -> None:
    register(chen)
    with pytest.raises(AlreadyRegistered):
        register(chen, replace(DATA, name="陈记二店"))
    register(chen, replace(DATA, credit_code=None))
    register(chen, replace(DATA, credit_code=None))


def test_a_shop_is_declined_corrected_verified_trusted_and_declined_again(
    market: Market, chen: Principal, committee: Principal, api: ApiClient
) -> None:
    shop, owner = register(chen)
    with pytest.raises(WrongState):
        do(services.set_trusted, committee, shop, trusted=True)
    do(services.decline_merchant, committee, shop, "执照不清楚")
    assert state(shop) == ("declined", False)
    do(services.change_merchant, owner, shop, replace(DATA, name="陈记面馆"))
    assert state(shop) == ("pending", False)
    do(services.verify_merchant, committee, shop)
    with pytest.raises(WrongState):
        do(services.verify_merchant, committee, shop)
    do(services.set_trusted, committee, shop, trusted=True)
    assert state(shop) == ("verified", True)

    client = api.sign_in("chen@example.org")
    offer = town.publish(client, shop)
    voucher = town.take(market.anna, offer)
    do(services.decline_merchant, committee, shop, "已关门")
    assert state(shop) == ("declined", False)
    assert api.get(f"/offers/{offer}").status_code == 404
    assert api.get("/offers").json["items"] == []
    closed = market.anna.post(f"/offers/{offer}/vouchers")
    assert (closed.status_code, closed.json["code"]) == (409, "offer_closed")
    assert client.post("/vouchers/redeem", {"code": voucher["code"]}).status_code == 200


def test_what_was_verified_stays(market: Market, chen: Principal, committee: Principal) -> None:
    shop, owner = register(chen)
    do(services.verify_merchant, committee, shop)
    changed = replace(DATA, name="别的名字", credit_code=None, phone="0476-8220000")
    do(services.change_merchant, owner, shop, changed)
    [row] = queries.merchants_of([shop])
    assert (row.name, row.credit_code, row.phone) == ("陈记", CODE, "0476-8220000")


def test_only_the_committee_of_its_region_decides(market: Market, chen: Principal) -> None:
    shop, owner = register(chen)
    region = Grant(Role.COMMITTEE, ScopeKind.REGION, people.NEXT_COMMUNITY)
    stranger = principal(people.make_staff("committee", "next@example.org"), region)
    for deed in (services.verify_merchant, services.approve_offer):
        with pytest.raises(NotFound):
            do(deed, stranger, shop)
    with pytest.raises(Forbidden):
        do(services.verify_merchant, owner, shop)
    with pytest.raises(Forbidden):
        do(services.set_trusted, owner, market.shop, trusted=True)
    assert state(shop) == ("pending", False)


def test_staff_is_named_by_member_code(market: Market, chen: Principal, api: ApiClient) -> None:
    shop, owner = register(chen)
    people.make_user("bao@example.org")
    bao = api.sign_in("bao@example.org").get("/me").json
    with pytest.raises(UnknownMember):
        do(services.add_staff, owner, shop, "0000-0000", Role.MERCHANT_STAFF)
    with pytest.raises(Invalid):
        do(services.add_staff, owner, shop, bao["member_code"], Role.ADMIN)
    with pytest.raises(NotFound):
        do(services.add_staff, principal(bao["id"]), shop, bao["member_code"], Role.MERCHANT_OWNER)
    do(services.add_staff, owner, shop, bao["member_code"], Role.MERCHANT_STAFF)
    assert [(role, user) for user, _name, role in queries.staff_of(shop)] == [
        (Role.MERCHANT_OWNER, chen.id),
        (Role.MERCHANT_STAFF, bao["id"]),
    ]
    with pytest.raises(LastOwner):
        do(services.remove_staff, owner, shop, chen.id, Role.MERCHANT_OWNER)
    with pytest.raises(NotFound):
        do(services.remove_staff, owner, shop, chen.id, Role.MERCHANT_STAFF)
    do(services.remove_staff, owner, shop, bao["id"], Role.MERCHANT_STAFF)
    assert len(queries.staff_of(shop)) == 1


def test_a_dismissed_clerk_redeems_nothing_more(market: Market, api: ApiClient) -> None:
    voucher = town.take(market.anna, town.publish(market.owner, market.shop))
    owner_id = market.owner.get("/me").json["id"]
    owner = principal(owner_id, Grant(Role.MERCHANT_OWNER, ScopeKind.MERCHANT, market.shop))
    clerk = market.till.get("/me").json["id"]
    do(services.remove_staff, owner, market.shop, clerk, Role.MERCHANT_STAFF)
    answer = market.till.post("/vouchers/redeem", {"code": voucher["code"]})
    assert (answer.status_code, answer.json["code"]) == (403, "forbidden")


def test_every_declared_way_is_a_way_and_no_other() -> None:
    """Ends are ends, drafts alone are rewritten, and what was public never becomes a draft."""
    ways = rules.OFFER_TRANSITIONS
    assert set(ways) == set(rules.OfferStatus)
    assert ways[rules.OfferStatus.ENDED] == frozenset()
    assert rules.offers_leading_to(rules.OfferStatus.DRAFT) == [rules.OfferStatus.IN_REVIEW]
    for end in ("redeemed", "cancelled", "expired"):
        assert rules.VOUCHER_TRANSITIONS[rules.VoucherStatus(end)] == frozenset()


def test_figures_are_counted_from_vouchers(market: Market) -> None:
    offer = town.publish(market.owner, market.shop)
    for number in range(3):
        voucher = town.take(market.anna, offer)
        if number:
            market.till.post("/vouchers/redeem", {"code": voucher["code"]})
    days = queries.redemptions_by_day(market.shop)
    assert len(days) == 30
    assert (days[-1].vouchers, days[-1].points) == (2, 20)
    assert sum(each.vouchers for each in days) == 2
    [count] = queries.taken_by_offer(market.shop)
    assert (count.issued, count.redeemed, count.points) == (1, 2, 20)


def test_a_thank_you_is_said_once_and_after_the_till(market: Market) -> None:
    voucher = town.take(market.anna, town.publish(market.owner, market.shop))
    anna = principal(market.anna_id)
    with pytest.raises(WrongState):
        do(services.thank, anna, voucher["id"])
    market.till.post("/vouchers/redeem", {"code": voucher["code"]})
    with pytest.raises(NotFound):
        do(services.thank, principal(people.make_user("bao@example.org")), voucher["id"])
    do(services.thank, anna, voucher["id"])
    with pytest.raises(DomainError) as refusal:
        do(services.thank, anna, voucher["id"])
    assert refusal.value.code == "already_thanked"
    assert queries.recognition([market.shop])[market.shop] == queries.Recognition(1, 1)
    assert db.session.execute(select(1)).scalar_one() == 1
