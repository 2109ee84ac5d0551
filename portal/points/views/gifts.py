"""Giving points: fill in, look at it, confirm. Nobody learns from it who is registered."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from portal.core.access import requires, the_principal
from portal.core.errors import DomainError
from portal.core.i18n import gettext as _
from portal.core.ids import normalized_code
from portal.core.limits import CODES, limit
from portal.core.once import once
from portal.core.pages import SEE_OTHER, UNPROCESSABLE
from portal.core.permissions import Permission
from portal.points import queries, services
from portal.points.forms import GiftConfirmForm, GiftForm
from portal.points.views.blueprint import blueprint


@blueprint.get("/me/points/gifts")
@requires(Permission.SIGNED_IN)
def gift() -> str:
    """Whom to give how much."""
    return _gift_page(GiftForm())


@blueprint.post("/me/points/gifts")
@requires(Permission.SIGNED_IN)
@limit(CODES)
def review_gift() -> Any:
    """What was filled in, to be looked at once more. Says nothing about whose code it is."""
    form = GiftForm()
    if not form.validate():
        return _gift_page(form), UNPROCESSABLE
    kept = GiftConfirmForm(
        formdata=None,
        to_member=normalized_code(form.to_member.data),
        amount=form.amount.data,
        message=form.message.data or "",
    )
    return render_template("points/gift_confirm.html", form=kept)


@blueprint.post("/me/points/gifts/confirm")
@requires(Permission.SIGNED_IN)
@limit(CODES)
def confirm_gift() -> Response | tuple[str, int]:
    """Give the points, once."""
    form = GiftConfirmForm()
    if not form.validate():
        return _gift_page(GiftForm()), UNPROCESSABLE
    try:
        address = once(lambda: _give(form))
    except DomainError as error:
        again = GiftForm(request.form)
        again.refuse(error)
        return _gift_page(again), error.status
    flash(_("The points are given."), "success")
    return redirect(address, SEE_OTHER)


def _give(form: GiftConfirmForm) -> str:
    actor = the_principal()
    services.give_points(actor, form.to_member.data, form.amount.data, form.message.data or "")
    return url_for("points.statement")


def _gift_page(form: GiftForm) -> str:
    purse = queries.points_of(the_principal().id)
    return render_template("points/gift.html", form=form, purse=purse)
