"""What supervisors do: take a case one level up, or close it."""

from __future__ import annotations

from portal.core.errors import WrongState
from portal.core.i18n import lazy_gettext as _l
from portal.core.permissions import Principal
from portal.suggestions.errors import PartsOpen
from portal.suggestions.queries.calendar import working_days
from portal.suggestions.rules.fold import MOST_LEVEL, Fact
from portal.suggestions.rules.machine import By, Event
from portal.suggestions.rules.working_days import judged_until
from portal.suggestions.services.doors import for_supervisor
from portal.suggestions.services.recording import Change, instant


def escalate(actor: Principal, suggestion_id: str, note: str) -> None:
    """Take a case one level up.

    Raises:
        NotFound, Forbidden: it is not this supervisor's.
        WrongState: it is answered or over, or at the highest level.
    """
    change = Change(for_supervisor(actor, suggestion_id))
    if change.case.level == MOST_LEVEL:
        raise WrongState(_l("This is at the highest level of supervision already."))
    level = change.case.level + 1
    fact = Fact(Event.ESCALATED, instant(), By.SUPERVISOR, level=level, way="supervisor")
    change.add(fact, user_id=actor.id, words=note)
    change.write(**change.rescheduled(working_days()))


def close(actor: Principal, suggestion_id: str, reason: str) -> None:
    """Close a case, and say why. Who asked can reopen it.

    Raises:
        NotFound, Forbidden: it is not this supervisor's.
        PartsOpen: departments that were called have not finished.
        WrongState: it is over.
    """
    change, at = Change(for_supervisor(actor, suggestion_id)), instant()
    if change.case.open_parts:
        raise PartsOpen
    fact = Fact(
        Event.CLOSED,
        at,
        By.SUPERVISOR,
        judge_until=judged_until(working_days(), at),
        way="supervisor",
    )
    change.add(fact, user_id=actor.id, words=reason)
    change.write()
