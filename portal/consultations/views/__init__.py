"""The pages of consultations: finding and understanding, talking, voting, checking; the desk."""

from portal.consultations.views import (
    browse,
    commitments,
    desk,
    desk_commitments,
    desk_deciding,
    desk_extending,
    desk_rule,
    desk_running,
    desk_setup,
    outcome,
    polling,
    voting,
)
from portal.consultations.views.blueprint import blueprint

__all__ = [
    "blueprint",
    "browse",
    "commitments",
    "desk",
    "desk_commitments",
    "desk_deciding",
    "desk_extending",
    "desk_rule",
    "desk_running",
    "desk_setup",
    "outcome",
    "polling",
    "voting",
]
