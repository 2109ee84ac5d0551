"""An owner offers, a committee reviews, the neighbourhood reads."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from portal.core.jobs import run_until_quiet
from tests import world as people
from tests.conftest import ApiClient
from tests.market import town
from tests.market.conftest import Market
from tests.market.test_vouchers import refused

At = Callable[[datetime], None]


@pytest.fixture
def committee(market: Market, api: ApiClient) -> ApiClient:
    people.make_staff("committee")
    return api.sign_in("committee@example.org")


@pytest.fixture
def stranger(api: ApiClient) -> ApiClient:
    return api


def seen(client: ApiClient, query: str = "") -> list[str]:
    return [each["id"] for each in client.get(f"/offers{query}").json["items"]]


def draft_of(market: Market, **changes: Any) -> str:
    answer = market.owner.post(f"/merchants/{market.shop}/offers", town.offer_body(**changes))
    assert answer.status_code == 201, answer.text
    return str(answer.json["id"])


def test_an_offer_is_told_as_it_was_written(market: Market, stranger: ApiClient) -> None:
    offer = town.publish(
        market.owner,
        market.shop,
        stock=5,
        per_resident_limit=2,
        price={"amount": 500, "currency": "CNY"},
        valid_until="2026-12-31T16:00:00Z",
        valid_hours={"weekdays": [6, 7], "opens": "10:30", "closes": "24:00"},
    )
    assert stranger.get(f"/offers/{offer}").json == {
        "id": offer,
        "merchant": {"id": market.shop, "name": "红山小馆"},
        "title": "一碗牛肉面",
        "description": "大碗，加蛋。",
        "kind": "gift",
        "points": 10,
        "price": {"amount": 500, "currency": "CNY"},
        "stock_left": 5,
        "per_resident_limit": 2,
        "valid_from": "2026-01-01T00:00:00Z",
        "valid_until": "2026-12-31T16:00:00Z",
        "valid_hours": {"weekdays": [6, 7], "opens": "10:30", "closes": "24:00"},
        "status": "published",
    }


def test_a_draft_is_its_owners_alone(market: Market, stranger: ApiClient) -> None:
    draft = draft_of(market)
    assert seen(market.owner) == [draft]
    for other in (stranger, market.anna, market.till):
        assert seen(other) == []
        refused(other.get(f"/offers/{draft}"), 404, "not_found")
    for other in (market.anna, market.till):
        refused(other.post(f"/offers/{draft}/publish"), 404, "not_found")


def test_a_new_shops_offer_goes_through_review(
    market: Market, api: ApiClient, committee: ApiClient, stranger: ApiClient
) -> None:
    new = town.make_shop("新店", trusted=False, owner="new@example.org", staff="n@example.org")
    owner = api.sign_in("new@example.org")
    offer = owner.post(f"/merchants/{new}/offers", town.offer_body()).json["id"]
    assert owner.post(f"/offers/{offer}/publish").json["status"] == "in_review"
    assert seen(stranger) == []
    refused(owner.post(f"/offers/{offer}/approve"), 403, "forbidden")

    sent_back = committee.post(f"/offers/{offer}/send-back", {"reason": "请写明份量"})
    assert sent_back.json["status"] == "draft"
    refused(committee.post(f"/offers/{offer}/approve"), 404, "not_found")

    assert owner.post(f"/offers/{offer}/publish").json["status"] == "in_review"
    assert committee.post(f"/offers/{offer}/approve").json["status"] == "published"
    assert seen(stranger) == [offer]
    refused(committee.post(f"/offers/{offer}/approve"), 409, "wrong_state")


def test_a_committee_decides_at_home_only(market: Market, api: ApiClient) -> None:
    shop = town.make_shop("新店", trusted=False, owner="new@example.org", staff="n@example.org")
    owner = api.sign_in("new@example.org")
    offer = owner.post(f"/merchants/{shop}/offers", town.offer_body()).json["id"]
    owner.post(f"/offers/{offer}/publish")
    people.make_staff("committee", "next@example.org", scope=people.NEXT_COMMUNITY)
    refused(api.sign_in("next@example.org").post(f"/offers/{offer}/approve"), 404, "not_found")
    people.make_staff("committee", "street@example.org", scope=people.STREET)
    street = api.sign_in("street@example.org")
    assert street.post(f"/offers/{offer}/approve").status_code == 200


def test_only_the_owner_makes_and_withdraws_offers(market: Market, api: ApiClient) -> None:
    town.make_shop("对门", owner="other@example.org", staff="other-till@example.org")
    offer = town.publish(market.owner, market.shop)
    for login in ("other@example.org", "till@example.org", "anna@example.org"):
        other = api.sign_in(login)
        answer = other.post(f"/merchants/{market.shop}/offers", town.offer_body())
        refused(answer, 403, "forbidden")
        refused(other.post(f"/offers/{offer}/withdraw"), 403, "forbidden")
    assert seen(api) == [offer]


def test_what_was_withdrawn_can_come_back(market: Market, stranger: ApiClient) -> None:
    offer = town.publish(market.owner, market.shop)
    assert market.owner.post(f"/offers/{offer}/withdraw").json["status"] == "withdrawn"
    assert seen(stranger) == []
    refused(stranger.get(f"/offers/{offer}"), 404, "not_found")
    refused(market.owner.post(f"/offers/{offer}/withdraw"), 409, "wrong_state")
    assert market.owner.post(f"/offers/{offer}/publish").json["status"] == "published"
    assert seen(stranger) == [offer]


def test_an_offer_ends_on_time_with_and_without_the_job(
    market: Market, stranger: ApiClient, at: At
) -> None:
    offer = town.publish(market.owner, market.shop, valid_until="2026-11-21T05:00:00Z")
    at(datetime.fromisoformat("2026-11-21T05:00:00Z"))
    assert seen(stranger) == []
    refused(market.anna.post(f"/offers/{offer}/vouchers"), 409, "offer_closed")
    assert market.owner.get(f"/offers/{offer}").json["status"] == "ended"
    assert run_until_quiet()["offers.end"] == 1
    assert market.owner.get(f"/offers/{offer}").json["status"] == "ended"
    refused(market.owner.post(f"/offers/{offer}/publish"), 409, "wrong_state")


def test_offers_are_found_by_region_shop_and_words(market: Market, api: ApiClient) -> None:
    far = town.make_shop(
        "东城理发", region=people.FAR_COMMUNITY, owner="far@example.org", staff="f@example.org"
    )
    noodles = town.publish(market.owner, market.shop)
    haircut = town.publish(api.sign_in("far@example.org"), far, title="老人理发")
    stranger = ApiClient(api.client)
    assert seen(stranger) == [haircut, noodles]
    assert seen(stranger, f"?region={people.COMMUNITY}") == [noodles]
    assert seen(stranger, f"?region={people.OTHER_STREET}") == [haircut]
    assert seen(stranger, f"?region={people.DISTRICT}") == [haircut, noodles]
    assert seen(stranger, "?region=990000") == []
    assert seen(stranger, f"?merchant={far}") == [haircut]
    assert seen(stranger, "?q=牛肉") == [noodles]
    assert seen(stranger, "?q=东城") == [haircut]
    assert seen(stranger, "?q=没有") == []
    first = stranger.get("/offers?limit=1").json
    assert first["next_cursor"]
    assert seen(stranger, f"?limit=1&cursor={first['next_cursor']}") == [noodles]
    merchants = stranger.get(f"/merchants?region={people.OTHER_STREET}").json["items"]
    assert [each["name"] for each in merchants] == ["东城理发"]


@pytest.mark.parametrize("query", ["?limit=0", "?limit=101", "?cursor=x", "?region=x", "?a=1"])
def test_lists_refuse_what_they_do_not_know(market: Market, api: ApiClient, query: str) -> None:
    for path in ("/offers", "/merchants", "/me/vouchers"):
        refused(market.anna.get(f"{path}{query}"), 422, "invalid")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("points", 0),
        ("points", -1),
        ("points", 2**63),
        ("points", True),
        ("points", 0.5),
        ("points", "10"),
        ("points", "１０"),
        ("stock", 0),
        ("stock", -1),
        ("stock", 2**31),
        ("per_resident_limit", 0),
        ("voucher_days", 0),
        ("voucher_days", 366),
        ("price", {"amount": -1, "currency": "CNY"}),
        ("price", {"amount": 0, "currency": "CNY"}),
        ("price", {"amount": 1, "currency": "EUR"}),
        ("kind", "cash"),
        ("title", ""),
        ("title", "  "),
        ("title", "a\x00b"),
        ("title", "x" * 81),
        ("valid_from", "yesterday"),
        ("valid_until", "2025-12-31T00:00:00Z"),
        ("valid_hours", {"weekdays": [], "opens": "10:00", "closes": "12:00"}),
        ("valid_hours", {"weekdays": [8], "opens": "10:00", "closes": "12:00"}),
        ("valid_hours", {"weekdays": [1], "opens": "12:00", "closes": "12:00"}),
        ("valid_hours", {"weekdays": [1], "opens": "25:00", "closes": "26:00"}),
        ("unknown", 1),
    ],
)
def test_an_offer_that_makes_no_sense_is_refused(market: Market, field: str, value: Any) -> None:
    body = town.offer_body(**{field: value})
    answer = market.owner.post(f"/merchants/{market.shop}/offers", body)
    refused(answer, 422, "invalid")
    assert {each["field"].split(".")[0] for each in answer.json["errors"]} == {field}


def test_lists_ask_as_often_for_twenty_as_for_one(
    market: Market, api: ApiClient, statements: list[str]
) -> None:
    def asked(path: str) -> int:
        statements.clear()
        assert api.get(path).json["items"]
        return len(statements)

    def asked_with_one_more(number: int) -> dict[str, int]:
        town.publish(market.owner, market.shop, title=f"面 {number}")
        town.make_shop(f"店 {number}", owner=f"o{number}@a.org", staff=f"s{number}@a.org")
        return {path: asked(path) for path in ("/offers", "/merchants")}

    few, _more, many = (asked_with_one_more(number) for number in range(3))
    assert many == few
