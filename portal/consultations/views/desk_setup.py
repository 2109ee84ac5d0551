"""The desk: writing drafts, and throwing them away."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from portal.consultations import services
from portal.consultations.forms.setup import ConsultationForm, as_form
from portal.consultations.queries import consultations, desk, wording
from portal.consultations.queries.consultations import ConsultationRow
from portal.consultations.rules.life import Status
from portal.consultations.views.blueprint import blueprint
from portal.consultations.views.desk_door import looked_after
from portal.core.access import requires, the_principal
from portal.core.errors import WrongState
from portal.core.i18n import gettext as _
from portal.core.pages import SEE_OTHER, filled_in, press, shown
from portal.core.permissions import Permission

MOST_REGIONS = 300


@blueprint.route("/desk/consultations/new", methods=["GET", "POST"])
@requires(Permission.CONSULTATION_MANAGE, anywhere=True)
def desk_new() -> tuple[str, int] | Response:
    """Write a draft."""
    form, made = ConsultationForm(), list[str]()
    _offer_regions(form)
    if _more_rows(form) or not filled_in(
        form, lambda: made.append(services.create(the_principal(), form.read()))
    ):
        return shown(form, _page(form, None))
    flash(_("Your draft is kept. Look it through before you start the discussion."), "success")
    return redirect(url_for("consultations.desk_check", consultation_id=made[0]), SEE_OTHER)


@blueprint.route("/desk/consultations/<id:consultation_id>/edit", methods=["GET", "POST"])
@requires(Permission.CONSULTATION_MANAGE, anywhere=True)
def desk_edit(consultation_id: str) -> tuple[str, int] | Response:
    """Write a draft anew."""
    row = _draft(consultation_id)
    form = ConsultationForm(
        data=as_form(row, consultations.options_of([row.id])[row.id], wording.texts_of(row.id))
    )
    _offer_regions(form)
    if _more_rows(form) or not filled_in(
        form, lambda: services.change_draft(the_principal(), row.id, form.read())
    ):
        return shown(form, _page(form, row))
    flash(_("Your changes are kept."), "success")
    return redirect(url_for("consultations.desk_check", consultation_id=row.id), SEE_OTHER)


@blueprint.post("/desk/consultations/<id:consultation_id>/delete")
@requires(Permission.CONSULTATION_MANAGE)
def desk_delete(consultation_id: str) -> Response:
    """Throw a draft away."""
    gone: list[bool] = []

    def work() -> None:
        services.delete_draft(the_principal(), consultation_id)
        gone.append(True)

    answer = press(work, _("The draft is deleted."), url_for("consultations.desk_list"))
    if gone:
        return answer
    return redirect(url_for("consultations.desk_show", consultation_id=consultation_id), SEE_OTHER)


# --- the form -------------------------------------------------------------------------------------


def _draft(consultation_id: str) -> ConsultationRow:
    row = looked_after(consultation_id, "manage")
    if row.status != Status.DRAFT:
        raise WrongState
    return row


def _page(form: ConsultationForm, row: ConsultationRow | None) -> str:
    return render_template("consultations/desk/form.html", form=form, consultation=row)


def _offer_regions(form: ConsultationForm) -> None:
    regions = desk.regions_managed(the_principal(), MOST_REGIONS)
    form.offer_regions((each.code, each.name) for each in regions)
    if request.method == "GET" and len(regions) == 1:
        form.region_code.data = regions[0].code


def _more_rows(form: ConsultationForm) -> bool:
    """Whether the person asked for more empty options: then nothing is kept yet."""
    if request.method == "POST" and "more" in request.form:
        form.add_rows()
        return True
    return False
