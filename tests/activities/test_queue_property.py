"""Whatever people do in whatever order: never over capacity, and the queue keeps its order."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from types import ModuleType

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select, update

from portal.activities import services
from portal.activities.errors import AlreadySignedUp, CapacityBelowTaken, TakenOff
from portal.activities.models import Shift, Signup
from portal.activities.services import ShiftPlan
from portal.core.database import db
from portal.core.errors import WrongState
from portal.core.permissions import Principal
from portal.core.unit_of_work import unit_of_work
from tests.activities import stage
from tests.activities.stage import END, NOON, START, At
from tests.conftest import ApiClient
from tests.organizations.neighbours import principal

PEOPLE = 6
DEEDS = ("sign_up", "sign_up", "sign_up", "cancel", "remove", "admit", "resize")
step = st.tuples(st.sampled_from(DEEDS), st.integers(0, PEOPLE - 1))


class Model:
    """What a clerk with a pencil would do."""

    def __init__(self, capacity: int) -> None:
        self.capacity = capacity
        self.placed: list[int] = []
        self.queue: list[int] = []
        self.taken_off: set[int] = set()

    def sign_up(self, person: int) -> str | None:
        if person in self.placed or person in self.queue or person in self.taken_off:
            return None
        if len(self.placed) < self.capacity:
            self.placed.append(person)
            return "confirmed"
        self.queue.append(person)
        return "waitlisted"

    def cancel(self, person: int) -> None:
        if person in self.queue:
            self.queue.remove(person)
        elif person in self.placed:
            self.placed.remove(person)
            if self.queue:
                self.placed.append(self.queue.pop(0))

    def remove(self, person: int) -> None:
        if person in self.placed or person in self.queue:
            self.cancel(person)
            self.taken_off.add(person)

    def admit(self, person: int) -> None:
        if person in self.queue:
            self.queue.remove(person)
            self.capacity += 1
            self.placed.append(person)

    def resize(self, capacity: int) -> None:
        if capacity >= len(self.placed):
            self.capacity = capacity
            while self.queue and len(self.placed) < capacity:
                self.placed.append(self.queue.pop(0))


@pytest.fixture
def crowd(api: ApiClient, world: ModuleType, at: At) -> tuple[str, list[Principal], Principal]:
    at(NOON)
    activity = stage.publish(api)
    people = [principal(each) for each in world.make_users(PEOPLE)]
    return activity.shift_id, people, stage.principal_of("manager@example.org")


def test_the_queue_is_what_a_clerk_would_keep(
    crowd: tuple[str, list[Principal], Principal],
) -> None:
    shift_id, people, host = crowd

    @settings(max_examples=40, suppress_health_check=[*HealthCheck])
    @given(st.integers(1, 3), st.lists(step, max_size=24))
    def play(capacity: int, steps: Sequence[tuple[str, int]]) -> None:
        _clear(shift_id, capacity)
        model = Model(capacity)
        for deed, number in steps:
            if deed == "sign_up":
                assert _sign_up(people[number], shift_id) == model.sign_up(number)
            elif deed == "resize":
                model.resize(number + 1)
                _resize(host, shift_id, number + 1)
            else:
                getattr(model, deed)(number)
                _end(deed, host, people[number])
            _same(shift_id, people, model)

    play()


def _clear(shift_id: str, capacity: int) -> None:
    with unit_of_work():
        db.session.execute(delete(Signup))
        db.session.execute(
            update(Shift).where(Shift.id == shift_id).values(capacity=capacity, taken=0, waiting=0)
        )


def _sign_up(person: Principal, shift_id: str) -> str | None:
    try:
        with unit_of_work():
            return services.sign_up(person, shift_id)["status"]
    except (AlreadySignedUp, TakenOff):
        return None


def _resize(host: Principal, shift_id: str, capacity: int) -> None:
    try:
        with unit_of_work():
            services.change_shift(host, shift_id, ShiftPlan(START, END, capacity))
    except CapacityBelowTaken:
        pass


def _end(deed: str, host: Principal, person: Principal) -> None:
    """What is done to somebody's sign-up, if there is one: by the person, or by the host."""
    active = db.session.execute(
        select(Signup.id).where(
            Signup.resident_id == person.id, Signup.status.in_(("confirmed", "waitlisted"))
        )
    ).scalar_one_or_none()
    db.session.rollback()
    if active is None:
        return
    deeds: dict[str, Callable[[], object]] = {
        "cancel": lambda: services.cancel_signup(person, active),
        "remove": lambda: services.remove_signup(host, active, "x"),
        "admit": lambda: services.admit_waiting(host, active),
    }
    try:
        with unit_of_work():
            deeds[deed]()
    except WrongState:
        assert deed == "admit"  # who has a place already is not admitted


def _same(shift_id: str, people: Sequence[Principal], model: Model) -> None:
    rows = db.session.execute(
        select(Signup.resident_id, Signup.status)
        .where(Signup.status.in_(("confirmed", "waitlisted")))
        .order_by(Signup.queue_number)
    ).all()
    numbers = {person.id: number for number, person in enumerate(people)}
    confirmed = {numbers[row.resident_id] for row in rows if row.status == "confirmed"}
    waiting = [numbers[row.resident_id] for row in rows if row.status == "waitlisted"]
    assert confirmed == set(model.placed)
    assert waiting == model.queue
    assert stage.places(shift_id) == (len(model.placed), len(model.queue))
    capacity = db.session.execute(select(Shift.capacity).where(Shift.id == shift_id)).scalar_one()
    db.session.rollback()
    assert capacity == model.capacity
