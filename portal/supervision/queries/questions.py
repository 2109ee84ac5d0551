"""Questions and their answers: one, a region's, those about a thing, those a desk has to answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, case, func, select

from portal.accounts.models import User
from portal.core.clock import today
from portal.core.database import db
from portal.core.errors import NotFound
from portal.core.pagination import DEFAULT_LIMIT, Page, fetch_page
from portal.core.permissions import Permission, Principal
from portal.regions.models import Region
from portal.regions.queries import where_holding, within
from portal.supervision.models import SupervisionQuestion
from portal.supervision.rules import Asked, Subject

QuestionRow = Row[*tuple[Any, ...]]
"""All columns of a question, ``author_name`` (None once the account is closed), ``region_name`` and
``region_path``."""


@dataclass(frozen=True)
class Counts:
    """How many questions are open and answered; the overdue ones are among the open ones."""

    open: int
    overdue: int
    answered: int

    @property
    def all(self) -> int:
        return self.open + self.answered


def one(question_id: str) -> QuestionRow:
    """A question. All of them are public.

    Raises:
        NotFound: there is none with this id.
    """
    found = db.session.execute(_columns().where(SupervisionQuestion.id == question_id)).first()
    if found is None:
        raise NotFound
    return found


def page(
    asked: Asked | None = None,
    region: str | None = None,
    *,
    cursor: str | None = None,
    limit: int = DEFAULT_LIMIT,
) -> Page[Any]:
    """Questions of a region and all below it (None: all), newest first; open ones by their day.

    Raises:
        Invalid: the cursor is not one of this list.
    """
    conditions = [] if region is None else [within(region)]
    return _page(asked, conditions, cursor, limit)


def page_about(
    subject: Subject,
    subject_id: str,
    *,
    cursor: str | None = None,
    limit: int = DEFAULT_LIMIT,
) -> Page[Any]:
    """Questions about one thing, newest first.

    Raises:
        Invalid: the cursor is not one of this list.
    """
    about = [
        SupervisionQuestion.subject == subject,
        SupervisionQuestion.subject_id == subject_id,
    ]
    return _page(None, about, cursor, limit)


def page_of_desk(
    actor: Principal,
    asked: Asked | None = None,
    *,
    cursor: str | None = None,
    limit: int = DEFAULT_LIMIT,
) -> Page[Any]:
    """Questions that a person has to answer, or has answered.

    Raises:
        Invalid: the cursor is not one of this list.
    """
    return _page(asked, [where_holding(actor, Permission.QUESTION_ANSWER)], cursor, limit)


def counts(region: str | None = None) -> Counts:
    """How the questions of a region and all below it stand (None: all)."""
    return _counts([] if region is None else [within(region)])


def counts_of_desk(actor: Principal) -> Counts:
    """The same of those that a person has to answer."""
    return _counts([where_holding(actor, Permission.QUESTION_ANSWER)])


def count_by(user_id: str) -> int:
    """How many questions a person has asked."""
    return db.session.execute(
        select(func.count())
        .select_from(SupervisionQuestion)
        .where(SupervisionQuestion.asked_by == user_id)
    ).scalar_one()


# --- inside ---------------------------------------------------------------------------------------


def _columns() -> Select[Any]:
    return (
        select(
            *SupervisionQuestion.__table__.c,
            User.name.label("author_name"),
            Region.name.label("region_name"),
            Region.path.label("region_path"),
        )
        .join(Region, Region.code == SupervisionQuestion.region_code)
        .outerjoin(User, User.id == SupervisionQuestion.asked_by)
    )


def _page(
    asked: Asked | None, conditions: list[ColumnElement[bool]], cursor: str | None, limit: int
) -> Page[Any]:
    table = SupervisionQuestion.__table__.c
    by_day = asked in (Asked.OPEN, Asked.OVERDUE)
    return fetch_page(
        _columns().where(*_narrowed(asked), *conditions),
        [table.due_on, table.id] if by_day else [table.id],
        name=f"questions:{asked or ''}",
        cursor=cursor,
        limit=limit,
        descending=not by_day,
    )


def _narrowed(asked: Asked | None) -> list[ColumnElement[bool]]:
    if asked is None:
        return []
    if asked is Asked.ANSWERED:
        return [SupervisionQuestion.answered_at.is_not(None)]
    still_open = SupervisionQuestion.answered_at.is_(None)
    if asked is Asked.OVERDUE:
        return [still_open, SupervisionQuestion.due_on < today()]
    return [still_open]


def _counts(conditions: list[ColumnElement[bool]]) -> Counts:
    still_open = SupervisionQuestion.answered_at.is_(None)
    overdue = still_open & (SupervisionQuestion.due_on < today())
    row = db.session.execute(
        select(
            func.count().label("all"),
            func.coalesce(func.sum(case((still_open, 1), else_=0)), 0).label("open"),
            func.coalesce(func.sum(case((overdue, 1), else_=0)), 0).label("overdue"),
        )
        .select_from(SupervisionQuestion)
        .join(Region, Region.code == SupervisionQuestion.region_code)
        .where(*conditions)
    ).one()
    return Counts(int(row.open), int(row.overdue), int(row.all - row.open))
