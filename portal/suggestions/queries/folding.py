"""Between rows and rules: a row as a case, an event's row as a fact, and the reverse."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

from sqlalchemy import Row, select

from portal.core.database import db
from portal.suggestions.models import SuggestionPart
from portal.suggestions.rules.fold import Case, Fact, Part
from portal.suggestions.rules.machine import By, Event, Outcome, Status

PLAIN = (
    "position",
    "received_at",
    "due_at",
    "department_id",
    "level",
    "returns",
    "reopenings",
    "first_accepted_at",
    "first_answered_at",
    "judge_until",
    "paused_at",
    "closed_at",
    "closed_way",
    "score",
    "merged_into",
)
"""Columns that a case and its row have under one name and in one form."""


def case_of(row: Row[Any], parts: Mapping[str, Part]) -> Case:
    """Where a case is, as its row says."""
    return Case(
        status=Status(row.status),
        outcome=None if row.outcome is None else Outcome(row.outcome),
        merged_from=None if row.merged_from is None else Status(row.merged_from),
        parts=MappingProxyType(dict(parts)),
        **{name: getattr(row, name) for name in PLAIN},
    )


def columns_of(case: Case) -> dict[str, Any]:
    """What its row has to say of a case."""
    return {
        "status": case.status,
        "outcome": case.outcome,
        "merged_from": case.merged_from,
        "open_parts": case.open_parts,
        **{name: getattr(case, name) for name in PLAIN},
    }


def fact_of(row: Row[Any]) -> Fact:
    """An event as it was written."""
    return Fact(
        event=Event(row.event),
        at=row.at,
        by=By(row.by_role),
        from_department=row.from_department_id,
        to_department=row.to_department_id,
        due_at=row.due_at,
        judge_until=row.judge_until,
        report_by=row.report_by,
        level=row.level,
        score=row.score,
        outcome=None if row.outcome is None else Outcome(row.outcome),
        merged_into=row.merged_into,
        way=row.way,
        of_part=row.of_part,
    )


def event_of(fact: Fact) -> dict[str, Any]:
    """What an event's row has to say of a fact."""
    return {
        "event": fact.event,
        "at": fact.at,
        "by_role": fact.by,
        "from_department_id": fact.from_department,
        "to_department_id": fact.to_department,
        "due_at": fact.due_at,
        "judge_until": fact.judge_until,
        "report_by": fact.report_by,
        "level": fact.level,
        "score": fact.score,
        "outcome": fact.outcome,
        "merged_into": fact.merged_into,
        "way": fact.way,
        "of_part": fact.of_part,
    }


def parts_of(suggestion_ids: Iterable[str]) -> dict[str, dict[str, Part]]:
    """The parts of some cases, by case and department, in one statement."""
    rows = db.session.execute(
        select(*SuggestionPart.__table__.c).where(
            SuggestionPart.suggestion_id.in_(list(suggestion_ids))
        )
    )
    found: dict[str, dict[str, Part]] = {}
    for row in rows:
        part = Part(row.report_by, row.reported_at, row.done_at)
        found.setdefault(row.suggestion_id, {})[row.department_id] = part
    return found
