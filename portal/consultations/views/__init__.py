"""The pages of consultations: finding and understanding, talking, voting, checking; the desk."""

from portal.consultations.views import (
    browse,
    covenants,
    desk,
    desk_deciding,
    desk_discussion,
    desk_running,
    desk_setup,
    desk_talks,
    discussing,
    outcome,
    polling,
    proposals,
    summary,
    voting,
    wording,
)
from portal.consultations.views.blueprint import blueprint

__all__ = [
    "blueprint",
    "browse",
    "covenants",
    "desk",
    "desk_deciding",
    "desk_discussion",
    "desk_running",
    "desk_setup",
    "desk_talks",
    "discussing",
    "outcome",
    "polling",
    "proposals",
    "summary",
    "voting",
    "wording",
]
