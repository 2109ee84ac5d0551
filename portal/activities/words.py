"""The words for states, and how each is shown."""

from __future__ import annotations

from portal.activities.rules import ActivityStatus, RecordStatus, SignupStatus
from portal.core.i18n import lazy_gettext as _l

ACTIVITY_STATES: dict[str, tuple[str, object]] = {
    ActivityStatus.DRAFT: ("neutral", _l("Draft")),
    ActivityStatus.IN_REVIEW: ("wait", _l("In review")),
    ActivityStatus.PUBLISHED: ("ok", _l("Published")),
    ActivityStatus.RUNNING: ("info", _l("Under way")),
    ActivityStatus.FINISHED: ("neutral", _l("Finished")),
    ActivityStatus.CANCELLED: ("danger", _l("Called off")),
}
"""Kind of the mark, and the word."""

SIGNUP_STATES: dict[str, tuple[str, object]] = {
    SignupStatus.CONFIRMED: ("ok", _l("You have a place")),
    SignupStatus.WAITLISTED: ("wait", _l("On the waiting list")),
    SignupStatus.CANCELLED: ("neutral", _l("Cancelled")),
    SignupStatus.NO_SHOW: ("danger", _l("Not there")),
    SignupStatus.ATTENDED: ("ok", _l("Was there")),
}

RECORD_STATES: dict[str, tuple[str, object]] = {
    RecordStatus.OPEN: ("info", _l("Checked in")),
    RecordStatus.PENDING: ("wait", _l("Waiting for the host")),
    RecordStatus.PROVISIONAL: ("wait", _l("On public display")),
    RecordStatus.CONFIRMED: ("ok", _l("Confirmed")),
    RecordStatus.DISPUTED: ("danger", _l("Disputed")),
    RecordStatus.REJECTED: ("danger", _l("Not accepted")),
    RecordStatus.CORRECTED: ("ok", _l("Corrected")),
}

CONDITIONS: dict[str, object] = {
    "heat": _l("great heat"),
    "night": _l("hours at night"),
    "skill": _l("special skills"),
}
"""What a region's rule may pay more for, as it follows "for"."""

DISPUTE_OUTCOMES: dict[str, object] = {
    "confirmed": _l("The record was confirmed."),
    "upheld": _l("The record stays as it was."),
    "corrected": _l("The record was corrected."),
    "rejected": _l("The record was not accepted."),
}
