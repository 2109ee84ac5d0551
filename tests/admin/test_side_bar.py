"""Who works for an organization has its side bar on all of its pages."""

from __future__ import annotations

import re
from typing import Any

import pytest

from portal.accounts import services
from portal.core.unit_of_work import unit_of_work
from tests import world
from tests.browsing import Browser
from tests.organizations.neighbours import join, organization, praise

pytestmark = pytest.mark.usefixtures("world")

OWN_PAGES = ("", "/people", "/page")


@pytest.fixture
def browse(app: Any) -> Any:
    def open_as(login: str) -> Browser:
        return Browser(app.test_client()).sign_in(login)

    return open_as


def bar(page: Browser) -> dict[str, bool]:
    """The addresses of the side bar, and whether each is the present one."""
    if '<nav class="desk-nav"' not in page.page.text:
        return {}
    markup = page.page.text.split('<nav class="desk-nav"')[1].split("</nav>")[0]
    links = re.findall(r'class="desk-link" href="([^"]+)"([^>]*)>', markup)
    return {address: "aria-current" in more for address, more in links}


def worn(page: Browser) -> str:
    """What the page says one acts as."""
    return page.page.text.split("Acting as")[1].split("</summary>")[0]


@pytest.mark.parametrize("there", OWN_PAGES)
def test_every_page_of_an_organization_has_its_side_bar(browse: Any, there: str) -> None:
    organization_id, _ = organization("lin@example.org")
    lin, own = browse("lin@example.org"), f"/organizations/{organization_id}"
    lin.open(own + there)
    tools = bar(lin)
    assert {"/hosting", "/hosting/records", *(own + each for each in OWN_PAGES)} <= set(tools)
    assert [address for address, present in tools.items() if present] == [own + there]
    assert "Organization manager" in worn(lin)


@pytest.mark.parametrize(
    ("there", "present"),
    [
        ("/hosting", "/hosting"),
        ("/hosting/activities/new", "/hosting"),
        ("/hosting/records", "/hosting/records"),
    ],
)
def test_the_nearest_tool_is_the_present_one(browse: Any, there: str, present: str) -> None:
    organization("lin@example.org")
    lin = browse("lin@example.org")
    lin.open(there)
    assert [address for address, marked in bar(lin).items() if marked] == [present]


def test_answering_praise_keeps_it(browse: Any) -> None:
    organization_id, _ = organization("lin@example.org")
    praise_id = praise(organization_id, world.make_user("an@example.org"))
    lin = browse("lin@example.org")
    lin.open(f"/praise/{praise_id}/answer")
    assert f"/organizations/{organization_id}/people" in bar(lin)


def test_the_public_page_is_a_residents_page_for_all_others(browse: Any) -> None:
    organization_id, _ = organization("lin@example.org")
    organization("other@example.org", name="别的队")
    join(organization_id, world.make_user("member@example.org"))
    world.make_user("an@example.org")
    for login in ("other@example.org", "member@example.org", "an@example.org"):
        person = browse(login)
        person.open(f"/organizations/{organization_id}")
        assert bar(person) == {}, login
        assert '<nav class="dock"' in person.page.text, login


def test_of_two_organizations_one_acts_for_the_one_at_hand(browse: Any) -> None:
    first, founder = organization("lin@example.org", name="第一队")
    second, _ = organization("other@example.org", name="第二队")
    join(second, founder, "organization_manager")
    lin = browse("lin@example.org")
    for organization_id, name in ((first, "第一队"), (second, "第二队")):
        lin.open(f"/organizations/{organization_id}/people")
        assert f"/organizations/{organization_id}/people" in bar(lin)
        present = lin.page.text.split('aria-current="true"')[1].split("</button>")[0]
        assert name in present


def test_who_has_a_desk_as_well_has_each_at_its_place(browse: Any) -> None:
    organization_id, founder = organization("lin@example.org")
    with unit_of_work():
        services.grant_role(None, founder, "committee", "region", world.COMMUNITY)
    lin, own = browse("lin@example.org"), f"/organizations/{organization_id}"
    lin.open("/desk/organizations")
    assert "/desk/merchants" in bar(lin)
    assert f"{own}/people" not in bar(lin)
    lin.open(f"{own}/people")
    assert f"{own}/page" in bar(lin)
    assert "/desk/merchants" not in bar(lin)
    assert "Organization manager" in worn(lin)
