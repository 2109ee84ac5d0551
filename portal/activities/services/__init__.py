"""What can be done: activities, places, check-in, records, praise."""

from portal.activities.services.changes import (
    add_shift,
    amend,
    cancel_shift,
    change_shift,
    flag_heat,
)
from portal.activities.services.checkins import (
    Attendance,
    check_in,
    check_out,
    code_for_host,
    tick_in,
    tick_in_member,
    tick_out,
)
from portal.activities.services.closing import (
    abandon_signup,
    abandon_signups,
    forget_in_records,
)
from portal.activities.services.doorkeeping import (
    add_walk_in,
    admit_waiting,
    remove_signup,
)
from portal.activities.services.hosting import (
    approve,
    cancel,
    change_draft,
    create_activity,
    delete_draft,
    publish,
    send_back,
)
from portal.activities.services.plans import ActivityPlan, Location, ShiftPlan
from portal.activities.services.praise import change_praise, praise_activity
from portal.activities.services.records import (
    Confirmed,
    confirm_record,
    confirm_shift,
    correct_record,
    dispute_record,
    reject_record,
)
from portal.activities.services.reports import (
    Report,
    add_evidence,
    remove_evidence,
    report_service,
)
from portal.activities.services.signups import GivenBack, cancel_signup, sign_up

__all__ = [
    "ActivityPlan",
    "Attendance",
    "Confirmed",
    "GivenBack",
    "Location",
    "Report",
    "ShiftPlan",
    "abandon_signup",
    "abandon_signups",
    "add_evidence",
    "add_shift",
    "add_walk_in",
    "admit_waiting",
    "amend",
    "approve",
    "cancel",
    "cancel_shift",
    "cancel_signup",
    "change_draft",
    "change_praise",
    "change_shift",
    "check_in",
    "check_out",
    "code_for_host",
    "confirm_record",
    "confirm_shift",
    "correct_record",
    "create_activity",
    "delete_draft",
    "dispute_record",
    "flag_heat",
    "forget_in_records",
    "praise_activity",
    "publish",
    "reject_record",
    "remove_evidence",
    "remove_signup",
    "report_service",
    "send_back",
    "sign_up",
    "tick_in",
    "tick_in_member",
    "tick_out",
]
