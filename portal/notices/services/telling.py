"""Telling those whom a notice concerns, each once, and counting them where they belong.

They may be many: one message of the outbox tells some of one audience and asks for the next. The
messages follow each other, so that somebody of two audiences is found told by the second.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Row, true

from portal.core import outbox
from portal.core.clock import now
from portal.core.inserts import insert_new, insert_or_change
from portal.notices import queries
from portal.notices.models import NoticeReach, NoticeReader
from portal.notices.queries import ToldOf
from portal.notices.rules import Audience, Status

AT_ONCE = 500
TOLD = "notice.told"
"""The message that tells some of an audience, and goes on after ``after``."""


def begin_to_tell(notice_id: str, audience: Audience, after: str = "") -> None:
    outbox.emit(TOLD, notice_id=notice_id, audience=str(audience), after=after)


def tell_some(notice_id: str, word: str, after: str) -> None:
    """Tell the next of those whom a notice concerns, and ask for those who follow. Of one that was
    withdrawn meanwhile nobody else is told."""
    row, audience = queries.told_of(notice_id), Audience(word)
    if row is None or row.status != Status.PUBLISHED:
        return
    people = _next_people(row, audience, after)
    told = [
        person for person in people if is_new_reader(row.id, person.user_id, person.region_code)
    ]
    count_told(row.id, Counter(person.region_code for person in told))
    for person in told:
        _notify(row, person.user_id)
    if len(people) == AT_ONCE:
        begin_to_tell(row.id, audience, people[-1].user_id)
    elif audience.next is not None:
        begin_to_tell(row.id, audience.next)


def is_new_reader(notice_id: str, user_id: str, region_code: str) -> bool:
    """Write somebody down as told; whether they were not."""
    return insert_new(
        NoticeReader,
        notice_id=notice_id,
        user_id=user_id,
        region_code=region_code,
        told_at=now(),
    )


def count_told(notice_id: str, numbers: Mapping[str, int]) -> None:
    """Add readers of some regions to the sums, always in the order of their codes: of two who add
    at once neither waits for the other."""
    for region_code, number in sorted(numbers.items()):
        insert_or_change(
            NoticeReach,
            {"notice_id": notice_id, "region_code": region_code},
            {"told": number, "opened": 0, "confirmed": 0},
            change={"told": NoticeReach.told + number},
            where=true(),
        )


def _next_people(row: ToldOf, audience: Audience, after: str) -> list[Row[Any]]:
    if audience not in row.audiences:
        return []
    return queries.readers_after(audience, row.region_code, after, AT_ONCE)


def _notify(row: ToldOf, user_id: str) -> None:
    outbox.emit(
        "notify",
        user_id=user_id,
        kind="notice.urgent" if row.urgent else "notice.published",
        params={"titles": row.titles, "summaries": row.summaries, "region_code": row.region_code},
        url=f"/notices/{row.id}",
    )
