"""The committee finds every shop of its place again, and what was decided about it."""

from __future__ import annotations

from typing import Any

import pytest

from portal.core.permissions import Grant, Principal, Role, ScopeKind
from portal.core.unit_of_work import unit_of_work
from portal.market import services
from portal.market.rules import Category
from tests import world
from tests.browsing import Browser

pytestmark = pytest.mark.usefixtures("world")

ALL = "/desk/merchants/all"


@pytest.fixture
def desk(app: Any) -> Any:
    def sit_down(scope: str = world.COMMUNITY, language: str = "en") -> Browser:
        login = f"committee-{scope}@example.org"
        world.make_staff("committee", login, scope)
        return Browser(app.test_client(), language).sign_in(login)

    return sit_down


def judge() -> Principal:
    grant = Grant(Role.COMMITTEE, ScopeKind.REGION, world.CITY)
    return world.principal(world.make_staff("committee", scope=world.CITY), grant)


def register(name: str) -> str:
    owner = world.principal(world.make_user(f"{name}@example.org", f"{name}店主"))
    data = services.MerchantData(
        name=name, category=Category.FOOD, region_code=world.COMMUNITY, description="早上六点开门"
    )
    with unit_of_work():
        return services.register_merchant(owner, data)


@pytest.fixture
def three(app: Any) -> dict[str, str]:
    """One in each state."""
    shops = {"verified": "红山面馆", "pending": "红山豆腐坊", "declined": "红山花店"}
    found = {state: register(name) for state, name in shops.items()}
    committee = judge()
    with unit_of_work():
        services.verify_merchant(committee, found["verified"])
        services.decline_merchant(committee, found["declined"], "执照照片看不清")
    return found


def shown(page: Browser, three: dict[str, str]) -> set[str]:
    text = page.page.text
    return {state for state, each in three.items() if f"/desk/merchants/{each}" in text}


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", {"verified", "pending", "declined"}),
        ("?status=declined", {"declined"}),
        ("?status=asleep", {"verified", "pending", "declined"}),
        ("?q=红山", {"verified", "pending", "declined"}),
        ("?q=六点&status=pending", {"pending"}),
        ("?q=花店", {"declined"}),
        ("?q=%25", set()),
    ],
)
def test_all_are_found_whatever_their_state(
    desk: Any, three: dict[str, str], query: str, found: set[str]
) -> None:
    committee = desk()
    committee.open(ALL + query)
    assert shown(committee, three) == found


def test_those_that_wait_are_a_list_of_their_own(desk: Any, three: dict[str, str]) -> None:
    committee = desk()
    committee.open("/desk/merchants")
    assert shown(committee, three) == {"pending"}
    assert f'href="{ALL}"' in committee.page.text


def test_the_public_finds_only_what_is_verified(app: Any, three: dict[str, str]) -> None:
    stranger = Browser(app.test_client())
    stranger.open("/merchants?q=红山")
    assert "红山面馆" in stranger.text
    for words in ("豆腐坊", "花店"):
        assert words not in stranger.text


def test_what_is_corrected_is_found_by_its_new_name(desk: Any, three: dict[str, str]) -> None:
    shop = three["declined"]
    owner = Grant(Role.MERCHANT_OWNER, ScopeKind.MERCHANT, shop)
    actor = world.principal(world.make_user("heir@example.org"), owner)
    data = services.MerchantData(
        name="蓝天花艺", category=Category.FOOD, region_code=world.COMMUNITY
    )
    with unit_of_work():
        services.change_merchant(actor, shop, data)
    committee = desk()
    committee.open(f"{ALL}?q=蓝天")
    assert shown(committee, three) == {"declined"}  # it waits again, of course
    assert "Waiting to be verified" in committee.page.text.split('class="rows"')[1]
    committee.open(f"{ALL}?q=花店")
    assert shown(committee, three) == set()


def test_the_page_of_one_tells_its_history(desk: Any, three: dict[str, str]) -> None:
    committee, page = desk(), f"/desk/merchants/{three['declined']}"
    committee.open(page)
    committee.send(f"{page}/verify")
    committee.open(page)
    committee.send(f"{page}/trust")
    committee.open(page)
    timeline = committee.page.text.split('class="timeline"')[1].split("</ol>")[0]
    order = ["Publishes without review", "Verified", "执照照片看不清", "Registration sent in"]
    places = [timeline.index(words) for words in order]
    assert places == sorted(places)
    assert "红山花店店主" in timeline  # who registered it
    assert f"committee-{world.COMMUNITY}" in timeline  # who decided last


@pytest.mark.parametrize("scope", [world.NEXT_COMMUNITY, world.OTHER_STREET])
def test_the_page_of_one_is_not_there_elsewhere(
    desk: Any, three: dict[str, str], scope: str
) -> None:
    """Nor is it in the lists: ``tests.access.test_desk_lists``."""
    committee = desk(scope)
    for state in ("pending", "declined"):
        committee.open(f"/desk/merchants/{three[state]}", status=404)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_pages_are_there_in_both_languages(
    desk: Any, three: dict[str, str], language: str
) -> None:
    committee = desk(language=language)
    for address in (ALL, f"{ALL}?q=zzqx", *(f"/desk/merchants/{each}" for each in three.values())):
        committee.open(address)
        assert f'<html lang="{"en" if language == "en" else "zh-Hans"}"' in committee.page.text
