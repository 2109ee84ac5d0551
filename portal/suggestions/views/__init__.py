"""The pages of suggestions: reading, reporting, following, judging; the desks."""

from portal.suggestions.views import (
    counter,
    desk_cases,
    desk_deeds,
    desk_lists,
    desk_setup,
    desk_watch,
    mapping,
    mine,
    patrol,
    public,
    reporting,
)
from portal.suggestions.views.blueprint import blueprint

__all__ = [
    "blueprint",
    "counter",
    "desk_cases",
    "desk_deeds",
    "desk_lists",
    "desk_setup",
    "desk_watch",
    "mapping",
    "mine",
    "patrol",
    "public",
    "reporting",
]
