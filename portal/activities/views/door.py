"""What the pages of activities share: their blueprint, their words, and how a deed ends."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import segno
from flask import Blueprint, current_app, flash, redirect, request
from markupsafe import Markup
from sqlalchemy import Row
from werkzeug.wrappers import Response

from portal.activities import words
from portal.activities.checkin_codes import CheckinCodes
from portal.activities.policies import may_host
from portal.activities.queries import activities
from portal.activities.rules import CATEGORY_NAMES
from portal.core.access import the_principal
from portal.core.errors import DomainError, Forbidden, NotFound
from portal.core.forms import Form
from portal.core.unit_of_work import unit_of_work

SEE_OTHER = 303
LONGEST_QUERY = 100

blueprint = Blueprint("activities", __name__)


@blueprint.app_context_processor
def _words() -> dict[str, Any]:
    return {
        "activity_words": {
            "categories": CATEGORY_NAMES,
            "states": words.ACTIVITY_STATES,
            "signup_states": words.SIGNUP_STATES,
            "record_states": words.RECORD_STATES,
            "outcomes": words.DISPUTE_OUTCOMES,
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


def press(work: Callable[[], Any], done: str | None, address: str) -> Response:
    """What a button does: the deed, then a page that says how it went."""
    try:
        with unit_of_work():
            work()
    except (NotFound, Forbidden):
        raise
    except DomainError as error:
        flash(str(error.detail), "danger")
    else:
        if done:
            flash(done, "success")
    return redirect(address, SEE_OTHER)


def asked_for(name: str = "q") -> str:
    return request.args.get(name, "").strip()[:LONGEST_QUERY]


def cursor() -> str | None:
    """Where the page before ended; longer ones were not given by us."""
    return request.args.get("cursor", "")[:1000] or None


def codes() -> CheckinCodes:
    return CheckinCodes(current_app.config["SECRET_KEY"])


def qr(content: str, label_border: int = 2) -> Markup:
    """A code as an SVG of the page."""
    svg = segno.make_qr(content, error="m").svg_inline(border=label_border, omitsize=True)
    return Markup(svg)  # noqa: S704 - drawn by us, from our own address or code


def hosted_activity(activity_id: str) -> Row[Any]:
    """An activity that the person asking hosts.

    Raises:
        NotFound, Forbidden: it is not theirs to see, or to host.
    """
    actor = the_principal()
    row = activities.visible(actor, activity_id)
    if not may_host(actor, activities.host_of(row)):
        raise Forbidden
    return row


def hosted_shift(shift_id: str) -> tuple[Row[Any], Row[Any]]:
    """A shift, with its activity, that the person asking hosts.

    Raises:
        NotFound, Forbidden: as in :func:`hosted_activity`.
    """
    actor = the_principal()
    shift, activity = activities.visible_shift(actor, shift_id)
    if not may_host(actor, activities.host_of(activity)):
        raise Forbidden
    return shift, activity
