"""Casting a ballot.

What is chosen passes through a request and is nowhere kept: not in a session, an address, a
message or a line of the log. So the page that follows is the answer itself, and the receipt comes
with the form: the voter has it before anything is cast, and after an answer that was lost.
"""

from __future__ import annotations

import secrets
from typing import Any

from flask import render_template, request

from portal.consultations import majority_words, services, words
from portal.consultations.errors import AlreadyVoted, NotOnRoll, NotOpen
from portal.consultations.forms import BallotForm, ballot_form
from portal.consultations.queries import consultations
from portal.consultations.queries.consultations import ConsultationRow
from portal.consultations.rules import receipts
from portal.consultations.rules.ballots import BUDGET_METHODS, RANKED_METHODS, Method
from portal.consultations.standing import Place, Standing, place_of
from portal.consultations.views.blueprint import blueprint
from portal.consultations.views.lengths import evened
from portal.core.access import requires, the_principal
from portal.core.errors import DomainError, Invalid
from portal.core.logs import untraced
from portal.core.pages import UNPROCESSABLE
from portal.core.permissions import Permission
from portal.core.unit_of_work import unit_of_work

Answer = tuple[str, int]

_draws = secrets.SystemRandom()


@blueprint.route("/consultations/<id:consultation_id>/vote", methods=["GET", "POST"])
@requires(Permission.SIGNED_IN)
@untraced
def vote(consultation_id: str) -> Answer:
    """The ballot; looked over once more; cast."""
    actor = the_principal()
    row = consultations.visible(actor, consultation_id)
    place = place_of(actor, row)
    options = consultations.options_of([row.id])[row.id]
    form = ballot_form(consultations.terms_from(row, options), options)
    own_receipt(form)
    if place.standing is Standing.HAS_VOTED:
        return _voted(row, place, form if request.form.get("step") == "cast" else None)
    if place.standing is not Standing.MAY_VOTE:
        return _refused(row, place)
    page = {"vote": row, "options": options, "place": place, "form": form}
    if request.method == "GET":
        return _ballot(page), 200
    return _go_on(page, request.form.get("step"))


def _go_on(page: dict[str, Any], step: str | None) -> Answer:
    """Look the ballot over, change it, or cast it."""
    if step == "change":
        return evened(_ballot(page)), 200
    if not page["form"].validate():
        return evened(_ballot(page)), UNPROCESSABLE
    if step != "cast":
        return evened(_review(page)), 200
    return _cast(page)


def own_receipt(form: BallotForm) -> None:
    """The receipt that came with the form, as it will stand on the board; a new one for the first
    page, and in place of one that is none."""
    try:
        form.receipt.data = receipts.as_given(form.receipt.data or "")
    except ValueError:
        form.receipt.data = receipts.draw(_draws)


def _cast(page: dict[str, Any]) -> Answer:
    row, form = page["vote"], page["form"]
    try:
        ballot = services.prepare(the_principal(), row.id, form.choices_made, form.receipt.data)
        with unit_of_work():
            services.cast(ballot)
    except Invalid as error:
        form.refuse(error)
        return evened(_ballot(page)), UNPROCESSABLE
    except (AlreadyVoted, NotOpen, NotOnRoll):
        # Somebody or something was quicker: the roll says how it stands now.
        row = consultations.visible(the_principal(), row.id)
        place = place_of(the_principal(), row)
        if place.standing is Standing.HAS_VOTED:
            return _voted(row, place, form)
        return _refused(row, place)
    place = place_of(the_principal(), row)
    return _voted(row, place, form, just_now=True)


def _ballot(page: dict[str, Any]) -> str:
    return render_template("consultations/vote.html", **page, **_about(page["vote"]))


def _review(page: dict[str, Any]) -> str:
    chosen = {option.id: option for option in page["options"]}
    return render_template(
        "consultations/review.html",
        **page,
        **_about(page["vote"]),
        chosen=[chosen[each] for each in page["form"].choices_made],
    )


def _voted(
    row: ConsultationRow, place: Place, form: BallotForm | None, *, just_now: bool = False
) -> Answer:
    """One has voted. Who sends a ballot once more gets the receipt back that came with it."""
    page = render_template(
        "consultations/voted.html",
        vote=row,
        place=place,
        receipt=form.receipt.data if form else None,
        just_now=just_now,
        words=words,
    )
    return page, 200 if just_now or form is None else AlreadyVoted.status


def _refused(row: ConsultationRow, place: Place) -> Answer:
    """No ballot of this person is taken (now)."""
    off_roll = place.standing in (
        Standing.ELSEWHERE,
        Standing.UNCONFIRMED,
        Standing.NOT_BY_RULE,
    )
    error: DomainError = NotOnRoll() if off_roll else NotOpen()
    page = render_template(
        "consultations/no_ballot.html", vote=row, place=place, error=error, words=words
    )
    return page, error.status


def _about(row: ConsultationRow) -> dict[str, Any]:
    return {
        "words": words,
        "majority": majority_words,
        "ranked": row.method in RANKED_METHODS,
        "single": row.method == Method.SINGLE,
        "with_costs": row.method in BUDGET_METHODS,
        "limit": row.max_choices if row.method != Method.SINGLE else None,
        "spendable": row.budget if row.method == Method.BUDGET_GREEDY else None,
    }
