"""What the market's pages share: their blueprint and their words."""

from __future__ import annotations

from typing import Any

from flask import Blueprint

from portal.core.clock import now
from portal.market import words
from portal.market.rules import (
    VoucherStatus,
    displayed_status,
    displayed_voucher_status,
)
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
            "opens_later": lambda offer: offer.valid_from > now(),
            "status_of": lambda offer: displayed_status(offer.status, offer.valid_until, now()),
            "voucher_status_of": _voucher_status,
        }
    }


def _voucher_status(voucher: Any) -> VoucherStatus:
    return displayed_voucher_status(voucher.status, voucher.expires_at, now())
