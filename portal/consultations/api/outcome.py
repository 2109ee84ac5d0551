"""The board and the results, after closing."""

from __future__ import annotations

from typing import Any

from portal.consultations import schemas
from portal.consultations.api.blueprint import api
from portal.consultations.api.consultations import share_of
from portal.consultations.errors import NotClosed
from portal.consultations.queries import consultations, outcome
from portal.consultations.queries.consultations import ConsultationRow
from portal.consultations.queries.roll import turnout_of
from portal.consultations.rules.turnout import exact, quorum_met
from portal.core.access import current_principal
from portal.core.permissions import Permission


@api.read(
    "/consultations/<id:consultation_id>/board",
    permission=Permission.PUBLIC,
    answer=schemas.Board,
    refusals=("not_closed",),
)
def get_board(consultation_id: str) -> dict[str, Any]:
    """Every ballot that was cast, chained, for everybody to count again."""
    return outcome.board_of(_counted(consultation_id))


@api.read(
    "/consultations/<id:consultation_id>/results",
    permission=Permission.PUBLIC,
    answer=schemas.Results,
    refusals=("not_closed",),
)
def get_results(consultation_id: str) -> dict[str, Any]:
    """The outcome with each of its rounds or steps, and how ties were broken."""
    row = _counted(consultation_id)
    turnout = turnout_of([row.id])[row.id]
    return {
        "turnout": {
            "voted": turnout.voted,
            "share": share_of(turnout, row.roll_size),
            "by_way": {"online": turnout.online, "paper": turnout.paper},
        },
        "quorum_met": quorum_met(turnout.voted, row.roll_size, exact(row.quorum)),
        **outcome.tally_of(row.id),
    }


def _counted(consultation_id: str) -> ConsultationRow:
    """A consultation whose votes have been counted.

    Raises:
        NotFound: it is not for the caller.
        NotClosed: its voting is not over.
    """
    row = consultations.visible(current_principal(), consultation_id)
    if not consultations.is_counted(row):
        raise NotClosed
    return row
