"""Arriving and leaving: the code that changes, the tick, the distance."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import ModuleType

import pytest
from werkzeug.test import TestResponse

from portal.activities import services
from portal.activities.checkin_codes import Age, CheckinCodes, number_in
from portal.core.clock import now
from portal.core.unit_of_work import unit_of_work
from tests.activities import stage
from tests.activities.stage import END, NOON, START, At, Stage
from tests.conftest import ApiClient

HALF_HOUR = timedelta(minutes=30)


@pytest.fixture
def activity(api: ApiClient, world: ModuleType, at: At) -> Stage:
    at(NOON)
    return stage.publish(api)


@pytest.fixture
def an(activity: Stage) -> ApiClient:
    person: ApiClient = activity.resident("an")
    person.post(f"/shifts/{activity.shift_id}/signups")
    return person


def refusal(answer: TestResponse) -> tuple[int, str]:
    return answer.status_code, answer.json["code"]


def test_the_way_of_a_service(activity: Stage, an: ApiClient, at: At) -> None:
    at(START - timedelta(minutes=5))
    arrived = an.post("/checkins", {"code": activity.code()})
    assert arrived.status_code == 201
    assert arrived.json["checked_in_at"] == "2026-11-25T05:55:00Z"
    assert arrived.json["checked_out_at"] is None
    record = arrived.json["service_record_id"]
    assert an.get(f"/service-records/{record}").json["status"] == "open"
    at(START + timedelta(minutes=50, seconds=59))
    left = an.post("/checkouts", {"code": activity.code()})
    assert left.json["service_record_id"] == record
    shown = an.get(f"/service-records/{record}").json
    assert (shown["status"], shown["minutes"], shown["points"]) == ("pending", 50, 0)
    assert an.get("/me/hours").json == {"minutes_confirmed": 0, "minutes_pending": 50}


def test_a_code_lives_for_half_a_minute_at_most_and_is_remembered_for_ten(
    activity: Stage, an: ApiClient, at: At
) -> None:
    begin = START.replace(second=0)
    at(begin)
    shown = activity.host.get(f"/shifts/{activity.shift_id}/checkin-code").json
    until = datetime.fromisoformat(shown["valid_until"])
    assert timedelta(0) < until - begin <= timedelta(seconds=30)
    at(until)
    assert refusal(an.post("/checkins", {"code": shown["code"]})) == (409, "code_expired")
    at(until + timedelta(minutes=9, seconds=59))
    assert refusal(an.post("/checkins", {"code": shown["code"]})) == (409, "code_expired")
    at(until + timedelta(minutes=10, seconds=1))
    assert refusal(an.post("/checkins", {"code": shown["code"]})) == (404, "unknown_code")
    at(until - timedelta(seconds=1))
    assert an.post("/checkins", {"code": shown["code"]}).status_code == 201


def test_the_code_changes_at_least_every_half_minute(activity: Stage, at: At) -> None:
    seen = set()
    for seconds in range(0, 600, 30):
        at(START + timedelta(seconds=seconds))
        seen.add(activity.code())
    assert len(seen) == 20


def test_half_an_hour_before_and_not_earlier(activity: Stage, an: ApiClient, at: At) -> None:
    at(START - HALF_HOUR - timedelta(seconds=1))
    assert refusal(an.post("/checkins", {"code": activity.code()})) == (409, "wrong_state")
    at(START - HALF_HOUR)
    assert an.post("/checkins", {"code": activity.code()}).status_code == 201


def test_after_the_end_there_is_no_code_and_the_last_one_is_old(
    activity: Stage, an: ApiClient, at: At
) -> None:
    at(END)
    last = activity.code()
    at(END + timedelta(seconds=1))
    assert refusal(an.post("/checkins", {"code": last})) == (409, "code_expired")
    gone = activity.host.get(f"/shifts/{activity.shift_id}/checkin-code")
    assert refusal(gone) == (409, "wrong_state")


def test_who_is_not_signed_up_only_waits_or_came_before(
    activity: Stage, an: ApiClient, at: At
) -> None:
    bo, chen, ding = (activity.resident(name) for name in ("bo", "chen", "ding"))
    bo.post(f"/shifts/{activity.shift_id}/signups")
    assert chen.post(f"/shifts/{activity.shift_id}/signups").json["status"] == "waitlisted"
    at(START)
    code = activity.code()
    assert refusal(ding.post("/checkins", {"code": code})) == (409, "not_signed_up")
    assert refusal(chen.post("/checkins", {"code": code})) == (409, "not_signed_up")
    assert refusal(bo.post("/checkouts", {"code": code})) == (409, "not_checked_in")
    assert refusal(ding.post("/checkouts", {"code": code})) == (409, "not_signed_up")
    assert an.post("/checkins", {"code": code}).status_code == 201
    assert refusal(an.post("/checkins", {"code": code})) == (409, "already_checked_in")
    assert an.post("/checkouts", {"code": code}).status_code == 201
    assert refusal(an.post("/checkouts", {"code": code})) == (409, "not_checked_in")


@pytest.mark.parametrize(
    "code", ["0000000000", "1", "１２３４５６７８９０", "12345678901", "x" * 10]
)
def test_a_made_up_code_is_unknown(activity: Stage, an: ApiClient, at: At, code: str) -> None:
    at(START)
    assert refusal(an.post("/checkins", {"code": code})) == (404, "unknown_code")


def test_a_code_is_worth_nothing_at_another_shift(activity: Stage, an: ApiClient, at: At) -> None:
    body = stage.plan(activity.organization_id, shifts=[stage.shift(END, END + HALF_HOUR)])
    other = activity.host.post("/activities", body).json["id"]
    other = activity.host.post(f"/activities/{other}/publish").json["shifts"][0]["id"]
    at(END - timedelta(minutes=10))
    code = activity.host.get(f"/shifts/{other}/checkin-code").json["code"]
    assert refusal(an.post("/checkins", {"code": code})) == (409, "not_signed_up")
    assert an.get("/service-records").json["items"] == []


def test_only_the_host_sees_the_code(
    activity: Stage, an: ApiClient, world: ModuleType, api: ApiClient
) -> None:
    path = f"/shifts/{activity.shift_id}/checkin-code"
    assert refusal(an.get(path)) == (403, "forbidden")
    world.make_staff("social_worker")
    stranger = api.sign_in("social_worker@example.org")
    assert refusal(stranger.get(path)) == (403, "forbidden")
    assert refusal(api.get(path)) == (401, "unauthenticated")


def test_the_distance_counts_where_it_is_limited_and_then_it_must_be_known(
    api: ApiClient, world: ModuleType, at: At
) -> None:
    at(NOON)
    place = {"name": "红山公园", "latitude": 42.28, "longitude": 118.96}
    activity = stage.publish(api, location=place, checkin_metres=300)
    people = [activity.resident(name) for name in ("an", "bo")]
    for person in people:
        person.post(f"/shifts/{activity.shift_id}/signups")
    at(START)
    far = {"code": activity.code(), "latitude": 42.285, "longitude": 118.96}  # 556 m
    assert refusal(people[0].post("/checkins", far)) == (409, "too_far")
    near = {"code": activity.code(), "latitude": 42.282, "longitude": 118.96}  # 222 m
    assert people[0].post("/checkins", near).status_code == 201
    blind = {"code": activity.code()}
    assert refusal(people[1].post("/checkins", blind)) == (409, "position_needed")
    (mine,) = people[1].get("/me/signups").json["items"]
    host = stage.principal_of("manager@example.org")
    with unit_of_work():
        services.tick_in(host, mine["id"])
    assert people[1].get("/me/signups?status=attended").json["items"] != []


def test_minutes_count_within_the_shift_only(activity: Stage, an: ApiClient, at: At) -> None:
    at(START - HALF_HOUR)
    record = an.post("/checkins", {"code": activity.code()}).json["service_record_id"]
    at(END - timedelta(seconds=1))
    an.post("/checkouts", {"code": activity.code()})
    assert an.get(f"/service-records/{record}").json["minutes"] == 119


def test_codes_need_the_portals_secret() -> None:
    at = datetime(2026, 11, 25, 6, 0, 7, tzinfo=UTC)
    mine, theirs = CheckinCodes("a" * 40), CheckinCodes("b" * 40)
    shown = mine.shown("s1", 42, at)
    assert shown.digits.startswith("0042")
    assert number_in(shown.digits) == 42
    assert mine.age(shown.digits, "s1", at) is Age.GOOD
    assert theirs.age(shown.digits, "s1", at) is Age.UNKNOWN
    assert mine.age(shown.digits, "s2", at) is Age.UNKNOWN
    assert mine.age(shown.digits, "s1", at - timedelta(minutes=1)) is Age.UNKNOWN


def test_a_code_is_taken_until_the_instant_it_names_in_every_second_of_its_life() -> None:
    codes = CheckinCodes("a" * 40)
    for second in range(60):
        at = now().replace(microsecond=0) + timedelta(seconds=second)
        shown = codes.shown("s", 7, at)
        assert at < shown.changes_at <= shown.valid_until <= at + timedelta(seconds=30)
        assert codes.age(shown.digits, "s", shown.valid_until - timedelta(seconds=1)) is Age.GOOD
        assert codes.age(shown.digits, "s", shown.valid_until) is Age.EXPIRED
