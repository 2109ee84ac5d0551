"""A resident's vouchers."""

from __future__ import annotations

from flask import render_template, request, url_for
from werkzeug.wrappers import Response

from portal.core.access import requires, the_principal
from portal.core.clock import now
from portal.core.i18n import gettext as _
from portal.core.pages import cursor, press
from portal.core.permissions import Permission
from portal.core.qr import qr
from portal.market import codes, queries, services
from portal.market.rules import VoucherStatus
from portal.market.views.door import blueprint


@blueprint.get("/me/vouchers")
@requires(Permission.SIGNED_IN)
def vouchers() -> str:
    """What I can use, then what was."""
    actor = the_principal()
    return render_template(
        "market/vouchers.html",
        usable=queries.open_vouchers(actor.id),
        past=queries.past_vouchers_page(actor.id, cursor=cursor()),
    )


@blueprint.get("/me/vouchers/<id:voucher_id>")
@requires(Permission.SIGNED_IN)
def voucher(voucher_id: str) -> str:
    """One voucher, to be shown at the till."""
    row = queries.voucher_of(the_principal().id, voucher_id)
    usable = row.status == VoucherStatus.ISSUED and row.expires_at > now()
    code = codes.code_of(row.id) if usable else ""
    return render_template(
        "market/voucher.html",
        voucher=row,
        usable=usable,
        code=code,
        qr=qr(code, error="q") if usable else None,
        fresh="fresh" in request.args and usable,
    )


@blueprint.post("/me/vouchers/<id:voucher_id>/cancel")
@requires(Permission.SIGNED_IN)
def cancel(voucher_id: str) -> Response:
    """Give a voucher back."""
    return press(
        lambda: services.cancel_voucher(the_principal(), voucher_id),
        _("You gave the voucher back. Your points are yours again."),
        url_for("market.voucher", voucher_id=voucher_id),
    )


@blueprint.post("/me/vouchers/<id:voucher_id>/thank")
@requires(Permission.SIGNED_IN)
def thank(voucher_id: str) -> Response:
    """Say thank you to the shop."""
    return press(
        lambda: services.thank(the_principal(), voucher_id),
        _("Your thank-you has arrived."),
        url_for("market.voucher", voucher_id=voucher_id),
    )
