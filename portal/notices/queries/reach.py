"""Whom a notice has reached: one reader, the sums of its regions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, func, select
from sqlalchemy.orm import aliased

from portal.core.database import db
from portal.notices.models import NoticeReach, NoticeReader
from portal.notices.rules import awareness
from portal.regions.models import Region


@dataclass(frozen=True)
class Reach:
    """How many were told, opened it, and confirmed that they read it."""

    told: int
    opened: int
    confirmed: int

    @property
    def awareness(self) -> float | None:
        return awareness(self.confirmed, self.told)


def reader(notice_id: str, user_id: str) -> Row[*tuple[Any, ...]] | None:
    """``told_at, opened_at, confirmed_at`` of somebody who was told; else None."""
    return db.session.execute(
        select(NoticeReader.told_at, NoticeReader.opened_at, NoticeReader.confirmed_at).where(
            NoticeReader.notice_id == notice_id, NoticeReader.user_id == user_id
        )
    ).first()


def total(notice_id: str) -> Reach:
    """The reach of a notice."""
    row = db.session.execute(select(*_SUMS).where(NoticeReach.notice_id == notice_id)).one()
    return Reach(int(row.told), int(row.opened), int(row.confirmed))


def by_region(notice_id: str, region_code: str) -> Sequence[tuple[str, str, Reach]]:
    """The same for each region right below one: code, name, reach. Those where nobody was told are
    left out."""
    child = aliased(Region)
    rows = db.session.execute(
        select(child.code, child.name, *_SUMS)
        .select_from(NoticeReach)
        .join(Region, Region.code == NoticeReach.region_code)
        .join(child, Region.path.startswith(child.path))
        .where(NoticeReach.notice_id == notice_id, child.parent_code == region_code)
        .group_by(child.code, child.name)
        .order_by(child.code)
    )
    return [
        (row.code, row.name, Reach(int(row.told), int(row.opened), int(row.confirmed)))
        for row in rows
    ]


def count_by(user_id: str) -> int:
    """Of how many notices somebody was told."""
    return db.session.execute(
        select(func.count()).select_from(NoticeReader).where(NoticeReader.user_id == user_id)
    ).scalar_one()


_SUMS = tuple(
    func.coalesce(func.sum(getattr(NoticeReach, name)), 0).label(name)
    for name in ("told", "opened", "confirmed")
)
