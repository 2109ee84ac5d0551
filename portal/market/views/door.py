"""What the market's pages share: their blueprint and their words."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Blueprint

from portal.core.clock import now
from portal.core.i18n import friendly_instant
from portal.core.i18n import gettext as _
from portal.market import words
from portal.market.rules import (
    VoucherStatus,
    displayed_status,
    displayed_voucher_status,
)
from portal.market.services.redemption.moment import Moment
from portal.market.words import hours_text, until_text

blueprint = Blueprint("market", __name__)


@blueprint.app_context_processor
def _market_words() -> dict[str, Any]:
    return {
        "market": {
            "kinds": words.KINDS,
            "kind_icons": words.KIND_ICONS,
            "categories": words.CATEGORIES,
            "merchant_states": words.MERCHANT_STATES,
            "offer_states": words.OFFER_STATES,
            "voucher_states": words.VOUCHER_STATES,
            "hours_text": hours_text,
            "until_text": until_text,
            "good_text": _good_text,
            "taken_from": _taken_from,
            "opens_later": lambda offer: offer.valid_from > now(),
            "status_of": lambda offer: displayed_status(offer.status, offer.valid_until, now()),
            "voucher_status_of": _voucher_status,
        }
    }


def _voucher_status(voucher: Any) -> VoucherStatus:
    return displayed_voucher_status(voucher.status, voucher.expires_at, now())


def _taken_from(ticket: Any) -> datetime | None:
    """From when the till takes a voucher, or one of an offer; None where it does now."""
    return Moment.present().opening(ticket)


def _good_text(voucher: Any) -> str:
    """When an open voucher is of use, in a list."""
    start, end = _taken_from(voucher), until_text(voucher.expires_at)
    if start is None:
        return str(_("good until %(day)s", day=end))
    if start >= voucher.expires_at:
        return str(_("not taken any more before it ends"))
    when = friendly_instant(start)
    return str(_("can be used from %(time)s, good until %(day)s", time=when, day=end))
