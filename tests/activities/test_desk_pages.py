"""The host's desk: what is on today, what waits, what comes, and what is offered when."""

from __future__ import annotations

from datetime import datetime, timedelta
from types import ModuleType
from typing import Any

import pytest

from portal.activities import services
from portal.activities.queries.activities import visible
from portal.app import Portal
from portal.core.errors import NotFound, WrongState
from portal.core.unit_of_work import unit_of_work
from tests import world as places
from tests.activities import stage
from tests.activities.stage import END, NOON, START, At, Stage
from tests.browsing import Browser
from tests.conftest import ApiClient

DAY = timedelta(days=1)
OPENS = timedelta(minutes=30)


@pytest.fixture
def activity(api: ApiClient, world: ModuleType, at: At) -> Stage:
    at(NOON)
    return stage.publish(api)


@pytest.fixture
def host(app: Portal, activity: Stage) -> Browser:
    return Browser(app.test_client()).sign_in("manager@example.org")


def made(
    activity: Stage, title: str, start: datetime, *, publish: bool = True, **changes: Any
) -> str:
    body = stage.plan(
        activity.organization_id,
        title=title,
        shifts=[stage.shift(start, start + timedelta(hours=2))],
        **changes,
    )
    activity_id = activity.host.post("/activities", body).json["id"]
    if publish:
        answer = activity.host.post(f"/activities/{activity_id}/publish")
        assert answer.status_code == 200, answer.text
    return str(activity_id)


def part(page: Browser, name: str) -> str:
    """The markup of one section of a page, by the id of its heading."""
    sections = page.page.text.split("<section")
    return next((each for each in sections if f'id="{name}"' in each), "")


def test_the_desk_is_in_groups(activity: Stage, host: Browser, at: At) -> None:
    made(activity, "明天的活动", START + DAY)
    made(activity, "写着的草稿", START + 2 * DAY, publish=False)
    off = made(activity, "取消的活动", START + 3 * DAY)
    activity.host.post(f"/activities/{off}/cancel", {"reason": "下雨"})
    an = activity.resident("an")
    an.post(f"/shifts/{activity.shift_id}/signups")

    host.open("/hosting")
    assert f"/hosting/shifts/{activity.shift_id}" in part(host, "today")
    assert "明天的活动" in part(host, "coming")
    assert "写着的草稿" in part(host, "coming")
    assert "清扫红山公园" not in part(host, "coming")
    assert part(host, "waiting") == ""
    assert "取消的活动" not in host.text
    host.open("/hosting?when=past")
    assert "取消的活动" in host.text
    assert "明天的活动" not in host.text

    at(START)
    an.post("/checkins", {"code": activity.code()})
    at(END + timedelta(minutes=1))
    host.open("/hosting")
    assert part(host, "today") == ""
    assert "1 person" in part(host, "waiting")
    assert f"/hosting/shifts/{activity.shift_id}/confirm" in part(host, "waiting")
    host.open("/hosting?when=past")
    assert "清扫红山公园" in host.text


def test_nothing_is_between_the_groups(activity: Stage, host: Browser, at: At) -> None:
    """Whatever is hosted stands in one of the groups, at the very last instant too."""
    draft = made(activity, "只在今天的草稿", START, publish=False)
    for instant in (NOON, START, END, END + timedelta(seconds=1), END + DAY):
        at(instant)
        host.open("/hosting")
        now_or_to_come = host.page.text
        host.open("/hosting?when=past")
        for each, shift in ((activity.id, activity.shift_id), (draft, draft)):
            before = each in now_or_to_come or shift in part_of(now_or_to_come)
            assert before != (each in host.page.text), (instant, each)


def part_of(markup: str) -> str:
    """All of a page but what waits to be confirmed."""
    return "".join(each for each in markup.split("<section") if 'id="waiting"' not in each)


def test_to_come_and_past_go_on(activity: Stage, host: Browser, at: At) -> None:
    for number in range(25):
        made(activity, f"第{number}次", START + DAY + timedelta(hours=3 * number))
    host.open("/hosting")
    more = stage.found(r'href="(/hosting\?[^"]*cursor=[^"]*)"', host.page.text)
    host.open(more.replace("&amp;", "&"))
    assert "第24次" in host.text
    at(START + 10 * DAY)
    host.open("/hosting?when=past")
    more = stage.found(r'href="(/hosting\?[^"]*cursor=[^"]*)"', host.page.text)
    assert "when=past" in more
    host.open(more.replace("&amp;", "&"))
    assert "第0次" in host.text


def test_somebody_elses_shifts_are_on_nobody_elses_desk(
    app: Portal, world: ModuleType, activity: Stage, host: Browser
) -> None:
    far = ("social_worker", "region", places.FAR_COMMUNITY)
    world.make_user("other@example.org", roles=[far])
    other = Browser(app.test_client()).sign_in("other@example.org")
    other.open("/hosting")
    assert "清扫红山公园" not in other.text


def test_before_check_in_opens_the_list_says_when(activity: Stage, host: Browser, at: At) -> None:
    activity.resident("an").post(f"/shifts/{activity.shift_id}/signups")
    page = f"/hosting/shifts/{activity.shift_id}"
    at(START - OPENS - timedelta(seconds=1))
    host.open(page)
    assert "Check-in opens today 13:30" in host.text
    for offered in ("/code", "/scan", "/heat", "/tick-in"):
        assert offered not in host.page.text
    at(START - OPENS)
    host.open(page)
    assert "Check-in opens" not in host.text
    for offered in ("/code", "/scan", "/heat", "/tick-in"):
        assert offered in host.page.text


def test_a_tick_too_early_is_told_when(activity: Stage, at: At) -> None:
    an = activity.resident("an")
    signup = an.post(f"/shifts/{activity.shift_id}/signups").json["id"]
    host = stage.principal_of("manager@example.org")
    at(START - OPENS - timedelta(seconds=1))
    with pytest.raises(WrongState) as refused, unit_of_work():
        services.tick_in(host, signup)
    assert "13:30" in str(refused.value.detail)


def test_heat_is_noted_from_check_in_until_hours_are_credited(
    activity: Stage, host: Browser, at: At
) -> None:
    an = activity.resident("an")
    an.post(f"/shifts/{activity.shift_id}/signups")
    page = f"/hosting/shifts/{activity.shift_id}"
    at(START)
    host.open(page)
    host.send(f"{page}/heat", heat="1")
    assert "Great heat: noted" in host.text
    an.post("/checkins", {"code": activity.code()})
    at(END)
    at(END + timedelta(minutes=1))
    host.open(f"{page}/confirm")
    host.send(f"{page}/confirm")
    host.open(page)
    assert f"{page}/heat" not in host.page.text


def test_a_draft_is_deleted_with_all_that_belongs_to_it(activity: Stage, host: Browser) -> None:
    draft = made(
        activity,
        "写错的草稿",
        START + DAY,
        publish=False,
        location={"name": "东门", "latitude": 42.27, "longitude": 118.96},
    )
    page = f"/hosting/activities/{draft}"
    host.open(page)
    assert "Call it off" not in host.text
    host.send(f"{page}/delete")
    assert "The draft is deleted" in host.text
    host.open(page, 404)
    with pytest.raises(NotFound):
        visible(stage.principal_of("manager@example.org"), draft)


def test_what_is_published_cannot_be_deleted(activity: Stage, host: Browser) -> None:
    page = f"/hosting/activities/{activity.id}"
    host.open(page)
    assert f"{page}/delete" not in host.page.text
    host.open("/hosting/activities/new")  # any page with a token
    token = host.form("/hosting/activities/new").values["csrf_token"]
    host.client.post(f"{page}/delete", data={"csrf_token": token})
    assert activity.read()["status"] == "published"


def test_a_place_is_asked_for_before_publishing(activity: Stage, host: Browser) -> None:
    draft = made(activity, "在哪里集合", START + DAY, publish=False)
    page = f"/hosting/activities/{draft}"
    host.open(page)
    assert "Say where people meet" in host.text
    assert f"{page}/publish" not in host.page.text
    token = host.form(f"{page}/delete").values["csrf_token"]
    host.client.post(f"{page}/publish", data={"csrf_token": token})
    status = activity.host.get(f"/activities/{draft}").json["status"]
    assert status == "draft"
    assert activity.host.post(f"/activities/{draft}/publish").json["status"] == "published"


def test_what_has_ended_is_not_called_off(activity: Stage, host: Browser, at: At) -> None:
    at(END + timedelta(microseconds=1))
    host.open(f"/hosting/activities/{activity.id}")
    assert "Call it off" not in host.text
    refused = activity.host.post(f"/activities/{activity.id}/cancel", {"reason": "晚了"})
    assert (refused.status_code, refused.json["code"]) == (409, "wrong_state")
    assert activity.read()["status"] == "finished"


def test_past_shifts_do_not_speak_of_places_left(activity: Stage, host: Browser, at: At) -> None:
    at(END + DAY)
    for page in (f"/hosting/activities/{activity.id}", f"/activities/{activity.id}"):
        host.open(page)
        assert "places left" not in host.text
        assert "A place can be given back" not in host.text


def test_the_confirm_page_shows_a_box_beside_each_name(
    activity: Stage, host: Browser, at: At
) -> None:
    an = activity.resident("an")
    an.post(f"/shifts/{activity.shift_id}/signups")
    at(START)
    an.post("/checkins", {"code": activity.code()})
    at(END)
    host.open(f"/hosting/shifts/{activity.shift_id}/confirm")
    assert "person-here" not in host.page.text
