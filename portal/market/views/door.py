"""What the market's pages share: their blueprint, and how a deed ends."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, flash, redirect, request
from werkzeug.wrappers import Response

from portal.core.clock import now
from portal.core.errors import DomainError, Forbidden, NotFound
from portal.core.forms import Form
from portal.core.unit_of_work import unit_of_work
from portal.market import words
from portal.market.rules import displayed_status, grouped
from portal.market.words import hours_text, until_text

SEE_OTHER = 303
LONGEST_QUERY = 100

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
            "grouped": grouped,
            "opens_later": lambda offer: offer.valid_from > now(),
            "status_of": lambda offer: displayed_status(offer.status, offer.valid_until, now()),
        }
    }


def filled_in(form: Form, work: Callable[[], Any]) -> bool:
    """Do what a form asks for, in a unit of work; False shows the form (again)."""
    if not form.validate_on_submit():
        return False
    try:
        with unit_of_work():
            work()
    except (NotFound, Forbidden):
        raise
    except DomainError as error:
        form.refuse(error)
        return False
    return True


def press(work: Callable[[], Any], done: str, address: str) -> Response:
    """What a button does: the deed, then a page that says how it went."""
    try:
        with unit_of_work():
            work()
    except (NotFound, Forbidden):
        raise
    except DomainError as error:
        flash(str(error.detail), "danger")
    else:
        flash(done, "success")
    return redirect(address, SEE_OTHER)


def asked_for() -> str:
    """What somebody searches for."""
    return request.args.get("q", "").strip()[:LONGEST_QUERY]


def cursor() -> str | None:
    """Where the page before ended; longer ones were not given by us."""
    return request.args.get("cursor", "")[:1000] or None
