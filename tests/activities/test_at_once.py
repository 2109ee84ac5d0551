"""Many at one row: one place, one queue, one confirming, one person in two places."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from types import ModuleType

import pytest
from sqlalchemy import select

from portal.activities import services
from portal.activities.models import ServiceRecord, Shift, Signup
from portal.activities.services import ShiftPlan
from portal.app import Portal
from portal.core.database import db
from portal.core.permissions import Principal
from portal.core.unit_of_work import unit_of_work
from portal.points.queries import budget_of, minutes_of, points_of
from portal.points.verification import verify
from tests import world as places
from tests.activities import stage
from tests.activities.stage import END, NOON, START, At, Stage
from tests.at_once import all_at_once
from tests.conftest import ApiClient
from tests.organizations.neighbours import principal

pytestmark = [pytest.mark.parallel]
AN_HOUR = timedelta(hours=1)


def status_of(person: Principal, shift_id: str) -> str:
    """Somebody signs up; what came of it."""
    return str(services.sign_up(person, shift_id)["status"])


def shift_of(host: Principal, shift_id: str, code: str) -> str:
    """The host adds who stands there; the shift this is for."""
    return services.add_walk_in(host, shift_id, code).shift_id


def test_a_hundred_for_the_last_place(
    app: Portal, api: ApiClient, world: ModuleType, at: At
) -> None:
    at(NOON)
    activity = stage.publish(api, shifts=[stage.shift(capacity=1)])
    people = [principal(each) for each in world.make_users(100)]
    shift_id = activity.shift_id
    done = all_at_once(app, [partial(status_of, p, shift_id) for p in people])
    assert Counter(done) == {"confirmed": 1, "waitlisted": 99}
    assert stage.places(shift_id) == (1, 99)
    numbers = db.session.execute(select(Signup.queue_number).order_by(Signup.queue_number))
    assert list(numbers.scalars()) == list(range(1, 101))


def test_places_given_back_while_others_come(
    app: Portal, api: ApiClient, world: ModuleType, at: At
) -> None:
    """Every place that is given back goes to the first of the queue, however they interleave."""
    at(NOON)
    activity = stage.publish(api, shifts=[stage.shift(capacity=5)])
    shift_id = activity.shift_id
    people = [principal(each) for each in world.make_users(24)]
    first = []
    for person in people[:8]:
        with unit_of_work():
            first.append(services.sign_up(person, shift_id)["id"])
    leaving: list[Callable[[], object]] = [
        partial(services.cancel_signup, p, s) for p, s in zip(people[:5], first[:5], strict=True)
    ]
    coming: list[Callable[[], object]] = [partial(status_of, p, shift_id) for p in people[8:]]
    mixed = [each for pair in zip(coming[:5], leaving, strict=True) for each in pair] + coming[5:]
    done = all_at_once(app, mixed)
    assert set(done) <= {*services.GivenBack, "confirmed", "waitlisted"}
    taken, waiting = stage.places(shift_id)
    assert (taken, waiting) == (5, 14)
    rows = db.session.execute(
        select(Signup.status, Signup.queue_number).where(
            Signup.status.in_(("confirmed", "waitlisted"))
        )
    ).all()
    confirmed = [row.queue_number for row in rows if row.status == "confirmed"]
    queue = [row.queue_number for row in rows if row.status == "waitlisted"]
    assert (len(confirmed), len(queue)) == (5, 14)
    assert max(confirmed) < min(queue)


def test_one_person_at_two_overlapping_shifts(
    app: Portal, api: ApiClient, world: ModuleType, at: At
) -> None:
    at(NOON)
    overlapping = [
        stage.shift(START + timedelta(minutes=n), END + timedelta(minutes=n)) for n in range(8)
    ]
    activity = stage.publish(api, shifts=overlapping)
    person = principal(world.make_user("an@example.org"))
    shifts = [each["id"] for each in activity.activity["shifts"]]
    done = all_at_once(app, [partial(status_of, person, s) for s in shifts])
    assert Counter(done) == {"confirmed": 1, "overlapping_shift": 7}
    active = db.session.execute(select(Signup.id).where(Signup.status == "confirmed")).all()
    assert len(active) == 1


def test_one_person_clicking_many_times(
    app: Portal, api: ApiClient, world: ModuleType, at: At
) -> None:
    at(NOON)
    activity = stage.publish(api)
    person = principal(world.make_user("an@example.org"))
    done = all_at_once(app, [lambda: services.sign_up(person, activity.shift_id)["status"]] * 8)
    assert Counter(done) == {"confirmed": 1, "already_signed_up": 7}
    assert stage.places(activity.shift_id) == (1, 0)


def served(activity: Stage, world: ModuleType, at: At, count: int) -> list[str]:
    """Some residents whose records of the whole shift wait for the host; their ids."""
    people = world.make_users(count)
    principals = [principal(each) for each in people]
    at(NOON)
    signups = []
    for person in principals:
        with unit_of_work():
            signups.append(services.sign_up(person, activity.shift_id)["id"])
    host = stage.principal_of("manager@example.org")
    at(END)
    for signup in signups:
        with unit_of_work():
            services.tick_in(host, signup)
    return list(people)


def test_two_hosts_confirm_a_shift_at_the_same_moment(
    app: Portal, api: ApiClient, world: ModuleType, at: At
) -> None:
    at(NOON)
    activity = stage.publish(api, shifts=[stage.shift(capacity=12)])
    people = served(activity, world, at, 12)
    host = stage.principal_of("manager@example.org")
    done = all_at_once(app, [lambda: services.confirm_shift(host, activity.shift_id)] * 6)
    assert sorted(each.records for each in done) == [0, 0, 0, 0, 0, 12]
    assert sum(each.points for each in done) == 240
    for person in people:
        assert minutes_of(person) == 120
        assert points_of(person)["balance"] == 20


def test_a_record_is_confirmed_once_and_corrected_in_order(
    app: Portal, api: ApiClient, world: ModuleType, at: At
) -> None:
    at(NOON)
    activity = stage.publish(api)
    (person,) = served(activity, world, at, 1)
    record = db.session.execute(select(ServiceRecord.id)).scalar_one()
    db.session.rollback()
    host = stage.principal_of("manager@example.org")
    done = all_at_once(app, [lambda: services.confirm_record(host, record)] * 6)
    assert Counter(done) == {None: 1, "not_pending": 5}
    corrected = all_at_once(
        app, [partial(services.correct_record, host, record, n * 6, "x") for n in range(1, 7)]
    )
    assert set(corrected) <= {None, "wrong_state", "in_progress", "idempotency_mismatch"}
    row = db.session.execute(
        select(ServiceRecord.minutes, ServiceRecord.points, ServiceRecord.version)
    ).one()
    assert minutes_of(person) == row.minutes
    assert points_of(person)["balance"] == row.points
    assert row.version == corrected.count(None)


def test_a_person_scans_many_times(app: Portal, api: ApiClient, world: ModuleType, at: At) -> None:
    at(NOON)
    activity = stage.publish(api)
    person = principal(world.make_user("an@example.org"))
    with unit_of_work():
        services.sign_up(person, activity.shift_id)
    at(START)
    from portal.activities.checkin_codes import CheckinCodes

    codes, code = CheckinCodes(app.config["SECRET_KEY"]), activity.code()
    done = all_at_once(app, [lambda: services.check_in(person, code, None, codes).shift_id] * 8)
    assert Counter(done) == {activity.shift_id: 1, "already_checked_in": 7}
    assert len(db.session.execute(select(ServiceRecord.id)).all()) == 1


def _plan(capacity: int) -> ShiftPlan:
    return ShiftPlan(START, END, capacity)


def _in_order(shift_id: str) -> tuple[list[int], list[int]]:
    """The queue numbers of who has a place, and of who waits."""
    rows = db.session.execute(
        select(Signup.status, Signup.queue_number)
        .where(Signup.shift_id == shift_id, Signup.status.in_(("confirmed", "waitlisted")))
        .order_by(Signup.queue_number)
    ).all()
    return (
        [row.queue_number for row in rows if row.status == "confirmed"],
        [row.queue_number for row in rows if row.status == "waitlisted"],
    )


def test_places_change_while_people_come_and_go(
    app: Portal, api: ApiClient, world: ModuleType, at: At
) -> None:
    """However sign-ups, cancellations and the host's changes of capacity interleave: never more
    people than places, nobody waits beside a free place, nobody overtakes, and the points kept are
    those of a full house."""
    at(NOON)
    activity = stage.publish(api, shifts=[stage.shift(capacity=5)])
    shift_id, host = activity.shift_id, stage.principal_of("manager@example.org")
    people = [principal(each) for each in world.make_users(40)]
    first = []
    for person in people[:8]:
        with unit_of_work():
            first.append(services.sign_up(person, shift_id)["id"])
    coming = [partial(status_of, p, shift_id) for p in people[8:]]
    leaving = [
        partial(services.cancel_signup, p, s) for p, s in zip(people[:8], first, strict=True)
    ]
    changes = [
        partial(services.change_shift, host, shift_id, _plan(n)) for n in (7, 3, 9, 4, 12, 6, 2, 10)
    ]
    mixed: list[Callable[[], object]] = [
        deed for three in zip(coming, leaving, changes, strict=False) for deed in three
    ]
    done = all_at_once(app, [*mixed, *coming[8:]])
    assert set(done) <= {
        None, *services.GivenBack, "confirmed", "waitlisted", "capacity_below_taken"
    }  # fmt: skip
    capacity, taken, waiting = db.session.execute(
        select(Shift.capacity, Shift.taken, Shift.waiting).where(Shift.id == shift_id)
    ).one()
    confirmed, queue = _in_order(shift_id)
    assert (len(confirmed), len(queue)) == (taken, waiting) == (min(capacity, 32), 32 - taken)
    assert not queue or max(confirmed) < min(queue)
    assert budget_of(places.COMMUNITY).held == capacity * 20
    assert verify().ok


def test_hosts_make_room_and_take_people_off_at_the_same_moment(
    app: Portal, api: ApiClient, world: ModuleType, at: At
) -> None:
    """Two hosts, one list: who is admitted has a place of their own, who is taken off leaves it to
    the first of the queue, once."""
    at(NOON)
    activity = stage.publish(api, shifts=[stage.shift(capacity=4)])
    shift_id, host = activity.shift_id, stage.principal_of("manager@example.org")
    signups = []
    for person in [principal(each) for each in world.make_users(16)]:
        with unit_of_work():
            signups.append(services.sign_up(person, shift_id)["id"])
    removing = [lambda s=s: services.remove_signup(host, s, "x") for s in signups[:4] * 2]
    admitting = [lambda s=s: services.admit_waiting(host, s) for s in signups[12:] * 2]
    done = all_at_once(app, [d for pair in zip(removing, admitting, strict=True) for d in pair])
    assert Counter(done) == {None: 8, "wrong_state": 8}
    capacity = db.session.execute(select(Shift.capacity).where(Shift.id == shift_id)).scalar_one()
    assert (capacity, *stage.places(shift_id)) == (8, 8, 4)
    confirmed, queue = _in_order(shift_id)
    assert confirmed == [5, 6, 7, 8, 13, 14, 15, 16]
    assert queue == [9, 10, 11, 12]
    assert budget_of(places.COMMUNITY).held == 160


def test_many_walk_in_for_the_last_places(
    app: Portal, api: ApiClient, world: ModuleType, at: At
) -> None:
    at(NOON)
    activity = stage.publish(api, shifts=[stage.shift(capacity=3)])
    host = stage.principal_of("manager@example.org")
    codes = [principal(each).member_code for each in world.make_users(12)]
    at(START)
    done = all_at_once(
        app,
        [partial(shift_of, host, activity.shift_id, code) for code in codes],
    )
    assert Counter(done) == {activity.shift_id: 3, "no_place_left": 9}
    assert stage.places(activity.shift_id) == (3, 0)
    assert len(db.session.execute(select(ServiceRecord.id)).all()) == 3


def test_a_shift_moves_while_its_people_sign_up_elsewhere(
    app: Portal, api: ApiClient, world: ModuleType, at: At
) -> None:
    """Whichever is first: nobody ends with two places at the same time."""
    at(NOON)
    activity = stage.publish(api, shifts=[stage.shift(capacity=20)])
    later = stage.plan(activity.organization_id, shifts=[stage.shift(END, END + AN_HOUR, 20)])
    other = activity.host.post("/activities", later).json["id"]
    other = activity.host.post(f"/activities/{other}/publish").json["shifts"][0]["id"]
    host = stage.principal_of("manager@example.org")
    people = [principal(each) for each in world.make_users(12)]
    for person in people:
        with unit_of_work():
            services.sign_up(person, activity.shift_id)
    moved = ShiftPlan(START + AN_HOUR, END + AN_HOUR, 20)
    deeds: list[Callable[[], object]] = [partial(status_of, p, other) for p in people]
    deeds.insert(6, partial(services.change_shift, host, activity.shift_id, moved))
    done = all_at_once(app, deeds)
    assert set(done) <= {None, "confirmed", "overlapping_shift"}
    assert done.count(None) == 1
    rows = db.session.execute(
        select(Signup.resident_id, Signup.shift_id).where(Signup.status == "confirmed")
    ).all()
    assert Counter(row.resident_id for row in rows) == {person.id: 1 for person in people}
    assert sum(row.shift_id == other for row in rows) == done.count("confirmed")
    assert stage.places(activity.shift_id) == (12 - done.count("confirmed"), 0)
