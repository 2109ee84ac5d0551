"""Questions as they are read, and what they are about."""

from portal.supervision.queries.questions import (
    Counts,
    count_by,
    counts,
    counts_of_desk,
    one,
    page,
    page_about,
    page_of_desk,
)
from portal.supervision.queries.subjects import Names, Thing, found, names_of_subjects

__all__ = [
    "Counts",
    "Names",
    "Thing",
    "count_by",
    "counts",
    "counts_of_desk",
    "found",
    "names_of_subjects",
    "one",
    "page",
    "page_about",
    "page_of_desk",
]
