"""What people say to a consultation."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, Select, func, select

from portal.accounts.models import User
from portal.consultations.models import Comment
from portal.core.database import db
from portal.core.pagination import DEFAULT_LIMIT, Page, fetch_page


def page(
    consultation_id: str, *, cursor: str | None = None, limit: int = DEFAULT_LIMIT
) -> Page[Any]:
    """``id, text, reply_to, created_at, author_id, author_name``, oldest first.

    Raises:
        Invalid: the cursor is not one of this list.
    """
    return fetch_page(
        _columns().where(Comment.consultation_id == consultation_id),
        [Comment.__table__.c.id],
        name=f"comments:{consultation_id}",
        cursor=cursor,
        limit=limit,
    )


def one(comment_id: str) -> Row[*tuple[Any, ...]]:
    """One comment that is there, with the same columns."""
    return db.session.execute(_columns().where(Comment.id == comment_id)).one()


def is_said_to(consultation_id: str, comment_id: str) -> bool:
    """Whether a comment belongs to a consultation."""
    found = select(Comment.id).where(
        Comment.id == comment_id, Comment.consultation_id == consultation_id
    )
    return db.session.execute(found).first() is not None


def count_by(user_id: str) -> int:
    """How many comments a person has written."""
    return db.session.execute(
        select(func.count()).select_from(Comment).where(Comment.author_id == user_id)
    ).scalar_one()


def _columns() -> Select[*tuple[Any, ...]]:
    return select(
        Comment.id,
        Comment.text,
        Comment.reply_to,
        Comment.created_at,
        Comment.author_id,
        User.name.label("author_name"),
    ).join(User, User.id == Comment.author_id)
