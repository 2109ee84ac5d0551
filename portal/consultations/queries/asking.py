"""Questions to the committee as everybody sees them, as the desk does, and as the clock does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, case, func, select

from portal.accounts.models import User
from portal.consultations.models import Comment, Consultation, DiscussionQuestion
from portal.consultations.rules.life import Status
from portal.core.clock import today
from portal.core.database import db
from portal.core.errors import NotFound
from portal.core.pagination import DEFAULT_LIMIT, Page, fetch_page
from portal.core.permissions import Permission, Principal
from portal.regions.models import Region
from portal.regions.queries import where_holding

AT_ONCE = 50
_COLUMNS = DiscussionQuestion.__table__.c
_WAITS = and_(
    DiscussionQuestion.answered_at.is_(None),
    Comment.hidden_at.is_(None),
    Consultation.status != Status.CANCELLED,
)
"""The same as ``rules.asking.is_waiting`` says of each."""


@dataclass(frozen=True)
class Asked:
    """How many questions a consultation has, how many wait for an answer, and how many of these
    are past their day. Hidden ones count for nothing."""

    number: int
    waiting: int
    overdue: int


def figures_of(consultation_id: str) -> Asked:
    """The questions of one consultation in numbers."""
    row = db.session.execute(
        select(
            func.count(),
            func.count(case((_WAITS, 1))),
            func.count(case((and_(_WAITS, _past_due()), 1))),
        )
        .select_from(DiscussionQuestion)
        .join(Comment, Comment.id == DiscussionQuestion.comment_id)
        .join(Consultation, Consultation.id == DiscussionQuestion.consultation_id)
        .where(DiscussionQuestion.consultation_id == consultation_id, Comment.hidden_at.is_(None))
    ).one()
    return Asked(*row)


def page(
    consultation_id: str, *, cursor: str | None = None, limit: int = DEFAULT_LIMIT
) -> Page[Any]:
    """The questions of one consultation, newest first, as ``discussion`` reads comments.

    Raises:
        Invalid: the cursor is not one of this list.
    """
    return fetch_page(
        _columns().where(DiscussionQuestion.consultation_id == consultation_id),
        [_COLUMNS.comment_id],
        name=f"questions:{consultation_id}",
        cursor=cursor,
        limit=limit,
        descending=True,
    )


def waiting(
    actor: Principal, *, cursor: str | None = None, limit: int = DEFAULT_LIMIT
) -> Page[Any]:
    """What this person has to answer, the most urgent first.

    Raises:
        Invalid: the cursor is not one of this list.
    """
    return fetch_page(
        _columns().where(_WAITS, where_holding(actor, Permission.CONSULTATION_MANAGE)),
        [_COLUMNS.due_on, _COLUMNS.comment_id],
        name="questions:waiting",
        cursor=cursor,
        limit=limit,
    )


def one(comment_id: str) -> Row[*tuple[Any, ...]]:
    """One question with its consultation's ``title``, ``region_name`` and ``region_path``.

    Raises:
        NotFound: there is none with this id.
    """
    row = db.session.execute(_columns().where(DiscussionQuestion.comment_id == comment_id)).first()
    if row is None:
        raise NotFound
    return row


def to_remind_of(after: Any) -> Sequence[Row[*tuple[Any, ...]]]:
    """Some that are past their day and of which nobody was reminded, after one of them."""
    statement = (
        _columns()
        .where(_WAITS, _past_due(), DiscussionQuestion.reminded_at.is_(None))
        .order_by(DiscussionQuestion.comment_id)
    )
    if after is not None:
        statement = statement.where(DiscussionQuestion.comment_id > after.comment_id)
    return db.session.execute(statement.limit(AT_ONCE)).all()


def _past_due() -> ColumnElement[bool]:
    """The same as ``rules.asking.is_overdue`` says of each."""
    return DiscussionQuestion.due_on < today()


def _columns() -> Select[Any]:
    return (
        select(
            *Comment.__table__.c,
            DiscussionQuestion.comment_id,
            DiscussionQuestion.due_on,
            DiscussionQuestion.answer,
            DiscussionQuestion.answered_at,
            User.name.label("author_name"),
            Consultation.title,
            Consultation.status.label("vote_status"),
            Region.name.label("region_name"),
            Region.path.label("region_path"),
        )
        .select_from(DiscussionQuestion)
        .join(Comment, Comment.id == DiscussionQuestion.comment_id)
        .join(User, User.id == Comment.author_id)
        .join(Consultation, Consultation.id == DiscussionQuestion.consultation_id)
        .join(Region, Region.code == DiscussionQuestion.region_code)
    )
