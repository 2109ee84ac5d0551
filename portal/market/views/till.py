"""The till: scan or type, see, confirm, and a page seen across the counter."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from portal.accounts import queries as accounts
from portal.core.access import requires, the_principal
from portal.core.clock import today
from portal.core.errors import DomainError, Forbidden, NotFound
from portal.core.i18n import friendly_instant
from portal.core.i18n import gettext as _
from portal.core.limits import CODES, limit
from portal.core.once import once
from portal.core.pages import SEE_OTHER, UNPROCESSABLE, filled_in, shown
from portal.core.permissions import Permission, Principal
from portal.market import policies, queries, services
from portal.market.forms import CodeForm, ConfirmForm, RefuseForm
from portal.market.rules import reduced_name
from portal.market.views.door import blueprint
from portal.market.words import hours_text, until_text


@blueprint.get("/till")
@requires(Permission.VOUCHER_REDEEM, anywhere=True)
def till() -> str:
    """Scan a voucher, or type its number."""
    return _till_page(CodeForm())


def _till_page(form: CodeForm) -> str:
    mine = policies.staffed(the_principal())
    return render_template(
        "market/till.html",
        form=form,
        shops=queries.merchants_of(mine),
        today=queries.redeemed_on(mine, today()),
    )


@blueprint.post("/till/check")
@requires(Permission.VOUCHER_REDEEM, anywhere=True)
@limit(CODES)
def till_check() -> str | tuple[str, int]:
    """What the voucher is, before anything happens to it."""
    form, actor = CodeForm(), the_principal()
    if not form.validate_on_submit():
        return _till_page(form), UNPROCESSABLE
    try:
        voucher = services.check_voucher(actor, form.code.data)
    except DomainError as error:
        return _refused(error)
    return _check_page(voucher, RefuseForm(formdata=None, data={"code": form.code.data}))


def _check_page(voucher: Any, refusal: RefuseForm) -> str:
    name = accounts.display_names([voucher.resident_id]).get(voucher.resident_id, "")
    return render_template(
        "market/till_check.html",
        voucher=voucher,
        customer=reduced_name(name),
        form=ConfirmForm(formdata=None, data={"code": refusal.code.data}),
        refusal=refusal,
    )


@blueprint.post("/till/redeem")
@requires(Permission.VOUCHER_REDEEM, anywhere=True)
@limit(CODES)
def till_redeem() -> Response | str | tuple[str, int]:
    """Redeem the voucher that was looked at."""
    form, actor = ConfirmForm(), the_principal()
    if not form.validate_on_submit():
        return _till_page(CodeForm()), UNPROCESSABLE
    try:
        return redirect(once(lambda: _redeemed(actor, form.code.data)), SEE_OTHER)
    except Forbidden:
        raise
    except DomainError as error:
        return _refused(error)


def _redeemed(actor: Principal, code: str) -> str:
    redeemed = services.redeem_voucher(actor, code)
    return url_for("market.till_done", voucher_id=redeemed.id)


@blueprint.post("/till/refuse")
@requires(Permission.VOUCHER_REDEEM, anywhere=True)
@limit(CODES)
def till_refuse() -> Response | str | tuple[str, int]:
    """Give the points back for a voucher that cannot be honoured."""
    form, actor = RefuseForm(), the_principal()
    try:
        voucher = services.check_voucher(actor, form.code.data or "")
        if filled_in(
            form, lambda: services.refuse_voucher(actor, form.code.data, form.reason.data)
        ):
            flash(_("The customer has the points back, and is told why."), "success")
            return redirect(url_for("market.till"), SEE_OTHER)
    except Forbidden:
        raise
    except DomainError as error:
        return _refused(error)
    return shown(form, _check_page(voucher, form))


@blueprint.get("/till/<id:voucher_id>")
@requires(Permission.VOUCHER_REDEEM, anywhere=True)
def till_done(voucher_id: str) -> str:
    """Done: seen and heard across the counter."""
    voucher = queries.redeemed_at_tills(policies.staffed(the_principal()), voucher_id)
    if voucher is None:
        raise NotFound
    return render_template("market/till_done.html", voucher=voucher)


def _refused(error: DomainError) -> tuple[str, int]:
    page = render_template(
        "market/till_refused.html", error=error, say=_to_say(error.code, error.facts.get("voucher"))
    )
    return page, error.status


def _to_say(code: str, voucher: Any) -> str:
    """What to tell the customer."""
    if code == "already_redeemed":
        when = friendly_instant(voucher.redeemed_at)
        said = _("This voucher was used before: %(when)s. You find it under “Used”.", when=when)
    elif code == "outside_valid_hours":
        hours = hours_text(voucher)
        said = _("The voucher is good. Please come at these times: %(hours)s.", hours=hours)
    elif code == "voucher_expired":
        until = until_text(voucher.expires_at)
        said = _("It was good until %(until)s. Your points come back by themselves.", until=until)
    elif code == "voucher_cancelled":
        said = _("This voucher was given back, and its points are yours again.")
    elif code == "unknown_voucher":
        said = _("Please open the voucher again and see which shop it is for.")
    else:
        said = _("Please wait a moment, we try once more.")
    return str(said)
