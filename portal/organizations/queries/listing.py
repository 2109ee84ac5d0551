"""Organizations in lists, on their page and as other rooms name them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, select

from portal.accounts.scopes import Found
from portal.core import search
from portal.core.database import db
from portal.core.errors import NotFound
from portal.core.pagination import DEFAULT_LIMIT, Page, fetch_page
from portal.core.permissions import Permission, Principal
from portal.organizations.models import Organization, OrganizationReputation
from portal.organizations.standing import Standing
from portal.regions import queries as regions
from portal.regions.models import Region
from portal.regions.rules import codes_of, spoken_name

SEARCH_KIND = "organization"
VERIFIED = "verified"
PENDING = "pending"

_STANDING = tuple(getattr(OrganizationReputation, name) for name in Standing.__dataclass_fields__)


@dataclass(frozen=True)
class Host:
    """What the rooms above need to know of an organization that wants to act."""

    id: str
    name: str
    region_code: str
    verified: bool
    level: int


def host(organization_id: str) -> Host:
    """An organization as a host of activities.

    Raises:
        NotFound: there is none with this id.
    """
    row = db.session.execute(
        select(
            Organization.id,
            Organization.name,
            Organization.region_code,
            (Organization.status == VERIFIED).label("verified"),
            OrganizationReputation.level,
        )
        .join(OrganizationReputation)
        .where(Organization.id == organization_id)
    ).first()
    if row is None:
        raise NotFound
    return Host(row.id, row.name, row.region_code, bool(row.verified), row.level)


def summary(organization_id: str) -> dict[str, str]:
    """An organization as other things name it: ``{"id", "name"}``.

    Raises:
        NotFound: there is none with this id.
    """
    found = summaries([organization_id])
    if organization_id not in found:
        raise NotFound
    return found[organization_id]


def names_of(ids: Iterable[str]) -> dict[str, str]:
    """The names of some organizations by their ids."""
    return {each["id"]: each["name"] for each in summaries(ids).values()}


def summaries(ids: Iterable[str]) -> dict[str, dict[str, str]]:
    """``{"id", "name"}`` of some organizations, by their ids."""
    rows = db.session.execute(
        select(Organization.id, Organization.name).where(Organization.id.in_(set(ids)))
    )
    return {row.id: {"id": row.id, "name": row.name} for row in rows}


def standing(organization_id: str) -> Standing:
    """How an organization is regarded, from the snapshot.

    Raises:
        NotFound: there is none with this id.
    """
    row = db.session.execute(
        select(*_STANDING).where(OrganizationReputation.organization_id == organization_id)
    ).first()
    if row is None:
        raise NotFound
    return Standing.of(row)


def page(
    *,
    region: str | None = None,
    q: str | None = None,
    cursor: str | None = None,
    limit: int = DEFAULT_LIMIT,
) -> Page[Any]:
    """Verified organizations by name, each with its region's name and its standing's columns.

    Raises:
        Invalid: the cursor is not one of this list.
    """
    statement = _with_standing().where(Organization.status == VERIFIED)
    if region:
        statement = statement.where(regions.within(region))
    if q:
        statement = statement.where(Organization.id.in_(search.matching(SEARCH_KIND, q)))
    keys = [Organization.name, Organization.id]
    name = f"organizations:{region or ''}:{q or ''}"
    return fetch_page(statement, keys, name=name, cursor=cursor, limit=limit)


def detail(organization_id: str, viewer: Principal | None) -> Row[*tuple[Any, ...]]:
    """One organization, with its region's name and its standing's columns.

    Raises:
        NotFound: there is none, or it is not verified and the viewer neither applied for it nor
            decides about it.
    """
    row = db.session.execute(_with_standing().where(Organization.id == organization_id)).first()
    if row is None or not _may_see(row, viewer):
        raise NotFound
    return row


def managed(organization_id: str, manager: Principal) -> Row[*tuple[Any, ...]]:
    """One organization, for who manages it.

    Raises:
        NotFound: there is none, or the person may not see it.
        Forbidden: the person does not manage it.
    """
    row = detail(organization_id, manager)
    manager.require(Permission.ORGANIZATION_MANAGE, organization=organization_id)
    return row


def to_decide(organization_id: str, judge: Principal) -> Row[*tuple[Any, ...]]:
    """One organization, whatever its state, for who verifies where it serves.

    Raises:
        NotFound: there is none, or the person may not see it.
        Forbidden: it serves another region.
    """
    row = detail(organization_id, judge)
    judge.require(Permission.ORGANIZATION_VERIFY, regions=codes_of(row.region_path))
    return row


def waiting_for_verification(
    viewer: Principal, *, cursor: str | None = None, limit: int = DEFAULT_LIMIT
) -> Page[Any]:
    """Applications of the regions that the viewer decides about, longest waiting first."""
    statement = _with_standing().where(
        Organization.status == PENDING,
        regions.where_holding(viewer, Permission.ORGANIZATION_VERIFY),
    )
    keys = [Organization.applied_at, Organization.id]
    return fetch_page(statement, keys, name="organizations:waiting", cursor=cursor, limit=limit)


def at_desk(
    viewer: Principal,
    *,
    status: str = "",
    q: str = "",
    cursor: str | None = None,
    limit: int = DEFAULT_LIMIT,
) -> Page[Any]:
    """Organizations of the regions that the viewer decides about, by name: ``id, name,
    region_name, status``; those of one state if one is named.

    Raises:
        Invalid: the cursor is not one of this list.
    """
    here = regions.where_holding(viewer, Permission.ORGANIZATION_VERIFY)
    statement = _named(here, q).add_columns(Organization.status)
    if status:
        statement = statement.where(Organization.status == status)
    keys = [Organization.name, Organization.id]
    name = f"organizations:desk:{status}:{q}"
    return fetch_page(statement, keys, name=name, cursor=cursor, limit=limit)


def organizations_named(here: ColumnElement[bool], q: str, limit: int) -> Sequence[Found]:
    """Verified organizations by name, where a condition on ``Region`` holds; those whose names have
    some words, if any are given."""
    rows = db.session.execute(
        _named(here, q)
        .where(Organization.status == VERIFIED)
        .order_by(Organization.name, Organization.id)
        .limit(limit)
    )
    return [Found(row.id, row.name, spoken_name(row.region_name)) for row in rows]


def _named(here: ColumnElement[bool], q: str) -> Select[*tuple[Any, ...]]:
    statement = (
        select(Organization.id, Organization.name, Region.name.label("region_name"))
        .join(Region, Region.code == Organization.region_code)
        .where(here)
    )
    return statement.where(Organization.id.in_(search.matching(SEARCH_KIND, q))) if q else statement


def _with_standing() -> Select[*tuple[Any, ...]]:
    return (
        select(
            Organization.id,
            Organization.name,
            Organization.kind,
            Organization.credit_code,
            Organization.region_code,
            Organization.description,
            Organization.contact,
            Organization.status,
            Organization.applied_by,
            Organization.applied_at,
            Organization.verified_at,
            Organization.decline_reason,
            Region.name.label("region_name"),
            Region.path.label("region_path"),
            OrganizationReputation.computed_at,
            *_STANDING,
        )
        .join(OrganizationReputation, OrganizationReputation.organization_id == Organization.id)
        .join(Region, Region.code == Organization.region_code)
    )


def _may_see(row: Row[*tuple[Any, ...]], viewer: Principal | None) -> bool:
    if row.status == VERIFIED:
        return True
    if viewer is None:
        return False
    path = row.region_path.strip("/").split("/")
    return row.applied_by == viewer.id or viewer.holds(Permission.ORGANIZATION_VERIFY, regions=path)
