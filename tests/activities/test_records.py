"""Service records: confirmed, credited, corrected, disputed, reported afterwards."""

from __future__ import annotations

from datetime import datetime, timedelta
from types import ModuleType
from typing import Any

import pytest
from werkzeug.test import TestResponse

from portal.core import jobs
from portal.core.clock import rfc3339
from tests import world as places
from tests.activities import stage
from tests.activities.stage import END, NOON, START, At, Stage
from tests.conftest import ApiClient


@pytest.fixture
def activity(api: ApiClient, world: ModuleType, at: At) -> Stage:
    at(NOON)
    return stage.publish(api)


def serve(
    activity: Stage,
    person: ApiClient,
    at: At,
    begin: datetime = START,
    end: datetime = END - timedelta(seconds=1),
) -> str:
    """Sign up, check in, check out; returns the record's id."""
    at(NOON)
    person.post(f"/shifts/{activity.shift_id}/signups")
    at(begin)
    answer = person.post("/checkins", {"code": activity.code()})
    assert answer.status_code == 201, answer.text
    at(end)
    assert person.post("/checkouts", {"code": activity.code()}).status_code == 201
    return str(answer.json["service_record_id"])


def refusal(answer: TestResponse) -> tuple[int, str]:
    return answer.status_code, answer.json["code"]


def balance(person: ApiClient) -> int:
    return int(person.get("/me/points").json["balance"])


def hours(person: ApiClient) -> int:
    return int(person.get("/me/hours").json["minutes_confirmed"])


def held(activity: Stage) -> int:
    return int(activity.api.get(f"/regions/{places.COMMUNITY}/budget").json["held"])


def test_confirming_a_shift_credits_hours_and_points_once(activity: Stage, at: At) -> None:
    an, bo = activity.resident("an"), activity.resident("bo")
    serve(activity, an, at)
    serve(activity, bo, at, begin=START + timedelta(minutes=30))
    done = activity.host.post(f"/shifts/{activity.shift_id}/confirm")
    assert (done.status_code, done.json) == (200, {"confirmed": 2, "points": 19 + 14})
    assert (balance(an), hours(an)) == (19, 119)
    assert (balance(bo), hours(bo)) == (14, 89)
    again = activity.host.post(f"/shifts/{activity.shift_id}/confirm")
    assert again.json == {"confirmed": 0, "points": 0}
    assert balance(an) == 19


def test_what_is_left_of_the_reserve_goes_back_when_all_is_decided(activity: Stage, at: At) -> None:
    an = activity.resident("an")
    record = serve(activity, an, at)
    at(END + timedelta(hours=1))
    jobs.run_until_quiet()
    assert held(activity) == 40
    activity.host.post(f"/service-records/{record}/confirm", {})
    assert held(activity) == 21
    jobs.run_until_quiet()
    assert held(activity) == 0
    assert activity.read()["status"] == "finished"
    book = activity.api.get(f"/regions/{places.COMMUNITY}/budget").json
    assert (book["awarded"], book["balance"]) == (19, stage.BUDGET - 19)


def test_a_fortnight_after_the_end_the_reserve_goes_back_anyway(activity: Stage, at: At) -> None:
    an = activity.resident("an")
    record = serve(activity, an, at)
    at(END + timedelta(days=13))
    jobs.run_until_quiet()
    assert held(activity) == 40
    at(END + timedelta(days=15))
    jobs.run_until_quiet()
    assert held(activity) == 0
    late = activity.host.post(f"/service-records/{record}/confirm", {})
    assert (late.json["status"], balance(an)) == ("confirmed", 19)


def test_one_record_with_other_minutes(activity: Stage, at: At) -> None:
    an = activity.resident("an")
    record = serve(activity, an, at)
    answer = activity.host.post(
        f"/service-records/{record}/confirm", {"minutes": 90, "reason": "早走了"}
    )
    assert answer.status_code == 200
    assert (answer.json["status"], answer.json["minutes"], answer.json["points"]) == (
        "confirmed", 90, 15
    )  # fmt: skip
    second = activity.host.post(f"/service-records/{record}/confirm", {})
    assert refusal(second) == (409, "not_pending")
    assert (balance(an), hours(an)) == (15, 90)


def test_a_correction_is_an_opposite_transaction(activity: Stage, at: At) -> None:
    an = activity.resident("an")
    record = serve(activity, an, at)
    early = activity.host.post(
        f"/service-records/{record}/correct", {"minutes": 60, "reason": "记错"}
    )
    assert refusal(early) == (409, "not_confirmed")
    activity.host.post(f"/service-records/{record}/confirm", {})
    for minutes, points in ((60, 10), (120, 20), (0, 0)):
        answer = activity.host.post(
            f"/service-records/{record}/correct", {"minutes": minutes, "reason": "记错"}
        )
        assert answer.json["status"] == "corrected", answer.text
        assert (answer.json["points"], balance(an), hours(an)) == (points, points, minutes)
    kinds = [e["kind"] for e in an.get("/me/points/entries").json["items"]]
    assert "correction" in kinds


def test_a_refused_record_earns_nothing(activity: Stage, at: At) -> None:
    an = activity.resident("an")
    record = serve(activity, an, at)
    answer = activity.host.post(f"/service-records/{record}/reject", {"reason": "没有来"})
    assert (answer.json["status"], answer.json["reason"]) == ("rejected", "没有来")
    assert refusal(activity.host.post(f"/service-records/{record}/confirm", {})) == (
        409, "not_pending"
    )  # fmt: skip
    assert (balance(an), hours(an)) == (0, 0)


def test_nobody_decides_about_their_own_service(activity: Stage, at: At, world: ModuleType) -> None:
    host = activity.host
    own = serve(activity, host, at)
    assert refusal(host.post(f"/service-records/{own}/confirm", {})) == (403, "forbidden")
    assert refusal(host.post(f"/service-records/{own}/reject", {"reason": "x"}))[0] == 403
    assert host.post(f"/shifts/{activity.shift_id}/confirm").json["confirmed"] == 0
    stage.manager(str(activity.organization_id), "second@example.org")
    second = activity.api.sign_in("second@example.org")
    assert second.post(f"/service-records/{own}/confirm", {}).json["status"] == "confirmed"


def test_a_dispute_and_what_becomes_of_it(activity: Stage, at: At) -> None:
    an = activity.resident("an")
    record = serve(activity, an, at)
    activity.host.post(f"/service-records/{record}/confirm", {"minutes": 60})
    disputed = an.post(f"/service-records/{record}/dispute", {"reason": "我做了两个小时"})
    assert disputed.json["status"] == "disputed"
    assert refusal(an.post(f"/service-records/{record}/dispute", {"reason": "还是"})) == (
        409, "wrong_state"
    )  # fmt: skip
    assert balance(an) == 10
    upheld = activity.host.post(f"/service-records/{record}/confirm", {})
    assert (upheld.json["status"], balance(an)) == ("confirmed", 10)
    an.post(f"/service-records/{record}/dispute", {"reason": "请再看看"})
    better = activity.host.post(
        f"/service-records/{record}/correct", {"minutes": 119, "reason": "是的"}
    )
    assert (better.json["status"], balance(an)) == ("corrected", 19)


def test_a_disputed_record_that_is_refused_gives_back_what_it_earned(
    activity: Stage, at: At
) -> None:
    an = activity.resident("an")
    record = serve(activity, an, at)
    activity.host.post(f"/service-records/{record}/confirm", {})
    an.post(f"/service-records/{record}/dispute", {"reason": "不是我"})
    answer = activity.host.post(f"/service-records/{record}/reject", {"reason": "确实"})
    assert (answer.json["status"], balance(an), hours(an)) == ("rejected", 0, 0)


@pytest.fixture
def publicity(activity: Stage, world: ModuleType) -> None:
    """The community shows confirmed records for three days before they count."""
    stage.announce_records()


def test_in_the_publicity_period_the_credit_waits(activity: Stage, publicity: None, at: At) -> None:
    an = activity.resident("an")
    record = serve(activity, an, at)
    done = activity.host.post(f"/shifts/{activity.shift_id}/confirm").json
    assert done == {"confirmed": 1, "points": 0}
    assert an.get(f"/service-records/{record}").json["status"] == "provisional"
    at(NOON + timedelta(days=3))
    jobs.run_until_quiet()
    assert balance(an) == 0
    at(NOON + timedelta(days=4))
    jobs.run_until_quiet()
    assert an.get(f"/service-records/{record}").json["status"] == "confirmed"
    assert (balance(an), hours(an)) == (19, 119)


def test_in_the_publicity_period_a_neighbour_may_object(
    activity: Stage, publicity: None, at: At, world: ModuleType
) -> None:
    an, bo = activity.resident("an"), activity.resident("bo")
    far = activity.resident("far", home=places.FAR_COMMUNITY)
    record = serve(activity, an, at)
    assert refusal(bo.get(f"/service-records/{record}")) == (404, "not_found")
    activity.host.post(f"/service-records/{record}/confirm", {})
    path = f"/service-records/{record}/dispute"
    assert refusal(far.post(path, {"reason": "?"})) == (404, "not_found")
    assert bo.post(path, {"reason": "他没有来"}).status_code == 200
    at(NOON + timedelta(days=9))
    jobs.run_until_quiet()
    assert balance(an) == 0
    decided = activity.host.post(f"/service-records/{record}/confirm", {})
    assert (decided.json["status"], balance(an)) == ("confirmed", 19)


def test_hours_reported_afterwards(activity: Stage, at: At) -> None:
    an = activity.resident("an")
    at(NOON)
    body = {
        "organization_id": activity.organization_id,
        "title": "给独居老人送饭",
        "started_at": rfc3339(NOON - timedelta(hours=3)),
        "minutes": 90,
        "description": "三户人家",
    }
    made = an.post("/service-records", body)
    assert made.status_code == 201
    assert (made.json["status"], made.json["activity"]) == ("pending", None)
    path = f"/service-records/{made.json['id']}/confirm"
    done = activity.host.post(path, {})
    assert (done.json["status"], done.json["points"], balance(an)) == ("confirmed", 15, 15)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"region_code": places.COMMUNITY}, "organization_id"),
        ({"organization_id": None}, "organization_id"),
        ({"started_at": rfc3339(NOON - timedelta(minutes=30))}, "started_at"),
        ({"started_at": rfc3339(NOON - timedelta(days=400))}, "started_at"),
        ({"minutes": 0}, "minutes"),
        ({"minutes": 1441}, "minutes"),
        ({"organization_id": "0" * 26}, "organization_id"),
    ],
)
def test_a_report_that_cannot_be(activity: Stage, changes: Any, field: str) -> None:
    body = {
        "organization_id": activity.organization_id,
        "title": "送饭",
        "started_at": rfc3339(NOON - timedelta(hours=3)),
        "minutes": 90,
        "description": "三户人家",
        **changes,
    }
    answer = activity.resident("an").post("/service-records", body)
    assert answer.status_code == 422
    assert field in {each["field"] for each in answer.json["errors"]}


def test_who_sees_which_records(activity: Stage, at: At, world: ModuleType) -> None:
    an, bo = activity.resident("an"), activity.resident("bo")
    mine, theirs = serve(activity, an, at), serve(activity, bo, at)
    assert [r["id"] for r in an.get("/service-records").json["items"]] == [mine]
    hosted = activity.host.get(f"/service-records?shift={activity.shift_id}&status=pending")
    assert {r["id"] for r in hosted.json["items"]} == {mine, theirs}
    assert {r["id"] for r in activity.host.get("/service-records").json["items"]} == {mine, theirs}
    own = an.get(f"/service-records?shift={activity.shift_id}").json["items"]
    assert [r["id"] for r in own] == [mine]
    assert an.get(f"/service-records/{theirs}").status_code == 404
    for path, body in (
        (f"/service-records/{mine}/confirm", {}),
        (f"/service-records/{mine}/reject", {"reason": "x"}),
        (f"/service-records/{mine}/correct", {"minutes": 1, "reason": "x"}),
    ):
        assert an.post(path, body).status_code == 403
        assert bo.post(path, body).status_code == 404
    other = stage.organization(name="别的队")
    stage.manager(other, "other@example.org")
    stranger = activity.api.sign_in("other@example.org")
    assert stranger.post(f"/service-records/{mine}/confirm", {}).status_code == 404
    assert stranger.post(f"/shifts/{activity.shift_id}/confirm").status_code == 403


def test_who_never_came_is_noted(activity: Stage, at: At) -> None:
    an = activity.resident("an")
    an.post(f"/shifts/{activity.shift_id}/signups")
    at(END + timedelta(seconds=1))
    jobs.run_until_quiet()
    assert an.get("/me/signups").json["items"][0]["status"] == "no_show"


def test_who_forgot_to_leave_is_confirmed_with_the_hosts_minutes(activity: Stage, at: At) -> None:
    an = activity.resident("an")
    an.post(f"/shifts/{activity.shift_id}/signups")
    at(START)
    record = an.post("/checkins", {"code": activity.code()}).json["service_record_id"]
    path = f"/service-records/{record}/confirm"
    assert refusal(activity.host.post(path, {"minutes": 100})) == (409, "not_pending")
    at(END)
    assert refusal(activity.host.post(path, {})) == (409, "not_pending")
    done = activity.host.post(path, {"minutes": 100})
    assert (done.json["status"], balance(an)) == ("confirmed", 16)


def test_what_the_budget_does_not_hold_is_tried_again_a_day_later(
    api: ApiClient, world: ModuleType, at: At, publicity_anywhere: None
) -> None:
    """Announced reports without a reserve wait for the budget and keep nobody else waiting."""
    world.make_staff("social_worker")
    worker = api.sign_in("social_worker@example.org")
    world.make_user("an@example.org")
    an = api.sign_in("an@example.org")
    record = an.post(
        "/service-records",
        {
            "region_code": places.COMMUNITY,
            "title": "送饭",
            "started_at": rfc3339(NOON - timedelta(hours=3)),
            "minutes": 60,
            "description": "三户",
        },
    ).json["id"]
    announced = worker.post(f"/service-records/{record}/confirm", {})
    assert announced.json["status"] == "provisional"
    at(NOON + timedelta(days=4))
    jobs.run_until_quiet()
    assert an.get(f"/service-records/{record}").json["status"] == "provisional"
    stage.fund()
    at(NOON + timedelta(days=5))
    jobs.run_until_quiet()
    assert an.get(f"/service-records/{record}").json["status"] == "confirmed"
    assert balance(an) == 10


@pytest.fixture
def publicity_anywhere(world: ModuleType, at: At) -> None:
    at(NOON)
    stage.announce_records()
