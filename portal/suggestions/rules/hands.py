"""What somebody can do to a case: by the machine, by what they are to it, by where it stands."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from portal.suggestions.rules.fold import MOST_LEVEL, Case
from portal.suggestions.rules.machine import MACHINE, By, Deed

_OF_DISPATCHERS = frozenset({Deed.DISPATCH, Deed.REJECT, Deed.MERGE, Deed.SPLIT, Deed.WHISTLE})
_OF_LEADS = frozenset({Deed.ACCEPT, Deed.RETURN, Deed.PROGRESS, Deed.ANSWER})
_OF_SUPERVISORS = frozenset({Deed.ESCALATE, Deed.CLOSE})


@dataclass(frozen=True)
class Hands:
    """What a person is to a case. ``departments``: those they work in, by id."""

    dispatches: bool = False
    supervises: bool = False
    departments: Collection[str] = ()


def possible(case: Case, hands: Hands, *, leads_others: bool = False) -> frozenset[Deed]:
    """The deeds that a person can do now. ``leads_others``: others were merged into it."""
    may = {each for each in _of(case, hands) if case.status in MACHINE[each].sources}
    if leads_others:
        may.discard(Deed.MERGE)
    if case.open_parts:
        may -= {Deed.ANSWER, Deed.CLOSE}
    if case.level == MOST_LEVEL:
        may.discard(Deed.ESCALATE)
    return frozenset(may)


def _of(case: Case, hands: Hands) -> set[Deed]:
    found: set[Deed] = set()
    if hands.dispatches:
        found |= _OF_DISPATCHERS
    if hands.supervises:
        found |= _OF_SUPERVISORS
    if case.department_id in hands.departments:
        found |= _OF_LEADS
    mine = [part for each, part in case.parts.items() if each in hands.departments]
    if any(part.done_at is None for part in mine) and Deed.PROGRESS not in found:
        found.add(Deed.PROGRESS_PART)
    if any(part.reported_at is None for part in mine):
        found.add(Deed.REPORT_IN)
    return found


def role_in(case: Case, hands: Hands) -> By | None:
    """In which role somebody mainly has to do with a case; None where in none."""
    if case.department_id in hands.departments or set(case.parts) & set(hands.departments):
        return By.HANDLER
    if hands.dispatches:
        return By.DISPATCHER
    return By.SUPERVISOR if hands.supervises else None
