"""The tables of states: every page in every state it can be in, and how one comes there."""

from __future__ import annotations

from tests.browser.states import (
    cases,
    casework,
    discussion,
    followup,
    forms,
    lists,
    moments,
    notices,
    things,
    vote_desk,
    votes,
    wording,
)
from tests.browser.states.state import State, Table

LISTS_AND_FORMS = Table(
    (*lists.STATES, *forms.STATES),
    seen=frozenset(
        {
            "/activities/:id/praise",
            "/desk/roles/people/:id",
            "/hosting/shifts/:id/cancel",
            "/hosting/shifts/:id/confirm",
            "/hosting/shifts/:id/scan",
            "/hosting/shifts/:id/walk-in",
            "/hosting/signups/:id/remove",
            "/me/addresses/:id",
            "/my-offers/:id/recall",
            "/organizations/:id/page",
            "/organizations/:id/people",
            "/praise/:id/answer",
            "/praise/:id/flag",
            "/register/confirm",
            "/reset/:id",
            "/service-on-display",
            "/service-records/:id/correct",
            "/service-records/:id/dispute",
        }
    ),
)
THINGS_AND_MOMENTS = Table(
    (*things.STATES, *moments.STATES, *notices.STATES),
    seen=frozenset(
        {
            "/desk/notices/:id",
            "/desk/notices/:id/edit",
            "/desk/notices/:id/pin",
            "/desk/notices/:id/schedule",
            "/desk/notices/:id/withdraw",
            "/hosting/shifts/:id/code",
            "/organizations/:id/application",
            "/till/:id",
        }
    ),
)
VOTES = Table(
    (*votes.STATES, *vote_desk.STATES),
    seen=frozenset(
        {
            "/consultations/:id",
            "/consultations/:id/board",
            "/consultations/:id/results",
            "/consultations/:id/vote",
            "/desk/consultations/:id",
            "/desk/consultations/:id/cancel",
            "/desk/consultations/:id/check",
            "/desk/consultations/:id/close",
            "/desk/consultations/:id/decide",
            "/desk/consultations/:id/edit",
            "/desk/consultations/:id/roll",
            "/desk/consultations/:id/roll/people",
            "/desk/polling/:id",
            "/desk/polling/:id/tally",
        }
    ),
)
DELIBERATION = Table(
    (
        *discussion.STATES,
        *wording.STATES,
        *followup.STATES,
    ),
    seen=frozenset(
        {
            "/books/:id",
            "/consultations/:id/comments/:id",
            "/consultations/:id/comments/:id/flag",
            "/consultations/:id/mergers/:id",
            "/consultations/:id/options/:id",
            "/consultations/:id/options/:id/amend",
            "/consultations/:id/proposals",
            "/consultations/:id/proposals/:id",
            "/consultations/:id/proposals/new",
            "/consultations/:id/questions",
            "/consultations/:id/summary",
            "/consultations/commitments/:id",
            "/desk/commitments/:id",
            "/desk/commitments/:id/give-up",
            "/desk/commitments/:id/keep",
            "/desk/commitments/:id/move",
            "/desk/commitments/:id/note",
            "/desk/commitments/:id/step",
            "/desk/consultations/:id/extend",
            "/desk/consultations/:id/merge",
            "/desk/consultations/:id/options/:id/amendments/:id/reject",
            "/desk/consultations/:id/options/:id/text",
            "/desk/consultations/:id/proposals/:id/decline",
            "/desk/consultations/:id/rule",
            "/desk/consultations/:id/summary",
            "/desk/consultations/:id/summary/:id",
            "/desk/consultations/:id/talks",
            "/desk/consultations/:id/talks/:id",
            "/desk/discussion/comments/:id",
            "/desk/discussion/questions/:id",
            "/desk/questions/:id",
            "/desk/questions/flagged/:id",
            "/desk/regions/:id/covenant",
            "/questions/:id",
            "/questions/:id/flag",
            "/questions/about",
            "/regions/:id/covenant",
        }
    ),
)

CASES = Table(
    cases.STATES,
    seen=frozenset(
        {
            "/patrol",
            "/suggestions/:id/judge",
            "/suggestions/:id/reopen",
            "/suggestions/:id/reported",
        }
    ),
)

CASEWORK = Table(
    casework.STATES,
    seen=frozenset(
        {
            "/desk/casework",
            "/desk/dispatch",
            "/desk/setup",
            "/desk/setup/categories",
            "/desk/setup/categories/new",
            "/desk/setup/category",
            "/desk/setup/category/responsible",
            "/desk/setup/departments/:id",
            "/desk/setup/departments/new",
            "/desk/setup/rules",
            "/desk/setup/rules/new",
            "/desk/setup/working-days",
            "/desk/suggestions/:id",
            "/desk/suggestions/:id/answer",
            "/desk/suggestions/:id/close",
            "/desk/suggestions/:id/escalate",
            "/desk/suggestions/:id/merge",
            "/desk/suggestions/:id/progress",
            "/desk/suggestions/:id/reject",
            "/desk/suggestions/:id/return",
            "/desk/suggestions/:id/whistle",
            "/desk/supervision",
            "/desk/supervision/cases",
            "/desk/supervision/rates",
            "/desk/supervision/warnings",
        }
    ),
)

TABLES = (LISTS_AND_FORMS, THINGS_AND_MOMENTS, VOTES, DELIBERATION, CASES, CASEWORK)
STATES: tuple[State, ...] = tuple(state for table in TABLES for state in table.states)
SEEN_IN_ITS_STATES = frozenset().union(*(table.seen for table in TABLES))
"""Pages to which a walk along links may not come: who walks sees one thing of each kind, and these
belong to others of them, or to an hour of the day, or follow a form."""

__all__ = [
    "CASES",
    "CASEWORK",
    "DELIBERATION",
    "LISTS_AND_FORMS",
    "SEEN_IN_ITS_STATES",
    "STATES",
    "THINGS_AND_MOMENTS",
    "VOTES",
    "State",
    "Table",
]
