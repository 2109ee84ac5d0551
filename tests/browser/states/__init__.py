"""The table of states: every page in every state it can be in, and how one comes there."""

from __future__ import annotations

from tests.browser.states import forms, lists, moments, things, vote_desk, votes, wording
from tests.browser.states.state import State

STATES: tuple[State, ...] = (
    *lists.STATES,
    *forms.STATES,
    *things.STATES,
    *votes.STATES,
    *vote_desk.STATES,
    *wording.STATES,
    *moments.STATES,
)
"""In this order: what is empty first, what changes something last."""

SEEN_IN_ITS_STATES = {
    "/activities/:id/praise",
    "/consultations/:id",
    "/consultations/:id/board",
    "/consultations/:id/mergers/:id",
    "/consultations/:id/options/:id",
    "/consultations/:id/options/:id/amend",
    "/consultations/:id/proposals",
    "/consultations/:id/proposals/:id",
    "/consultations/:id/proposals/new",
    "/consultations/:id/results",
    "/consultations/:id/vote",
    "/desk/consultations/:id",
    "/desk/consultations/:id/cancel",
    "/desk/consultations/:id/check",
    "/desk/consultations/:id/close",
    "/desk/consultations/:id/decide",
    "/desk/consultations/:id/edit",
    "/desk/consultations/:id/merge",
    "/desk/consultations/:id/options/:id/amendments/:id/reject",
    "/desk/consultations/:id/options/:id/text",
    "/desk/consultations/:id/proposals/:id/decline",
    "/desk/consultations/:id/roll",
    "/desk/consultations/:id/roll/people",
    "/desk/polling/:id",
    "/desk/polling/:id/tally",
    "/desk/regions/:id/covenant",
    "/desk/roles/people/:id",
    "/hosting/shifts/:id/cancel",
    "/hosting/shifts/:id/code",
    "/hosting/shifts/:id/confirm",
    "/hosting/shifts/:id/scan",
    "/hosting/shifts/:id/walk-in",
    "/hosting/signups/:id/remove",
    "/me/addresses/:id",
    "/my-offers/:id/recall",
    "/organizations/:id/application",
    "/organizations/:id/page",
    "/organizations/:id/people",
    "/praise/:id/answer",
    "/praise/:id/flag",
    "/regions/:id/covenant",
    "/register/confirm",
    "/reset/:id",
    "/service-on-display",
    "/service-records/:id/correct",
    "/service-records/:id/dispute",
    "/till/:id",
}
"""Pages to which a walk along links may not come: who walks sees one thing of each kind, and these
belong to others of them, or to an hour of the day, or follow a form."""

__all__ = ["SEEN_IN_ITS_STATES", "STATES", "State"]
