"""What the pages of activities share: their blueprint, their words, and what a host may open."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, current_app
from sqlalchemy import Row

from portal.activities import words
from portal.activities.checkin_codes import CheckinCodes
from portal.activities.policies import may_host
from portal.activities.queries import activities
from portal.activities.rules import CATEGORY_NAMES
from portal.core.access import the_principal
from portal.core.errors import Forbidden

blueprint = Blueprint("activities", __name__)


@blueprint.app_context_processor
def _words() -> dict[str, Any]:
    return {
        "activity_words": {
            "categories": CATEGORY_NAMES,
            "states": words.ACTIVITY_STATES,
            "signup_states": words.SIGNUP_STATES,
            "record_states": words.RECORD_STATES,
            "conditions": words.CONDITIONS,
            "outcomes": words.DISPUTE_OUTCOMES,
        }
    }


def codes() -> CheckinCodes:
    return CheckinCodes(current_app.config["SECRET_KEY"])


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
