"""The table of states: every page in every state it can be in, and how one comes there."""

from __future__ import annotations

from tests.browser.states import followup, forms, lists, moments, things, vote_desk, votes
from tests.browser.states.state import State

STATES: tuple[State, ...] = (
    *lists.STATES,
    *forms.STATES,
    *things.STATES,
    *votes.STATES,
    *vote_desk.STATES,
    *followup.STATES,
    *moments.STATES,
)
"""In this order: what is empty first, what changes something last."""

SEEN_IN_ITS_STATES = {
    "/activities/:id/praise",
    "/books/:id",
    "/consultations/:id",
    "/consultations/:id/board",
    "/consultations/:id/results",
    "/consultations/:id/vote",
    "/consultations/commitments/:id",
    "/desk/commitments/:id",
    "/desk/commitments/:id/give-up",
    "/desk/commitments/:id/keep",
    "/desk/commitments/:id/move",
    "/desk/commitments/:id/note",
    "/desk/commitments/:id/step",
    "/desk/consultations/:id",
    "/desk/consultations/:id/cancel",
    "/desk/consultations/:id/check",
    "/desk/consultations/:id/close",
    "/desk/consultations/:id/decide",
    "/desk/consultations/:id/edit",
    "/desk/consultations/:id/extend",
    "/desk/consultations/:id/roll",
    "/desk/consultations/:id/rule",
    "/desk/consultations/:id/roll/people",
    "/desk/polling/:id",
    "/desk/questions/:id",
    "/desk/polling/:id/tally",
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
    "/questions/:id",
    "/questions/about",
    "/praise/:id/flag",
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
