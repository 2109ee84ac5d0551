"""Questions and their answers: one, a region's, those about a thing, those a desk has to answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, case, func, select

from portal.accounts.models import User
from portal.core.clock import today
from portal.core.database import db
from portal.core.errors import NotFound
from portal.core.pagination import DEFAULT_LIMIT, Page, fetch_page
from portal.core.permissions import Permission, Principal, ScopeKind
from portal.regions.models import Region
from portal.regions.queries import where_holding, within
from portal.regions.rules import codes_of
from portal.supervision.models import SupervisionFlag, SupervisionQuestion
from portal.supervision.policies import may_moderate
from portal.supervision.rules import Asked, Subject

QuestionRow = Row[*tuple[Any, ...]]
"""All columns of a question, ``author_name`` (None once the account is closed), ``region_name`` and
``region_path``."""


@dataclass(frozen=True)
class Counts:
    """How many questions are open and answered; the overdue ones are among the open ones. Hidden
    ones are neither."""

    open: int
    overdue: int
    answered: int
    hidden: int

    @property
    def all(self) -> int:
        return self.open + self.answered + self.hidden


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


def to_moderate(viewer: Principal, question_id: str) -> QuestionRow:
    """A question for who judges it.

    Raises:
        NotFound: there is none with this id.
        Forbidden: it belongs to another region, or is put to the viewer.
    """
    row = one(question_id)
    allowed = may_moderate(viewer, codes_of(row.region_path))
    viewer.require_that(Permission.COMMENT_MODERATE, allowed)
    return row


def flagged(
    viewer: Principal, *, cursor: str | None = None, limit: int = DEFAULT_LIMIT
) -> Page[Any]:
    """Questions that somebody wants looked at and the viewer judges, oldest objection first.

    Raises:
        Invalid: the cursor is not one of this list.
    """
    asked_themselves = viewer.scopes(Permission.QUESTION_ANSWER, ScopeKind.REGION)
    table = SupervisionQuestion.__table__.c
    return fetch_page(
        _columns().where(
            SupervisionQuestion.flagged_at.is_not(None),
            where_holding(viewer, Permission.COMMENT_MODERATE),
            SupervisionQuestion.region_code.not_in(set(asked_themselves)),
        ),
        [table.flagged_at, table.id],
        name="questions:flagged",
        cursor=cursor,
        limit=limit,
    )


def flags_of(question_id: str) -> Sequence[Row[*tuple[Any, ...]]]:
    """``reason, created_at, name`` of what people said against a question."""
    return db.session.execute(
        select(SupervisionFlag.reason, SupervisionFlag.created_at, User.name)
        .join(User, User.id == SupervisionFlag.user_id)
        .where(SupervisionFlag.question_id == question_id)
        .order_by(SupervisionFlag.created_at, SupervisionFlag.user_id)
    ).all()


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
    shown = SupervisionQuestion.hidden_at.is_(None)
    if asked is Asked.ANSWERED:
        return [SupervisionQuestion.answered_at.is_not(None), shown]
    still_open = SupervisionQuestion.answered_at.is_(None)
    if asked is Asked.OVERDUE:
        return [still_open, shown, SupervisionQuestion.due_on < today()]
    return [still_open, shown]


def _counts(conditions: list[ColumnElement[bool]]) -> Counts:
    hidden = SupervisionQuestion.hidden_at.is_not(None)
    still_open = SupervisionQuestion.answered_at.is_(None) & ~hidden
    overdue = still_open & (SupervisionQuestion.due_on < today())
    row = db.session.execute(
        select(
            func.count().label("all"),
            func.coalesce(func.sum(case((still_open, 1), else_=0)), 0).label("open"),
            func.coalesce(func.sum(case((overdue, 1), else_=0)), 0).label("overdue"),
            func.coalesce(func.sum(case((hidden, 1), else_=0)), 0).label("hidden"),
        )
        .select_from(SupervisionQuestion)
        .join(Region, Region.code == SupervisionQuestion.region_code)
        .where(*conditions)
    ).one()
    answered = row.all - row.open - row.hidden
    return Counts(int(row.open), int(row.overdue), int(answered), int(row.hidden))
