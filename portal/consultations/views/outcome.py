"""What came of a vote: the count worked through, the board, one's own receipt on it."""

from __future__ import annotations

from math import ceil
from typing import Any

from flask import render_template, request
from werkzeug.wrappers import Response

from portal.config import ROOT
from portal.consultations import majority_words, words
from portal.consultations.board import Disclosure
from portal.consultations.errors import NotClosed
from portal.consultations.forms import ReceiptForm
from portal.consultations.queries import board, cells, consultations, outcome, roll
from portal.consultations.queries.consultations import ConsultationRow
from portal.consultations.queries.outcome import PARTS
from portal.consultations.rules.ballots import BUDGET_METHODS, RANKED_METHODS, Method
from portal.consultations.rules.turnout import exact, quorum_met
from portal.consultations.views.blueprint import blueprint
from portal.consultations.worked import worked
from portal.core.access import current_principal, requires
from portal.core.limits import SEARCHES, limit
from portal.core.logs import untraced
from portal.core.pages import cursor, shown
from portal.core.permissions import Permission

MOST_AGAINST = 8
"""A table of each option against each is read by nobody where there are more."""
VERIFIER = ROOT / "tools" / "verify_board.py"


@blueprint.get("/consultations/<id:consultation_id>/results")
@requires(Permission.PUBLIC)
def results(consultation_id: str) -> str:
    """The outcome, and how it was counted, step by step."""
    row = counted(consultation_id)
    options = consultations.options_of([row.id])[row.id]
    count = outcome.tally_of(row.id)
    turnout = roll.voted_in(row)
    quorum = exact(row.quorum)
    return render_template(
        "consultations/results.html",
        vote=row,
        count=count,
        told=worked(count, options, row.budget),
        all_options=options,
        most_against=MOST_AGAINST,
        turnout=turnout,
        areas=cells.areas_of(row.id),
        named=turnout.voted - count["blank"],
        quorum_needs=ceil(quorum * row.roll_size),
        quorum_met=quorum_met(turnout.voted, row.roll_size, quorum),
        verdict=outcome.verdict_of(row, turnout.voted, count),
        method=Method(row.method),
        ranked=row.method in RANKED_METHODS,
        with_budget=row.method in BUDGET_METHODS,
        studies=_studies(),
        words=words,
        majority=majority_words,
    )


def _studies() -> bool:
    """Whether the reader has a desk with votes for study."""
    actor = current_principal()
    return actor is not None and actor.holds_anywhere(Permission.VOTE_STUDY)


@blueprint.get("/consultations/<id:consultation_id>/board")
@requires(Permission.PUBLIC)
def ballot_board(consultation_id: str) -> str:
    """Every ballot that was cast, page by page."""
    return _board(counted(consultation_id), ReceiptForm(formdata=None))


@blueprint.post("/consultations/<id:consultation_id>/board")
@requires(Permission.PUBLIC)
@untraced
@limit(SEARCHES)
def find_receipt(consultation_id: str) -> tuple[str, int]:
    """Look up a receipt. It comes in a form and the answer is the page itself: neither it nor
    the place where it stands is in an address that others keep."""
    row = counted(consultation_id)
    form = ReceiptForm()
    found = None
    if form.validate():
        found = board.found(row.id, form.receipt.data)
    else:
        form.is_refused = True
    return shown(form, _board(row, form, found))


@blueprint.get("/consultations/verify_board.py")
@requires(Permission.PUBLIC)
def verifier() -> Response:
    """The program with which anybody checks a board."""
    answer = Response(VERIFIER.read_bytes(), mimetype="text/x-python")
    answer.headers.set("Content-Disposition", "attachment", filename=VERIFIER.name)
    return answer


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


def _board(row: ConsultationRow, form: ReceiptForm, found: Any = None) -> str:
    lists = PARTS[Disclosure(row.disclosure)]
    asked = request.args.get("part", "")
    part = asked if asked in lists else lists[0]
    options = consultations.options_of([row.id])[row.id]
    return render_template(
        "consultations/board.html",
        vote=row,
        form=form,
        found=found,
        lists=lists,
        part=part,
        page=board.page(row.id, part, cursor=cursor()),
        titles={option.id: option.title for option in options},
        ranked=row.method in RANKED_METHODS,
        with_budget=row.method in BUDGET_METHODS,
        words=words,
    )
