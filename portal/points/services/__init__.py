"""What can be done with points and hours. Each runs in the unit of work at hand."""

from portal.points.services.auditing import note_download, note_person_read, note_verification
from portal.points.services.awards import correct_service, credit_service
from portal.points.services.budgets import (
    allocate_budget,
    release_activity_budget,
    reserve_activity_budget,
    return_activity_budget,
)
from portal.points.services.decisions import set_rule
from portal.points.services.earnings import ServiceCredit
from portal.points.services.participation import Event, Part, credit_parts
from portal.points.services.reminders import tell_of_expiring
from portal.points.services.wallets import (
    capture_hold,
    expire_wallets,
    give_points,
    hold_points,
    refund_redemption,
    return_points,
    settle_expired,
    void_hold,
)

__all__ = [
    "Event",
    "Part",
    "ServiceCredit",
    "allocate_budget",
    "capture_hold",
    "correct_service",
    "credit_parts",
    "credit_service",
    "expire_wallets",
    "give_points",
    "hold_points",
    "note_download",
    "note_person_read",
    "note_verification",
    "refund_redemption",
    "release_activity_budget",
    "reserve_activity_budget",
    "return_activity_budget",
    "return_points",
    "set_rule",
    "settle_expired",
    "tell_of_expiring",
    "void_hold",
]
