"""Whether every case's row is the fold of its events, and counts only who is there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from typing import Any

from sqlalchemy import Row, func, or_, select
from sqlalchemy.orm import aliased

from portal.core.database import db
from portal.suggestions.models import Suggestion, SuggestionEvent, SuggestionSupporter
from portal.suggestions.queries.folding import case_of, fact_of, parts_of
from portal.suggestions.rules.fold import Case, Fact, NotPossible, fold

_AT_ONCE = 500


@dataclass(frozen=True)
class Fault:
    """A case whose row says something else than its events."""

    suggestion_id: str
    detail: str


def faults() -> Iterator[Fault]:
    """Every case that is not what happened to it."""
    last = ""
    while ids := _some_after(last):
        last = ids[-1]
        yield from faults_among(ids)


def faults_among(suggestion_ids: Sequence[str]) -> Iterator[Fault]:
    """Those of some cases that are not what happened to them."""
    rows = db.session.execute(
        select(*Suggestion.__table__.c).where(Suggestion.id.in_(suggestion_ids))
    ).all()
    facts, parts = facts_of(suggestion_ids), parts_of(suggestion_ids)
    people, members = people_counted(suggestion_ids), _merged_into(suggestion_ids)
    for row in rows:
        yield from _faults_of(row, case_of(row, parts.get(row.id, {})), facts[row.id])
        yield from _miscounted(row.id, "supporters", row.supporters, people.get(row.id, 0))
        yield from _miscounted(row.id, "merged here", row.merged_here, members.get(row.id, 0))


def facts_of(suggestion_ids: Sequence[str]) -> dict[str, list[Fact]]:
    """The events of some cases in their order, in one statement."""
    rows = db.session.execute(
        select(*SuggestionEvent.__table__.c)
        .where(SuggestionEvent.suggestion_id.in_(suggestion_ids))
        .order_by(SuggestionEvent.suggestion_id, SuggestionEvent.position)
    )
    found: dict[str, list[Fact]] = defaultdict(list)
    for row in rows:
        found[row.suggestion_id].append(fact_of(row))
    return found


def people_counted(suggestion_ids: Sequence[str]) -> dict[str, int]:
    """How many different people support each of some cases: there, or at one merged into it."""
    lead, member = aliased(Suggestion), aliased(Suggestion)
    rows = db.session.execute(
        select(lead.id, func.count(SuggestionSupporter.user_id.distinct()).label("people"))
        .join(member, or_(member.id == lead.id, member.merged_into == lead.id))
        .join(SuggestionSupporter, SuggestionSupporter.suggestion_id == member.id)
        .where(lead.id.in_(suggestion_ids))
        .group_by(lead.id)
    )
    return {row.id: int(row.people) for row in rows}


def _merged_into(suggestion_ids: Sequence[str]) -> dict[str, int]:
    rows = db.session.execute(
        select(Suggestion.merged_into, func.count().label("cases"))
        .where(Suggestion.merged_into.in_(suggestion_ids))
        .group_by(Suggestion.merged_into)
    )
    return {str(row.merged_into): row.cases for row in rows}


def _some_after(last: str) -> Sequence[str]:
    return (
        db.session.execute(
            select(Suggestion.id)
            .where(Suggestion.id > last)
            .order_by(Suggestion.id)
            .limit(_AT_ONCE)
        )
        .scalars()
        .all()
    )


def _miscounted(suggestion_id: str, what: str, written: int, counted: int) -> Iterator[Fault]:
    if written != counted:
        yield Fault(suggestion_id, f"{what}: {written}, and {counted} are there")


def _faults_of(row: Row[Any], said: Case, facts: list[Fact]) -> Iterator[Fault]:
    try:
        happened = fold(facts)
    except NotPossible as error:
        yield Fault(row.id, str(error))
        return
    if happened is None:
        yield Fault(row.id, "it has no events")
        return
    for each in fields(Case):
        written, made = getattr(said, each.name), getattr(happened, each.name)
        if written != made:
            yield Fault(row.id, f"{each.name}: {written}, events say {made}")
