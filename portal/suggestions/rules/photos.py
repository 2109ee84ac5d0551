"""How many pictures a case has, whose they are, and when they come."""

from __future__ import annotations

from collections.abc import Collection

from portal.suggestions.rules.machine import HELD, OPEN, Outcome, Status

MOST_PHOTOS = 6
"""Of a series."""
SERIES_LENGTH = 40
REPORT = "report"

REPORT_GROWS = OPEN | {Status.ANSWERED}
"""While the case lives, who reported it can show more."""
WORK_GROWS = HELD
"""While departments have it, they can show what they found and did."""
TAKEN_BACK = frozenset({Status.RECEIVED})
"""Until somebody has worked with it, a picture of the report can be taken back."""


def series_of_work(department_id: str, reopenings: int) -> str:
    """The pictures of a department, anew each time that the case comes back to it."""
    return f"{department_id}.{reopenings}"


def free_slots(taken: Collection[int]) -> list[int]:
    return [slot for slot in range(1, MOST_PHOTOS + 1) if slot not in taken]


def needs_photo(*, is_works: bool, outcome: Outcome) -> bool:
    """Whether an answer has to show what was done."""
    return is_works and outcome is Outcome.DONE
