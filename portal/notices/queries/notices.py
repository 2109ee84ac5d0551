"""Notices: one, those that apply somewhere, those of a desk."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, case, func, or_, select
from sqlalchemy.orm import aliased

from portal.core import search
from portal.core.clock import now, today
from portal.core.database import db
from portal.core.errors import NotFound
from portal.core.pagination import DEFAULT_LIMIT, Page, fetch_page
from portal.core.permissions import Permission, Principal, ScopeKind
from portal.notices.models import Notice, NoticeReader, NoticeText
from portal.notices.policies import may_manage
from portal.notices.rules import FIRST_LOCALE, MOST_PINNED, PUBLIC, Status
from portal.regions.models import Region
from portal.regions.queries import paths_of, where_holding, within
from portal.regions.rules import codes_of

SEARCH_KIND = "notice"

NoticeRow = Row[*tuple[Any, ...]]
"""All columns of a notice, ``region_name``, ``region_path``; ``title``, ``summary``, ``body`` and
``locale`` of its words in the language asked for, else in the first one."""

_TABLE = Notice.__table__.c
_FIRST, _WANTED = aliased(NoticeText), aliased(NoticeText)
_PUBLISHED = Notice.status == Status.PUBLISHED


@dataclass(frozen=True)
class ToldOf:
    """What of a notice its readers are told; words by locale."""

    id: str
    status: str
    region_code: str
    audiences: list[str]
    urgent: bool
    titles: dict[str, str]
    summaries: dict[str, str]


@dataclass(frozen=True)
class Counts:
    """How many notices of a desk are in each state."""

    draft: int
    scheduled: int
    published: int
    withdrawn: int

    @property
    def all(self) -> int:
        return self.draft + self.scheduled + self.published + self.withdrawn


def readable(principal: Principal | None, notice_id: str, locale: str) -> NoticeRow:
    """A notice for its reader.

    Raises:
        NotFound: there is none, or it is not published and the reader does not write there.
    """
    row = db.session.execute(_columns(locale).where(_TABLE.id == notice_id)).first()
    if row is None:
        raise NotFound
    if row.status not in PUBLIC and not may_manage(principal, codes_of(row.region_path)):
        raise NotFound
    return row


def managed(actor: Principal, notice_id: str, locale: str = FIRST_LOCALE) -> NoticeRow:
    """A notice for who writes there.

    Raises:
        NotFound: there is none, or it is not published and not the actor's.
        Forbidden: it is another committee's.
    """
    row = readable(actor, notice_id, locale)
    actor.require(Permission.NOTICE_MANAGE, regions=codes_of(row.region_path))
    return row


def texts_of(notice_id: str) -> dict[str, Row[*tuple[Any, ...]]]:
    """``locale, title, summary, body`` of a notice in each language it is written in."""
    rows = db.session.execute(
        select(NoticeText.locale, NoticeText.title, NoticeText.summary, NoticeText.body).where(
            NoticeText.notice_id == notice_id
        )
    )
    return {row.locale: row for row in rows}


def path_to(region: str | None) -> tuple[str, ...] | None:
    """The codes of a region and of all above it, where its notices come from; none of a region that
    does not exist. None: of no region in particular."""
    return paths_of([region]).get(region, ()) if region else None


def page(
    path: Collection[str] | None,
    locale: str,
    *,
    q: str = "",
    earlier: bool = False,
    cursor: str | None = None,
    limit: int = DEFAULT_LIMIT,
) -> Page[Any]:
    """What applies in a region: its own notices and those of the regions above it (None: all
    notices), newest first.

    Args:
        path: the codes of the region and of all above it.
        locale: the language wanted.
        q: words that all must hit.
        earlier: those that are over or withdrawn, instead of the current ones.

    Raises:
        Invalid: the cursor is not one of this list.
    """
    over = or_(Notice.status == Status.WITHDRAWN, Notice.ends_on < today())
    statement = _columns(locale).where(
        Notice.status.in_(PUBLIC), over if earlier else _is_current(), *_applying_in(path)
    )
    if q:
        statement = statement.where(_TABLE.id.in_(search.matching(SEARCH_KIND, q)))
    return fetch_page(
        statement,
        [_TABLE.published_at, _TABLE.id],
        name=f"notices:{'earlier' if earlier else ''}",
        cursor=cursor,
        limit=limit,
        descending=True,
    )


def pinned(path: Collection[str] | None, locale: str) -> Sequence[NoticeRow]:
    """What stands at the top of that list, newest first; a few at most."""
    return db.session.execute(
        _columns(locale)
        .where(_is_current(), Notice.pinned_until >= today(), *_applying_in(path))
        .order_by(_TABLE.published_at.desc(), _TABLE.id.desc())
        .limit(MOST_PINNED)
    ).all()


def current(path: Collection[str], locale: str, limit: int) -> Sequence[NoticeRow]:
    """The latest that apply in a region, those at the top first."""
    at_top = case((Notice.pinned_until >= today(), 0), else_=1)
    return db.session.execute(
        _columns(locale)
        .where(_is_current(), *_applying_in(path))
        .order_by(at_top, _TABLE.published_at.desc(), _TABLE.id.desc())
        .limit(limit)
    ).all()


def to_confirm(user_id: str, locale: str, limit: int) -> Sequence[NoticeRow]:
    """What somebody was told of and asked to confirm, and has not; oldest first."""
    return db.session.execute(
        _columns(locale)
        .join(NoticeReader, NoticeReader.notice_id == _TABLE.id)
        .where(
            NoticeReader.user_id == user_id,
            NoticeReader.confirmed_at.is_(None),
            Notice.confirm,
            _is_current(),
        )
        .order_by(_TABLE.published_at, _TABLE.id)
        .limit(limit)
    ).all()


def by_desk(
    actor: Principal,
    status: Status | None,
    *,
    cursor: str | None = None,
    limit: int = DEFAULT_LIMIT,
) -> Page[Any]:
    """The notices of the regions where somebody writes them, latest written first.

    Raises:
        Invalid: the cursor is not one of this list.
    """
    statement = _columns(FIRST_LOCALE).where(where_holding(actor, Permission.NOTICE_MANAGE))
    if status is not None:
        statement = statement.where(Notice.status == status)
    return fetch_page(
        statement,
        [_TABLE.id],
        name=f"notices:desk:{status or ''}",
        cursor=cursor,
        limit=limit,
        descending=True,
    )


def counts_of_desk(actor: Principal) -> Counts:
    """How many there are of each state there."""
    rows = db.session.execute(
        select(Notice.status, func.count().label("number"))
        .join(Region, Region.code == Notice.region_code)
        .where(where_holding(actor, Permission.NOTICE_MANAGE))
        .group_by(Notice.status)
    )
    numbers = {row.status: row.number for row in rows}
    return Counts(**{each: numbers.get(each, 0) for each in Status})


def regions_of(actor: Principal, limit: int) -> Sequence[Row[Any]]:
    """``code, name, level`` of the regions for which somebody may write notices, from above
    down."""
    codes = actor.scopes(Permission.NOTICE_MANAGE, ScopeKind.REGION)
    return db.session.execute(
        select(Region.__table__.c.code, Region.name, Region.level)
        .where(or_(*(within(code) for code in codes)), Region.level != "grid")
        .order_by(Region.path)
        .limit(limit)
    ).all()


def told_of(notice_id: str) -> ToldOf | None:
    """What those are told whom a notice concerns; None where there is none."""
    row = db.session.execute(
        select(_TABLE.id, Notice.status, Notice.region_code, Notice.audiences, Notice.urgent).where(
            _TABLE.id == notice_id
        )
    ).first()
    if row is None:
        return None
    texts = texts_of(notice_id)
    return ToldOf(
        row.id,
        row.status,
        row.region_code,
        row.audiences,
        row.urgent,
        titles={locale: each.title for locale, each in texts.items()},
        summaries={locale: each.summary for locale, each in texts.items()},
    )


def due(last: Row[Any] | None, limit: int) -> Sequence[Row[Any]]:
    """``id, publish_at`` of what is to appear by now, after a given one."""
    moment: ColumnElement[datetime | None] = _TABLE.publish_at
    statement = select(_TABLE.id, moment).where(
        Notice.status == Status.SCHEDULED, Notice.publish_at <= now()
    )
    if last is not None:
        later = or_(
            Notice.publish_at > last.publish_at,
            and_(Notice.publish_at == last.publish_at, _TABLE.id > last.id),
        )
        statement = statement.where(later)
    return db.session.execute(statement.order_by(moment, _TABLE.id).limit(limit)).all()


# --- inside ---------------------------------------------------------------------------------------


def _columns(locale: str) -> Select[Any]:
    def words(name: str) -> Any:
        return func.coalesce(getattr(_WANTED, name), getattr(_FIRST, name)).label(name)

    return (
        select(
            *_TABLE,
            Region.name.label("region_name"),
            Region.path.label("region_path"),
            *(words(name) for name in ("locale", "title", "summary", "body")),
        )
        .join(Region, Region.code == Notice.region_code)
        .join(_FIRST, and_(_FIRST.notice_id == _TABLE.id, _FIRST.locale == FIRST_LOCALE))
        .outerjoin(_WANTED, and_(_WANTED.notice_id == _TABLE.id, _WANTED.locale == locale))
    )


def _is_current() -> ColumnElement[bool]:
    return and_(_PUBLISHED, or_(Notice.ends_on.is_(None), Notice.ends_on >= today()))


def _applying_in(path: Collection[str] | None) -> list[ColumnElement[bool]]:
    return [] if path is None else [Notice.region_code.in_(path)]
