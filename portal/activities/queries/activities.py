"""Activities and their shifts, as they are read."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, false, or_, select

from portal.activities.models import Activity, Shift
from portal.activities.policies import Host, may_see_activity
from portal.activities.rules import OPEN_STATUSES, PUBLIC_STATUSES, ActivityStatus
from portal.core import search
from portal.core.clock import now
from portal.core.database import db
from portal.core.errors import NotFound
from portal.core.pagination import DEFAULT_LIMIT, Page, fetch_page
from portal.core.permissions import Permission, Principal, ScopeKind
from portal.organizations.models import Organization
from portal.regions.models import Region
from portal.regions.queries import within
from portal.regions.rules import codes_of

SEARCH_KIND = "activity"
_JOB_LAG = timedelta(days=1)
_BY_NEXT_START = (Activity.__table__.c.next_starts_at, Activity.__table__.c.id)


@dataclass(frozen=True)
class Filters:
    """What a list of activities is narrowed to; None leaves it open."""

    region: str | None = None
    category: str | None = None
    q: str | None = None
    starts_after: datetime | None = None
    starts_before: datetime | None = None
    status: str | None = None
    organization: str | None = None


def columns() -> Select[Any]:
    """All that is shown of an activity, its region and its organization, in one statement."""
    return (
        select(
            *Activity.__table__.c,
            Region.name.label("region_name"),
            Region.path.label("region_path"),
            Organization.name.label("organization_name"),
        )
        .join(Region, Region.code == Activity.region_code)
        .outerjoin(Organization, Organization.id == Activity.organization_id)
    )


def host_of(row: Row[Any]) -> Host:
    """Who answers for a row that has ``organization_id``, ``region_code`` and ``region_path``."""
    return Host(row.organization_id, row.region_code, codes_of(row.region_path))


def visible(principal: Principal | None, activity_id: str) -> Row[Any]:
    """One activity, as :func:`columns` selects it.

    Raises:
        NotFound: there is none, or it is not for this person's eyes.
    """
    row = db.session.execute(columns().where(Activity.id == activity_id)).first()
    if row is None or not is_visible(principal, row):
        raise NotFound
    return row


def visible_shift(principal: Principal | None, shift_id: str) -> tuple[Row[Any], Row[Any]]:
    """A shift and its activity.

    Raises:
        NotFound: there is none, or its activity is not for this person's eyes.
    """
    shift = db.session.execute(select(*Shift.__table__.c).where(Shift.id == shift_id)).first()
    if shift is None:
        raise NotFound
    return shift, visible(principal, shift.activity_id)


def for_telling(activity_id: str) -> Row[Any]:
    """One activity, for whoever tells people about it: no matter who asks."""
    return db.session.execute(columns().where(Activity.id == activity_id)).one()


def is_visible(principal: Principal | None, row: Row[Any]) -> bool:
    return may_see_activity(
        principal, host_of(row), row.status, was_published=row.published_at is not None
    )


def shifts_of(activity_ids: Iterable[str]) -> dict[str, Sequence[Row[Any]]]:
    """The shifts of some activities, in order of their start, by one statement."""
    wanted = list(activity_ids)
    found: dict[str, list[Row[Any]]] = defaultdict(list)
    if wanted:
        rows = db.session.execute(
            select(*Shift.__table__.c)
            .where(Shift.activity_id.in_(wanted))
            .order_by(Shift.activity_id, Shift.starts_at, Shift.id)
        )
        for row in rows:
            found[row.activity_id].append(row)
    return {each: found.get(each, []) for each in wanted}


def page(
    principal: Principal | None,
    filters: Filters,
    *,
    cursor: str | None = None,
    limit: int = DEFAULT_LIMIT,
) -> Page[Any]:
    """Activities by their next start.

    What is still to come stands soonest first: with ``starts_after``, and for the statuses
    ``published`` and ``running``. Any other list looks back: newest first.

    Raises:
        Invalid: the cursor is not one of this list.
    """
    ahead = filters.starts_after is not None or filters.status in OPEN_STATUSES
    return fetch_page(
        _narrowed(columns(), principal, filters),
        _BY_NEXT_START,
        name="activities:ahead" if ahead else "activities:back",
        cursor=cursor,
        limit=limit,
        descending=not ahead,
    )


def upcoming(
    *,
    organization_id: str | None = None,
    region: str | None = None,
    category: str | None = None,
    limit: int = 10,
) -> Sequence[Row[Any]]:
    """What can still be joined, soonest first."""
    filters = Filters(
        region=region, category=category, organization=organization_id, starts_after=now()
    )
    statement = _narrowed(columns(), None, filters).where(Activity.status.in_(OPEN_STATUSES))
    order = (Activity.next_starts_at, Activity.id)
    return db.session.execute(statement.order_by(*order).limit(limit)).all()


def hosted(
    principal: Principal, *, cursor: str | None = None, limit: int = DEFAULT_LIMIT
) -> Page[Any]:
    """The activities this person hosts, in any state, newest start first."""
    statement = columns().where(scope_condition(principal, Permission.ACTIVITY_HOST, Activity))
    keys = _BY_NEXT_START
    return fetch_page(
        statement, keys, name="activities:hosted", cursor=cursor, limit=limit, descending=True
    )


def to_review(
    principal: Principal, *, cursor: str | None = None, limit: int = DEFAULT_LIMIT
) -> Page[Any]:
    """The activities that wait for this person's review, the one that starts first on top."""
    statement = columns().where(
        Activity.status == ActivityStatus.IN_REVIEW, _reviewed_by(principal)
    )
    keys = _BY_NEXT_START
    return fetch_page(statement, keys, name="activities:review", cursor=cursor, limit=limit)


def scope_condition(
    principal: Principal,
    permission: Permission,
    table: Any,
) -> ColumnElement[bool]:
    """The rows of a table (with ``organization_id``; ``Region`` joined) that a person's roles give
    a permission for: those of organizations by the organization, the community's by its region."""
    conditions: list[ColumnElement[bool]] = []
    if organizations := principal.scopes(permission, ScopeKind.ORGANIZATION):
        conditions.append(table.organization_id.in_(organizations))
    if regions := principal.scopes(permission, ScopeKind.REGION):
        conditions.append(and_(table.organization_id.is_(None), in_regions(regions)))
    return or_(false(), *conditions)


def in_regions(codes: Iterable[str]) -> ColumnElement[bool]:
    """Any of these regions and all below them; ``Region`` joined. A path holds every code above,
    so that no lookup of their own paths is needed."""
    paths = select(Region.path).where(Region.code.in_(list(codes))).subquery()
    return select(paths.c.path).where(Region.path.like(paths.c.path + "%")).exists()


def regions_below(codes: Iterable[str], limit: int) -> Sequence[Any]:
    """``code, name`` of some regions and of all below them, from above down."""
    return db.session.execute(
        select(Region.code, Region.name).where(in_regions(codes)).order_by(Region.path).limit(limit)
    ).all()


def _reviewed_by(principal: Principal) -> ColumnElement[bool]:
    codes = principal.scopes(Permission.ACTIVITY_REVIEW, ScopeKind.REGION)
    return in_regions(codes) if codes else false()


def _narrowed(statement: Select[Any], principal: Principal | None, filters: Filters) -> Select[Any]:
    statement = statement.where(_seen_by(principal, filters.status))
    if filters.region:
        statement = statement.where(within(filters.region))
    if filters.category:
        statement = statement.where(Activity.category == filters.category)
    if filters.organization:
        statement = statement.where(Activity.organization_id == filters.organization)
    if filters.q:
        statement = statement.where(Activity.id.in_(search.matching(SEARCH_KIND, filters.q)))
    return _with_a_shift_between(statement, filters.starts_after, filters.starts_before)


def _with_a_shift_between(
    statement: Select[Any], after: datetime | None, before: datetime | None
) -> Select[Any]:
    """Those of which some shift begins from ``after`` on and ahead of ``before``."""
    shifts = select(Shift.id).where(Shift.activity_id == Activity.id)
    if after:
        shifts = shifts.where(Shift.starts_at >= after)
        # Where the walk along the index may begin: whatever has a shift later than ``after`` has
        # its next start no earlier, but for the time until the job has moved it on.
        statement = statement.where(Activity.next_starts_at >= min(after, now() - _JOB_LAG))
    if before:
        shifts = shifts.where(Shift.starts_at < before)
    return statement.where(shifts.exists()) if after or before else statement


def _seen_by(principal: Principal | None, status: str | None) -> ColumnElement[bool]:
    """The public ones; of drafts and reviews, asked for by status, those one hosts or reviews."""
    public = and_(Activity.status.in_(PUBLIC_STATUSES), Activity.published_at.is_not(None))
    if status is None:
        return public
    if status in (ActivityStatus.DRAFT, ActivityStatus.IN_REVIEW):
        mine = (
            false()
            if principal is None
            else or_(
                scope_condition(principal, Permission.ACTIVITY_HOST, Activity),
                _reviewed_by(principal),
            )
        )
        return and_(Activity.status == status, mine)
    return and_(Activity.status == status, Activity.published_at.is_not(None))
