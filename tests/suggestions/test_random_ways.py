"""Random deeds by random people at random times: nothing the contract does not know, rows that are
what happened, refusals that change nothing, mergers that are undone exactly."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import fields
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from portal.app import Portal
from portal.core.clock import clock, now
from portal.core.database import db
from portal.core.errors import DomainError
from portal.core.permissions import Principal
from portal.core.unit_of_work import unit_of_work
from portal.suggestions import services
from portal.suggestions.models import Suggestion, SuggestionEvent
from portal.suggestions.queries import statistics
from portal.suggestions.queries.verification import facts_of, faults_among
from portal.suggestions.rules.fold import fold
from portal.suggestions.rules.machine import Outcome
from portal.suggestions.rules.rates import Counts, counted
from tests.suggestions.district import (
    LAMPS,
    Office,
    report,
    row_of,
    shanghai,
    state,
)

# Written from the public contract, not from the machine.
OPEN = {"received", "dispatched", "accepted", "returned", "in_progress", "reopened"}
HELD = {"dispatched", "accepted", "in_progress", "reopened"}
KNOWN = (
    {("received", None, "received")}
    | {("dispatched", s, "dispatched") for s in ("received", "returned", "reopened")}
    | {("accepted", s, "accepted") for s in ("dispatched", "reopened")}
    | {("returned", s, "returned") for s in ("dispatched", "accepted", "reopened")}
    | {("progressed", s, "in_progress") for s in ("accepted", "in_progress", "reopened")}
    | {("answered", s, "answered") for s in ("accepted", "in_progress", "reopened")}
    | {(event, s, s) for event in ("whistled", "reported_in", "progressed") for s in HELD}
    | {("escalated", s, s) for s in OPEN}
    | {("confirmed", "answered", "answered")}
    | {("closed", s, "closed") for s in OPEN | {"answered"}}
    | {("reopened", s, "reopened") for s in ("answered", "closed")}
    | {("merged", s, "merged") for s in OPEN}
    | {("split", "merged", s) for s in OPEN}
    | {("rejected", s, "rejected") for s in ("received", "returned")}
)
START = shanghai("2026-09-21T08:00")
CASES = 3
MANY = int(os.environ.get("RANDOM_WAYS") or 1_000)
SHARED = [HealthCheck.function_scoped_fixture]  # each example makes cases of its own
Steps = list[tuple[str, int, int, int]]
Deed = Callable[[Office, Principal, str, str, int], None]


def _department(office: Office, number: int) -> str:
    return list(office.departments)[number % len(office.departments)]


def _supporter(office: Office, number: int) -> Principal:
    return (office.neighbour, office.stranger, office.resident)[number % 3]


DEEDS: dict[str, Deed] = {
    "dispatch": lambda o, a, c, _d, n: services.dispatch(a, c, _department(o, n)),
    "accept": lambda _o, a, c, _d, _n: services.accept(a, c),
    "return": lambda o, a, c, _d, n: services.give_back(
        a, c, "不归我们", _department(o, n) if n % 2 else None
    ),
    "progress": lambda _o, a, c, _d, _n: services.progress(a, c, "在做"),
    "answer": lambda _o, a, c, _d, _n: services.answer(a, c, Outcome.DONE, "做好了"),
    "whistle": lambda o, a, c, _d, n: services.whistle(
        a, c, [_department(o, n)], now() + timedelta(hours=5)
    ),
    "report_in": lambda _o, a, c, _d, _n: services.report_in(a, c),
    "escalate": lambda _o, a, c, _d, _n: services.escalate(a, c, "太久"),
    "close": lambda _o, a, c, _d, _n: services.close(a, c, "不必做"),
    "confirm": lambda _o, a, c, _d, n: services.confirm(a, c, 1 + n % 5),
    "reopen": lambda _o, a, c, _d, _n: services.reopen(a, c, "又坏了"),
    "reject": lambda _o, a, c, _d, _n: services.reject(a, c, "不受理"),
    "merge": lambda _o, a, c, d, _n: services.merge(a, c, d),
    "split": lambda _o, a, c, _d, _n: services.split(a, c),
    "support": lambda o, _a, c, _d, n: services.support(_supporter(o, n), c),
}
STEPS = st.lists(
    st.tuples(
        st.sampled_from([*DEEDS, "dispatch", "accept", "answer", "jobs", "merge_and_split"]),
        st.integers(0, CASES - 1),
        st.integers(0, 11),
        st.sampled_from([0, 0, 1, 5, 30, 200]),
    ),
    min_size=4,
    max_size=30,
)


def _actor(office: Office, deed: str, case: str, number: int) -> Principal:
    """Mostly whose turn it is, sometimes somebody else."""
    if number == 0:
        return office.of_parks
    if deed in ("dispatch", "whistle", "reject", "merge", "split"):
        return office.dispatcher
    if deed in ("escalate", "close"):
        return office.supervisor
    if deed in ("confirm", "reopen"):
        return office.resident
    lead = row_of(case).department_id
    people = list(office.departments.values())
    return office.departments[lead] if lead and number % 3 else people[number % len(people)]


def _go(office: Office, steps: Steps) -> list[str]:
    instant = START
    with clock.held_at(instant):
        cases = [report(office.resident, title=f"灯 {n}") for n in range(CASES)]
    for deed, place, number, hours in steps:
        instant += timedelta(hours=hours)
        with clock.held_at(instant):
            case, other = cases[place], cases[(place + 1 + number % 2) % CASES]
            if deed == "jobs":
                _work()
            elif deed == "merge_and_split":
                _merge_and_split(office, case, other)
            else:
                _attempt(office, deed, case, other, number)
    return cases


def _work() -> None:
    services.remind_of_due()
    services.escalate_overdue()
    services.close_silent()


def _attempt(office: Office, deed: str, case: str, other: str, number: int) -> None:
    before = (state(case), state(other))
    actor = _actor(office, deed, case, number)
    db.session.rollback()
    try:
        with unit_of_work():
            DEEDS[deed](office, actor, case, other, number)
    except DomainError:
        assert (state(case), state(other)) == before


def _merge_and_split(office: Office, case: str, lead: str) -> None:
    before = [_unnumbered(each) for each in (case, lead)]
    try:
        with unit_of_work():
            services.merge(office.dispatcher, case, lead)
    except DomainError:
        return
    with unit_of_work():
        services.split(office.dispatcher, case)
    assert [_unnumbered(each) for each in (case, lead)] == before


def _unnumbered(case: str) -> dict[str, Any]:
    """All of a row but how many events it has."""
    names = [column.name for column in Suggestion.__table__.c]
    return {
        name: value for name, value in zip(names, state(case), strict=True) if name != "position"
    }


def _assert_known(cases: list[str]) -> None:
    """Nothing happened that the contract does not know, and the rows say what happened."""
    db.session.rollback()
    rows = db.session.execute(
        select(SuggestionEvent.event, SuggestionEvent.from_status, SuggestionEvent.to_status).where(
            SuggestionEvent.suggestion_id.in_(cases)
        )
    ).all()
    assert {tuple(row) for row in rows} <= KNOWN
    assert list(faults_among(cases)) == []


def _assert_rates_are_recomputable(office: Office, end: datetime) -> None:
    """By the rows, by folding, and by hand from what the history of each case says."""
    with clock.held_at(end):
        everything = [row.id for row in db.session.execute(select(Suggestion.id))]
        folded = [case for each in facts_of(everything).values() if (case := fold(each))]
        asked = statistics.counts(office.dispatcher, statistics.Narrowing(category=LAMPS))
        assert asked == counted(folded, end)
        assert asked == _by_hand(everything, end)


def _by_hand(case_ids: list[str], end: datetime) -> Counts:
    cases = {row.id: row for row in db.session.execute(select(*Suggestion.__table__.c))}
    told: dict[str, list[Any]] = {case: [] for case in case_ids}
    for row in db.session.execute(
        select(*SuggestionEvent.__table__.c).order_by(SuggestionEvent.position)
    ):
        told[row.suggestion_id].append(row)
    totals = dict.fromkeys((field.name for field in fields(Counts)), 0)
    for case, history in told.items():
        status, due_at = cases[case].status, cases[case].due_at
        if status in ("merged", "rejected"):
            continue
        answers = [each.at for each in history if each.event == "answered"]
        scores = [each.score for each in history if each.event == "confirmed"]
        totals["received"] += 1
        totals["accepted"] += any(each.event == "accepted" for each in history)
        totals["closed"] += status == "closed"
        totals["answered"] += bool(answers)
        totals["on_time"] += bool(answers) and answers[0] <= due_at
        totals["judged"] += bool(scores)
        totals["satisfied"] += bool(scores) and scores[-1] >= 4
        unanswered = status not in ("answered", "closed")
        totals["overdue"] += unanswered and due_at < end
    return Counts(**totals)


@settings(max_examples=12, suppress_health_check=SHARED)
@given(steps=STEPS)
def test_random_ways(app: Portal, office: Office, steps: Steps) -> None:
    _assert_known(_go(office, steps))
    _assert_rates_are_recomputable(office, START + timedelta(days=20))


@pytest.mark.slow
@settings(max_examples=MANY, suppress_health_check=SHARED)
@given(steps=STEPS)
def test_many_random_ways(app: Portal, office: Office, steps: Steps) -> None:
    _assert_known(_go(office, steps))
