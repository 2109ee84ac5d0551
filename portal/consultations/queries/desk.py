"""What the desk reads: consultations of one's regions, what waits, how the paper stands."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, false, func, or_, select

from portal.accounts.models import User
from portal.consultations.models import Consultation, PaperTally, RollEntry
from portal.consultations.queries.consultations import columns
from portal.consultations.rules.life import Status, Way
from portal.core.clock import now
from portal.core.database import db
from portal.core.pagination import DEFAULT_LIMIT, Page, fetch_page
from portal.core.permissions import Permission, Principal, ScopeKind
from portal.regions.models import Region
from portal.regions.queries import within

WORKS_WITH = (
    Permission.CONSULTATION_MANAGE,
    Permission.PAPER_TAKE,
    Permission.PAPER_TALLY,
    Permission.ROLL_AUDIT,
)
"""Who has something to do with consultations at the desk."""

GOING_ON = (Status.DRAFT, Status.DISCUSSION, Status.OPEN, Status.CLOSED)


def works_with(actor: Principal) -> bool:
    """Whether anything of the desk of consultations is for this person."""
    return any(actor.holds_anywhere(permission) for permission in WORKS_WITH)


def page(
    actor: Principal,
    statuses: Collection[str] = GOING_ON,
    *,
    cursor: str | None = None,
    limit: int = DEFAULT_LIMIT,
) -> Page[Any]:
    """Consultations of the person's regions in some states, newest first.

    Raises:
        Invalid: the cursor is not one of this list.
    """
    statement = columns().where(_of_the_desk_of(actor), Consultation.status.in_(statuses))
    return _newest_first(statement, f"desk:{','.join(sorted(statuses))}", cursor, limit)


def waiting(
    actor: Principal, *, cursor: str | None = None, limit: int = DEFAULT_LIMIT
) -> Page[Any]:
    """Those that a person who manages them has to open, count, decide or call off.

    Raises:
        Invalid: the cursor is not one of this list.
    """
    statement = columns().where(
        _within_any(actor.scopes(Permission.CONSULTATION_MANAGE, ScopeKind.REGION)),
        _waits(),
        ~Consultation.is_study,
    )
    return _newest_first(statement, "desk:waiting", cursor, limit)


def how_many(actor: Principal) -> Mapping[str, int]:
    """How many consultations of the person's regions are in each state."""
    rows = db.session.execute(
        select(Consultation.status, func.count().label("number"))
        .join(Region, Region.code == Consultation.region_code)
        .where(_of_the_desk_of(actor))
        .group_by(Consultation.status)
    )
    return Counter({row.status: row.number for row in rows})


def at_polling_tables(
    actor: Principal, *, cursor: str | None = None, limit: int = DEFAULT_LIMIT
) -> Page[Any]:
    """Open votes for which this person takes or enters paper.

    Raises:
        Invalid: the cursor is not one of this list.
    """
    codes = actor.scopes(Permission.PAPER_TALLY, ScopeKind.REGION)
    statement = columns().where(_within_any(codes), Consultation.status == Status.OPEN)
    return _newest_first(statement, "desk:polling", cursor, limit)


def regions_managed(actor: Principal, limit: int) -> Sequence[Row[*tuple[Any, ...]]]:
    """``code, name, level`` of the regions in which this person may set up a vote, from above
    down. Grids are none: a vote is held in a community at least."""
    return regions_with(actor, Permission.CONSULTATION_MANAGE, limit)


def regions_with(
    actor: Principal, permission: Permission, limit: int
) -> Sequence[Row[*tuple[Any, ...]]]:
    """The same of the regions in which this person holds a permission."""
    codes = actor.scopes(permission, ScopeKind.REGION)
    return db.session.execute(
        select(Region.code, Region.name, Region.level)
        .where(_within_any(codes), Region.level != "grid")
        .order_by(Region.path)
        .limit(limit)
    ).all()


def tallies_of(consultation_id: str) -> Sequence[Row[*tuple[Any, ...]]]:
    """``by_user_id, name, ballots`` of those who have entered the paper ballots: how many, never
    which."""
    return db.session.execute(
        select(PaperTally.by_user_id, PaperTally.ballots, User.name)
        .join(User, User.id == PaperTally.by_user_id)
        .where(PaperTally.consultation_id == consultation_id)
        .order_by(User.name, PaperTally.by_user_id)
    ).all()


def paper_marks(consultation_id: str) -> int:
    """How many people the roll says have voted on paper."""
    return db.session.execute(
        select(func.count())
        .select_from(RollEntry)
        .where(RollEntry.consultation_id == consultation_id, RollEntry.way == Way.PAPER)
    ).scalar_one()


# --- inside ---------------------------------------------------------------------------------------


def _newest_first(statement: Any, name: str, cursor: str | None, limit: int) -> Page[Any]:
    return fetch_page(
        statement,
        [Consultation.__table__.c.id],
        name=name,
        cursor=cursor,
        limit=limit,
        descending=True,
    )


def _of_the_desk_of(actor: Principal) -> ColumnElement[bool]:
    """All that the person manages; of the others' what is public."""
    managed = actor.scopes(Permission.CONSULTATION_MANAGE, ScopeKind.REGION)
    worked = [code for each in WORKS_WITH for code in actor.scopes(each, ScopeKind.REGION)]
    public = Consultation.discussion_at.is_not(None)
    theirs = or_(_within_any(managed), and_(_within_any(worked), public))
    return and_(theirs, ~Consultation.is_study)


def _within_any(codes: Collection[str]) -> ColumnElement[bool]:
    return or_(false(), *(within(code) for code in dict.fromkeys(codes)))


def _waits() -> ColumnElement[bool]:
    """The same as ``rules.steps`` says of each."""
    present = now()
    over = Consultation.closes_at <= present
    due = or_(Consultation.opens_at.is_(None), Consultation.opens_at <= present)
    return or_(
        Consultation.status == Status.CLOSED,
        and_(Consultation.status == Status.OPEN, or_(over, Consultation.sealed_at.is_not(None))),
        and_(Consultation.status == Status.DISCUSSION, or_(due, over)),
        and_(Consultation.status == Status.DRAFT, over),
    )
