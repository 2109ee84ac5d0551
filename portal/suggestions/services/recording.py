"""The one way in which something happens to a case: its events, and the row they fold into.

Written in one guarded statement that goes by the position seen: of many who saw the same case, one
writes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, insert, update
from sqlalchemy.dialects import postgresql, sqlite

from portal.core import audit, outbox
from portal.core.clock import now
from portal.core.database import db, on_sqlite
from portal.core.errors import WrongState
from portal.core.ids import new_id
from portal.suggestions.models import Suggestion, SuggestionEvent, SuggestionNote, SuggestionPart
from portal.suggestions.queries.folding import case_of, columns_of, event_of, parts_of
from portal.suggestions.rules.fold import MOST_LEVEL, Case, Fact, NotPossible, Part, step
from portal.suggestions.rules.machine import By, Event, Status
from portal.suggestions.rules.working_days import WorkingDays, escalate_at


def instant() -> datetime:
    """Now, in whole seconds: as events are told, so that whoever reads them counts the same."""
    return now().replace(microsecond=0)


@dataclass(frozen=True)
class _Entry:
    """A fact with the state it found, and what it left: who of the staff did it, and the words."""

    fact: Fact
    found: Status | None
    left: Case
    user_id: str | None
    words: str


class Change:
    """What is about to happen to a case: facts are added, then all are written at once."""

    def __init__(self, row: Row[Any]) -> None:
        self.id, self.region_code = str(row.id), str(row.region_code)
        self.seen = case_of(row, parts_of([row.id]).get(row.id, {}))
        self.case = self.seen
        self._entries: list[_Entry] = []

    def add(self, fact: Fact, *, user_id: str | None = None, words: str = "") -> None:
        """One more event.

        Raises:
            WrongState: the machine does not lead on like this.
        """
        try:
            left = step(self.case, fact)
        except NotPossible as error:
            raise WrongState from error
        self._entries.append(_Entry(fact, self.case.status, left, user_id, words))
        self.case = left

    def go_up(self, at: datetime, why: str) -> None:
        """One level up by itself, unless it is at the highest."""
        if self.case.level < MOST_LEVEL:
            level = self.case.level + 1
            self.add(Fact(Event.ESCALATED, at, By.SYSTEM, level=level, way=why))

    def write(self, *guards: ColumnElement[bool], **kept: Any) -> None:
        """Write the row, then its events. ``kept`` are columns beside the fold.

        Raises:
            WrongState: somebody was faster, or a guard does not hold.
        """
        written = db.session.connection().execute(
            update(Suggestion)
            .where(
                Suggestion.id == self.id,
                Suggestion.position == self.seen.position,
                Suggestion.status == self.seen.status,
                *guards,
            )
            .values(**columns_of(self.case), **kept)
        )
        if not written.rowcount:
            raise WrongState
        _write_parts(self.id, self.seen.parts, self.case.parts)
        _write_entries(self.id, self.region_code, self._entries)

    def rescheduled(self, days: WorkingDays) -> dict[str, Any]:
        """When the case goes up next, after its level or its date has changed."""
        return {"escalate_at": escalate_at(days, self.case.due_at, self.case.level)}


def write_first(suggestion_id: str, region_code: str, fact: Fact, user_id: str | None) -> None:
    """The event with which a case begins."""
    entry = _Entry(fact, None, step(None, fact), user_id, "")
    _write_entries(suggestion_id, region_code, [entry])


def write_past(suggestion_id: str, region_code: str, past: Sequence[tuple[Fact, str]]) -> None:
    """The events of a case that went its way elsewhere; nobody is told of them.

    Raises:
        NotPossible: the machine does not allow for them.
    """
    entries: list[_Entry] = []
    case: Case | None = None
    for fact, words in past:
        found, case = None if case is None else case.status, step(case, fact)
        entries.append(_Entry(fact, found, case, None, words))
    _write_events(suggestion_id, region_code, entries)


def _write_entries(suggestion_id: str, region_code: str, entries: Sequence[_Entry]) -> None:
    ids = _write_events(suggestion_id, region_code, entries)
    for event_id, each in zip(ids, entries, strict=True):
        _tell(suggestion_id, region_code, event_id, each)


def _write_events(suggestion_id: str, region_code: str, entries: Sequence[_Entry]) -> list[str]:
    """Insert events with their words; returns their ids."""
    ids = [new_id() for _ in entries]
    rows = [
        {
            "id": event_id,
            "suggestion_id": suggestion_id,
            "region_code": region_code,
            "position": each.left.position,
            "from_status": each.found,
            "to_status": each.left.status,
            "by_user_id": each.user_id,
            **event_of(each.fact),
        }
        for event_id, each in zip(ids, entries, strict=True)
    ]
    db.session.execute(insert(SuggestionEvent), rows)
    notes = [
        {"event_id": event_id, "text": each.words}
        for event_id, each in zip(ids, entries, strict=True)
        if each.words
    ]
    if notes:
        db.session.execute(insert(SuggestionNote), notes)
    return ids


def _tell(suggestion_id: str, region_code: str, event_id: str, entry: _Entry) -> None:
    """The audit log learns what staff did, the outbox that something happened; neither the words
    nor the person."""
    event = str(entry.fact.event)
    if entry.user_id is not None:
        audit.record(
            entry.user_id, f"suggestion.{event}", "suggestion", suggestion_id,
            region_code=region_code,
        )  # fmt: skip
    outbox.emit("suggestion.changed", suggestion_id=suggestion_id, event=event, event_id=event_id)


def _write_parts(suggestion_id: str, before: Mapping[str, Part], after: Mapping[str, Part]) -> None:
    changed = [
        {
            "suggestion_id": suggestion_id,
            "department_id": department_id,
            "report_by": part.report_by,
            "reported_at": part.reported_at,
            "done_at": part.done_at,
        }
        for department_id, part in after.items()
        if before.get(department_id) != part
    ]
    if not changed:
        return
    statement = (sqlite.insert if on_sqlite() else postgresql.insert)(SuggestionPart).values(
        changed
    )
    columns = ("report_by", "reported_at", "done_at")
    db.session.execute(
        statement.on_conflict_do_update(
            index_elements=["suggestion_id", "department_id"],
            set_={name: statement.excluded[name] for name in columns},
        )
    )
