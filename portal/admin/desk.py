"""The desk's overview: the queues a person works through, with what waits in each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from portal.accounts import queries as accounts
from portal.activities.queries import activities, records
from portal.admin.places import to
from portal.consultations.queries import asking, commitments, discussion
from portal.consultations.queries import desk as votes
from portal.consultations.rules.commitments import Shown
from portal.core.i18n import lazy_gettext as _l
from portal.core.pagination import Page
from portal.core.permissions import Permission, Principal, ScopeKind
from portal.market import queries as market
from portal.organizations import queries as organizations
from portal.points import queries as points
from portal.regions.queries import names_of
from portal.suggestions.queries import desk as cases
from portal.suggestions.queries.desk import ToWatch
from portal.supervision import queries as supervision
from portal.supervision.rules import Asked

MOST_COUNTED = 100


@dataclass(frozen=True)
class Queue:
    """One queue: how much waits (``more`` when that is only the beginning), and where it is."""

    label: Any
    url: str
    icon: str
    waiting: int
    more: bool = False


@dataclass(frozen=True)
class RegionBudget:
    """What a region of the person's has to award."""

    name: str
    code: str
    budget: Any


_Waiting = Callable[[Principal], Page[Any]]

_QUEUES: tuple[tuple[Permission, str, Any, str, _Waiting], ...] = (
    (
        Permission.RESIDENT_VERIFY,
        "residents_to_verify",
        _l("Residents to verify"),
        "user-check",
        lambda actor: accounts.claims_waiting(actor, limit=MOST_COUNTED),
    ),
    (
        Permission.ORGANIZATION_VERIFY,
        "organizations_to_verify",
        _l("Organizations to verify"),
        "users-group",
        lambda actor: organizations.waiting_for_verification(actor, limit=MOST_COUNTED),
    ),
    (
        Permission.ACTIVITY_REVIEW,
        "activities_to_review",
        _l("Activities in review"),
        "calendar-event",
        lambda actor: activities.to_review(actor, limit=MOST_COUNTED),
    ),
    (
        Permission.RECORD_CONFIRM,
        "records_to_decide",
        _l("Service to decide"),
        "clipboard-check",
        lambda actor: records.waiting(actor, limit=MOST_COUNTED),
    ),
    (
        Permission.MERCHANT_VERIFY,
        "merchants_to_verify",
        _l("Merchants to verify"),
        "building-store",
        lambda actor: market.merchants_waiting(
            actor.scopes(Permission.MERCHANT_VERIFY, ScopeKind.REGION), limit=MOST_COUNTED
        ),
    ),
    (
        Permission.OFFER_REVIEW,
        "offers_to_review",
        _l("Offers in review"),
        "gift",
        lambda actor: market.offers_waiting(
            actor.scopes(Permission.OFFER_REVIEW, ScopeKind.REGION), limit=MOST_COUNTED
        ),
    ),
    (
        Permission.PRAISE_MODERATE,
        "praise_to_moderate",
        _l("Praise somebody objects to"),
        "heart",
        lambda actor: organizations.flagged(actor, limit=MOST_COUNTED),
    ),
    (
        Permission.COMMENT_MODERATE,
        "comments_to_moderate",
        _l("Comments somebody objects to"),
        "message-circle",
        lambda actor: discussion.flagged(actor, limit=MOST_COUNTED),
    ),
    (
        Permission.COMMENT_MODERATE,
        "questions_to_moderate",
        _l("Supervision questions somebody objects to"),
        "flag",
        lambda actor: supervision.flagged(actor, limit=MOST_COUNTED),
    ),
    (
        Permission.CONSULTATION_MANAGE,
        "discussion_questions",
        _l("Questions in discussions to answer"),
        "bulb",
        lambda actor: asking.waiting(actor, limit=MOST_COUNTED),
    ),
    (
        Permission.CONSULTATION_MANAGE,
        "votes_waiting",
        _l("Votes to open, count or decide"),
        "messages",
        lambda actor: votes.waiting(actor, limit=MOST_COUNTED),
    ),
    (
        Permission.QUESTION_ANSWER,
        "questions_to_answer",
        _l("Supervision questions to answer"),
        "message-circle",
        lambda actor: supervision.page_of_desk(actor, Asked.OPEN, limit=MOST_COUNTED),
    ),
    (
        Permission.CONSULTATION_MANAGE,
        "promises",
        _l("Promises that are late"),
        "flag",
        lambda actor: commitments.page_of_desk(actor, Shown.LATE, limit=MOST_COUNTED),
    ),
    (
        Permission.SUGGESTION_DISPATCH,
        "cases_to_sort",
        _l("Suggestions to dispatch"),
        "list-check",
        lambda actor: cases.page_to_sort(actor, limit=MOST_COUNTED),
    ),
    (
        Permission.SUGGESTION_HANDLE,
        "cases_to_do",
        _l("Suggestions for my department"),
        "clipboard-check",
        lambda actor: cases.page_to_do(actor, limit=MOST_COUNTED),
    ),
    (
        Permission.SUGGESTION_SUPERVISE,
        "cases_to_watch",
        _l("Suggestions that are overdue"),
        "eye",
        lambda actor: cases.page_to_watch(actor, ToWatch.OVERDUE, limit=MOST_COUNTED),
    ),
)


_SCOPES = (ScopeKind.REGION, ScopeKind.DEPARTMENT)
"""A desk is somebody's by a region, or by a department."""


def queues(actor: Principal) -> Iterator[Queue]:
    """The queues of this person's permissions."""
    for permission, place, label, icon, waiting in _QUEUES:
        if any(actor.scopes(permission, kind) for kind in _SCOPES):
            page = waiting(actor)
            yield Queue(label, to(place), icon, len(page.items), page.next_cursor is not None)


def budgets(actor: Principal) -> list[RegionBudget]:
    """The budgets of the regions in which this person works with points."""
    codes: list[str] = []
    for permission in (Permission.BUDGET_ALLOCATE, Permission.LEDGER_READ):
        codes += actor.scopes(permission, ScopeKind.REGION)
    names = names_of(codes)
    return [
        RegionBudget(names.get(code, code), code, points.budget_of(code))
        for code in dict.fromkeys(codes)
    ]
