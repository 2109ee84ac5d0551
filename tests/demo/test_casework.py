"""The demo's suggestions: of every kind at whatever hour one looks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, text

from portal.app import Portal
from portal.core.clock import clock
from portal.core.database import db
from portal.core.unit_of_work import unit_of_work
from portal.demo import case_offices as offices
from portal.demo.case_ways import LEADS, WAYS
from portal.demo.casework import IN_CONFIDENCE, Casework, texts
from portal.demo.people import People, keys_of_residents, plan_residents, plan_staff
from portal.demo.services import DIVISIONS
from portal.demo.stage import Stage
from portal.regions.services import import_divisions
from portal.suggestions.models import Suggestion, SuggestionEvent
from portal.suggestions.queries.verification import faults
from portal.suggestions.rules.machine import Event, Outcome, Status

MIDNIGHT, NEW_YEAR = "2026-11-23T00:00:30+08:00", "2027-02-08T09:00:00+08:00"
IN_THE_HOLIDAYS, SATURDAY_NIGHT = "2026-10-05T13:00:00+08:00", "2026-07-25T23:40:00+08:00"


def test_texts_fit_the_categories_and_say_where() -> None:
    told = texts()
    codes = {each.code for each in offices.CATEGORIES}
    assert {each.category for each in told} == codes
    assert {each.outcome for each in told} <= set(Outcome)
    assert all("{place}" in each.title and each.answer for each in told)
    assert len({(each.title, each.description) for each in told}) == len(told)
    departments = {each.key for each in offices.DEPARTMENTS}
    assert {each.department for each in offices.CATEGORIES} <= departments


def test_there_are_some_three_hundred_cases() -> None:
    assert 300 <= LEADS.count + sum(way.count for way in WAYS) <= 330
    assert len({way.name for way in WAYS}) == len(WAYS)


@pytest.mark.slow
@pytest.mark.parametrize("moment", [MIDNIGHT, NEW_YEAR, IN_THE_HOLIDAYS, SATURDAY_NIGHT])
def test_cases_of_every_kind_at_every_hour(app: Portal, database: Any, moment: str) -> None:
    present = datetime.fromisoformat(moment)
    with clock.held_at(present):
        _build(present)
        _every_state_is_there()
    assert list(faults()) == []


def _build(present: datetime) -> None:
    with unit_of_work():
        import_divisions(DIVISIONS.read_bytes())
    with unit_of_work():
        stage = Stage(7, present)
        people = People(stage)
        founded = present - timedelta(days=110)
        plan_staff(stage, people, founded - timedelta(days=1))
        plan_residents(
            stage, people, keys_of_residents(range(1, 13)), founded, founded + timedelta(days=3)
        )
        Casework(stage, people, 7).plan(founded)
        stage.play(lambda *_: None, "days")


def _every_state_is_there() -> None:
    assert set(_distinct(Suggestion.status)) == set(Status)
    assert set(_distinct(SuggestionEvent.event)) == set(Event)
    assert set(_distinct(Suggestion.level)) == {0, 1, 2}
    assert set(_distinct(Suggestion.returns)) >= {0, 1, 3}
    assert set(_distinct(Suggestion.reopenings)) == {0, 1, 2}
    assert set(_distinct(Suggestion.closed_way)) == {None, "confirmed", "silence", "supervisor"}
    secret = Suggestion.category_code == IN_CONFIDENCE
    assert set(_distinct(Suggestion.visibility, secret)) == {"confidential"}
    assert set(_distinct(Suggestion.status, secret)) >= {"received", "in_progress", "closed"}
    overdue = (
        Suggestion.due_at < clock.now(),
        Suggestion.status.in_(("dispatched", "in_progress")),
    )
    for condition, least in (
        ((Suggestion.anonymous,), 5),
        ((Suggestion.channel == "patrol",), 2),
        ((Suggestion.supporters > 3,), 5),
        ((Suggestion.merged_here > 0,), 3),
        (overdue, 8),
        ((Suggestion.first_answered_at > Suggestion.due_at,), 5),
    ):
        assert _count(*condition) >= least, str(condition[0])
    late = "SELECT count(*) FROM suggestion_part WHERE reported_at > report_by"
    assert db.session.execute(text(late)).scalar_one() >= 1


def _distinct(column: Any, *conditions: Any) -> Sequence[Any]:
    return db.session.execute(select(column).where(*conditions).distinct()).scalars().all()


def _count(*conditions: Any) -> int:
    return int(
        db.session.execute(select(func.count(Suggestion.id)).where(*conditions)).scalar_one()
    )
