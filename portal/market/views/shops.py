"""A shop of one's own: registering, offers, people, figures."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response
from wtforms import SelectChoice

from portal.core.access import requires, the_principal
from portal.core.clock import today
from portal.core.errors import NotFound
from portal.core.i18n import gettext as _
from portal.core.limits import REGISTRATION, limit
from portal.core.pages import SEE_OTHER, cursor, filled_in, filled_in_once, press, shown
from portal.core.permissions import Permission, Role
from portal.market import policies, queries, services
from portal.market.forms import MerchantForm, OfferForm, RecallForm, StaffForm
from portal.market.rules import MerchantStatus, OfferStatus
from portal.market.views.door import blueprint
from portal.market.views.placing import plan_beside
from portal.regions import queries as regions
from portal.regions.rules import Level


@blueprint.get("/my-shops")
@requires(Permission.SIGNED_IN)
def my_shops() -> str:
    """The shops I own or work at."""
    actor = the_principal()
    return render_template(
        "market/my_shops.html",
        shops=queries.merchants_of(policies.staffed(actor)),
        owned=policies.owned(actor),
    )


@blueprint.route("/my-shops/new", methods=["GET", "POST"])
@requires(Permission.SIGNED_IN)
@limit(REGISTRATION, methods=["POST"])
def register_shop() -> Response | str | tuple[str, int]:
    """What it is and, if it is not in the community of one's home, where."""
    actor = the_principal()
    place = request.args.get("in", actor.home_region)
    community = _community(place)
    if community is None:
        return _choose_place(place)
    form = MerchantForm()
    form.region_code.choices = [SelectChoice(community["code"], community["name"])]

    def work() -> str:
        return url_for("market.shop", merchant_id=services.register_merchant(actor, form.read()))

    if address := filled_in_once(form, work):
        flash(_("Your shop is registered. The committee will look at it soon."), "success")
        return redirect(address, SEE_OTHER)
    plan = plan_beside(form, community["code"], None)
    return _form_page("market/register_shop.html", form, community=community, plan=plan)


def _community(code: str | None) -> dict[str, str] | None:
    if not code or not code.isascii() or not code.isdigit():
        return None
    try:
        return regions.summary(code) if regions.level_of(code) == Level.COMMUNITY else None
    except NotFound:
        return None


def _choose_place(code: str | None) -> str:
    """The regions below one, to go down to the community; the home's street to begin with."""
    try:
        above = [row for row in regions.lineage(code or "") if row.level != Level.COMMUNITY]
        above = [row for row in above if row.level != Level.GRID]
    except NotFound:
        above = []
    return render_template(
        "market/choose_place.html",
        above=above,
        below=regions.children_of(above[-1].code if above else None),
    )


def _form_page(template: str, form: Any, **context: Any) -> tuple[str, int]:
    return shown(form, render_template(template, form=form, **context))


@blueprint.get("/my-shops/<id:merchant_id>")
@requires(Permission.MERCHANT_MANAGE, anywhere=True)
def shop(merchant_id: str) -> str:
    """One shop of mine: what is on the board, what came of it, who works there."""
    row = _mine(merchant_id)
    return render_template(
        "market/shop.html",
        shop=row,
        offers=queries.offers_of(merchant_id, cursor=cursor()),
        recognition=queries.recognition([merchant_id])[merchant_id],
        days=queries.redemptions_by_day(merchant_id),
        taken=queries.taken_by_offer(merchant_id),
        today=today(),
    )


def _mine(merchant_id: str) -> queries.MerchantRow:
    return queries.merchant_in_charge(the_principal(), Permission.MERCHANT_MANAGE, merchant_id)


@blueprint.route("/my-shops/<id:merchant_id>/edit", methods=["GET", "POST"])
@requires(Permission.MERCHANT_MANAGE)
def edit_shop(merchant_id: str) -> Response | str | tuple[str, int]:
    """Change what the shop says of itself."""
    actor, row = the_principal(), _mine(merchant_id)
    fixed = row.status == MerchantStatus.VERIFIED
    form = MerchantForm(data=dict(row._mapping))
    form.region_code.choices = [SelectChoice(row.region_code, row.region_name)]
    if fixed:  # what was verified is not asked for again
        form.name.data, form.credit_code.data = row.name, row.credit_code or ""
        form.region_code.data = row.region_code
    if filled_in(form, lambda: services.change_merchant(actor, merchant_id, form.read())):
        flash(_("Saved."), "success")
        return redirect(url_for("market.shop", merchant_id=merchant_id), SEE_OTHER)
    plan = plan_beside(form, row.region_code, merchant_id)
    return _form_page("market/edit_shop.html", form, shop=row, fixed=fixed, plan=plan)


@blueprint.route("/my-shops/<id:merchant_id>/staff", methods=["GET", "POST"])
@requires(Permission.MERCHANT_MANAGE)
def staff(merchant_id: str) -> Response | str | tuple[str, int]:
    """Who works there."""
    actor, row, form = the_principal(), _mine(merchant_id), StaffForm()

    def work() -> None:
        services.add_staff(actor, merchant_id, form.member_code.data, Role(form.role.data))

    if filled_in(form, work):
        flash(_("Added. They will be told."), "success")
        return redirect(url_for("market.staff", merchant_id=merchant_id), SEE_OTHER)
    people = queries.staff_of(merchant_id)
    return _form_page("market/staff.html", form, shop=row, people=people)


@blueprint.post("/my-shops/<id:merchant_id>/staff/<id:user_id>/remove")
@requires(Permission.MERCHANT_MANAGE)
def remove_staff(merchant_id: str, user_id: str) -> Response:
    """Take somebody's role at a shop away."""
    wanted = request.form.get("role", "")
    if wanted not in [each.value for each in services.STAFF_ROLES]:
        raise NotFound
    return press(
        lambda: services.remove_staff(the_principal(), merchant_id, user_id, Role(wanted)),
        _("Done. It holds from now on."),
        url_for("market.staff", merchant_id=merchant_id),
    )


@blueprint.route("/my-shops/<id:merchant_id>/offers/new", methods=["GET", "POST"])
@requires(Permission.OFFER_MANAGE)
def new_offer(merchant_id: str) -> Response | str | tuple[str, int]:
    """Write a draft."""
    actor, row = the_principal(), _mine(merchant_id)
    form = OfferForm(data={"first_day": today()} if request.method == "GET" else None)
    made: list[str] = []
    if filled_in(form, lambda: made.append(services.create_offer(actor, merchant_id, form.read()))):
        flash(_("The draft is saved. Look at it once more, then publish it."), "success")
        return redirect(url_for("market.my_offer", offer_id=made[0]), SEE_OTHER)
    return _form_page("market/offer_form.html", form, shop=row, offer=None)


@blueprint.get("/my-offers/<id:offer_id>")
@requires(Permission.OFFER_MANAGE, anywhere=True)
def my_offer(offer_id: str) -> str:
    """One offer of mine: as residents see it, and what can be done with it."""
    row = _own(offer_id)
    return render_template(
        "market/my_offer.html", offer=row, vouchers_out=queries.count_vouchers_out(row.id)
    )


def _own(offer_id: str) -> queries.OfferRow:
    actor = the_principal()
    row = queries.offer(actor, offer_id)
    if not policies.owns(actor, row.merchant_id):
        raise NotFound
    return row


@blueprint.route("/my-offers/<id:offer_id>/edit", methods=["GET", "POST"])
@requires(Permission.OFFER_MANAGE)
def edit_offer(offer_id: str) -> Response | str | tuple[str, int]:
    """Rewrite a draft."""
    actor, row = the_principal(), _own(offer_id)
    address = url_for("market.my_offer", offer_id=offer_id)
    if row.status != OfferStatus.DRAFT:
        flash(_("Only drafts can be changed: residents hold vouchers for the others."), "warning")
        return redirect(address, SEE_OTHER)
    form = OfferForm.showing(row)
    if filled_in(form, lambda: services.change_offer(actor, offer_id, form.read())):
        flash(_("Saved."), "success")
        return redirect(address, SEE_OTHER)
    return _form_page("market/offer_form.html", form, shop=None, offer=row)


@blueprint.post("/my-offers/<id:offer_id>/publish")
@requires(Permission.OFFER_MANAGE)
def publish(offer_id: str) -> Response:
    """Bring an offer on the board, or before the committee."""
    row = _own(offer_id)
    return press(
        lambda: services.publish_offer(the_principal(), offer_id),
        _("It is on the board.") if row.merchant_trusted else _("The committee looks at it now."),
        url_for("market.my_offer", offer_id=offer_id),
    )


@blueprint.post("/my-offers/<id:offer_id>/withdraw")
@requires(Permission.OFFER_MANAGE)
def withdraw(offer_id: str) -> Response:
    """Take an offer off the board."""
    _own(offer_id)
    return press(
        lambda: services.withdraw_offer(the_principal(), offer_id),
        _("Withdrawn. Vouchers that are out stay good."),
        url_for("market.my_offer", offer_id=offer_id),
    )


@blueprint.route("/my-offers/<id:offer_id>/recall", methods=["GET", "POST"])
@requires(Permission.OFFER_MANAGE)
def recall(offer_id: str) -> Response | tuple[str, int]:
    """Take back all vouchers of an offer that is off the board."""
    actor, row, form = the_principal(), _own(offer_id), RecallForm()
    if filled_in(form, lambda: services.recall_vouchers(actor, offer_id, form.reason.data)):
        flash(_("The points go back now, and everybody is told."), "success")
        return redirect(url_for("market.my_offer", offer_id=offer_id), SEE_OTHER)
    out = queries.count_vouchers_out(offer_id)
    return _form_page("market/recall.html", form, offer=row, vouchers_out=out)
