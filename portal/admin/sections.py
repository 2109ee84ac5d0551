"""The places to go to, as data: residents' sections and staff's tasks, in their order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import current_app, g

from portal.admin.queries import reads_messages
from portal.consultations.queries import desk as votes
from portal.core.i18n import lazy_gettext as _l
from portal.core.permissions import Permission, Principal
from portal.notifications import queries as notifications


@dataclass(frozen=True)
class Section:
    """A place to go to.

    ``within`` are the blueprints in which it is the present one; ``holding`` the permission
    without which it does not appear, and ``open_to`` what else must hold; ``count`` what waits
    there.
    """

    place: str
    label: Any
    icon: str
    within: tuple[str, ...] = ()
    group: Any = None
    holding: Permission | None = None
    count: Callable[[Principal], int] | None = None
    open_to: Callable[[Principal], bool] | None = None


def unread(principal: Principal) -> int:
    """Unread notifications, counted once a request."""
    if "unread" not in g:
        g.unread = notifications.unread(principal.id)
    return int(g.unread)


def _messages_stay_here(principal: Principal) -> bool:
    demo: bool = current_app.settings.demo  # type: ignore[attr-defined]
    return demo and reads_messages(principal)


SECTIONS = (
    Section("home", _l("Home"), "home", ("suggestions", "notices")),
    Section("activities", _l("Activities"), "calendar-event", ("activities", "organizations")),
    Section("exchange", _l("Exchange"), "gift", ("market",)),
    Section("consultations", _l("Decide"), "checkbox", ("consultations", "supervision")),
    Section("me", _l("Me"), "user", ("accounts", "points", "notifications"), count=unread),
)

_VERIFY, _REVIEW = _l("People and places"), _l("To review")
_MONEY, _CONTROL = _l("Points"), _l("Control")
_TOGETHER = _l("Deciding together")
_CASES = _l("Suggestions")

TASKS = (
    Section("desk", _l("Overview"), "list-check"),
    Section(
        "residents_to_verify",
        _l("Residents"),
        "user-check",
        group=_VERIFY,
        holding=Permission.RESIDENT_VERIFY,
    ),
    Section(
        "organizations_to_verify",
        _l("Organizations"),
        "users-group",
        group=_VERIFY,
        holding=Permission.ORGANIZATION_VERIFY,
    ),
    Section(
        "merchants_to_verify",
        _l("Merchants"),
        "building-store",
        group=_VERIFY,
        holding=Permission.MERCHANT_VERIFY,
    ),
    Section(
        "counter",
        _l("Take down a suggestion"),
        "speakerphone",
        group=_VERIFY,
        holding=Permission.SUGGESTION_TAKE,
    ),
    Section("grids", _l("Grids"), "map", group=_VERIFY, holding=Permission.GRID_MANAGE),
    Section(
        "activities_to_review",
        _l("Activities"),
        "calendar-event",
        group=_REVIEW,
        holding=Permission.ACTIVITY_REVIEW,
    ),
    Section(
        "records_to_decide",
        _l("Service records"),
        "clipboard-check",
        group=_REVIEW,
        holding=Permission.RECORD_CONFIRM,
    ),
    Section(
        "offers_to_review",
        _l("Offers"),
        "gift",
        group=_REVIEW,
        holding=Permission.OFFER_REVIEW,
    ),
    Section(
        "praise_to_moderate",
        _l("Praise"),
        "heart",
        group=_REVIEW,
        holding=Permission.PRAISE_MODERATE,
    ),
    Section(
        "comments_to_moderate",
        _l("Comments"),
        "message-circle",
        group=_REVIEW,
        holding=Permission.COMMENT_MODERATE,
    ),
    Section(
        "questions_to_moderate",
        _l("Questions objected to"),
        "flag",
        group=_REVIEW,
        holding=Permission.COMMENT_MODERATE,
    ),
    Section(
        "votes",
        _l("Consultations"),
        "messages",
        group=_TOGETHER,
        holding=Permission.DESK_OPEN,
        open_to=votes.works_with,
    ),
    Section(
        "discussion_questions",
        _l("Questions in discussions"),
        "bulb",
        group=_TOGETHER,
        holding=Permission.CONSULTATION_MANAGE,
    ),
    Section(
        "promises",
        _l("Promises"),
        "flag",
        group=_TOGETHER,
        holding=Permission.CONSULTATION_MANAGE,
    ),
    Section(
        "questions_to_answer",
        _l("Supervision questions"),
        "message-circle",
        group=_TOGETHER,
        holding=Permission.QUESTION_ANSWER,
    ),
    Section(
        "polling",
        _l("Polling table"),
        "clipboard-list",
        group=_TOGETHER,
        holding=Permission.PAPER_TALLY,
    ),
    Section(
        "notices_to_write",
        _l("Notices"),
        "speakerphone",
        group=_TOGETHER,
        holding=Permission.NOTICE_MANAGE,
    ),
    Section(
        "cases_to_sort",
        _l("To dispatch"),
        "list-check",
        group=_CASES,
        holding=Permission.SUGGESTION_DISPATCH,
    ),
    Section(
        "cases_to_do",
        _l("My department"),
        "clipboard-check",
        group=_CASES,
        holding=Permission.SUGGESTION_HANDLE,
    ),
    Section(
        "cases_to_watch",
        _l("Supervisor’s board"),
        "eye",
        group=_CASES,
        holding=Permission.SUGGESTION_SUPERVISE,
    ),
    Section(
        "case_setup",
        _l("Departments and categories"),
        "adjustments",
        group=_CASES,
        holding=Permission.SUGGESTION_SETUP,
    ),
    Section("budgets", _l("Budgets"), "wallet", group=_MONEY, holding=Permission.BUDGET_ALLOCATE),
    Section("rules", _l("Rules"), "adjustments", group=_MONEY, holding=Permission.RULE_SET),
    Section("ledger", _l("The books"), "receipt", group=_CONTROL, holding=Permission.LEDGER_READ),
    Section("audit", _l("Audit log"), "history", group=_CONTROL, holding=Permission.AUDIT_READ),
    Section("roles", _l("Roles"), "key", group=_CONTROL, holding=Permission.ROLE_GRANT),
    Section(
        "messages",
        _l("Messages sent"),
        "mail",
        group=_CONTROL,
        holding=Permission.MESSAGES_READ,
        open_to=_messages_stay_here,
    ),
)

HOSTING = (Section("hosting", _l("Activities"), "calendar-event"),)
RECORDS_AT = next(n for n, each in enumerate(TASKS) if each.place == "records_to_decide")
