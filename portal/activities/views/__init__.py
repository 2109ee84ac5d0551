"""The pages of activities: finding and joining, checking in, records, hosting, review."""

from portal.activities.views import (
    attendance,
    browse,
    changes,
    doorkeeping,
    hosting,
    mine,
    planning,
    records,
    review,
)
from portal.activities.views.door import blueprint

__all__ = [
    "attendance",
    "blueprint",
    "browse",
    "changes",
    "doorkeeping",
    "hosting",
    "mine",
    "planning",
    "records",
    "review",
]
