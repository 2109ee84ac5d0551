"""The board and the results after closing, and the ballots as files for other programs."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from portal.consultations import board, schemas
from portal.consultations.api.blueprint import api
from portal.consultations.api.consultations import share_of
from portal.consultations.errors import NotClosed
from portal.consultations.interchange import blt, pabulib
from portal.consultations.queries import consultations, outcome
from portal.consultations.queries.consultations import ConsultationRow
from portal.consultations.queries.roll import voted_in
from portal.consultations.rules.ballots import BUDGET_METHODS, RANKED_METHODS, Method, Terms
from portal.consultations.rules.turnout import exact, quorum_met
from portal.core.access import current_principal
from portal.core.clock import clock
from portal.core.errors import NotFound
from portal.core.permissions import Permission

PLAIN = "text/plain"


@api.read(
    "/consultations/<id:consultation_id>/board",
    permission=Permission.PUBLIC,
    answer=schemas.Board,
    refusals=("not_closed",),
)
def get_board(consultation_id: str) -> dict[str, Any]:
    """Every ballot that was cast, chained, for everybody to count again."""
    return outcome.board_of(counted(consultation_id))


@api.read(
    "/consultations/<id:consultation_id>/results",
    permission=Permission.PUBLIC,
    answer=schemas.Results,
    refusals=("not_closed",),
)
def get_results(consultation_id: str) -> dict[str, Any]:
    """The outcome with each of its rounds or steps, and how ties were broken."""
    row = counted(consultation_id)
    turnout, tally = voted_in(row), outcome.tally_of(row.id)
    verdict = outcome.verdict_of(row, turnout.voted, tally)
    return {
        "turnout": {
            "voted": turnout.voted,
            "share": share_of(turnout, row.roll_size),
            "by_way": {"online": turnout.online, "paper": turnout.paper},
        },
        "quorum_met": quorum_met(turnout.voted, row.roll_size, exact(row.quorum)),
        "majority": {**asdict(verdict), "met": verdict.met} if verdict else None,
        **tally,
    }


def counted(consultation_id: str) -> ConsultationRow:
    """A consultation whose votes have been counted.

    Raises:
        NotFound: it is not for the caller.
        NotClosed: its voting is not over.
    """
    row = consultations.visible(current_principal(), consultation_id)
    if not consultations.is_counted(row):
        raise NotClosed
    return row


@api.export(
    "/consultations/<id:consultation_id>/ballots.pb",
    permission=Permission.PUBLIC,
    media_type=PLAIN,
    refusals=("not_closed",),
)
def export_pabulib(consultation_id: str) -> str:
    """The ballots of a vote on a budget as a Pabulib file, costs in yuan."""
    row, terms, titles = _exported(consultation_id, BUDGET_METHODS)
    if row.is_study:  # it came as such a file, which says where it was held
        raise NotFound
    about = pabulib.Description(
        title=row.title,
        place=row.region_name,
        begins=clock.day_of(row.opened_at),
        ends=clock.day_of(row.closed_at),
        titles=titles,
    )
    ballots = board.choices_of(outcome.board_of(row))
    return pabulib.write(terms, ballots, outcome.tally_of(row.id)["winners"], about)


@api.export(
    "/consultations/<id:consultation_id>/ballots.blt",
    permission=Permission.PUBLIC,
    media_type=PLAIN,
    refusals=("not_closed",),
)
def export_blt(consultation_id: str) -> str:
    """The ballots of a ranked vote as a BLT file."""
    row, terms, titles = _exported(consultation_id, RANKED_METHODS)
    return blt.write(terms, board.choices_of(outcome.board_of(row)), titles, row.title)


def _exported(
    consultation_id: str, methods: frozenset[Method]
) -> tuple[ConsultationRow, Terms, dict[str, str]]:
    """A counted consultation, its terms and its options' titles.

    Raises:
        NotFound: it is not for the caller, or the format has no place for its method.
        NotClosed: its voting is not over.
    """
    row = counted(consultation_id)
    if row.method not in methods:
        raise NotFound
    options = consultations.options_of([row.id])[row.id]
    titles = {option.id: option.title for option in options}
    return row, consultations.terms_from(row, options), titles
