"""Questions as they are read, and what they are about."""

from portal.supervision.queries.questions import (
    Counts,
    QuestionRow,
    count_by,
    counts,
    counts_of_desk,
    flagged,
    flags_of,
    one,
    page,
    page_about,
    page_of_desk,
    to_moderate,
)
from portal.supervision.queries.subjects import Names, Thing, found, names_of_subjects

__all__ = [
    "Counts",
    "Names",
    "QuestionRow",
    "Thing",
    "count_by",
    "counts",
    "counts_of_desk",
    "flagged",
    "flags_of",
    "found",
    "names_of_subjects",
    "one",
    "page",
    "page_about",
    "page_of_desk",
    "to_moderate",
]
