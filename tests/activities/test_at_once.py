"""Many at one row: one place, one queue, one confirming, one person in two places."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from portal.activities import services
from portal.activities.models import ServiceRecord, Signup
from portal.core.database import db
from portal.core.errors import DomainError
from portal.core.unit_of_work import unit_of_work
from portal.points.queries import minutes_of, points_of
from tests.activities import stage
from tests.activities.stage import END, NOON, START

pytestmark = [pytest.mark.parallel]
THREADS = 16


def all_at_once(app: Any, deeds: Sequence[Callable[[], Any]]) -> list[Any]:
    """Do all of it at the same moment, each in a transaction of its own; what each gave, or the
    code with which it was refused."""
    together = threading.Barrier(min(THREADS, len(deeds)))

    def do(deed: Callable[[], Any]) -> Any:
        with app.app_context():
            together.wait(timeout=60)
            try:
                with unit_of_work():
                    return deed()
            except DomainError as error:
                return error.code
            finally:
                db.session.remove()

    outcomes: list[Any] = []
    with ThreadPoolExecutor(min(THREADS, len(deeds))) as pool:
        for begin in range(0, len(deeds), THREADS):
            wave = deeds[begin : begin + THREADS]
            together = threading.Barrier(len(wave))
            outcomes += pool.map(do, wave)
    db.session.rollback()  # the test's own look must not be an old one
    return outcomes


def test_a_hundred_for_the_last_place(app, api, world, at):
    at(NOON)
    activity = stage.publish(api, shifts=[stage.shift(capacity=1)])
    people = [stage.principal(each) for each in world.make_users(100)]
    shift_id = activity.shift_id
    done = all_at_once(app, [lambda p=p: services.sign_up(p, shift_id)["status"] for p in people])
    assert Counter(done) == {"confirmed": 1, "waitlisted": 99}
    assert stage.places(shift_id) == (1, 99)
    numbers = db.session.execute(select(Signup.queue_number).order_by(Signup.queue_number))
    assert list(numbers.scalars()) == list(range(1, 101))


def test_places_given_back_while_others_come(app, api, world, at):
    """Every place that is given back goes to the first of the queue, however they interleave."""
    at(NOON)
    activity = stage.publish(api, shifts=[stage.shift(capacity=5)])
    shift_id = activity.shift_id
    people = [stage.principal(each) for each in world.make_users(24)]
    first = []
    for person in people[:8]:
        with unit_of_work():
            first.append(services.sign_up(person, shift_id)["id"])
    leaving = [
        lambda p=p, s=s: services.cancel_signup(p, s)
        for p, s in zip(people[:5], first[:5], strict=True)
    ]
    coming = [lambda p=p: services.sign_up(p, shift_id)["status"] for p in people[8:]]
    mixed = [each for pair in zip(coming[:5], leaving, strict=True) for each in pair] + coming[5:]
    done = all_at_once(app, mixed)
    assert set(done) <= {None, "confirmed", "waitlisted"}
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


def test_one_person_at_two_overlapping_shifts(app, api, world, at):
    at(NOON)
    overlapping = [
        stage.shift(START + timedelta(minutes=n), END + timedelta(minutes=n)) for n in range(8)
    ]
    activity = stage.publish(api, shifts=overlapping)
    person = stage.principal(world.make_user("an@example.org"))
    shifts = [each["id"] for each in activity.activity["shifts"]]
    done = all_at_once(app, [lambda s=s: services.sign_up(person, s)["status"] for s in shifts])
    assert Counter(done) == {"confirmed": 1, "overlapping_shift": 7}
    active = db.session.execute(select(Signup.id).where(Signup.status == "confirmed")).all()
    assert len(active) == 1


def test_one_person_clicking_many_times(app, api, world, at):
    at(NOON)
    activity = stage.publish(api)
    person = stage.principal(world.make_user("an@example.org"))
    done = all_at_once(app, [lambda: services.sign_up(person, activity.shift_id)["status"]] * 8)
    assert Counter(done) == {"confirmed": 1, "already_signed_up": 7}
    assert stage.places(activity.shift_id) == (1, 0)


def served(activity, world, at, count: int) -> list[str]:
    """Some residents whose records of the whole shift wait for the host; their ids."""
    people = world.make_users(count)
    principals = [stage.principal(each) for each in people]
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
    return people


def test_two_hosts_confirm_a_shift_at_the_same_moment(app, api, world, at):
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


def test_a_record_is_confirmed_once_and_corrected_in_order(app, api, world, at):
    at(NOON)
    activity = stage.publish(api)
    (person,) = served(activity, world, at, 1)
    record = db.session.execute(select(ServiceRecord.id)).scalar_one()
    db.session.rollback()
    host = stage.principal_of("manager@example.org")
    done = all_at_once(app, [lambda: services.confirm_record(host, record)] * 6)
    assert Counter(done) == {None: 1, "not_pending": 5}
    corrected = all_at_once(
        app, [lambda n=n: services.correct_record(host, record, n * 6, "x") for n in range(1, 7)]
    )
    assert set(corrected) <= {None, "wrong_state", "in_progress", "idempotency_mismatch"}
    row = db.session.execute(
        select(ServiceRecord.minutes, ServiceRecord.points, ServiceRecord.version)
    ).one()
    assert minutes_of(person) == row.minutes
    assert points_of(person)["balance"] == row.points
    assert row.version == corrected.count(None)


def test_a_person_scans_many_times(app, api, world, at):
    at(NOON)
    activity = stage.publish(api)
    person = stage.principal(world.make_user("an@example.org"))
    with unit_of_work():
        services.sign_up(person, activity.shift_id)
    at(START)
    from portal.activities.checkin_codes import CheckinCodes

    codes, code = CheckinCodes(app.config["SECRET_KEY"]), activity.code()
    done = all_at_once(app, [lambda: services.check_in(person, code, None, codes).shift_id] * 8)
    assert Counter(done) == {activity.shift_id: 1, "already_checked_in": 7}
    assert len(db.session.execute(select(ServiceRecord.id)).all()) == 1
