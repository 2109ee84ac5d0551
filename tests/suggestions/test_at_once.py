"""A hundred at the same moment: one effect each."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import func, select

from portal.app import Portal
from portal.core.database import db
from portal.core.permissions import Principal
from portal.suggestions import services
from portal.suggestions.models import SuggestionEvent
from portal.suggestions.rules.machine import Outcome
from tests.at_once import all_at_once
from tests.suggestions.district import (
    Office,
    accepted,
    assert_true_to_events,
    do,
    report,
    row_of,
)
from tests.world import make_users, principal

pytestmark = pytest.mark.parallel
MANY = 100


def events(case: str, event: str) -> int:
    db.session.rollback()
    return db.session.execute(
        select(func.count())
        .select_from(SuggestionEvent)
        .where(SuggestionEvent.suggestion_id == case, SuggestionEvent.event == event)
    ).scalar_one()


def assert_one(outcomes: list[Any]) -> None:
    assert sorted(map(str, outcomes)) == ["None"] + ["wrong_state"] * (len(outcomes) - 1)


def test_a_hundred_dispatches_are_one(app: Portal, office: Office) -> None:
    case = report(office.resident)
    targets = list(office.departments)
    outcomes = all_at_once(
        app,
        [
            lambda to=targets[n % 3]: services.dispatch(office.dispatcher, case, to)  # type: ignore[misc]
            for n in range(MANY)
        ],
    )
    assert_one(outcomes)
    assert events(case, "dispatched") == 1
    assert_true_to_events()


def test_a_hundred_answers_and_judgements_are_one(app: Portal, office: Office) -> None:
    case = accepted(office)
    answer = [lambda: services.answer(office.of_lights, case, Outcome.DONE, "好了")] * MANY
    assert_one(all_at_once(app, answer))
    judge = [lambda: services.confirm(office.resident, case, 5)] * MANY
    assert_one(all_at_once(app, judge))
    assert (events(case, "answered"), events(case, "closed")) == (1, 1)
    assert_true_to_events()


def test_a_hundred_supports_of_ten_people_are_ten(app: Portal, office: Office) -> None:
    case = report(office.resident)
    people = [principal(each) for each in make_users(10)]
    outcomes = all_at_once(
        app,
        [lambda who=people[n % 10]: services.support(who, case) for n in range(MANY)],  # type: ignore[misc]
    )
    assert outcomes == [None] * MANY
    assert row_of(case).supporters == 10
    assert_true_to_events()


def test_a_hundred_mergers_are_one(app: Portal, office: Office) -> None:
    case, lead = report(office.resident), report(office.neighbour)
    outcomes = all_at_once(app, [lambda: services.merge(office.dispatcher, case, lead)] * MANY)
    assert_one(outcomes)
    assert (row_of(lead).merged_here, row_of(case).merged_into) == (1, lead)
    assert_one(all_at_once(app, [lambda: services.split(office.dispatcher, case)] * MANY))
    assert_true_to_events()


def test_two_cases_merged_into_each_other_end_as_one_group(app: Portal, office: Office) -> None:
    """Both ways at once, and a third case into both: no circle, no chain, no deadlock."""
    for _ in range(5):
        one, two, three = (report(office.resident) for _ in range(3))
        pairs = [(one, two), (two, one), (three, one), (three, two)] * 4
        outcomes = all_at_once(
            app,
            [lambda c=c, d=d: services.merge(office.dispatcher, c, d) for c, d in pairs],  # type: ignore[misc]
        )
        assert set(map(str, outcomes)) <= {"None", "wrong_state"}
        assert 1 <= outcomes.count(None) <= 2
        assert_true_to_events()


def test_supports_while_it_is_merged_and_split_are_all_counted(app: Portal, office: Office) -> None:
    case, lead = report(office.resident), report(office.resident)
    people = [principal(each) for each in make_users(24)]

    def wave(n: int, who: Principal) -> Any:
        if n % 8 == 3:
            return lambda: services.merge(office.dispatcher, case, lead)
        if n % 8 == 7:
            return lambda: services.split(office.dispatcher, case)
        return lambda: services.support(who, case if n % 2 else lead)

    all_at_once(app, [wave(n, people[n % 24]) for n in range(MANY)])
    assert_true_to_events()
    if row_of(case).status == "merged":
        do(services.split, office.dispatcher, case)
    assert_true_to_events()
