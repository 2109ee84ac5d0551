"""What can be done with organizations: one function a use case."""

from portal.organizations.services.closing import part_for_good
from portal.organizations.services.membership import (
    accept_invitation,
    decline_invitation,
    invite,
    leave,
    remove,
    withdraw_invitation,
)
from portal.organizations.services.praise import (
    add_praise,
    answer_praise,
    change_praise,
    flag_praise,
    hide_praise,
    keep_praise,
    show_praise,
)
from portal.organizations.services.registration import (
    Application,
    apply_again,
    decline,
    register,
    update_page,
    verify,
)
from portal.organizations.services.reputation import refresh, refresh_stale

__all__ = [
    "Application",
    "accept_invitation",
    "add_praise",
    "answer_praise",
    "apply_again",
    "change_praise",
    "decline",
    "decline_invitation",
    "flag_praise",
    "hide_praise",
    "invite",
    "keep_praise",
    "leave",
    "part_for_good",
    "refresh",
    "refresh_stale",
    "register",
    "remove",
    "show_praise",
    "update_page",
    "verify",
    "withdraw_invitation",
]
