"""A job over many things: a bad one keeps no other waiting, whether done at once or not."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import pytest
from sqlalchemy import insert, select

from portal.core import jobs
from portal.core.clock import now
from portal.core.database import db
from portal.core.jobs import JobLease, Unfinished, one_by_one

pytestmark = pytest.mark.usefixtures("app")

BATCH = 3


class Thing(NamedTuple):
    id: int


def due(last: Thing | None) -> Sequence[Thing]:
    """Seven things, three at a time."""
    first = 1 if last is None else last.id + 1
    return [Thing(number) for number in range(first, 8)][:BATCH]


def note(*things: Thing) -> int:
    """A row for each; there is no way to write one for 5."""
    rows = [{"name": str(each.id), "next_run_at": now()} for each in things]
    db.session.execute(insert(JobLease), rows)
    if any(each.id == 5 for each in things):
        raise ArithmeticError
    return len(rows)


def noted() -> list[int]:
    db.session.rollback()
    return sorted(int(name) for name in db.session.execute(select(JobLease.name)).scalars())


@pytest.mark.parametrize("together", [None, lambda rows: note(*rows)])
def test_all_but_the_bad_one_are_done(together: Callable[[Sequence[Thing]], int] | None) -> None:
    with pytest.raises(Unfinished) as unfinished:
        one_by_one(due, note, together=together)
    assert (unfinished.value.done, unfinished.value.failed) == (6, 1)
    assert noted() == [1, 2, 3, 4, 6, 7]


def test_what_can_be_done_at_once_is() -> None:
    calls: list[int] = []

    def together(rows: Sequence[Thing]) -> int:
        calls.append(len(rows))
        return len(rows)

    def alone(_row: Thing) -> int:
        raise AssertionError

    assert one_by_one(due, alone, together=together) == 7
    assert calls == [3, 3, 1]


def test_a_turn_that_is_over_leaves_the_rest_to_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    moments = iter((0.0, 0.0, jobs.TURN.total_seconds()))
    monkeypatch.setattr("portal.core.jobs.time.monotonic", lambda: next(moments))
    assert one_by_one(due, note) == BATCH
    monkeypatch.undo()
    assert noted() == [1, 2, 3]
