"""Taking a place, waiting for one, giving one back."""

from __future__ import annotations

from datetime import date, timedelta
from types import ModuleType

import pytest
from sqlalchemy import select

from portal.core import jobs
from portal.core.database import db
from portal.core.outbox import OutboxMessage
from tests import world as places
from tests.activities import stage
from tests.activities.stage import END, NOON, START, At, Stage
from tests.conftest import ApiClient


@pytest.fixture
def activity(api: ApiClient, world: ModuleType, at: At) -> Stage:
    at(NOON)
    return stage.publish(api)


def notified(kind: str) -> list[str]:
    """Who was sent a notification of a kind."""
    db.session.rollback()
    rows = db.session.execute(select(OutboxMessage.payload).where(OutboxMessage.kind == "notify"))
    return [row["user_id"] for row in rows.scalars() if row["kind"] == kind]


def test_two_places_then_a_queue(activity: Stage) -> None:
    answers = [
        activity.resident(name).post(f"/shifts/{activity.shift_id}/signups")
        for name in ("an", "bo", "chen", "ding")
    ]
    assert [answer.status_code for answer in answers] == [201] * 4
    assert [answer.json["status"] for answer in answers] == [
        "confirmed", "confirmed", "waitlisted", "waitlisted"
    ]  # fmt: skip
    (shift,) = activity.read()["shifts"]
    assert (shift["places_left"], shift["waitlisted"]) == (0, 2)
    chen = activity.api.sign_in("chen@example.org").get("/me/signups").json["items"]
    ding = activity.api.sign_in("ding@example.org").get("/me/signups?status=waitlisted")
    assert [each["position"] for each in (*chen, *ding.json["items"])] == [1, 2]


def test_the_first_who_waits_has_the_place_at_once_and_is_told(activity: Stage) -> None:
    people = [activity.resident(name) for name in ("an", "bo", "chen", "ding")]
    ids = [p.post(f"/shifts/{activity.shift_id}/signups").json["id"] for p in people]
    assert people[0].delete(f"/signups/{ids[0]}").status_code == 204
    statuses = [p.get("/me/signups").json["items"][0]["status"] for p in people]
    assert statuses == ["cancelled", "confirmed", "confirmed", "waitlisted"]
    late = activity.resident("fu")
    assert late.post(f"/shifts/{activity.shift_id}/signups").json["status"] == "waitlisted"
    assert stage.places(activity.shift_id) == (2, 2)
    jobs.run_until_quiet()
    chen = stage.principal_of("chen@example.org")
    assert notified("signup.promoted") == [chen.id]


def test_nobody_signs_up_twice_nor_for_two_shifts_at_once(activity: Stage) -> None:
    an = activity.resident("an")
    assert an.post(f"/shifts/{activity.shift_id}/signups").status_code == 201
    again = an.post(f"/shifts/{activity.shift_id}/signups")
    assert (again.status_code, again.json["code"]) == (409, "already_signed_up")
    body = stage.plan(
        activity.organization_id,
        shifts=[stage.shift(END - timedelta(minutes=1), END + timedelta(hours=1)),
                stage.shift(END, END + timedelta(hours=1))],
    )  # fmt: skip
    other = activity.host.post("/activities", body).json
    published = activity.host.post(f"/activities/{other['id']}/publish").json
    overlapping, next_door = (each["id"] for each in published["shifts"])
    refused = an.post(f"/shifts/{overlapping}/signups")
    assert (refused.status_code, refused.json["code"]) == (409, "overlapping_shift")
    assert an.post(f"/shifts/{next_door}/signups").status_code == 201


def test_who_gave_a_place_back_may_come_again_but_at_the_end_of_the_queue(activity: Stage) -> None:
    an, bo, chen = (activity.resident(name) for name in ("an", "bo", "chen"))
    first, _bo, _chen = (
        p.post(f"/shifts/{activity.shift_id}/signups").json["id"] for p in (an, bo, chen)
    )
    an.delete(f"/signups/{first}")
    again = an.post(f"/shifts/{activity.shift_id}/signups")
    assert again.json["status"] == "waitlisted"
    assert an.delete(f"/signups/{first}").status_code == 409


def test_leaving_the_queue_moves_the_others_up(activity: Stage) -> None:
    people = [activity.resident(name) for name in ("an", "bo", "chen", "ding")]
    ids = [p.post(f"/shifts/{activity.shift_id}/signups").json["id"] for p in people]
    people[2].delete(f"/signups/{ids[2]}")
    assert stage.places(activity.shift_id) == (2, 1)
    assert people[3].get("/me/signups").json["items"][0]["position"] == 1


def test_from_the_start_on_it_is_closed(activity: Stage, at: At) -> None:
    an, bo = activity.resident("an"), activity.resident("bo")
    signup = an.post(f"/shifts/{activity.shift_id}/signups").json["id"]
    at(START)
    refused = bo.post(f"/shifts/{activity.shift_id}/signups")
    assert (refused.status_code, refused.json["code"]) == (409, "signup_closed")
    late = an.delete(f"/signups/{signup}")
    assert (late.status_code, late.json["code"]) == (409, "wrong_state")


def test_somebody_elses_sign_up_is_not_there(activity: Stage) -> None:
    an, bo = activity.resident("an"), activity.resident("bo")
    signup = an.post(f"/shifts/{activity.shift_id}/signups").json["id"]
    assert bo.delete(f"/signups/{signup}").status_code == 404
    assert bo.get("/me/signups").json["items"] == []


def test_a_minimum_age_is_held_against_the_day_of_the_shift(
    api: ApiClient, world: ModuleType, at: At
) -> None:
    at(NOON)
    activity = stage.publish(api, minimum_age=16)
    person = activity.resident("an")
    path = f"/shifts/{activity.shift_id}/signups"
    assert person.post(path).json["code"] == "birth_date_needed"
    stage.born("an@example.org", date(2010, 11, 26))
    assert person.post(path).json["code"] == "too_young"
    stage.born("an@example.org", date(2010, 11, 25))
    assert person.post(path).status_code == 201


def test_a_place_given_back_late_is_noted(activity: Stage, at: At) -> None:
    from portal.activities.models import Signup

    an, bo = activity.resident("an"), activity.resident("bo")
    ids = [p.post(f"/shifts/{activity.shift_id}/signups").json["id"] for p in (an, bo)]
    an.delete(f"/signups/{ids[0]}")  # two hours before; the deadline was 24
    rows = dict(db.session.execute(select(Signup.id, Signup.cancelled_late)).all())
    assert rows[ids[0]] is True
    assert rows[ids[1]] is False


def test_when_it_is_called_off_everybody_is_told_and_the_points_go_back(activity: Stage) -> None:
    people = [activity.resident(name) for name in ("an", "bo", "chen")]
    for person in people:
        person.post(f"/shifts/{activity.shift_id}/signups")
    assert activity.api.get(f"/regions/{places.COMMUNITY}/budget").json["held"] == 40
    answer = activity.host.post(f"/activities/{activity.id}/cancel", {"reason": "下雨"})
    assert (answer.status_code, answer.json["status"]) == (200, "cancelled")
    assert answer.json["reason"] == "下雨"
    assert activity.api.get(f"/regions/{places.COMMUNITY}/budget").json["held"] == 0
    jobs.run_until_quiet()
    assert len(notified("activity.cancelled")) == 3
    statuses = {p.get("/me/signups").json["items"][0]["status"] for p in people}
    assert statuses == {"cancelled"}
    refused = activity.resident("fu").post(f"/shifts/{activity.shift_id}/signups")
    assert refused.json["code"] == "signup_closed"
