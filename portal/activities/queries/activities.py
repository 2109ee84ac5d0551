"""Activities and their shifts, as they are read."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, false, join, or_, select, tuple_
from sqlalchemy.orm import aliased

from portal.activities.models import Activity, Shift
from portal.activities.policies import Host, may_see_activity
from portal.activities.queries.states import has_status, next_start, status_at
from portal.activities.rules import PUBLIC_DECISIONS, ActivityStatus, Decision
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
_ID = Activity.__table__.c.id
_FIRST_START = Activity.__table__.c.first_starts_at
_LAST_END = Activity.__table__.c.last_ends_at
_SHIFT_START = Shift.__table__.c.starts_at
_UNINDEXED_DECISION = Activity.decision.concat("")
"""For lists of all that is public: without an index on the decision SQLite's planner walks along
the times, and does not read all activities there ever were to sort them."""


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
    called_off: bool = True
    """Whether what was called off is listed too."""


@dataclass(frozen=True)
class _Order:
    """How a list is ordered: by what, and whether from the latest back. Cursors are good for one
    order, which is their list's name."""

    name: str
    keys: tuple[Any, Any]
    descending: bool = False


_COMING = _Order("activities:coming", (_SHIFT_START, Shift.__table__.c.activity_id))
_NOT_BEGUN = _Order("activities:published", (_FIRST_START, _ID))
_RUNNING = _Order("activities:running", (_LAST_END, _ID))
_BACK = _Order("activities:back", (_LAST_END, _ID), descending=True)


def columns() -> Select[Any]:
    """All that is shown of an activity as it stands now (``status``, ``next_starts_at``), its
    region and its organization, in one statement."""
    return _columns(Activity, next_start(now()).label("next_starts_at"))


def _columns(source: Any, *starts: Any) -> Select[Any]:
    return (
        select(
            *(column for column in Activity.__table__.c if column.name != "decision"),
            status_at(now()).label("status"),
            *starts,
            Region.name.label("region_name"),
            Region.path.label("region_path"),
            Organization.name.label("organization_name"),
        )
        .select_from(source)
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


def for_telling_if_there(activity_id: str) -> Row[Any] | None:
    """Like :func:`for_telling`, of what may have been a draft again and deleted."""
    return db.session.execute(columns().where(Activity.id == activity_id)).first()


def titles_of(ids: Iterable[str]) -> dict[str, str]:
    """The titles of some activities by their ids; unknown ones are left out."""
    rows = db.session.execute(select(Activity.id, Activity.title).where(Activity.id.in_(set(ids))))
    return {row.id: row.title for row in rows}


def is_visible(principal: Principal | None, row: Row[Any]) -> bool:
    return may_see_activity(
        principal, host_of(row), row.status, was_published=row.published_at is not None
    )


def shifts_of(
    activity_ids: Iterable[str], *, cancelled_too: bool = False
) -> dict[str, Sequence[Row[Any]]]:
    """The shifts of some activities, in order of their start, by one statement; those that were
    called off by themselves only if asked for."""
    wanted = list(activity_ids)
    found: dict[str, list[Row[Any]]] = defaultdict(list)
    if wanted:
        statement = select(*Shift.__table__.c).where(Shift.activity_id.in_(wanted))
        if not cancelled_too:
            statement = statement.where(Shift.cancelled_at.is_(None))
        order = (Shift.activity_id, Shift.starts_at, Shift.id)
        for row in db.session.execute(statement.order_by(*order)):
            found[row.activity_id].append(row)
    return {each: found.get(each, []) for each in wanted}


def page(
    principal: Principal | None,
    filters: Filters,
    *,
    cursor: str | None = None,
    limit: int = DEFAULT_LIMIT,
) -> Page[Any]:
    """A list of activities.

    With ``starts_after`` by the first shift from then on, soonest first; what is ``published`` by
    its start, soonest first; what is ``running`` by its end, soonest first. Any other list looks
    back: what ends last stands on top.

    Raises:
        Invalid: the cursor is not one of this list.
    """
    order = _order_of(filters)
    return fetch_page(
        _listed(principal, filters),
        order.keys,
        name=order.name,
        cursor=cursor,
        limit=limit,
        descending=order.descending,
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
    statement = _listed(None, filters).where(_UNINDEXED_DECISION == Decision.PUBLISHED)
    return db.session.execute(statement.order_by(*_COMING.keys).limit(limit)).all()


def places_in(region_code: str, limit: int) -> Sequence[Row[*tuple[Any, ...]]]:
    """Where there is something to join in one region, each place once, by name: ``name, latitude,
    longitude``."""
    place = (Activity.location_name, Activity.latitude, Activity.longitude)
    name = Activity.location_name.label("name")
    return db.session.execute(
        select(name, Activity.latitude, Activity.longitude)
        .where(
            Activity.region_code == region_code,
            Activity.decision == Decision.PUBLISHED,
            Activity.last_ends_at >= now(),
            Activity.location_name.is_not(None),
            Activity.latitude.is_not(None),
        )
        .group_by(*place)
        .order_by(*place)
        .limit(limit)
    ).all()


def hosted_from(
    principal: Principal, after: datetime, *, cursor: str | None = None, limit: int = DEFAULT_LIMIT
) -> Page[Any]:
    """What this person hosts and has not called off, each activity at its first shift from
    ``after`` on, soonest first; drafts too."""
    statement = _by_next_shift(after, None).where(
        scope_condition(principal, Permission.ACTIVITY_HOST, Activity),
        Activity.decision != Decision.CANCELLED,
    )
    return fetch_page(statement, _COMING.keys, name="activities:hosted", cursor=cursor, limit=limit)


def hosted_before(
    principal: Principal, *, cursor: str | None = None, limit: int = DEFAULT_LIMIT
) -> Page[Any]:
    """What this person hosted: ended or called off (and drafts whose time has passed), what ended
    last on top."""
    statement = columns().where(
        scope_condition(principal, Permission.ACTIVITY_HOST, Activity),
        or_(Activity.decision == Decision.CANCELLED, Activity.last_ends_at < now()),
    )
    return fetch_page(
        statement,
        _BACK.keys,
        name="activities:hosted-before",
        cursor=cursor,
        limit=limit,
        descending=True,
    )


def to_review(
    principal: Principal, *, cursor: str | None = None, limit: int = DEFAULT_LIMIT
) -> Page[Any]:
    """The activities that wait for this person's review, the one that starts first on top."""
    statement = columns().where(Activity.decision == Decision.IN_REVIEW, _reviewed_by(principal))
    return fetch_page(
        statement, _NOT_BEGUN.keys, name="activities:review", cursor=cursor, limit=limit
    )


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


def _order_of(filters: Filters) -> _Order:
    if filters.starts_after is not None:
        return _COMING
    if filters.status == ActivityStatus.PUBLISHED:
        return _NOT_BEGUN
    return _RUNNING if filters.status == ActivityStatus.RUNNING else _BACK


def _listed(principal: Principal | None, filters: Filters) -> Select[Any]:
    """The activities that the filters leave, one row each."""
    if filters.starts_after is not None:
        statement = _by_next_shift(filters.starts_after, filters.starts_before)
    else:
        statement = columns()
        if filters.starts_before:
            earlier = select(Shift.id).where(
                Shift.activity_id == Activity.id,
                Shift.cancelled_at.is_(None),
                Shift.starts_at < filters.starts_before,
            )
            statement = statement.where(earlier.exists())
    return _narrowed(statement, principal, filters)


def _by_next_shift(after: datetime, before: datetime | None) -> Select[Any]:
    """Activities with their first shift from ``after`` on: a walk along the shifts in order of
    time, which ends with the page and needs no start kept on the activity."""
    earlier = aliased(Shift)
    follows_another = select(earlier.id).where(
        earlier.activity_id == Shift.activity_id,
        earlier.cancelled_at.is_(None),
        earlier.starts_at >= after,
        tuple_(earlier.starts_at, earlier.id) < tuple_(Shift.starts_at, Shift.id),
    )
    statement = _columns(
        join(Shift, Activity, Activity.id == Shift.activity_id),
        Shift.starts_at,
        Shift.activity_id,
        Shift.starts_at.label("next_starts_at"),
    ).where(
        Shift.starts_at >= after,
        Shift.cancelled_at.is_(None),
        Shift.region_code == Region.code,
        ~follows_another.exists(),
    )
    return statement.where(Shift.starts_at < before) if before else statement


def _narrowed(statement: Select[Any], principal: Principal | None, filters: Filters) -> Select[Any]:
    statement = statement.where(_seen_by(principal, filters.status))
    if filters.region:
        statement = statement.where(within(filters.region, in_order=True))
    if filters.category:
        statement = statement.where(Activity.category == filters.category)
    if filters.organization:
        statement = statement.where(Activity.organization_id == filters.organization)
    if not filters.called_off:
        statement = statement.where(_UNINDEXED_DECISION != Decision.CANCELLED)
    if filters.q:
        statement = statement.where(Activity.id.in_(search.matching(SEARCH_KIND, filters.q)))
    return statement


def _seen_by(principal: Principal | None, status: str | None) -> ColumnElement[bool]:
    """The public ones; of drafts and reviews, asked for by status, those one hosts or reviews."""
    if status is None:
        public = _UNINDEXED_DECISION.in_(PUBLIC_DECISIONS)
        return and_(public, Activity.published_at.is_not(None))
    if status in (ActivityStatus.DRAFT, ActivityStatus.IN_REVIEW):
        mine = (
            false()
            if principal is None
            else or_(
                scope_condition(principal, Permission.ACTIVITY_HOST, Activity),
                _reviewed_by(principal),
            )
        )
        return and_(Activity.decision == status, mine)
    return and_(has_status(status, now()), Activity.published_at.is_not(None))
