"""How much a record can be: no more than its shift, no more than is budgeted."""

from __future__ import annotations

from datetime import timedelta
from types import ModuleType
from typing import Any

import pytest
from werkzeug.test import TestResponse

from portal.app import Portal
from portal.core.clock import rfc3339
from portal.core.unit_of_work import unit_of_work
from portal.points.services import reserve_activity_budget
from portal.points.verification import verify
from tests import world as places
from tests.activities import stage
from tests.activities.stage import END, NOON, START, At, Stage
from tests.activities.test_records import balance, hours, refusal, serve
from tests.browsing import Browser
from tests.conftest import ApiClient

LENGTH = int((END - START).total_seconds() // 60)


@pytest.fixture
def activity(api: ApiClient, world: ModuleType, at: At) -> Stage:
    at(NOON)
    return stage.publish(api)


@pytest.fixture
def publicity(activity: Stage, world: ModuleType) -> None:
    stage.announce_records()


def report(
    activity: Stage,
    person: ApiClient,
    *,
    ago: timedelta = timedelta(hours=3),
    minutes: int = 60,
    **more: Any,
) -> TestResponse:
    body = {
        "organization_id": activity.organization_id,
        "title": "给独居老人送饭",
        "started_at": rfc3339(NOON - ago),
        "minutes": minutes,
        "description": "三户人家",
    }
    return person.post("/service-records", {**body, **more})


def confirm(activity: Stage, record: str, **body: Any) -> TestResponse:
    return activity.host.post(f"/service-records/{record}/confirm", body)


def correct(activity: Stage, record: str, minutes: int) -> TestResponse:
    return activity.host.post(
        f"/service-records/{record}/correct", {"minutes": minutes, "reason": "记错"}
    )


def test_a_shift_gives_no_more_minutes_than_it_has(activity: Stage, at: At) -> None:
    an = activity.resident("an")
    record = serve(activity, an, at)
    refused = confirm(activity, record, minutes=LENGTH + 1)
    assert refusal(refused) == (409, "longer_than_shift")
    assert [each["field"] for each in refused.json["errors"]] == ["minutes"]
    assert confirm(activity, record, minutes=LENGTH).json["minutes"] == LENGTH
    assert refusal(correct(activity, record, LENGTH + 1)) == (409, "longer_than_shift")
    assert correct(activity, record, LENGTH - 1).json["minutes"] == LENGTH - 1
    assert hours(an) == LENGTH - 1


def test_who_decides_sees_what_else_is_noted_for_the_same_time(
    activity: Stage, app: Portal
) -> None:
    an = activity.resident("an")
    first = report(activity, an, minutes=60).json["id"]
    second = report(activity, an, ago=timedelta(minutes=150), minutes=60, title="量血压")
    beside = report(activity, an, ago=timedelta(hours=2), minutes=20, title="修水管")
    host = Browser(app.test_client()).sign_in("manager@example.org")
    host.open(f"/service-records/{first}")
    assert "Noted for the same time as well" in host.text
    assert "量血压" in host.text
    assert "修水管" not in host.text
    assert second.status_code == beside.status_code == 201
    person = Browser(app.test_client()).sign_in("an@example.org")
    assert "Noted for" not in person.open(f"/service-records/{first}").text


def test_a_report_draws_no_more_than_the_share_of_its_organization(activity: Stage) -> None:
    """Three tenths of what is free, at the third level: of 100 points 30."""
    an = activity.resident("an")
    free = activity.api.get(f"/regions/{places.COMMUNITY}/budget").json["balance"]
    with unit_of_work():
        reserve_activity_budget("0" * 26, places.COMMUNITY, free - 100, None)
    record = report(activity, an, ago=timedelta(hours=6), minutes=190).json["id"]
    assert refusal(confirm(activity, record)) == (409, "budget_exceeded")
    assert confirm(activity, record, minutes=180).json["points"] == 30
    assert refusal(correct(activity, record, 320)) == (409, "budget_exceeded")
    assert correct(activity, record, 300).json["points"] == 50


def test_correcting_the_same_again_makes_no_points(activity: Stage, at: At) -> None:
    an, bo = activity.resident("an"), activity.resident("bo")
    record = report(activity, an).json["id"]
    confirm(activity, record)
    code = bo.get("/me").json["member_code"]
    an.post("/me/points/gifts", {"to_member": code, "amount": 10})
    for _ in range(3):
        answer = correct(activity, record, 60)
        assert (answer.status_code, answer.json["points"]) == (200, 10)
    assert (balance(an), balance(bo)) == (0, 10)
    assert activity.api.get(f"/regions/{places.COMMUNITY}/budget").json["awarded"] == 10
    assert verify().problems == []


def test_disputing_ones_own_record_does_not_skip_the_publicity_period(
    activity: Stage, publicity: None, at: At
) -> None:
    an = activity.resident("an")
    record = report(activity, an).json["id"]
    for _ in range(2):
        an.post(f"/service-records/{record}/dispute", {"reason": "快一点"})
        assert confirm(activity, record).json["status"] == "provisional"
        assert balance(an) == 0


def test_a_rejected_person_does_not_become_a_participant_by_disputing(
    activity: Stage, at: At
) -> None:
    an = activity.resident("an", home=places.FAR_COMMUNITY)
    record = serve(activity, an, at)
    activity.host.post(f"/service-records/{record}/reject", {"reason": "没有来"})
    at(END + timedelta(hours=1))
    path = f"/activities/{activity.id}/praise"
    assert refusal(an.post(path, {"score": 1})) == (409, "not_a_participant")
    an.post(f"/service-records/{record}/dispute", {"reason": "来了"})
    assert refusal(an.post(path, {"score": 1})) == (409, "not_a_participant")
    assert confirm(activity, record).status_code == 200
    assert an.post(path, {"score": 1}).status_code == 201
