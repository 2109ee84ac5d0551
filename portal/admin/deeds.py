"""The audit log in words: what was done, to what kind of thing, and the facts beside it.

What a later room records without adding its words here is shown by its code.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from portal.accounts.rules import purpose_named
from portal.accounts.words import ROLES
from portal.core.i18n import lazy_gettext as _l

DEEDS: dict[str, Any] = {
    "account.closed": _l("Account closed"),
    "activity.amended": _l("Activity changed"),
    "activity.cancelled": _l("Activity called off"),
    "activity.handed_in": _l("Activity handed in for review"),
    "activity.published": _l("Activity published"),
    "activity.released": _l("Rest of an activity’s points given back"),
    "activity.sent_back": _l("Activity sent back"),
    "address.added": _l("Address added"),
    "address.removed": _l("Address removed"),
    "budget.allocated": _l("Budget allocated"),
    "consent.given": _l("Consent given"),
    "consent.withdrawn": _l("Consent withdrawn"),
    "home.claimed": _l("Home claimed"),
    "home.declined": _l("Home not confirmed"),
    "home.verified": _l("Home confirmed"),
    "home.withdrawn": _l("Home claim withdrawn"),
    "merchant.changed": _l("Shop changed"),
    "merchant.declined": _l("Shop not verified"),
    "merchant.registered": _l("Shop registered"),
    "merchant.trust_ended": _l("Shop’s offers reviewed again"),
    "merchant.trusted": _l("Shop publishes without review"),
    "merchant.verified": _l("Shop verified"),
    "offer.approved": _l("Offer approved"),
    "offer.changed": _l("Offer changed"),
    "offer.created": _l("Offer drafted"),
    "offer.in_review": _l("Offer handed in for review"),
    "offer.published": _l("Offer published"),
    "offer.sent_back": _l("Offer sent back"),
    "offer.withdrawn": _l("Offer withdrawn"),
    "organization.applied": _l("Organization applied"),
    "organization.applied_again": _l("Organization applied again"),
    "organization.declined": _l("Organization not verified"),
    "organization.invitation_withdrawn": _l("Invitation withdrawn"),
    "organization.invited": _l("Member invited"),
    "organization.left": _l("Member left"),
    "organization.member_removed": _l("Member removed"),
    "organization.page_changed": _l("Organization’s page changed"),
    "organization.verified": _l("Organization verified"),
    "password.changed": _l("Password changed"),
    "praise.answered": _l("Praise answered"),
    "praise.hidden": _l("Praise hidden"),
    "praise.kept": _l("Praise looked at and kept"),
    "praise.shown": _l("Praise shown again"),
    "profile.changed": _l("Profile changed"),
    "record.corrected": _l("Service record corrected"),
    "record.disputed": _l("Service record disputed"),
    "record.rejected": _l("Service record not accepted"),
    "record.upheld": _l("Service record kept after an objection"),
    "records.minutes_set": _l("Minutes changed on confirming"),
    "regions.imported": _l("Regions imported"),
    "role.granted": _l("Role given"),
    "role.revoked": _l("Role taken away"),
    "rule.set": _l("Rule set"),
    "shift.confirmed": _l("Shift confirmed"),
    "shift.heat_flagged": _l("Great heat noted for a shift"),
    "sign_in.locked": _l("Sign-in locked"),
    "sign_in.unlocked": _l("Sign-in unlocked"),
    "signup.ticked_in": _l("Arrival ticked by the host"),
    "signup.ticked_out": _l("Departure ticked by the host"),
    "user.created": _l("Account created"),
    "voucher.redeemed": _l("Voucher redeemed"),
}

THINGS: dict[str, Any] = {
    "activity": _l("Activity"),
    "home_claim": _l("Home claim"),
    "login": _l("Login"),
    "merchant": _l("Merchant"),
    "offer": _l("Offer"),
    "organization": _l("Organization"),
    "praise": _l("Praise"),
    "region": _l("Region"),
    "service_record": _l("Service record"),
    "shift": _l("Shift"),
    "signup": _l("Sign-up"),
    "user": _l("Account"),
    "voucher": _l("Voucher"),
}

_ORGANIZATION_KINDS: dict[str, Any] = {
    "registered": _l("Registered with civil affairs"),
    "team": _l("Team of neighbours"),
}

_FACTS: dict[str, Any] = {
    "activity_id": _l("Activity"),
    "amount": _l("Points"),
    "channel": _l("Channel"),
    "created": _l("Added"),
    "effective_from": _l("Holds from"),
    "failures": _l("Failed attempts"),
    "heat": _l("Great heat"),
    "key": _l("Rule"),
    "kind": _l("Kind"),
    "lines": _l("Lines"),
    "merchant": _l("Merchant"),
    "minutes": _l("Minutes"),
    "moved": _l("Moved"),
    "offer": _l("Offer"),
    "organization": _l("Organization"),
    "organization_id": _l("Organization"),
    "points": _l("Points"),
    "purpose": _l("Purpose"),
    "reason": _l("Reason"),
    "records": _l("Service records"),
    "renamed": _l("Renamed"),
    "reserve": _l("Points reserved"),
    "role": _l("Role"),
    "scope": _l("Where it holds"),
    "signups": _l("Sign-ups"),
    "transaction_id": _l("Booking"),
    "user_id": _l("Account"),
    "value": _l("Value"),
    "version": _l("Version"),
}


def facts(details: Mapping[str, Any]) -> list[tuple[Any, Any]]:
    """The facts of an event, each with its name in words."""
    return [(_FACTS.get(name, name), _in_words(name, value)) for name, value in details.items()]


def _in_words(name: str, value: Any) -> Any:
    if name == "role":
        return ROLES.get(value, value)
    if name == "scope":
        kind, _, code = str(value).partition(":")
        return f"{THINGS.get(kind, kind)} {code}"
    if name == "kind":
        return _ORGANIZATION_KINDS.get(value, value)
    if name == "purpose":
        purpose = purpose_named(value)
        return purpose.title if purpose else value
    if isinstance(value, Mapping):
        return " · ".join(f"{each}: {what}" for each, what in value.items())
    return value
