"""The pages of consultations: finding and understanding, talking, voting, checking; the desk."""

from portal.consultations.views import (
    browse,
    desk,
    desk_deciding,
    desk_running,
    desk_setup,
    open_data,
    outcome,
    polling,
    studies,
    voting,
)
from portal.consultations.views.blueprint import blueprint

__all__ = [
    "blueprint",
    "browse",
    "desk",
    "desk_deciding",
    "desk_running",
    "desk_setup",
    "open_data",
    "outcome",
    "polling",
    "studies",
    "voting",
]
