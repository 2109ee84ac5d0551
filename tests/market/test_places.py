"""Where a shop is: typed or taken from the device, drawn beside what else is in the community."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert, update

from portal.activities.models import Activity
from portal.core.clock import now
from portal.core.database import db
from portal.core.ids import new_id
from portal.core.unit_of_work import unit_of_work
from portal.market.models import Merchant
from tests import world
from tests.browsing import Browser
from tests.market.town import make_shop

pytestmark = pytest.mark.usefixtures("world")


def another(name: str = "对门花店", **more: Any) -> str:
    """A shop of somebody else."""
    return make_shop(name, owner=f"{new_id()}@example.org", staff=f"{new_id()}@example.org", **more)


def put(merchant_id: str, latitude: float, longitude: float, **more: Any) -> None:
    with unit_of_work():
        db.session.execute(
            update(Merchant)
            .where(Merchant.id == merchant_id)
            .values(latitude=latitude, longitude=longitude, place_name="南门", **more)
        )


def arrange(place: str, **more: Any) -> None:
    """Something to join at a place of the community."""
    starts_at = now() + timedelta(days=1)
    row = {
        "id": new_id(),
        "title": "清扫公园",
        "description": "",
        "category": "environment",
        "region_code": world.COMMUNITY,
        "decision": "published",
        "location_name": place,
        "latitude": 42.2832,
        "longitude": 118.9,
        "first_starts_at": starts_at,
        "last_ends_at": starts_at + timedelta(hours=2),
        "created_by": world.make_user(f"{new_id()}@example.org"),
        "created_at": now(),
        **more,
    }
    with unit_of_work():
        db.session.execute(insert(Activity), [row])


def owner(app: Any) -> Browser:
    return Browser(app.test_client()).sign_in("owner@example.org")


def plan(page: Browser) -> str:
    """The list below the drawing; "" where there is no plan."""
    _before, found, rest = page.page.text.partition('class="plan-list"')
    return rest.split("</ol>")[0] if found else ""


def test_a_shop_is_drawn_beside_the_others_and_not_itself(app: Any) -> None:
    mine, other = make_shop("自家面馆"), another()
    put(mine, 42.28, 118.9)
    put(other, 42.281, 118.9)
    arrange("社区广场")
    shops = owner(app)
    shops.open(f"/my-shops/{mine}/edit")
    words = plan(shops)
    assert words.index("对门花店") < words.index("社区广场")
    assert "110 m to the north" in words
    assert "自家面馆" not in words


def test_who_registers_sees_what_is_there(app: Any) -> None:
    put(another(), 42.281, 118.9)
    world.make_user("new@example.org")
    newcomer = Browser(app.test_client()).sign_in("new@example.org")
    newcomer.open(f"/my-shops/new?in={world.COMMUNITY}")
    assert "对门花店" in plan(newcomer)
    assert " m to the" not in plan(newcomer)
    newcomer.send("/my-shops/new", status=422, name="", latitude="42.28", longitude="118.9")
    assert "110 m to the north" in plan(newcomer)  # of what was typed


def test_only_what_is_public_is_on_the_plan(app: Any) -> None:
    mine = make_shop("自家面馆")
    put(another("未核实"), 42.281, 118.9, status="pending", verified_at=None, trusted=False)
    put(another("外社区", region=world.NEXT_COMMUNITY), 42.281, 118.9)
    arrange("草稿处", decision="draft")
    over = now() - timedelta(days=3)
    arrange("旧地方", first_starts_at=over, last_ends_at=over + timedelta(hours=1))
    shops = owner(app)
    shops.open(f"/my-shops/{mine}/edit")
    assert plan(shops) == ""


@pytest.mark.parametrize(("latitude", "longitude"), [("91", "0"), ("nan", "118"), ("1e308", "1")])
def test_an_impossible_place_is_refused_and_not_drawn(
    app: Any, latitude: str, longitude: str
) -> None:
    mine = make_shop("自家面馆")
    put(another(), 42.281, 118.9)
    shops = owner(app)
    shops.open(f"/my-shops/{mine}/edit")
    sent = {"latitude": latitude, "longitude": longitude, "place_name": "南门"}
    shops.send(f"/my-shops/{mine}/edit", status=422, **sent)
    assert " m to the" not in plan(shops)


def test_the_committee_sees_where_it_is(app: Any) -> None:
    mine = make_shop("自家面馆")
    put(another(), 42.281, 118.9)
    world.make_staff("committee")
    committee = Browser(app.test_client()).sign_in("committee@example.org")
    committee.open(f"/desk/merchants/{mine}")
    assert plan(committee) == ""
    put(mine, 43.28, 118.9)
    committee.open(f"/desk/merchants/{mine}")
    assert "outside the plan" in committee.text
    assert "对门花店" in plan(committee)


def test_a_public_page_shows_where_the_shop_is(app: Any) -> None:
    shop = make_shop()
    put(shop, 42.28, 118.9)
    visitor = Browser(app.test_client())
    visitor.open(f"/merchants/{shop}")
    assert "Where it is 南门" in visitor.text
    assert "plan-sheet" not in visitor.page.text, "nothing stands near it"

    flowers = another()
    put(flowers, 42.2809, 118.9)
    visitor.open(f"/merchants/{shop}")
    assert "对门花店 100 m to the north" in visitor.text
    assert "红山小馆" not in plan(visitor)
    assert 'href="geo:42.28,118.9?q=42.28,118.9(%E5%8D%97%E9%97%A8)"' in visitor.page.text
    assert "uri.amap.com" not in visitor.page.headers["Content-Security-Policy"]

    put(flowers, 45.0, 118.9)
    visitor.open(f"/merchants/{shop}")
    assert "Is it the right one?" not in visitor.text, "a question to the shop, not to a visitor"
    assert "plan-sheet" not in visitor.page.text


def test_without_a_position_there_is_no_plan(app: Any) -> None:
    shop = make_shop()
    visitor = Browser(app.test_client())
    visitor.open(f"/merchants/{shop}")
    assert "Where it is" not in visitor.text
