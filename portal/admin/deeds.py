"""The audit log in words: what was done, to what kind of thing, and the facts beside it.

What a later room records without adding its words here is shown by its code.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from portal.accounts.rules import purpose_named
from portal.accounts.words import ROLES
from portal.core.i18n import lazy_gettext as _l
from portal.core.i18n import number
from portal.regions.words import GRID_KINDS

DEEDS: dict[str, Any] = {
    "account.closed": _l("Account closed"),
    "api_key.created": _l("Key of another system made"),
    "api_key.revoked": _l("Key of another system revoked"),
    "activity.amended": _l("Activity changed"),
    "activity.cancelled": _l("Activity called off"),
    "activity.draft_deleted": _l("Draft of an activity deleted"),
    "activity.handed_in": _l("Activity handed in for review"),
    "activity.published": _l("Activity published"),
    "activity.released": _l("Rest of an activity’s points given back"),
    "activity.sent_back": _l("Activity sent back"),
    "address.added": _l("Address added"),
    "address.removed": _l("Address removed"),
    "address.replaced": _l("Address replaced"),
    "audit.downloaded": _l("Audit log downloaded"),
    "amendment.accepted": _l("Change to an option’s text accepted"),
    "amendment.rejected": _l("Change to an option’s text rejected"),
    "budget.allocated": _l("Budget allocated"),
    "comment.answered": _l("Question of a resident answered"),
    "comment.hidden": _l("Comment hidden"),
    "comment.kept": _l("Comment looked at and kept"),
    "comment.shown": _l("Comment shown again"),
    "commitment.given_up": _l("Promise given up"),
    "commitment.kept": _l("Promise kept"),
    "commitment.milestone_done": _l("Step of a promise done"),
    "commitment.milestone_set": _l("Step of a promise planned"),
    "commitment.moved": _l("Promise given a new date"),
    "commitment.noted": _l("Progress of a promise told"),
    "consent.given": _l("Consent given"),
    "consent.withdrawn": _l("Consent withdrawn"),
    "consultation.cancelled": _l("Consultation called off"),
    "consultation.closed": _l("Votes counted"),
    "consultation.created": _l("Consultation drafted"),
    "consultation.decided": _l("Outcome of a vote decided on"),
    "consultation.draft_changed": _l("Draft of a consultation changed"),
    "consultation.draft_deleted": _l("Draft of a consultation deleted"),
    "consultation.study_imported": _l("Vote of others taken in for study"),
    "consultation.discussed": _l("Consultation made public"),
    "consultation.extended": _l("Voting goes on for longer"),
    "consultation.opened": _l("Voting opened"),
    "consultation.roll_changed": _l("Roll of a vote changed"),
    "covenant.adopted": _l("New wording of a covenant"),
    "covenant.entered": _l("Covenant entered as it was"),
    "consultation.rule_set": _l("Rule put to the vote"),
    "grid.created": _l("Grid added"),
    "grid.kind_changed": _l("Kind of a grid changed"),
    "grid.renamed": _l("Grid renamed"),
    "grid.restored": _l("Grid in use again"),
    "grid.retired": _l("Grid retired"),
    "home.claimed": _l("Home claimed"),
    "home.declined": _l("Home not confirmed"),
    "home.verified": _l("Home confirmed"),
    "home.withdrawn": _l("Home claim withdrawn"),
    "ledger.downloaded": _l("Bookings downloaded"),
    "ledger.person_read": _l("Bookings of a resident read"),
    "ledger.verified": _l("Books verified"),
    "merchant.changed": _l("Shop changed"),
    "merchant.declined": _l("Shop not verified"),
    "merchant.registered": _l("Shop registered"),
    "merchant.trust_ended": _l("Shop’s offers reviewed again"),
    "merchant.trusted": _l("Shop publishes without review"),
    "merchant.verified": _l("Shop verified"),
    "merger.proposed": _l("Merger of proposals asked for"),
    "offer.approved": _l("Offer approved"),
    "offer.changed": _l("Offer changed"),
    "offer.created": _l("Offer drafted"),
    "offer.in_review": _l("Offer handed in for review"),
    "offer.published": _l("Offer published"),
    "offer.recalled": _l("Offer’s vouchers taken back"),
    "offer.sent_back": _l("Offer sent back"),
    "offer.withdrawn": _l("Offer withdrawn"),
    "messages.read": _l("Messages read"),
    "option.reworded": _l("Text of an option changed"),
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
    "praise.changed": _l("Praise changed by its author"),
    "praise.hidden": _l("Praise hidden"),
    "praise.kept": _l("Praise looked at and kept"),
    "praise.shown": _l("Praise shown again"),
    "profile.changed": _l("Profile changed"),
    "proposal.declined": _l("Proposed option declined"),
    "proposal.taken_up": _l("Proposed option taken up"),
    "question.answered": _l("Question of a resident answered"),
    "question.asked": _l("Question asked by a resident"),
    "question.hidden": _l("Supervision question hidden"),
    "question.kept": _l("Supervision question looked at and kept"),
    "question.shown": _l("Supervision question shown again"),
    "record.corrected": _l("Service record corrected"),
    "record.disputed": _l("Service record disputed"),
    "record.rejected": _l("Service record not accepted"),
    "record.upheld": _l("Service record kept after an objection"),
    "records.minutes_set": _l("Minutes changed on confirming"),
    "regions.imported": _l("Regions imported"),
    "resident.read": _l("Resident’s page read"),
    "role.granted": _l("Role given"),
    "role.revoked": _l("Role taken away"),
    "rule.set": _l("Rule set"),
    "shift.confirmed": _l("Shift confirmed"),
    "shift.heat_flagged": _l("Great heat noted for a shift"),
    "sign_in.locked": _l("Sign-in locked"),
    "sign_in.unlocked": _l("Sign-in unlocked"),
    "signup.ticked_in": _l("Arrival ticked by the host"),
    "signup.ticked_out": _l("Departure ticked by the host"),
    "summary.written": _l("Option summed up"),
    "talk.added": _l("Talk named"),
    "talk.minutes_changed": _l("Minutes of a talk changed"),
    "talk.minutes_written": _l("Minutes of a talk written"),
    "talk.point_added": _l("Point of a talk written down"),
    "talk.point_removed": _l("Point of a talk taken out"),
    "talk.removed": _l("Talk taken off"),
    "user.created": _l("Account created"),
    "voucher.redeemed": _l("Voucher redeemed"),
    "voucher.refused": _l("Voucher taken back at the till"),
    "category.defined": _l("Category of suggestions set up"),
    "category.given": _l("Category given to a department"),
    "category.retired": _l("Category of suggestions retired"),
    "department.closed": _l("Department closed"),
    "department.renamed": _l("Department renamed"),
    "dispatch_rule.added": _l("Rule of dispatch added"),
    "dispatch_rule.removed": _l("Rule of dispatch removed"),
    "suggestions.downloaded": _l("Events of suggestions downloaded"),
    "working_day.removed": _l("Working day taken back"),
    "department.opened": _l("Department set up"),
    "working_day.entered": _l("Working day entered"),
    "notice.written": _l("Notice written"),
    "notice.changed": _l("Draft of a notice changed"),
    "notice.deleted": _l("Draft of a notice deleted"),
    "notice.scheduled": _l("Notice planned"),
    "notice.published": _l("Notice published"),
    "notice.pinned": _l("Notice put at the top, or taken down"),
    "notice.withdrawn": _l("Notice withdrawn"),
    "suggestions.imported": _l("Suggestions of another system taken in"),
    "suggestion.photo_removed": _l("Photo of a suggestion removed"),
    "suggestion.photos_added": _l("Photos put to a suggestion"),
    "suggestion.received": _l("Suggestion taken in"),
    "suggestion.dispatched": _l("Suggestion dispatched"),
    "suggestion.accepted": _l("Suggestion accepted"),
    "suggestion.returned": _l("Suggestion returned"),
    "suggestion.progressed": _l("Work on a suggestion noted"),
    "suggestion.answered": _l("Suggestion answered"),
    "suggestion.closed": _l("Suggestion closed"),
    "suggestion.escalated": _l("Suggestion escalated"),
    "suggestion.whistled": _l("Department called to a suggestion"),
    "suggestion.reported_in": _l("Department reported in"),
    "suggestion.merged": _l("Suggestion merged"),
    "suggestion.split": _l("Merged suggestion split again"),
    "suggestion.rejected": _l("Suggestion rejected"),
    "work.claimed": _l("Workplace claimed"),
    "work.declined": _l("Workplace not confirmed"),
    "work.ended": _l("Works there no more"),
    "work.verified": _l("Workplace confirmed"),
    "work.withdrawn": _l("Workplace claim withdrawn"),
}

THINGS: dict[str, Any] = {
    "activity": _l("Activity"),
    "api_key": _l("Key of another system"),
    "category": _l("Category"),
    "comment": _l("Comment"),
    "commitment": _l("Promise"),
    "consultation": _l("Consultation"),
    "department": _l("Department"),
    "dispatch_rule": _l("Rule of dispatch"),
    "home_claim": _l("Home claim"),
    "ledger": _l("The books"),
    "login": _l("Login"),
    "merchant": _l("Merchant"),
    "message": _l("Message"),
    "offer": _l("Offer"),
    "organization": _l("Organization"),
    "praise": _l("Praise"),
    "question": _l("Question"),
    "region": _l("Region"),
    "service_record": _l("Service record"),
    "shift": _l("Shift"),
    "signup": _l("Sign-up"),
    "notice": _l("Notice"),
    "suggestion": _l("Suggestion"),
    "talk": _l("Talk"),
    "user": _l("Account"),
    "voucher": _l("Voucher"),
    "work_claim": _l("Workplace claim"),
    "working_day": _l("Working day"),
}

_ORGANIZATION_KINDS: dict[str, Any] = {
    "registered": _l("Registered with civil affairs"),
    "team": _l("Team of neighbours"),
}

_ROLL_CHANGES: dict[str, Any] = {
    "added": _l("added"),
    "removed": _l("taken off"),
}

_FACTS: dict[str, Any] = {
    "accepted": _l("Outcome accepted"),
    "activity_id": _l("Activity"),
    "after": _l("After"),
    "amount": _l("Points"),
    "ballots": _l("Ballots"),
    "before": _l("Before"),
    "bookings": _l("Bookings"),
    "cases": _l("Cases"),
    "change": _l("Change"),
    "channel": _l("Channel"),
    "commitments": _l("Commitments"),
    "consultation_id": _l("Consultation"),
    "created": _l("Added"),
    "due_on": _l("By when"),
    "closes_at": _l("Voting closes"),
    "effective_from": _l("Holds from"),
    "entries": _l("Entries"),
    "events": _l("Events"),
    "failures": _l("Failed attempts"),
    "head_hash": _l("Last hash of the board"),
    "heat": _l("Great heat"),
    "key": _l("Rule"),
    "kind": _l("Kind"),
    "lines": _l("Lines"),
    "merchant": _l("Merchant"),
    "messages": _l("Messages"),
    "minutes": _l("Minutes"),
    "moved": _l("Moved"),
    "offer": _l("Offer"),
    "organization": _l("Organization"),
    "organization_id": _l("Organization"),
    "parts": _l("Proposals"),
    "photos": _l("Photos"),
    "points": _l("Points"),
    "problems": _l("Problems"),
    "publish_at": _l("Appears at"),
    "purpose": _l("Purpose"),
    "reason": _l("Reason"),
    "reasons": _l("Reasons"),
    "records": _l("Service records"),
    "renamed": _l("Renamed"),
    "reserve": _l("Points reserved"),
    "role": _l("Role"),
    "roll": _l("People on the roll"),
    "roll_hash": _l("Hash of the roll"),
    "scope": _l("Where it holds"),
    "signups": _l("Sign-ups"),
    "source_id": _l("By the vote"),
    "subject": _l("About"),
    "text": _l("What was said"),
    "title": _l("Title"),
    "transaction_id": _l("Booking"),
    "transactions": _l("Bookings"),
    "until": _l("Until"),
    "user_id": _l("Account"),
    "value": _l("Value"),
    "version": _l("Version"),
}


Names = Mapping[tuple[str, str], str]
"""What things are called, by kind and id."""

_NAMED_BY: dict[str, str] = {
    "activity_id": "activity",
    "consultation_id": "consultation",
    "source_id": "consultation",
    "merchant": "merchant",
    "offer": "offer",
    "organization": "organization",
    "organization_id": "organization",
    "user_id": "user",
}


def things_of(object_kind: str, object_id: str, details: Mapping[str, Any]) -> set[tuple[str, str]]:
    """The things an event is about, by kind and id."""
    found = {(object_kind, object_id)}
    found |= {(kind, str(details[name])) for name, kind in _NAMED_BY.items() if name in details}
    if "scope" in details:
        kind, _, code = str(details["scope"]).partition(":")
        found.add((kind, code))
    return found


def facts(details: Mapping[str, Any], names: Names) -> list[tuple[Any, Any]]:
    """The facts of an event, each with its name in words; things by what they are called."""
    return [
        (_FACTS.get(name, name), _in_words(name, value, names)) for name, value in details.items()
    ]


def _in_words(name: str, value: Any, names: Names) -> Any:
    if name in _NAMED_BY:
        return names.get((_NAMED_BY[name], str(value)), value)
    said = _CODED.get(name)
    return said(value, names) if said else _plainly(value)


def _plainly(value: Any) -> Any:
    """A value as people write it, whatever it is made of."""
    if value is None:
        return _l("nothing")
    if isinstance(value, bool):
        return _l("yes") if value else _l("no")
    if isinstance(value, int):
        return number(value)
    if isinstance(value, Mapping):
        return " · ".join(
            f"{_FACTS.get(each, each)}: {_plainly(what)}" for each, what in value.items()
        )
    if isinstance(value, list):
        return ", ".join(str(_plainly(each)) for each in value)
    return value


def _scope(value: Any, names: Names) -> str:
    kind, _, code = str(value).partition(":")
    return f"{THINGS.get(kind, kind)} {names.get((kind, code), code)}"


def _kind(value: Any, _names: Names) -> Any:
    return _ORGANIZATION_KINDS.get(value) or GRID_KINDS.get(value, value)


def _purpose(value: Any, _names: Names) -> Any:
    purpose = purpose_named(value)
    return purpose.title if purpose else value


_CODED: dict[str, Callable[[Any, Names], Any]] = {
    "role": lambda value, _names: ROLES.get(value, value),
    "scope": _scope,
    "kind": _kind,
    "purpose": _purpose,
    "change": lambda value, _names: _ROLL_CHANGES.get(value, value),
}
