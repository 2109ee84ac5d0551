"""Notices on pages: what readers see, and what the committee does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from portal.core import jobs
from portal.core.clock import today
from portal.notices import queries
from portal.notices.rules import FIRST_LOCALE
from portal.regions.queries import path_of
from tests import world
from tests.browsing import Browser
from tests.conftest import ApiClient
from tests.notices.board import committee, published, written
from tests.world import COMMUNITY, NEXT_COMMUNITY

pytestmark = pytest.mark.usefixtures("world")

OPENED = Callable[[str], Browser]


@pytest.fixture
def come(app: Any) -> OPENED:
    """A browser of somebody's own."""

    def opened(login: str, language: str = "en") -> Browser:
        browser = Browser(app.test_client(), language)
        browser.sign_in(login)
        return browser

    return opened


def test_a_committee_writes_publishes_and_sees_whom_it_reached(come: OPENED) -> None:
    world.make_staff("committee", "bai@example.org")
    world.make_user("lin@example.org")
    bai = come("bai@example.org")
    bai.open("/desk/notices/new")
    bai.send(
        "/desk/notices/new",
        region_code=COMMUNITY,
        audiences=["residents"],
        title="停水通知",
        summary="明天停水。",
        body="明天六点到十二点停水。",
        title_en="No water tomorrow",
        summary_en="Store some tonight.",
        body_en="From six to noon.",
        confirm="y",
    )
    assert "Only those" not in bai.page.text
    address = bai.address
    bai.send(f"{address}/publish")
    assert "Those concerned are told" in bai.page.text
    jobs.run_until_quiet()

    lin = come("lin@example.org")
    lin.open("/")
    assert "No water tomorrow" in lin.page.text
    assert "Please confirm that you read it" in lin.page.text
    lin.open(address.replace("/desk", ""))
    assert "Store some tonight." in lin.page.text
    lin.send(f"{lin.address}/confirm")
    assert "You have confirmed" in lin.page.text
    lin.open("/")
    assert "Please confirm that you read it" not in lin.page.text
    bai.open(address)
    assert "100%" in bai.page.text


@pytest.mark.parametrize("part", ["title_en", "summary_en", "body_en"])
def test_a_translation_is_whole_or_missing_and_nothing_typed_is_lost(
    come: OPENED, part: str
) -> None:
    world.make_staff("committee", "bai@example.org")
    bai = come("bai@example.org")
    bai.open("/desk/notices/new")
    bai.send(
        "/desk/notices/new",
        422,
        region_code=COMMUNITY,
        audiences=["residents"],
        title="停水通知",
        summary="明天停水。",
        body="明天六点到十二点停水。",
        **{part: "No water tomorrow"},
    )
    assert "The English version needs" in bai.page.text
    assert "No water tomorrow" in bai.page.text
    assert "明天六点到十二点停水。" in bai.page.text


def test_it_is_planned_pinned_withdrawn_and_copied(come: OPENED) -> None:
    actor = committee()
    notice = written(actor)
    bai = come(f"committee{COMMUNITY}@example.org")
    bai.open(f"/desk/notices/{notice}/schedule")
    bai.send(f"/desk/notices/{notice}/schedule", 422, publish_on="2020-01-01", publish_time="09:00")
    bai.send(
        f"/desk/notices/{notice}/schedule",
        publish_on=f"{today().year + 1}-01-02",
        publish_time="09:00",
    )
    assert "It appears by itself" in bai.page.text
    bai.send(f"/desk/notices/{notice}/publish")
    bai.open(f"/desk/notices/{notice}/pin")
    bai.send(f"/desk/notices/{notice}/pin", pinned_until=today().isoformat())
    assert [row.id for row in queries.pinned(path_of(COMMUNITY), FIRST_LOCALE)] == [notice]
    bai.open(f"/desk/notices/{notice}/withdraw")
    bai.send(f"/desk/notices/{notice}/withdraw", reason="写错了")
    assert "写错了" in bai.page.text
    bai.send(f"/desk/notices/{notice}/copy")
    assert bai.address.endswith("/edit")
    assert "六月起换新电表" in bai.page.text


def test_a_draft_is_nobodys_else(come: OPENED) -> None:
    draft = written(committee())
    world.make_user("lin@example.org")
    lin = come("lin@example.org")
    for address in (f"/notices/{draft}", f"/desk/notices/{draft}", "/desk/notices"):
        lin.open(address, 404)


def test_a_resident_sees_what_holds_at_home_or_anywhere(come: OPENED) -> None:
    published(committee(NEXT_COMMUNITY), NEXT_COMMUNITY)
    world.make_user("lin@example.org")
    lin = come("lin@example.org")
    lin.open("/notices")
    assert "New meters from June" not in lin.page.text
    lin.open("/notices?region=")
    assert "New meters from June" in lin.page.text


def test_visitors_read_in_their_language(client: FlaskClient) -> None:
    published(committee())
    reader = Browser(client, "en")
    reader.open(f"/notices?region={COMMUNITY}")
    assert "New meters from June" in reader.page.text
    reader.open(f"/notices?region={COMMUNITY}&q=meters")
    assert "New meters from June" in reader.page.text
    reader.open(f"/notices?region={COMMUNITY}&when=earlier")
    assert "No notices here" in reader.page.text


def test_of_a_region_that_is_not_there_there_is_nothing(
    client: FlaskClient, api: ApiClient
) -> None:
    published(committee())
    assert api.get("/notices?region=99").json["items"] == []
    Browser(client, "en").open("/notices?region=99")


def test_by_api(api: ApiClient) -> None:
    actor = committee()
    notice, draft = published(actor, confirm=True), written(actor)
    world.make_user("lin@example.org")
    listed = api.get(f"/notices?region={COMMUNITY}").json["items"]
    assert [each["id"] for each in listed] == [notice]
    assert listed[0]["status"] == "published"
    assert api.get(f"/notices/{draft}").status_code == 404
    assert api.post(f"/notices/{notice}/confirm").status_code == 401
    lin = api.sign_in("lin@example.org")
    assert lin.get(f"/notices/{notice}").json["confirmed_at"] is None
    assert lin.post(f"/notices/{notice}/confirm").json["confirmed_at"] is not None
    assert lin.get(f"/notices/{notice}/reach").status_code == 403
    desk = api.sign_in(f"committee{COMMUNITY}@example.org")
    reach = desk.get(f"/notices/{notice}/reach").json
    assert (reach["told"], reach["confirmed"], reach["awareness"]) == (1, 1, 1.0)
