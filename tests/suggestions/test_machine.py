"""The machine as it is declared, against the contract and what the decision paper says."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from portal.suggestions.rules.fold import Case, Fact, NotPossible, fold, step
from portal.suggestions.rules.machine import (
    MACHINE,
    By,
    Deed,
    Event,
    Outcome,
    Status,
    step_of,
)
from tests.suggestions.test_random_ways import KNOWN, OPEN

AT = datetime(2026, 11, 20, 2, tzinfo=UTC)
DUE = AT + timedelta(days=7)
LEAD, OTHER = "lead", "other"
RECEIVED = Fact(Event.RECEIVED, AT, By.RESIDENT, due_at=DUE)
DISPATCHED = Fact(Event.DISPATCHED, AT, By.DISPATCHER, to_department=LEAD)
ACCEPTED = Fact(Event.ACCEPTED, AT, By.HANDLER, from_department=LEAD)


def test_the_machine_is_what_the_contract_says_no_more_and_no_less() -> None:
    declared: set[tuple[str, str | None, str]] = {("received", None, "received")}
    for deed, line in MACHINE.items():
        for source in line.sources:
            targets = OPEN if deed is Deed.SPLIT else {str(line.target or source)}
            declared |= {(str(line.event), str(source), target) for target in targets}
    assert declared == KNOWN


def test_every_event_of_the_contract_can_happen_and_one_line_leads_to_each() -> None:
    assert {line.event for line in MACHINE.values()} == set(Event)
    for line in MACHINE.values():
        for by in line.by:
            assert step_of(line.event, by, of_part=line.of_part) is line
    assert step_of(Event.DISPATCHED, By.RESIDENT, of_part=False) is None


def test_no_state_is_a_dead_end_but_rejected() -> None:
    leads_on = {source for line in MACHINE.values() for source in line.sources}
    assert set(Status) - leads_on == {Status.REJECTED}


def test_a_case_is_the_fold_of_its_events() -> None:
    answered = Fact(
        Event.ANSWERED, AT, By.HANDLER, from_department=LEAD, outcome=Outcome.DONE, judge_until=DUE
    )
    case = fold([RECEIVED, DISPATCHED, ACCEPTED, answered])
    assert case == Case(
        Status.ANSWERED,
        position=4,
        received_at=AT,
        due_at=DUE,
        department_id=LEAD,
        first_accepted_at=AT,
        first_answered_at=AT,
        judge_until=DUE,
        paused_at=AT,
        outcome=Outcome.DONE,
    )
    assert fold([]) is None


@pytest.mark.parametrize(
    ("before", "fact"),
    [
        ([], DISPATCHED),
        ([], Fact(Event.RECEIVED, AT, By.RESIDENT)),
        ([RECEIVED], RECEIVED),
        ([RECEIVED], ACCEPTED),
        ([RECEIVED], Fact(Event.DISPATCHED, AT, By.DISPATCHER)),
        ([RECEIVED, DISPATCHED], DISPATCHED),
        (
            [RECEIVED, DISPATCHED],
            Fact(Event.ACCEPTED, AT, By.HANDLER, from_department=OTHER),
        ),
        ([RECEIVED, DISPATCHED], Fact(Event.ACCEPTED, AT, By.DISPATCHER, from_department=LEAD)),
        ([RECEIVED], Fact(Event.ESCALATED, AT, By.SUPERVISOR, level=2)),
        (
            [RECEIVED, DISPATCHED],
            Fact(Event.WHISTLED, AT, By.DISPATCHER, to_department=LEAD, report_by=DUE),
        ),
        ([RECEIVED], Fact(Event.MERGED, AT, By.DISPATCHER)),
        ([RECEIVED], Fact(Event.SPLIT, AT, By.DISPATCHER)),
        (
            [RECEIVED, DISPATCHED, ACCEPTED],
            Fact(Event.REPORTED_IN, AT, By.HANDLER, from_department=OTHER),
        ),
    ],
)
def test_what_the_machine_does_not_lead_to(before: list[Fact], fact: Fact) -> None:
    with pytest.raises(NotPossible):
        step(fold(before), fact)
