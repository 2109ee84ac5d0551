"""Commitments in words: their states, what happened to them."""

from __future__ import annotations

from typing import Any

from portal.consultations.rules.commitments import ChangeKind, Shown, State, is_late
from portal.core.clock import today
from portal.core.i18n import lazy_gettext as _l

LATE = ("danger", _l("Late"))
STATES: dict[str, tuple[str, Any]] = {
    State.OPEN: ("info", _l("Under way")),
    State.KEPT: ("ok", _l("Done")),
    State.GIVEN_UP: ("neutral", _l("Given up")),
}
"""Kind of the mark, and the word."""

TABS: dict[Shown, Any] = {
    Shown.OPEN: _l("Under way"),
    Shown.LATE: _l("Late"),
    Shown.KEPT: _l("Done"),
    Shown.GIVEN_UP: _l("Given up"),
}

CHANGES: dict[str, Any] = {
    ChangeKind.NOTED: _l("How far it is"),
    ChangeKind.MOVED: _l("A new date"),
    ChangeKind.MILESTONE_SET: _l("A step was planned"),
    ChangeKind.MILESTONE_DONE: _l("A step is done"),
    ChangeKind.KEPT: _l("Done"),
    ChangeKind.GIVEN_UP: _l("Given up"),
}


def mark_of(row: Any) -> tuple[str, Any]:
    """Kind and word of a commitment's mark; a late one says so."""
    return LATE if late(row) else STATES[row.state]


def late(row: Any) -> bool:
    """Whether a commitment, or a step that is not done, is past its day."""
    state = row.state if "state" in row._fields else State.OPEN
    return is_late(state, row.due_on, today())
