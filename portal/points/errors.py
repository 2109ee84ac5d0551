"""What the ledger and the rules refuse."""

from __future__ import annotations

from portal.core.errors import DomainError
from portal.core.i18n import lazy_gettext as _l


class InsufficientPoints(DomainError):
    """The wallet has fewer points that can be spent now."""

    code = "insufficient_points"
    title = _l("Not enough points")
    detail = _l("There are fewer points to spend than this takes.")


class BudgetExceeded(DomainError):
    """The budget (of a region or an activity) holds less than this takes."""

    code = "budget_exceeded"
    title = _l("The budget is not enough")
    detail = _l("There are fewer points left in the budget than this takes.")


class HoldNotOpen(DomainError):
    """The hold was posted or voided before."""

    code = "hold_not_open"
    title = _l("Already settled")
    detail = _l("These points were already spent or given back.")


class AlreadyReversed(DomainError):
    """The transaction was taken back before."""

    code = "already_reversed"
    title = _l("Already taken back")
    detail = _l("This booking was already taken back.")


class PostingMismatch(DomainError):
    """The key of a posting stands in the book with another content."""

    code = "idempotency_mismatch"
    title = _l("Already booked differently")
    detail = _l("This was already booked, with another content.")


class UnknownMember(DomainError):
    code = "unknown_member"
    status = 404
    title = _l("No such member code")
    detail = _l("Nobody has this member code. Please check it, or scan it again.")


class RuleInThePast(DomainError):
    """A rule may not change what was earned under another one."""

    code = "rule_in_the_past"
    status = 422
    title = _l("Rules hold from today on")
    detail = _l("Choose today or a later day: what was earned before stays as it was.")
