"""What residents and shops read on the market's pages."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import update

from portal.core.database import db
from portal.core.jobs import run_until_quiet
from portal.core.unit_of_work import unit_of_work
from portal.market import queries
from portal.market.models import Merchant
from tests import world as people
from tests.conftest import ApiClient
from tests.market import town
from tests.market.conftest import Market
from tests.market.test_pages import browse

__all__ = ["browse"]
At = Callable[[datetime], None]


def listed(resident: ApiClient, status: str) -> list[str]:
    items = resident.get(f"/me/vouchers?status={status}").json["items"]
    assert {each["status"] for each in items} <= {status}
    return [each["id"] for each in items]


def test_a_voucher_past_its_end_is_expired_at_once(market: Market, at: At, browse: Any) -> None:
    voucher = town.take(market.anna, town.publish(market.owner, market.shop, voucher_days=1))
    anna, page = browse("anna@example.org"), f"/me/vouchers/{voucher['id']}"
    at(datetime.fromisoformat(voucher["expires_at"]) - timedelta(seconds=1))
    assert listed(market.anna, "issued") == [voucher["id"]]
    assert listed(market.anna, "expired") == []

    at(datetime.fromisoformat(voucher["expires_at"]))
    assert listed(market.anna, "issued") == []
    assert listed(market.anna, "expired") == [voucher["id"]]
    assert market.anna.get("/me/vouchers").json["items"][0]["status"] == "expired"
    assert "on their way back" in anna.open(page)

    run_until_quiet()
    assert listed(market.anna, "expired") == [voucher["id"]]
    assert "went back to you" in anna.open(page)


def test_what_was_redeemed_does_not_expire(market: Market, at: At) -> None:
    voucher = town.take(market.anna, town.publish(market.owner, market.shop, voucher_days=1))
    market.till.post("/vouchers/redeem", {"code": voucher["code"]})
    at(datetime.fromisoformat(voucher["expires_at"]))
    assert listed(market.anna, "redeemed") == [voucher["id"]]
    assert listed(market.anna, "expired") == []


def test_a_draft_is_put_aside_and_has_a_stock(market: Market, browse: Any) -> None:
    body = town.offer_body(stock=80)
    draft = market.owner.post(f"/merchants/{market.shop}/offers", body).json["id"]
    owner = browse("owner@example.org")
    page = owner.open(f"/my-offers/{draft}")
    assert "Put the draft aside" in page
    assert "off the board" not in page
    assert "80 in stock" in owner.open(f"/my-shops/{market.shop}")
    market.owner.post(f"/offers/{draft}/publish")
    assert "Take it off the board" in owner.open(f"/my-offers/{draft}")
    assert "80 of 80 left" in owner.open(f"/my-shops/{market.shop}")


def test_nothing_is_not_counted_aloud(market: Market, browse: Any) -> None:
    stranger = browse()
    page = stranger.open("/merchants")
    assert "New here" in page
    assert "0 neighbours" not in page
    code = town.take(market.anna, town.publish(market.owner, market.shop))["code"]
    market.till.post("/vouchers/redeem", {"code": code})
    page = stranger.open("/merchants")
    assert "1 neighbour served" in page
    assert "thank-you" not in page
    assert "New here" not in page


def test_the_nearest_shops_come_first_then_those_that_served_most(
    market: Market, api: ApiClient
) -> None:
    far = town.make_shop("远", region=people.FAR_COMMUNITY, owner="f@e.org", staff="g@e.org")
    new = town.make_shop("新", owner="h@e.org", staff="i@e.org")
    town.give_points(people.make_user("bao@example.org"), 50)
    offer = town.publish(api.sign_in("f@e.org"), far)
    for resident in (market.anna, api.sign_in("bao@example.org")):
        code = town.take(resident, offer)["code"]
        api.sign_in("g@e.org").post("/vouchers/redeem", {"code": code})
    code = town.take(market.anna, town.publish(market.owner, market.shop))["code"]
    market.till.post("/vouchers/redeem", {"code": code})

    def order(path: tuple[str, ...]) -> list[str]:
        first = queries.merchants_near(path, limit=2)
        rest = queries.merchants_near(path, limit=2, cursor=first.next_cursor)
        assert rest.next_cursor is None
        return [row.id for row in (*first.items, *rest.items)]

    home = (people.CITY, people.DISTRICT, people.STREET, people.COMMUNITY)
    assert order(home) == [market.shop, new, far]
    assert order(()) == [far, market.shop, new]
    db.session.rollback()


def test_an_offer_says_where_the_shop_is(market: Market, browse: Any) -> None:
    with unit_of_work():
        db.session.execute(
            update(Merchant).where(Merchant.id == market.shop).values(place_name="和平路 8 号")
        )
    town.publish(market.owner, market.shop)
    stranger = browse()
    assert "和平路 8 号" in stranger.open("/exchange")
    assert stranger.open(f"/merchants/{market.shop}").count("和平路 8 号") == 1


def test_a_shop_is_registered_at_home_unless_one_says_otherwise(
    market: Market, browse: Any
) -> None:
    anna = browse("anna@example.org")
    page = anna.open("/my-shops/new")
    assert 'name="name"' in page
    assert f'name="region_code" value="{people.COMMUNITY}"' in page
    assert f"in={people.COMMUNITY[:9]}" in page
    assert 'name="name"' not in anna.open(f"/my-shops/new?in={people.STREET}")
    people.make_user("guest@example.org", home=None)
    assert 'name="name"' not in browse("guest@example.org").open("/my-shops/new")


def test_the_till_shows_what_it_redeemed_today(market: Market, at: At, browse: Any) -> None:
    offer = town.publish(market.owner, market.shop)
    till = browse("till@example.org")
    assert "Redeemed today" not in till.open("/till")
    for _ in range(2):
        code = town.take(market.anna, offer)["code"]
        market.till.post("/vouchers/redeem", {"code": code})
    page = till.open("/till")
    assert "Redeemed today" in page
    assert "2 vouchers" in page
    assert page.count("一碗牛肉面") == 2
    day = queries.redeemed_on([market.shop], (town.NOON + timedelta(hours=8)).date())
    assert (day.count, day.points) == (2, 20)
    assert queries.redeemed_on([], (town.NOON + timedelta(hours=8)).date()).count == 0
    db.session.rollback()
    at(town.NOON + timedelta(days=1))
    assert "Redeemed today" not in till.open("/till")
