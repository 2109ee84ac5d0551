"""The market's pages, as a browser without JavaScript uses them."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from portal.app import Portal
from tests import world as people
from tests.conftest import ApiClient
from tests.market import town
from tests.market.conftest import Market


class Browser:
    """Somebody at a browser, signed in or not, reading English."""

    def __init__(self, client: FlaskClient, login: str | None = None) -> None:
        self.client = client
        client.set_cookie("locale", "en")
        if login:
            form = {"login": login, "password": people.PASSWORD}
            assert self.send("/login", "/login", **form).status_code in (302, 303)

    def open(self, path: str) -> str:
        answer = self.client.get(path)
        assert answer.status_code == 200, (path, answer.status_code, answer.text[:2000])
        return str(answer.text)

    def send(self, page: str, action: str, **fields: Any) -> TestResponse:
        """Fill in the form on a page that goes to ``action``, and send it."""
        text = self.open(page)
        forms = re.findall(r"<form\b.*?</form>", text, re.DOTALL)
        fitting = [form for form in forms if f'action="{action}"' in form]
        assert fitting, (action, re.findall(r'action="([^"]*)"', text))
        hidden = re.findall(r'<input[^>]*type="hidden"[^>]*>', fitting[-1])
        values = {
            re.search(r'name="([^"]*)"', each)[1]: re.search(r'value="([^"]*)"', each)[1]
            for each in hidden
        }
        return self.client.post(action, data={**values, **fields})


@pytest.fixture
def browse(app: Portal) -> Any:
    return lambda login=None: Browser(app.test_client(), login)


def goes_to(answer: TestResponse) -> str:
    assert answer.status_code == 303, answer.text[:3000]
    return str(answer.headers["Location"])


OFFER_FORM = {
    "title": "一碗牛肉面",
    "kind": "gift",
    "description": "大碗。\n加蛋。",
    "points": "１０",
    "stock": "3",
    "first_day": "2026-11-01",
    "voucher_days": "30",
    "weekdays": ["1", "2", "3", "4", "5", "6", "7"],
}


def test_from_the_registration_of_a_shop_to_a_thank_you(  # noqa: PLR0915 - one long story
    market: Market, browse: Any
) -> None:
    people.make_staff("committee")
    people.make_user("chen@example.org", "陈店主")
    owner, committee = browse("chen@example.org"), browse("committee@example.org")
    anna = browse("anna@example.org")

    # The owner goes down to the community, and registers.
    assert people.COMMUNITY in owner.open("/my-shops/new")
    page = f"/my-shops/new?in={people.COMMUNITY}"
    wrong = owner.send(
        page, page, name="陈记", category="food", region_code=people.COMMUNITY, credit_code="123"
    )
    assert wrong.status_code == 422
    assert "not a valid credit code" in wrong.text
    shop = goes_to(
        owner.send(
            page,
            page,
            name="陈记",
            category="food",
            region_code=people.COMMUNITY,
            credit_code="91110108600040399G",
        )
    )
    assert "The committee looks at your shop" in owner.open(shop)
    merchant = shop.rsplit("/", 1)[1]
    assert anna.client.get(f"/merchants/{merchant}").status_code == 404

    # The committee verifies it.
    desk = f"/desk/merchants/{merchant}"
    assert desk in committee.open("/desk/merchants")
    goes_to(committee.send(desk, f"{desk}/verify"))
    assert "陈记" in anna.open("/merchants")

    # An offer is written, sent back, sent again and approved.
    new = f"/my-shops/{merchant}/offers/new"
    refused = owner.send(new, new, **{**OFFER_FORM, "points": "0", "weekdays": []})
    assert refused.status_code == 422
    assert "from 1 to" in refused.text
    offer_page = goes_to(owner.send(new, new, **OFFER_FORM))
    offer = offer_page.rsplit("/", 1)[1]
    goes_to(owner.send(offer_page, f"{offer_page}/publish"))
    review = f"/desk/offers/{offer}"
    assert review in committee.open("/desk/offers")
    assert committee.send(review, f"{review}/send-back", reason=" ").status_code == 422
    goes_to(committee.send(review, f"{review}/send-back", reason="请写明份量"))
    assert "请写明份量" in owner.open(offer_page)
    edit = f"{offer_page}/edit"
    assert 'value="10"' in owner.open(edit)
    goes_to(owner.send(edit, edit, **{**OFFER_FORM, "title": "一大碗牛肉面"}))
    goes_to(owner.send(offer_page, f"{offer_page}/publish"))
    goes_to(committee.send(review, f"{review}/approve"))

    # Anna finds it, takes it, and has one voucher though the form arrives twice.
    assert "一大碗牛肉面" in anna.open("/exchange?q=牛肉&affordable=1&kind=gift")
    taking = f"/exchange/{offer}"
    voucher_page = goes_to(anna.send(taking, taking)).split("?")[0]
    assert town.wallet_of(market.anna) == (90, 10)
    card = anna.open(voucher_page)
    code = re.search(r'class="digits">([0-9 ]{14})<', card)[1]
    assert "<svg" in card
    assert voucher_page in anna.open("/me/vouchers")

    # The till of another shop learns nothing; the owner's own looks, and redeems.
    other = browse("till@example.org")
    unknown = other.send("/till", "/till/check", code=code)
    assert unknown.status_code == 404
    assert "see which shop it is for" in unknown.text
    seen = owner.send("/till", "/till/check", code=code)
    assert seen.status_code == 200
    assert "一大碗牛肉面" in seen.text
    assert "安**" in seen.text
    assert "安娜" not in seen.text
    key = re.search(r'name="form_key" value="([^"]*)"', seen.text)[1]
    token = re.search(r'name="csrf_token" value="([^"]*)"', seen.text)[1]
    form = {"csrf_token": token, "form_key": key, "code": code}
    done = goes_to(owner.client.post("/till/redeem", data=form))
    assert goes_to(owner.client.post("/till/redeem", data=form)) == done
    assert "Redeemed" in owner.open(done)
    assert other.client.get(done).status_code == 404
    again = owner.send("/till", "/till/check", code=code)
    assert again.status_code == 409
    assert "used before" in again.text
    assert town.wallet_of(market.anna) == (90, 0)

    # Anna says thank you, once.
    goes_to(anna.send(voucher_page, f"{voucher_page}/thank"))
    assert f"{voucher_page}/thank" not in anna.open(voucher_page)
    assert "1 neighbour served" in anna.open("/merchants")
    assert "1 thank-you" in anna.open("/merchants")
    assert "1 voucher" in owner.open(shop)


def test_a_voucher_is_given_back_on_its_page(market: Market, browse: Any) -> None:
    voucher = town.take(market.anna, town.publish(market.owner, market.shop))
    page = f"/me/vouchers/{voucher['id']}"
    anna = browse("anna@example.org")
    goes_to(anna.send(page, f"{page}/cancel"))
    assert "Given back" in anna.open(page)
    assert voucher["code"][:4] not in anna.open(page)
    assert town.wallet_of(market.anna) == (100, 0)
    assert browse("till@example.org").client.get(page).status_code == 404


def test_a_refused_exchange_says_why(market: Market, browse: Any) -> None:
    offer = town.publish(market.owner, market.shop, points=60)
    anna = browse("anna@example.org")
    page = f"/exchange/{offer}"
    goes_to(anna.send(page, page))
    assert "20 points short" in anna.open(page)
    token = re.search(r'name="csrf_token" value="([^"]*)"', anna.open(page))[1]
    refused = anna.client.post(page, data={"csrf_token": token})
    assert refused.status_code == 409
    assert "Not enough points" in refused.text


def test_an_offer_with_a_price_says_that_it_must_wait(market: Market, browse: Any) -> None:
    price = {"amount": 500, "currency": "CNY"}
    offer = town.publish(market.owner, market.shop, price=price)
    text = browse("anna@example.org").open(f"/exchange/{offer}")
    assert "Payments are not possible here yet" in text
    assert "Yes, exchange" not in text


def test_staff_come_and_go_and_one_owner_stays(market: Market, browse: Any, api: Any) -> None:
    people.make_user("bao@example.org", "宝")
    code = api.sign_in("bao@example.org").get("/me").json["member_code"]
    owner = browse("owner@example.org")
    page = f"/my-shops/{market.shop}/staff"
    wrong = owner.send(page, page, member_code="abcd-efgh", role="merchant_staff")
    assert wrong.status_code == 422
    goes_to(owner.send(page, page, member_code=code, role="merchant_owner"))
    assert "宝" in owner.open(page)
    bao = browse("bao@example.org")
    assert bao.open(f"/my-shops/{market.shop}")

    first, second = owner_ids(market, api)
    goes_to(bao.send(page, f"{page}/{first}/remove", role="merchant_owner"))
    assert owner.client.get(page).status_code == 403
    told = bao.client.get(goes_to(bao.send(page, f"{page}/{second}/remove"))).text
    assert "Name another owner first" in told
    assert bao.open(f"/my-shops/{market.shop}")


def owner_ids(market: Market, api: Any) -> tuple[str, str]:
    logins = ("owner@example.org", "bao@example.org")
    first, second = (api.sign_in(login).get("/me").json["id"] for login in logins)
    return first, second


@pytest.mark.parametrize(
    "path",
    ["/exchange", "/merchants", "/merchants/{shop}", "/exchange/{offer}"],
)
def test_strangers_may_look(market: Market, browse: Any, path: str) -> None:
    offer = town.publish(market.owner, market.shop)
    assert browse().open(path.format(shop=market.shop, offer=offer))


@pytest.mark.parametrize(
    "path",
    [
        "/my-shops/{shop}",
        "/my-shops/{shop}/edit",
        "/my-shops/{shop}/staff",
        "/my-shops/{shop}/offers/new",
        "/my-offers/{offer}",
        "/my-offers/{offer}/edit",
        "/my-offers/{offer}/recall",
        "/desk/merchants",
        "/desk/merchants/{shop}",
        "/desk/offers",
        "/desk/offers/{offer}",
    ],
)
def test_pages_of_the_owner_and_the_desk_are_closed_to_others(
    market: Market, browse: Any, path: str
) -> None:
    town.make_shop("对门", owner="other@example.org", staff="other-till@example.org")
    people.make_staff("committee", "far@example.org", scope=people.FAR_COMMUNITY)
    offer = town.publish(market.owner, market.shop)
    where = path.format(shop=market.shop, offer=offer)
    for login in ("anna@example.org", "till@example.org", "other@example.org", "far@example.org"):
        own_desk = login.startswith("far") and path in ("/desk/merchants", "/desk/offers")
        status = browse(login).client.get(where).status_code
        assert status == 200 if own_desk else status in (403, 404), (login, status)


def test_nearest_first_then_cheapest(market: Market, browse: Any, api: Any) -> None:
    shops = {
        "远": people.FAR_COMMUNITY,
        "邻": people.NEXT_COMMUNITY,
    }
    for name, region in shops.items():
        shop = town.make_shop(
            name, region=region, owner=f"{region}@a.org", staff=f"s{region}@a.org"
        )
        town.publish(api.sign_in(f"{region}@a.org"), shop, title=f"{name}处的面", points=1)
    town.publish(market.owner, market.shop, title="贵的面", points=50)
    town.publish(market.owner, market.shop, title="便宜的面", points=5)
    text = browse("anna@example.org").open("/exchange")
    order = [text.index(title) for title in ("便宜的面", "贵的面", "邻处的面", "远处的面")]
    assert order == sorted(order)
    assert "short of the first thing" not in text
    affordable = browse("anna@example.org").open("/exchange?affordable=1&kind=service")
    assert "Nothing like this just now" in affordable


def test_whoever_can_have_nothing_yet_reads_what_is_missing(market: Market, browse: Any) -> None:
    town.publish(market.owner, market.shop, title="很贵的面", points=130)
    town.publish(market.owner, market.shop, title="贵的面", points=107)
    town.publish(market.owner, market.shop, title="卖完的面", points=101, stock=1)
    rich = people.make_user("rich@example.org")
    town.give_points(rich, 500)
    sold_out = browse("rich@example.org").open("/exchange?q=卖完")
    offer = re.search(r'href="/exchange/([^"?]+)"', sold_out)
    assert offer
    town.take(ApiClient(market.owner.client).sign_in("rich@example.org"), offer[1])
    for address in ("/exchange", "/exchange?affordable=1"):
        text = browse("anna@example.org").open(address)
        assert "You are 7 points short of the first thing" in text
        assert "“贵的面” for 107" in text
        assert 'href="/activities"' in text
    town.publish(market.owner, market.shop, title="便宜的面", points=100)
    assert "short of" not in browse("anna@example.org").open("/exchange")
    assert "short of" not in browse().open("/exchange")
