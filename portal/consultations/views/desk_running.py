"""The desk: from the discussion to the count."""

from __future__ import annotations

from collections.abc import Sequence

from flask import flash, make_response, redirect, render_template, url_for
from werkzeug.wrappers import Response

from portal.consultations import count, services
from portal.consultations.forms.running import CancelForm, RollChangeForm, SharesForm
from portal.consultations.queries import consultations, desk, outcome, roll
from portal.consultations.queries.consultations import ConsultationRow
from portal.consultations.rules.life import MAY_CANCEL, Change, Status
from portal.consultations.rules.steps import Step
from portal.consultations.views.blueprint import blueprint
from portal.consultations.views.desk_door import looked_after, rights_to, step_of
from portal.core.access import requires, the_principal
from portal.core.errors import DomainError, Forbidden, NotFound, WrongState
from portal.core.i18n import gettext as _
from portal.core.limits import CODES, limit
from portal.core.pages import SEE_OTHER, carried_out, cursor, filled_in, press, shown
from portal.core.permissions import Permission
from portal.core.qr import qr
from portal.core.unit_of_work import unit_of_work


@blueprint.post("/desk/consultations/<id:consultation_id>/start-discussion")
@requires(Permission.CONSULTATION_MANAGE)
def desk_discuss(consultation_id: str) -> Response:
    """Bring a draft before the region."""
    return press(
        lambda: services.start_discussion(the_principal(), consultation_id),
        _("The discussion has begun. Everybody can read the question now."),
        _address(consultation_id),
    )


@blueprint.post("/desk/consultations/<id:consultation_id>/open")
@requires(Permission.CONSULTATION_MANAGE)
def desk_open(consultation_id: str) -> Response:
    """Fix the roll and open voting; trustees' shares are on this answer and nowhere else."""
    actor = the_principal()
    try:
        with unit_of_work():
            shares = services.open_voting(actor, consultation_id)
    except (NotFound, Forbidden):
        raise
    except DomainError as error:
        flash(str(error.detail), "warning")
        return redirect(_address(consultation_id), SEE_OTHER)
    if shares is None:
        flash(_("Voting is open."), "success")
        return redirect(_address(consultation_id), SEE_OTHER)
    return _sheets(consultations.visible(actor, consultation_id), shares)


def _sheets(row: ConsultationRow, shares: Sequence[str]) -> Response:
    """The trustees' sheets; no browser, proxy or history is to keep them."""
    sheets = [
        {"number": share.partition("-")[0], "text": _in_fours(share), "qr": qr(share, error="q")}
        for share in shares
    ]
    page = render_template("consultations/desk/shares.html", consultation=row, sheets=sheets)
    answer = make_response(page)
    answer.headers["Cache-Control"] = "no-store, private, max-age=0"
    return answer


def _in_fours(share: str) -> str:
    """``3-ABCD EFGH …``: a share as it is read aloud and typed in."""
    number, _hyphen, code = share.partition("-")
    fours = (code[begin : begin + 4] for begin in range(0, len(code), 4))
    return f"{number}-{' '.join(fours)}"


@blueprint.route("/desk/consultations/<id:consultation_id>/cancel", methods=["GET", "POST"])
@requires(Permission.CONSULTATION_MANAGE)
def desk_cancel(consultation_id: str) -> tuple[str, int] | Response:
    """Call it off, with the reason that everybody reads."""
    row, form = looked_after(consultation_id, "manage"), CancelForm()
    if row.status not in MAY_CANCEL:
        raise WrongState

    def work() -> None:
        services.cancel(the_principal(), row.id, form.reason.data)

    if filled_in(form, work):
        flash(_("Called off. Your reason stands on its page."), "success")
        return redirect(_address(row.id), SEE_OTHER)
    voted = roll.turnout_of([row.id])[row.id].voted
    page = render_template(
        "consultations/desk/cancel.html", consultation=row, form=form, voted=voted
    )
    return shown(form, page)


# --- the roll -------------------------------------------------------------------------------------


@blueprint.route("/desk/consultations/<id:consultation_id>/roll", methods=["GET", "POST"])
@requires(Permission.DESK_OPEN, anywhere=True)
@limit(CODES)
def desk_roll(consultation_id: str) -> tuple[str, int] | Response:
    """The roll of a vote: its changes, each with its reason; the committee makes new ones."""
    row, form = _with_roll(consultation_id), RollChangeForm()

    def work() -> None:
        change = Change(form.change.data)
        services.change_roll(
            the_principal(), row.id, change, form.member_code.data, form.reason.data
        )

    if filled_in(form, work):
        flash(_("The roll is changed. Everybody can see that, and read your reason."), "success")
        return redirect(url_for("consultations.desk_roll", consultation_id=row.id), SEE_OTHER)
    page = render_template(
        "consultations/desk/roll.html",
        consultation=row,
        form=form,
        may=rights_to(row),
        changes=roll.changes_of(row.id),
        changeable=row.status == Status.OPEN and row.sealed_at is None,
    )
    return shown(form, page)


@blueprint.get("/desk/consultations/<id:consultation_id>/roll/people")
@requires(Permission.ROLL_AUDIT, anywhere=True)
def desk_roll_people(consultation_id: str) -> str:
    """For auditors: the salt, and who stands behind the keys; never who has voted."""
    row = _with_roll(consultation_id, "audit_roll")
    return render_template(
        "consultations/desk/roll_people.html",
        consultation=row,
        salt=row.roll_salt.hex(),
        page=roll.people_page(row.id, cursor=cursor()),
    )


def _with_roll(consultation_id: str, *rights: str) -> ConsultationRow:
    row = looked_after(consultation_id, *rights)
    if row.opened_at is None:
        raise NotFound
    return row


# --- closing --------------------------------------------------------------------------------------


@blueprint.route("/desk/consultations/<id:consultation_id>/close", methods=["GET", "POST"])
@requires(Permission.CONSULTATION_MANAGE)
@limit(CODES)
def desk_close(consultation_id: str) -> tuple[str, int] | Response:
    """Close a vote and count it; trustees type in their shares, together and at once."""
    row = looked_after(consultation_id, "manage")
    if row.status != Status.OPEN:
        raise WrongState
    form = SharesForm.of(row.trustees_needed)

    def deed() -> bool:
        count.close_by_hand(the_principal(), row.id, form.read())
        return True

    if carried_out(form, deed):
        flash(_("The votes are counted. The board and the result are public."), "success")
        return redirect(url_for("consultations.desk_decide", consultation_id=row.id), SEE_OTHER)
    return shown(form, _closing_page(row.id, form))


def _closing_page(consultation_id: str, form: SharesForm) -> str:
    row = looked_after(consultation_id, "manage")  # as it is now: a refused count may change it
    return render_template(
        "consultations/desk/close.html",
        consultation=row,
        form=form,
        turnout=roll.turnout_of([row.id])[row.id],
        tallies=desk.tallies_of(row.id),
        progress=outcome.progress_of(row.id),
        waits=row.closes_at is not None and step_of(row) is not Step.COUNT,
    )


def _address(consultation_id: str) -> str:
    return url_for("consultations.desk_show", consultation_id=consultation_id)
