"""The pages of consultations: finding and understanding, talking, voting, checking; the desk."""

from portal.consultations.views import (
    browse,
    covenants,
    desk,
    desk_deciding,
    desk_running,
    desk_setup,
    outcome,
    polling,
    proposals,
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
    "desk_running",
    "desk_setup",
    "outcome",
    "polling",
    "proposals",
    "voting",
    "wording",
]
