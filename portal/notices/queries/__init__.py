"""Notices as they are read, whom they concern, and whom they have reached."""

from portal.notices.queries.audiences import readers_after
from portal.notices.queries.notices import (
    Counts,
    NoticeRow,
    ToldOf,
    by_desk,
    counts_of_desk,
    current,
    due,
    managed,
    page,
    path_to,
    pinned,
    readable,
    regions_of,
    texts_of,
    to_confirm,
    told_of,
)
from portal.notices.queries.reach import Reach, by_region, count_by, reader, total

__all__ = [
    "Counts",
    "NoticeRow",
    "Reach",
    "ToldOf",
    "by_desk",
    "by_region",
    "count_by",
    "counts_of_desk",
    "current",
    "due",
    "managed",
    "page",
    "path_to",
    "pinned",
    "readable",
    "reader",
    "readers_after",
    "regions_of",
    "texts_of",
    "to_confirm",
    "told_of",
    "total",
]
