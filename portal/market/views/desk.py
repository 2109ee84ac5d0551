"""The committee's desk: merchants to verify, offers to review."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from portal.accounts.history import history_of
from portal.core.access import requires, the_principal
from portal.core.i18n import gettext as _
from portal.core.pages import SEE_OTHER, UNPROCESSABLE, asked_for, cursor, filled_in, press
from portal.core.permissions import Permission, ScopeKind
from portal.market import queries, services
from portal.market.forms import ReasonForm
from portal.market.views.door import blueprint
from portal.market.views.placing import plan_of
from portal.market.words import MERCHANT_DECISIONS, MERCHANT_STATES


@blueprint.get("/desk/merchants")
@requires(Permission.MERCHANT_VERIFY, anywhere=True)
def desk_merchants() -> str:
    """Merchants that wait to be verified, longest waiting first."""
    regions = the_principal().scopes(Permission.MERCHANT_VERIFY, ScopeKind.REGION)
    page = queries.merchants_waiting(regions, cursor=cursor())
    return render_template("market/desk_merchants.html", page=page)


@blueprint.get("/desk/merchants/all")
@requires(Permission.MERCHANT_VERIFY, anywhere=True)
def merchants_at_desk() -> str:
    """All merchants of one's part of the city, by name and state."""
    q, status = asked_for(), asked_for("status")
    if status not in MERCHANT_STATES:
        status = ""
    page = queries.merchants_at_desk(the_principal(), status=status, q=q, cursor=cursor())
    return render_template("market/desk_all_merchants.html", page=page, q=q, status=status)


@blueprint.get("/desk/merchants/<id:merchant_id>")
@requires(Permission.MERCHANT_VERIFY, anywhere=True)
def desk_merchant(merchant_id: str) -> str:
    """One merchant, with what can be decided about it."""
    return _merchant_page(merchant_id, ReasonForm())


def _merchant_page(merchant_id: str, form: ReasonForm) -> str:
    row = queries.merchant_in_charge(the_principal(), Permission.MERCHANT_VERIFY, merchant_id)
    return render_template(
        "market/desk_merchant.html",
        merchant=row,
        people=queries.staff_of(merchant_id),
        recognition=queries.recognition([merchant_id])[merchant_id],
        history=history_of("merchant", merchant_id, MERCHANT_DECISIONS),
        plan=plan_of(row),
        form=form,
    )


@blueprint.post("/desk/merchants/<id:merchant_id>/verify")
@requires(Permission.MERCHANT_VERIFY)
def verify_merchant(merchant_id: str) -> Response:
    """It exists, and is what it says."""
    return press(
        lambda: services.verify_merchant(the_principal(), merchant_id),
        _("Verified. The owner will be told."),
        url_for("market.desk_merchants"),
    )


@blueprint.post("/desk/merchants/<id:merchant_id>/decline")
@requires(Permission.MERCHANT_VERIFY)
def decline_merchant(merchant_id: str) -> Response | tuple[str, int]:
    """It is not verified, or no longer, and why."""
    form, actor = ReasonForm(), the_principal()
    if filled_in(form, lambda: services.decline_merchant(actor, merchant_id, form.reason.data)):
        flash(_("The owner will read your reason."), "success")
        return redirect(url_for("market.desk_merchants"), SEE_OTHER)
    return _merchant_page(merchant_id, form), UNPROCESSABLE


@blueprint.post("/desk/merchants/<id:merchant_id>/trust")
@requires(Permission.MERCHANT_VERIFY)
def trust_merchant(merchant_id: str) -> Response:
    """From now on it publishes without review."""
    return press(
        lambda: services.set_trusted(the_principal(), merchant_id, trusted=True),
        _("From now on this shop publishes without review."),
        url_for("market.desk_merchant", merchant_id=merchant_id),
    )


@blueprint.post("/desk/merchants/<id:merchant_id>/distrust")
@requires(Permission.MERCHANT_VERIFY)
def distrust_merchant(merchant_id: str) -> Response:
    """From now on its offers are reviewed."""
    return press(
        lambda: services.set_trusted(the_principal(), merchant_id, trusted=False),
        _("From now on this shop's offers are reviewed."),
        url_for("market.desk_merchant", merchant_id=merchant_id),
    )


@blueprint.get("/desk/offers")
@requires(Permission.OFFER_REVIEW, anywhere=True)
def desk_offers() -> str:
    """Offers that wait for a decision, longest waiting first."""
    regions = the_principal().scopes(Permission.OFFER_REVIEW, ScopeKind.REGION)
    return render_template(
        "market/desk_offers.html", page=queries.offers_waiting(regions, cursor=cursor())
    )


@blueprint.get("/desk/offers/<id:offer_id>")
@requires(Permission.OFFER_REVIEW, anywhere=True)
def desk_offer(offer_id: str) -> str:
    """One offer as residents would see it, to be approved or sent back."""
    return _offer_page(offer_id, ReasonForm())


def _offer_page(offer_id: str, form: ReasonForm) -> str:
    row = queries.offer_to_review(the_principal(), offer_id)
    return render_template("market/desk_offer.html", offer=row, form=form)


@blueprint.post("/desk/offers/<id:offer_id>/approve")
@requires(Permission.OFFER_REVIEW)
def approve_offer(offer_id: str) -> Response:
    """On the board."""
    return press(
        lambda: services.approve_offer(the_principal(), offer_id),
        _("It is on the board. The owner will be told."),
        url_for("market.desk_offers"),
    )


@blueprint.post("/desk/offers/<id:offer_id>/send-back")
@requires(Permission.OFFER_REVIEW)
def send_back_offer(offer_id: str) -> Response | tuple[str, int]:
    """Back to the owner, and why."""
    form, actor = ReasonForm(), the_principal()
    if filled_in(form, lambda: services.send_back_offer(actor, offer_id, form.reason.data)):
        flash(_("The owner will read your reason."), "success")
        return redirect(url_for("market.desk_offers"), SEE_OTHER)
    return _offer_page(offer_id, form), UNPROCESSABLE
