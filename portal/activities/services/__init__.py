"""What can be done: activities, places, check-in, records, praise."""

from portal.activities.services.checkins import (
    Attendance,
    check_in,
    check_out,
    code_for_host,
    tick_in,
    tick_in_member,
    tick_out,
)
from portal.activities.services.hosting import (
    amend,
    approve,
    cancel,
    change_draft,
    create_activity,
    flag_heat,
    publish,
    send_back,
)
from portal.activities.services.plans import ActivityPlan, Location, ShiftPlan
from portal.activities.services.praise import praise_activity
from portal.activities.services.records import (
    Confirmed,
    confirm_record,
    confirm_shift,
    correct_record,
    dispute_record,
    reject_record,
)
from portal.activities.services.reports import Report, add_evidence, report_service
from portal.activities.services.signups import cancel_signup, sign_up

__all__ = [
    "ActivityPlan",
    "Attendance",
    "Confirmed",
    "Location",
    "Report",
    "ShiftPlan",
    "add_evidence",
    "amend",
    "approve",
    "cancel",
    "cancel_signup",
    "change_draft",
    "check_in",
    "check_out",
    "code_for_host",
    "confirm_record",
    "confirm_shift",
    "correct_record",
    "create_activity",
    "dispute_record",
    "flag_heat",
    "praise_activity",
    "publish",
    "reject_record",
    "report_service",
    "send_back",
    "sign_up",
    "tick_in",
    "tick_in_member",
    "tick_out",
]
