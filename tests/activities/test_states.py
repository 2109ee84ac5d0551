"""Where an activity stands is true at every moment, with no job between."""

from __future__ import annotations

from datetime import datetime, timedelta
from types import ModuleType

import pytest
from sqlalchemy import select

from portal.activities.models import Activity
from portal.activities.queries.states import has_status, status_at
from portal.activities.rules import ActivityStatus
from portal.core.database import db
from tests import world as places
from tests.activities import stage
from tests.activities.stage import END, NOON, START, At, Stage
from tests.conftest import ApiClient

SECOND = timedelta(seconds=1)
NEXT_WEEK = timedelta(days=7)


@pytest.fixture
def activity(api: ApiClient, world: ModuleType, at: At) -> Stage:
    """Two shifts a week apart."""
    at(NOON)
    weekly = [stage.shift(), stage.shift(START + NEXT_WEEK, END + NEXT_WEEK)]
    return stage.publish(api, shifts=weekly)


def listed(api: ApiClient, query: str) -> list[str]:
    return [each["id"] for each in api.get(f"/activities?{query}").json["items"]]


@pytest.mark.parametrize(
    ("moment", "status"),
    [
        (NOON, "published"),
        (START - SECOND, "published"),
        (START, "running"),
        (END + timedelta(days=1), "running"),
        (END + NEXT_WEEK, "running"),
        (END + NEXT_WEEK + SECOND, "finished"),
    ],
)
def test_the_status_follows_the_clock_in_pages_lists_and_filters(
    activity: Stage, api: ApiClient, at: At, moment: datetime, status: str
) -> None:
    at(moment)
    assert activity.read()["status"] == status
    for asked in ("published", "running", "finished", "cancelled"):
        expected = [activity.id] if asked == status else []
        assert listed(api, f"status={asked}") == expected, asked
        assert listed(api, f"status={asked}&region={places.DISTRICT}") == expected, asked
    (shown,) = api.get("/activities").json["items"]
    assert shown["status"] == status


def test_what_was_decided_does_not_follow_the_clock(
    activity: Stage, api: ApiClient, at: At
) -> None:
    draft = activity.host.post("/activities", stage.plan(activity.organization_id)).json["id"]
    cancelled = activity.host.post("/activities", stage.plan(activity.organization_id)).json["id"]
    activity.host.post(f"/activities/{cancelled}/publish")
    activity.host.post(f"/activities/{cancelled}/cancel", {"reason": "大雪"})
    at(END + timedelta(days=30))
    activity.host = api.sign_in("manager@example.org")
    assert activity.host.get(f"/activities/{draft}").json["status"] == "draft"
    assert api.get(f"/activities/{cancelled}").json["status"] == "cancelled"
    assert listed(activity.host, "status=draft") == [draft]
    assert listed(api, "status=finished") == [activity.id]
    late = activity.host.post(f"/activities/{activity.id}/cancel", {"reason": "晚了"})
    assert (late.status_code, late.json["code"]) == (409, "wrong_state")


def test_the_two_ways_to_say_it_agree(activity: Stage, at: At) -> None:
    """The word in a row and the condition of a filter, around every edge."""
    edges = (START, END, START + NEXT_WEEK, END + NEXT_WEEK)
    for edge in edges:
        for moment in (edge - SECOND, edge, edge + SECOND):
            word = db.session.execute(select(status_at(moment))).scalar_one()
            fitting = [
                each
                for each in ActivityStatus
                if db.session.execute(select(Activity.id).where(has_status(each, moment))).first()
            ]
            assert fitting == [word], moment
    db.session.rollback()


def test_what_comes_next_is_read_from_the_shifts(activity: Stage, api: ApiClient, at: At) -> None:
    """A list of what is to come finds the second shift as soon as the first has begun."""
    for moment, start in ((NOON, START), (START, START + NEXT_WEEK)):
        at(moment)
        after = f"starts_after={moment + SECOND:%Y-%m-%dT%H:%M:%SZ}"
        assert listed(api, after) == [activity.id]
        before = f"starts_before={start:%Y-%m-%dT%H:%M:%SZ}"
        assert listed(api, f"{after}&{before}") == []
    at(START + NEXT_WEEK)
    assert listed(api, f"starts_after={START + NEXT_WEEK + SECOND:%Y-%m-%dT%H:%M:%SZ}") == []


def test_each_stands_once_in_the_list_of_what_is_to_come(
    activity: Stage, api: ApiClient, at: At
) -> None:
    for days in (1, 2, 3):
        start = START + timedelta(days=days)
        shifts = [stage.shift(start, start + SECOND), stage.shift(start, start + 2 * SECOND)]
        body = stage.plan(activity.organization_id, title=f"第{days}天", shifts=shifts)
        made = activity.host.post("/activities", body).json["id"]
        activity.host.post(f"/activities/{made}/publish")
    path = "/activities?starts_after=2026-11-25T04:00:00Z&limit=1"
    titles, cursor = [], ""
    while True:
        page = api.get(f"{path}{cursor}").json
        titles += [each["title"] for each in page["items"]]
        if page["next_cursor"] is None:
            break
        cursor = f"&cursor={page['next_cursor']}"
    assert titles == ["清扫红山公园", "第1天", "第2天", "第3天"]


def test_a_sign_up_too_follows_the_clock(activity: Stage, at: At) -> None:
    people = [activity.resident(name) for name in ("an", "bo", "chen")]
    for person in people:
        person.post(f"/shifts/{activity.shift_id}/signups")

    def statuses() -> list[str]:
        return [each.get("/me/signups").json["items"][0]["status"] for each in people]

    at(END)
    assert statuses() == ["confirmed", "confirmed", "waitlisted"]
    at(END + SECOND)
    assert statuses() == ["no_show", "no_show", "cancelled"]
    assert people[0].get("/me/signups?status=confirmed").json["items"] == []
    (mine,) = people[0].get("/me/signups?status=no_show").json["items"]
    assert mine["position"] is None


def test_nothing_is_taken_or_checked_in_past_its_time(activity: Stage, at: At) -> None:
    an, bo = activity.resident("an"), activity.resident("bo")
    assert an.post(f"/shifts/{activity.shift_id}/signups").status_code == 201
    at(END + timedelta(minutes=1))
    refused = bo.post(f"/shifts/{activity.shift_id}/signups")
    assert (refused.status_code, refused.json["code"]) == (409, "signup_closed")
    gone = activity.host.get(f"/shifts/{activity.shift_id}/checkin-code")
    assert (gone.status_code, gone.json["code"]) == (409, "wrong_state")
