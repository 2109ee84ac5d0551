"""Hosts change what is published: words, places, times; and those concerned are told, once each."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from types import ModuleType
from typing import Any

import pytest
from sqlalchemy import select

from portal.accounts.models import User
from portal.activities import services
from portal.activities.errors import (
    AlreadySignedUp,
    CapacityBelowTaken,
    NoPlaceLeft,
    OnlyShift,
    OverlappingShift,
    TooEarly,
    TooYoung,
)
from portal.activities.models import Shift, Signup
from portal.activities.services import Location, ShiftPlan
from portal.core import jobs
from portal.core.audit import AuditEvent
from portal.core.clock import clock
from portal.core.database import db
from portal.core.errors import Forbidden, Invalid, WrongState
from portal.core.outbox import OutboxMessage
from portal.core.permissions import Principal
from portal.core.unit_of_work import unit_of_work
from portal.points.errors import BudgetExceeded
from portal.points.services import set_rule
from portal.points.verification import verify
from tests import world as places
from tests.activities import stage
from tests.activities.stage import END, NOON, START, At, Do, Stage
from tests.conftest import ApiClient
from tests.notifications.contract import check_emitted
from tests.organizations.neighbours import principal

HOUR = timedelta(hours=1)


@pytest.fixture
def activity(api: ApiClient, world: ModuleType, at: At) -> Stage:
    """One shift of two hours with two places: a full house earns 40 points."""
    at(NOON)
    return stage.publish(api)


@pytest.fixture
def host(activity: Stage) -> Principal:
    return stage.principal_of("manager@example.org")


@pytest.fixture
def do() -> Do:
    """Do something in a unit of work."""

    def done(deed: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        with unit_of_work():
            return deed(*args, **kwargs)

    return done


def sign_up(activity: Stage, *names: str) -> list[str]:
    """These residents sign up one after the other; the ids of their sign-ups."""
    return [
        activity.resident(name).post(f"/shifts/{activity.shift_id}/signups").json["id"]
        for name in names
    ]


def statuses(*signup_ids: str) -> list[str]:
    db.session.rollback()
    found = dict(db.session.execute(select(Signup.id, Signup.status)).all())
    return [found[each] for each in signup_ids]


def held(api: ApiClient) -> int:
    return int(api.get(f"/regions/{places.COMMUNITY}/budget").json["held"])


def told() -> list[tuple[str, str]]:
    """Who was told what so far, by login and kind; every message can be put into words."""
    jobs.run_until_quiet()
    check_emitted()
    db.session.rollback()
    rows = db.session.execute(select(OutboxMessage.payload).where(OutboxMessage.kind == "notify"))
    names = {stage.principal_of(f"{name}@example.org").id: name for name in _known()}
    db.session.rollback()
    return sorted((names.get(row["user_id"], "?"), row["kind"]) for row in rows.scalars())


def _known() -> list[str]:
    emails = db.session.execute(select(User.email).where(User.email.is_not(None))).scalars()
    names = [str(each).partition("@")[0] for each in emails]
    return [each for each in names if len(each) < 8]


def plan(capacity: int = 2, start: datetime = START, end: datetime = END) -> ShiftPlan:
    return ShiftPlan(start, end, capacity)


# --- words and place ------------------------------------------------------------------------------


def amend(do: Do, host: Principal, activity: Stage, **changes: Any) -> None:
    values = {
        "description": "一起把公园打扫干净。",
        "location": None,
        "what_to_bring": None,
        "risks": None,
        **changes,
    }
    do(services.amend, host, activity.id, **values)


def test_who_signed_up_is_told_once_of_changed_words(
    activity: Stage, host: Principal, do: Do
) -> None:
    sign_up(activity, "an", "bo", "chen")
    amend(do, host, activity)
    assert told() == []  # nothing was changed
    amend(do, host, activity, what_to_bring="手套", risks="路滑")
    expected = [(name, "activity.changed") for name in ("an", "bo", "chen")]
    assert told() == expected
    assert activity.read()["what_to_bring"] == "手套"


def test_another_place_is_told_by_its_name_and_found_by_it(
    activity: Stage, host: Principal, do: Do
) -> None:
    sign_up(activity, "an")
    amend(do, host, activity, location=Location("公园西门"), what_to_bring="手套")
    assert told() == [("an", "activity.moved")]
    found = activity.api.get("/activities?q=西门").json["items"]
    assert [each["id"] for each in found] == [activity.id]


def test_who_has_left_or_waits_for_nothing_any_more_is_not_told(
    activity: Stage, host: Principal, do: Do, at: At
) -> None:
    an, _bo = sign_up(activity, "an", "bo")
    activity.api.sign_in("an@example.org").delete(f"/signups/{an}")
    do(services.add_shift, host, activity.id, plan(1, END + 24 * HOUR, END + 25 * HOUR))
    at(END + HOUR)
    amend(do, host, activity, risks="路滑")
    assert told() == []


def test_the_place_stays_where_check_in_is_limited_to_it(
    api: ApiClient, world: ModuleType, at: At, do: Do
) -> None:
    at(NOON)
    place = {"name": "红山公园", "latitude": 42.28, "longitude": 118.96}
    activity = stage.publish(api, location=place, checkin_metres=300)
    with pytest.raises(Invalid):
        amend(do, stage.principal_of("manager@example.org"), activity, location=Location("西门"))


# --- places ---------------------------------------------------------------------------------------


def test_more_places_go_to_those_who_wait_in_their_order(
    activity: Stage, host: Principal, do: Do
) -> None:
    ids = sign_up(activity, "an", "bo", "chen", "ding", "fu")
    do(services.change_shift, host, activity.shift_id, plan(4))
    assert statuses(*ids) == ["confirmed"] * 4 + ["waitlisted"]
    assert stage.places(activity.shift_id) == (4, 1)
    assert told() == [("chen", "signup.promoted"), ("ding", "signup.promoted")]
    assert held(activity.api) == 80
    do(services.change_shift, host, activity.shift_id, plan(9))
    assert stage.places(activity.shift_id) == (5, 0)
    assert held(activity.api) == 180


def test_fewer_places_than_people_are_refused_and_fewer_empty_ones_give_points_back(
    activity: Stage, host: Principal, do: Do
) -> None:
    do(services.change_shift, host, activity.shift_id, plan(9))
    sign_up(activity, "an", "bo")
    with pytest.raises(CapacityBelowTaken) as refused:
        do(services.change_shift, host, activity.shift_id, plan(1))
    assert "2" in str(refused.value.detail)  # whatever the language
    assert refused.value.errors[0].field == "capacity"
    assert (stage.places(activity.shift_id), held(activity.api)) == ((2, 0), 180)
    do(services.change_shift, host, activity.shift_id, plan(2))
    assert (stage.places(activity.shift_id), held(activity.api)) == ((2, 0), 40)
    assert verify().ok


def test_more_places_than_the_budget_holds_change_nothing(
    activity: Stage, host: Principal, do: Do
) -> None:
    ids = sign_up(activity, "an", "bo", "chen")
    with pytest.raises(BudgetExceeded):
        do(services.change_shift, host, activity.shift_id, plan(5000))
    assert statuses(*ids) == ["confirmed", "confirmed", "waitlisted"]
    assert (stage.places(activity.shift_id), held(activity.api)) == ((2, 1), 40)
    assert told() == []


def test_an_organization_does_not_outgrow_its_share_by_changing(
    api: ApiClient, world: ModuleType, at: At, do: Do
) -> None:
    """What its level does not let it publish, it does not get by small steps either."""
    at(NOON)
    activity = stage.publish(api, level=3)
    host = stage.principal_of("manager@example.org")
    too_many = stage.plan(activity.organization_id, shifts=[stage.shift(capacity=4000)])
    made = activity.host.post("/activities", too_many).json["id"]
    refused = activity.host.post(f"/activities/{made}/publish")
    assert refused.json["code"] == "budget_exceeded"
    with pytest.raises(BudgetExceeded):
        do(services.change_shift, host, activity.shift_id, plan(4000))


def test_places_can_be_added_while_it_runs_but_times_stay(
    activity: Stage, host: Principal, do: Do, at: At
) -> None:
    ids = sign_up(activity, "an", "bo", "chen")
    at(START + HOUR)
    do(services.change_shift, host, activity.shift_id, plan(3))
    assert statuses(*ids) == ["confirmed"] * 3
    with pytest.raises((WrongState, Invalid)):
        do(services.change_shift, host, activity.shift_id, plan(3, START, END + HOUR))
    at(END + HOUR)
    with pytest.raises(WrongState):
        do(services.change_shift, host, activity.shift_id, plan(4))


def test_great_heat_is_reserved_for(
    activity: Stage, host: Principal, do: Do, world: ModuleType, at: At
) -> None:
    committee = principal(world.make_staff("committee"))
    do(set_rule, committee, places.COMMUNITY, "multiplier.heat", 1.5, clock.today())
    with pytest.raises(TooEarly):
        do(services.flag_heat, host, activity.shift_id, heat=True)
    at(START)
    do(services.flag_heat, host, activity.shift_id, heat=True)
    assert held(activity.api) == 60
    do(services.flag_heat, host, activity.shift_id, heat=False)
    assert held(activity.api) == 40


# --- times ----------------------------------------------------------------------------------------


def test_other_times_are_told_and_the_place_may_then_be_given_back_freely(
    activity: Stage, host: Principal, do: Do, at: At
) -> None:
    an, _bo, chen = sign_up(activity, "an", "bo", "chen")
    do(services.change_shift, host, activity.shift_id, plan(2, START + HOUR, END + 2 * HOUR))
    assert told() == [(name, "shift.moved") for name in ("an", "bo", "chen")]
    shown = activity.read()["shifts"][0]
    assert (shown["starts_at"], shown["ends_at"]) == (
        "2026-11-25T07:00:00Z", "2026-11-25T10:00:00Z"
    )  # fmt: skip
    mine = activity.api.sign_in("an@example.org").get("/me/signups").json["items"][0]
    assert mine["starts_at"] == "2026-11-25T07:00:00Z"
    assert held(activity.api) == 60
    activity.api.sign_in("an@example.org").delete(f"/signups/{an}")
    assert statuses(chen) == ["confirmed"]
    late = db.session.execute(select(Signup.cancelled_late).where(Signup.id == an)).scalar_one()
    assert late is False
    at(START)
    assert activity.read()["status"] == "published"
    assert activity.resident("fu").post(f"/shifts/{activity.shift_id}/signups").status_code == 201


def test_nobody_is_in_two_places_after_a_change(activity: Stage, host: Principal, do: Do) -> None:
    """Who is somewhere else at the new time cannot have both: the place here is given on."""
    ids = sign_up(activity, "an", "bo", "chen", "ding")
    later = stage.plan(activity.organization_id, shifts=[stage.shift(END, END + HOUR)])
    other = activity.host.post("/activities", later).json["id"]
    other = activity.host.post(f"/activities/{other}/publish").json["shifts"][0]["id"]
    for name in ("an", "ding"):
        taken = activity.api.sign_in(f"{name}@example.org").post(f"/shifts/{other}/signups")
        assert taken.status_code == 201
    do(services.change_shift, host, activity.shift_id, plan(2, START + HOUR, END + HOUR))
    assert statuses(*ids) == ["cancelled", "confirmed", "confirmed", "cancelled"]
    assert stage.places(activity.shift_id) == (2, 0)
    assert told() == sorted(
        [
            ("an", "signup.displaced"),
            ("bo", "shift.moved"),
            ("chen", "shift.moved"),
            ("chen", "signup.promoted"),
            ("ding", "signup.displaced"),
        ]
    )


@pytest.mark.parametrize(
    ("start", "end", "field"),
    [
        (NOON - HOUR, END, "starts_at"),
        (START, START, "ends_at"),
        (START, START + 25 * HOUR, "ends_at"),
    ],
)
def test_times_that_cannot_be(
    activity: Stage, host: Principal, do: Do, start: datetime, end: datetime, field: str
) -> None:
    for deed, target in (
        (services.change_shift, activity.shift_id),
        (services.add_shift, activity.id),
    ):
        with pytest.raises(Invalid) as refused:
            do(deed, host, target, plan(2, start, end))
        assert [each.field for each in refused.value.errors] == [field]


# --- one shift more, one less ---------------------------------------------------------------------


def test_a_shift_more_takes_sign_ups_at_once(
    activity: Stage, host: Principal, do: Do, at: At
) -> None:
    later = START + timedelta(days=3)
    added = do(services.add_shift, host, activity.id, plan(3, later, later + 2 * HOUR))
    assert [each["id"] for each in activity.read()["shifts"]] == [activity.shift_id, added]
    assert held(activity.api) == 100
    assert activity.resident("an").post(f"/shifts/{added}/signups").status_code == 201
    at(END + HOUR)
    assert activity.read()["status"] == "running"
    at(later + 3 * HOUR)
    assert activity.read()["status"] == "finished"
    with pytest.raises((WrongState, Invalid)):
        do(services.add_shift, host, activity.id, plan(3, later + 24 * HOUR, later + 25 * HOUR))


def test_a_shift_is_called_off_by_itself(activity: Stage, host: Principal, do: Do, at: At) -> None:
    later = START + timedelta(days=3)
    added = do(services.add_shift, host, activity.id, plan(3, later, later + 2 * HOUR))
    ids = sign_up(activity, "an", "bo", "chen")
    ding = activity.resident("ding").post(f"/shifts/{added}/signups").json["id"]
    do(services.cancel_shift, host, activity.shift_id, "操场维修")
    assert statuses(*ids, ding) == ["cancelled"] * 3 + ["confirmed"]
    assert told() == [(name, "shift.cancelled") for name in ("an", "bo", "chen")]
    assert held(activity.api) == 60
    assert [each["id"] for each in activity.read()["shifts"]] == [added]
    refused = activity.resident("fu").post(f"/shifts/{activity.shift_id}/signups")
    assert refused.json["code"] == "signup_closed"
    with pytest.raises(WrongState):
        do(services.cancel_shift, host, activity.shift_id, "again")
    with pytest.raises(WrongState):
        do(services.change_shift, host, activity.shift_id, plan(9))
    at(START)
    assert activity.read()["status"] == "published"  # what remains has not begun
    gone = activity.host.get(f"/shifts/{activity.shift_id}/checkin-code")
    assert gone.json["code"] == "wrong_state"
    with pytest.raises(OnlyShift):
        do(services.cancel_shift, host, added, "x")
    activity.host.post(f"/activities/{activity.id}/cancel", {"reason": "大雪"})
    assert [each for each in told() if each[1] == "activity.cancelled"] == [
        ("ding", "activity.cancelled")
    ]
    assert held(activity.api) == 0


def test_others_change_nothing(activity: Stage, do: Do, world: ModuleType) -> None:
    for name in ("social_worker", "committee"):
        world.make_staff(name)
        stranger = stage.principal_of(f"{name}@example.org")
        (signup,) = sign_up(activity, name[:4])
        for deed, args in (
            (services.change_shift, (activity.shift_id, plan(3))),
            (services.add_shift, (activity.id, plan(3))),
            (services.cancel_shift, (activity.shift_id, "x")),
            (services.remove_signup, (signup, "x")),
            (services.admit_waiting, (signup,)),
            (services.add_walk_in, (activity.shift_id, "0000-0000")),
        ):
            with pytest.raises(Forbidden):
                do(deed, stranger, *args)


# --- the list -------------------------------------------------------------------------------------


def test_a_person_is_taken_off_reads_why_and_the_first_moves_up(
    activity: Stage, host: Principal, do: Do
) -> None:
    an, bo, chen, ding = sign_up(activity, "an", "bo", "chen", "ding")
    do(services.remove_signup, host, an, "上次没有来")
    do(services.remove_signup, host, ding, "未满十八岁")
    assert statuses(an, bo, chen, ding) == ["cancelled", "confirmed", "confirmed", "cancelled"]
    assert stage.places(activity.shift_id) == (2, 0)
    assert told() == [
        ("an", "signup.removed"),
        ("chen", "signup.promoted"),
        ("ding", "signup.removed"),
    ]
    again = activity.api.sign_in("an@example.org").post(f"/shifts/{activity.shift_id}/signups")
    assert (again.status_code, again.json["code"]) == (409, "taken_off")
    with pytest.raises(WrongState):
        do(services.remove_signup, host, an, "x")


def test_who_has_come_is_not_taken_off(activity: Stage, host: Principal, do: Do, at: At) -> None:
    (an,) = sign_up(activity, "an")
    at(START)
    do(services.tick_in, host, an)
    with pytest.raises(WrongState):
        do(services.remove_signup, host, an, "x")


def test_somebody_who_waits_is_admitted_by_one_place_more(
    activity: Stage, host: Principal, do: Do
) -> None:
    ids = sign_up(activity, "an", "bo", "chen", "ding")
    do(services.admit_waiting, host, ids[3])
    assert statuses(*ids) == ["confirmed", "confirmed", "waitlisted", "confirmed"]
    assert stage.places(activity.shift_id) == (3, 1)
    assert held(activity.api) == 60
    assert told() == [("ding", "signup.promoted")]
    with pytest.raises(WrongState):
        do(services.admit_waiting, host, ids[3])
    assert stage.places(activity.shift_id) == (3, 1)


def code_of(name: str) -> str:
    return stage.principal_of(f"{name}@example.org").member_code


def test_a_neighbour_who_stands_there_takes_part(
    activity: Stage, host: Principal, do: Do, at: At
) -> None:
    activity.resident("an")
    at(START - timedelta(minutes=31))
    with pytest.raises(WrongState):
        do(services.add_walk_in, host, activity.shift_id, code_of("an"))
    at(START + HOUR)
    came = do(services.add_walk_in, host, activity.shift_id, code_of("an"))
    assert stage.places(activity.shift_id) == (1, 0)
    an = activity.api.sign_in("an@example.org")
    assert an.get(f"/service-records/{came.record_id}").json["status"] == "open"
    assert told() == [("an", "signup.added")]
    with pytest.raises(AlreadySignedUp):
        do(services.add_walk_in, host, activity.shift_id, code_of("an"))
    noted = db.session.execute(select(AuditEvent.action)).scalars().all()
    assert {"signup.added", "signup.ticked_in"} <= set(noted)


def test_a_neighbour_is_not_added_where_it_cannot_be(
    activity: Stage, host: Principal, do: Do, at: At
) -> None:
    sign_up(activity, "an", "bo", "chen")
    activity.resident("ding")
    at(START)
    for name, error in (("ding", NoPlaceLeft), ("chen", AlreadySignedUp)):
        with pytest.raises(error):
            do(services.add_walk_in, host, activity.shift_id, code_of(name))
    with pytest.raises(Invalid):
        do(services.add_walk_in, host, activity.shift_id, "0000-0000")
    assert stage.places(activity.shift_id) == (2, 1)


def test_a_neighbour_who_is_elsewhere_or_too_young_is_not_added(
    api: ApiClient, world: ModuleType, at: At, do: Do
) -> None:
    at(NOON)
    activity = stage.publish(api, minimum_age=18)
    host = stage.principal_of("manager@example.org")
    activity.resident("an")
    stage.born("an@example.org", date(2015, 1, 1))
    activity.resident("bo")
    stage.born("bo@example.org", date(1950, 1, 1))
    body = stage.plan(activity.organization_id)
    other = activity.host.post("/activities", body).json["id"]
    other = activity.host.post(f"/activities/{other}/publish").json["shifts"][0]["id"]
    assert api.sign_in("bo@example.org").post(f"/shifts/{other}/signups").status_code == 201
    at(START)
    for name, error in (("an", TooYoung), ("bo", OverlappingShift)):
        with pytest.raises(error):
            do(services.add_walk_in, host, activity.shift_id, code_of(name))


def test_the_shift_row_says_what_its_sign_ups_say(
    activity: Stage, host: Principal, do: Do, at: At
) -> None:
    """After all of it together the counts are those of the list."""
    ids = sign_up(activity, "an", "bo", "chen", "ding", "fu")
    do(services.admit_waiting, host, ids[4])
    do(services.remove_signup, host, ids[0], "x")
    do(services.change_shift, host, activity.shift_id, plan(5, START + HOUR, END))
    activity.resident("gao")
    at(START + HOUR)
    do(services.add_walk_in, host, activity.shift_id, code_of("gao"))
    db.session.rollback()
    row = db.session.execute(select(Shift.capacity, Shift.taken, Shift.waiting)).one()
    assert tuple(row) == (5, 5, 0)
    active = db.session.execute(
        select(Signup.id).where(Signup.status.in_(("confirmed", "attended")))
    ).all()
    assert len(active) == row.taken
    assert verify().ok
