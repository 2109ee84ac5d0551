"""What people say to a consultation: threads, single comments, and those to be looked at."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from enum import StrEnum
from typing import Any

from sqlalchemy import Row, Select, func, select

from portal.accounts.models import User
from portal.consultations.models import (
    Comment,
    CommentFlag,
    CommentMark,
    Consultation,
    DiscussionQuestion,
)
from portal.core.database import db
from portal.core.errors import NotFound
from portal.core.pagination import DEFAULT_LIMIT, Page, fetch_page
from portal.core.permissions import Permission, Principal
from portal.regions.models import Region
from portal.regions.queries import where_holding
from portal.regions.rules import codes_of

CommentRow = Row[*tuple[Any, ...]]
"""A comment with ``author_name``, ``vote_status`` and, if it asks the committee, ``due_on, answer,
answered_at``."""
REPLIES_SHOWN = 20
"""So many replies of a thread stand in the list; its own page has all."""
_COLUMNS = Comment.__table__.c


class Order(StrEnum):
    """How comments are listed."""

    TIME = "time"
    """Oldest first."""
    HELPFUL = "helpful"
    """What most find helpful first; of two equal ones the newer."""


def page(
    consultation_id: str,
    *,
    order: Order = Order.TIME,
    threads: bool = False,
    cursor: str | None = None,
    limit: int = DEFAULT_LIMIT,
) -> Page[Any]:
    """All comments, or with ``threads`` those alone with which a thread begins.

    Raises:
        Invalid: the cursor is not one of this list.
    """
    statement = _columns().where(Comment.consultation_id == consultation_id)
    if threads:
        statement = statement.where(Comment.reply_to.is_(None))
    by_help = order is Order.HELPFUL
    return fetch_page(
        statement,
        [_COLUMNS.helpful, _COLUMNS.id] if by_help else [_COLUMNS.id],
        name=f"comments:{consultation_id}:{order}:{threads}",
        cursor=cursor,
        limit=limit,
        descending=by_help,
    )


def replies_to(thread_ids: Collection[str]) -> dict[str, list[CommentRow]]:
    """The first replies in some threads, oldest first, by one statement."""
    place = func.row_number().over(partition_by=Comment.thread_id, order_by=Comment.id)
    numbered = (
        select(Comment.id, place.label("place"))
        .where(Comment.thread_id.in_(thread_ids), Comment.reply_to.is_not(None))
        .subquery()
    )
    statement = _columns().join(numbered, numbered.c.id == Comment.id)
    rows = db.session.execute(
        statement.where(numbered.c.place <= REPLIES_SHOWN).order_by(Comment.id)
    )
    found: dict[str, list[CommentRow]] = defaultdict(list)
    for row in rows:
        found[row.thread_id].append(row)
    return found


def thread_page(thread_id: str, *, cursor: str | None = None, limit: int) -> Page[Any]:
    """The replies of one thread, oldest first.

    Raises:
        Invalid: the cursor is not one of this list.
    """
    return fetch_page(
        _columns().where(Comment.thread_id == thread_id, Comment.reply_to.is_not(None)),
        [_COLUMNS.id],
        name=f"comments:thread:{thread_id}",
        cursor=cursor,
        limit=limit,
    )


def sizes_of(thread_ids: Collection[str]) -> Mapping[str, int]:
    """How many replies some threads have; those with none are left out."""
    rows = db.session.execute(
        select(Comment.thread_id, func.count().label("number"))
        .where(Comment.thread_id.in_(thread_ids), Comment.reply_to.is_not(None))
        .group_by(Comment.thread_id)
    )
    return {row.thread_id: row.number for row in rows}


def one(consultation_id: str, comment_id: str) -> CommentRow:
    """One comment of a consultation.

    Raises:
        NotFound: it has none with this id.
    """
    row = db.session.execute(
        _columns().where(Comment.id == comment_id, Comment.consultation_id == consultation_id)
    ).first()
    if row is None:
        raise NotFound
    return row


def is_said_to(consultation_id: str, comment_id: str | None) -> bool:
    """Whether a comment belongs to a consultation."""
    found = select(Comment.id).where(
        Comment.id == comment_id, Comment.consultation_id == consultation_id
    )
    return db.session.execute(found).first() is not None


def marked_by(user_id: str, comment_ids: Collection[str]) -> set[str]:
    """Which of some comments a person has found helpful."""
    return set(
        db.session.execute(
            select(CommentMark.comment_id).where(
                CommentMark.user_id == user_id, CommentMark.comment_id.in_(comment_ids)
            )
        ).scalars()
    )


def count_by(user_id: str) -> int:
    """How many comments a person has written."""
    return _count(Comment, Comment.author_id == user_id)


def count_marks_by(user_id: str) -> int:
    """How many comments a person has found helpful."""
    return _count(CommentMark, CommentMark.user_id == user_id)


# --- moderation -----------------------------------------------------------------------------------


def flagged(
    viewer: Principal, *, cursor: str | None = None, limit: int = DEFAULT_LIMIT
) -> Page[Any]:
    """Comments somebody wants looked at, in the regions the viewer moderates, oldest flag first;
    with ``title`` and ``region_name``.

    Raises:
        Invalid: the cursor is not one of this list.
    """
    statement = _with_consultation().where(
        Comment.flagged_at.is_not(None), where_holding(viewer, Permission.COMMENT_MODERATE)
    )
    return fetch_page(
        statement,
        [_COLUMNS.flagged_at, _COLUMNS.id],
        name="comments:flagged",
        cursor=cursor,
        limit=limit,
    )


def to_moderate(viewer: Principal, comment_id: str) -> CommentRow:
    """One comment for who moderates in its region, with ``title`` and ``region_name``.

    Raises:
        NotFound: there is none with this id.
        Forbidden: it belongs to another region.
    """
    row = with_consultation(comment_id)
    viewer.require(Permission.COMMENT_MODERATE, regions=codes_of(row.region_path))
    return row


def with_consultation(comment_id: str) -> CommentRow:
    """One comment with its consultation's ``title``, its ``region_name`` and ``region_path``.

    Raises:
        NotFound: there is none with this id.
    """
    row = db.session.execute(_with_consultation().where(Comment.id == comment_id)).first()
    if row is None:
        raise NotFound
    return row


def flags_of(comment_id: str) -> Sequence[Row[*tuple[Any, ...]]]:
    """``reason, created_at, name`` of what people said against a comment."""
    return db.session.execute(
        select(CommentFlag.reason, CommentFlag.created_at, User.name)
        .join(User, User.id == CommentFlag.user_id)
        .where(CommentFlag.comment_id == comment_id)
        .order_by(CommentFlag.created_at, CommentFlag.user_id)
    ).all()


# --- inside ---------------------------------------------------------------------------------------


def _count(model: Any, condition: Any) -> int:
    return db.session.execute(select(func.count()).select_from(model).where(condition)).scalar_one()


def _columns() -> Select[Any]:
    return (
        select(
            *_COLUMNS,
            User.name.label("author_name"),
            DiscussionQuestion.due_on,
            DiscussionQuestion.answer,
            DiscussionQuestion.answered_at,
            Consultation.status.label("vote_status"),
        )
        .join(User, User.id == Comment.author_id)
        .join(Consultation, Consultation.id == Comment.consultation_id)
        .outerjoin(DiscussionQuestion, DiscussionQuestion.comment_id == Comment.id)
    )


def _with_consultation() -> Select[Any]:
    return (
        _columns()
        .add_columns(
            Consultation.title,
            Region.name.label("region_name"),
            Region.path.label("region_path"),
        )
        .join(Region, Region.code == Comment.region_code)
    )
