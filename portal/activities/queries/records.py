"""Service records, as they are read."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, func, or_, select

from portal.accounts.models import User
from portal.activities.models import EvidencePhoto, RecordDispute, ServiceRecord
from portal.activities.policies import Host, may_confirm, may_see_record
from portal.activities.queries.activities import scope_condition, visible_shift
from portal.activities.rules import (
    LONGEST_RECORD,
    UNDECIDED_RECORDS,
    WAITING_RECORDS,
    RecordStatus,
    share_time,
)
from portal.core.clock import now
from portal.core.database import db
from portal.core.errors import NotFound
from portal.core.pagination import DEFAULT_LIMIT, Page, fetch_page
from portal.core.permissions import Permission, Principal
from portal.organizations.models import Organization
from portal.regions.models import Region
from portal.regions.rules import codes_of

_ID = ServiceRecord.__table__.c.id


def columns() -> Select[Any]:
    """All that is shown of a record, with its resident, region and organization."""
    return (
        select(
            *ServiceRecord.__table__.c,
            User.name.label("resident_name"),
            User.closed_at.label("resident_closed_at"),
            Region.name.label("region_name"),
            Region.path.label("region_path"),
            Organization.name.label("organization_name"),
        )
        .join(User, User.id == ServiceRecord.resident_id)
        .join(Region, Region.code == ServiceRecord.region_code)
        .outerjoin(Organization, Organization.id == ServiceRecord.organization_id)
    )


def host_of(row: Row[Any]) -> Host:
    return Host(row.organization_id, row.region_code, codes_of(row.region_path))


def visible(principal: Principal, record_id: str) -> Row[Any]:
    """One record, as :func:`columns` selects it.

    Raises:
        NotFound: there is none, or it is not for this person's eyes.
    """
    row = db.session.execute(columns().where(ServiceRecord.id == record_id)).first()
    if row is None or not may_see_record(principal, host_of(row), row.resident_id, row.status):
        raise NotFound
    return row


def page(
    principal: Principal,
    *,
    status: str | None = None,
    shift: str | None = None,
    cursor: str | None = None,
    limit: int = DEFAULT_LIMIT,
) -> Page[Any]:
    """One's own records and those of what one hosts, newest first.

    Raises:
        NotFound: there is no such shift for this person's eyes.
        Invalid: the cursor is not one of this list.
    """
    statement = columns()
    mine = ServiceRecord.resident_id == principal.id
    if shift is not None:
        statement = statement.where(_of_shift(principal, shift))
    elif principal.holds_anywhere(Permission.RECORD_CONFIRM):
        hosted = scope_condition(principal, Permission.RECORD_CONFIRM, ServiceRecord)
        statement = statement.where(or_(mine, hosted))
    else:
        statement = statement.where(mine)
    return _paged(statement, "records", status, cursor, limit)


def mine(
    principal: Principal,
    *,
    cursor: str | None = None,
    limit: int = DEFAULT_LIMIT,
) -> Page[Any]:
    """One's own records, newest first."""
    statement = columns().where(ServiceRecord.resident_id == principal.id)
    return _paged(statement, "records:mine", None, cursor, limit)


def waiting(
    principal: Principal, *, cursor: str | None = None, limit: int = DEFAULT_LIMIT
) -> Page[Any]:
    """Reports and disputes that wait for this person's decision, the oldest on top."""
    statement = columns().where(
        scope_condition(principal, Permission.RECORD_CONFIRM, ServiceRecord),
        ServiceRecord.status.in_(WAITING_RECORDS),
        or_(ServiceRecord.status == RecordStatus.DISPUTED, ServiceRecord.shift_id.is_(None)),
        ServiceRecord.resident_id != principal.id,
    )
    return fetch_page(statement, [_ID], name="records:waiting", cursor=cursor, limit=limit)


def announced_in(
    region_code: str, *, cursor: str | None = None, limit: int = DEFAULT_LIMIT
) -> Page[Any]:
    """The records of one region in their publicity period, the one that ends first on top."""
    statement = columns().where(
        ServiceRecord.region_code == region_code,
        ServiceRecord.status == RecordStatus.PROVISIONAL,
        ServiceRecord.announced_until > now(),
    )
    keys = [ServiceRecord.__table__.c.announced_until, _ID]
    return fetch_page(statement, keys, name="records:announced", cursor=cursor, limit=limit)


def of_shift(shift_id: str) -> Sequence[Row[Any]]:
    """All records of a shift, by name."""
    return db.session.execute(
        columns().where(ServiceRecord.shift_id == shift_id).order_by(User.name, ServiceRecord.id)
    ).all()


def photos_of(record_id: str) -> Sequence[Any]:
    return db.session.execute(
        select(EvidencePhoto.id, EvidencePhoto.name)
        .where(EvidencePhoto.record_id == record_id)
        .order_by(EvidencePhoto.id)
    ).all()


def disputes_of(record_id: str) -> Sequence[Any]:
    """Who objected, why, and what became of it; the first objection on top."""
    return db.session.execute(
        select(*RecordDispute.__table__.c, User.name.label("raised_by_name"))
        .join(User, User.id == RecordDispute.raised_by)
        .where(RecordDispute.record_id == record_id)
        .order_by(RecordDispute.id)
    ).all()


def overlapping(record: Row[Any]) -> Sequence[Any]:
    """``title, started_at, minutes`` of what else is noted for the same person at the same time,
    and was not refused."""
    reach = timedelta(minutes=LONGEST_RECORD)
    near = db.session.execute(
        select(ServiceRecord.title, ServiceRecord.started_at, ServiceRecord.minutes)
        .where(
            ServiceRecord.resident_id == record.resident_id,
            ServiceRecord.id != record.id,
            ServiceRecord.status != RecordStatus.REJECTED,
            ServiceRecord.started_at.between(record.started_at - reach, record.started_at + reach),
        )
        .order_by(ServiceRecord.started_at, ServiceRecord.id)
    )
    return [
        each
        for each in near
        if share_time(record.started_at, record.minutes, each.started_at, each.minutes)
    ]


def pending_minutes(user_id: str) -> int:
    """Minutes of a person that are served and not yet decided."""
    total = db.session.execute(
        select(func.coalesce(func.sum(ServiceRecord.minutes), 0)).where(
            ServiceRecord.resident_id == user_id,
            ServiceRecord.status.in_((RecordStatus.PENDING, RecordStatus.PROVISIONAL)),
        )
    ).scalar_one()
    return int(total)


def waiting_of(user_id: str) -> dict[str, Row[Any]]:
    """A person's records that wait for the host (``pending``) or for the end of their publicity
    period (``provisional``), by status: ``number``, ``since`` when the first of them waits,
    ``until`` when the last is announced, and ``one``, the record where it is the only one."""
    record = ServiceRecord
    rows = db.session.execute(
        select(
            record.status,
            func.count().label("number"),
            func.min(func.coalesce(record.checked_out_at, record.created_at)).label("since"),
            func.max(record.announced_until).label("until"),
            func.min(_ID).label("one"),
        )
        .where(
            record.resident_id == user_id,
            record.status.in_((RecordStatus.PENDING, RecordStatus.PROVISIONAL)),
        )
        .group_by(record.status)
    )
    return {row.status: row for row in rows}


def count_of(user_id: str) -> tuple[int, int]:
    """How many records a person has, and how many of them are not decided."""
    undecided = ServiceRecord.status.in_(UNDECIDED_RECORDS)
    row = db.session.execute(
        select(func.count(), func.count().filter(undecided))
        .select_from(ServiceRecord)
        .where(ServiceRecord.resident_id == user_id)
    ).one()
    return row[0], row[1]


def was_objected_to(record_id: str) -> bool:
    """Whether somebody else objected to a record while it was announced: then the host's word
    settles it. Who objects to their own record does not shorten its publicity period."""
    objection = (
        select(RecordDispute.id)
        .join(ServiceRecord, ServiceRecord.id == RecordDispute.record_id)
        .where(
            RecordDispute.record_id == record_id,
            RecordDispute.status_before == RecordStatus.PROVISIONAL,
            RecordDispute.raised_by != ServiceRecord.resident_id,
        )
        .limit(1)
    )
    return db.session.execute(objection).first() is not None


def took_part(user_id: str, activity_id: str) -> bool:
    """Whether a person served at an activity: checked out, and not rejected. Disputing a rejection
    alone makes nobody a participant."""
    rejected = select(RecordDispute.id).where(
        RecordDispute.record_id == ServiceRecord.id,
        RecordDispute.status_before == RecordStatus.REJECTED,
        RecordDispute.answered_at.is_(None),
    )
    served = (
        select(ServiceRecord.id)
        .where(
            ServiceRecord.activity_id == activity_id,
            ServiceRecord.resident_id == user_id,
            ServiceRecord.status.not_in((RecordStatus.OPEN, RecordStatus.REJECTED)),
            ~rejected.exists(),
        )
        .limit(1)
    )
    return db.session.execute(served).first() is not None


def _of_shift(principal: Principal, shift_id: str) -> ColumnElement[bool]:
    shift, activity = visible_shift(principal, shift_id)
    of_this: ColumnElement[bool] = ServiceRecord.shift_id == shift.id
    host = Host(activity.organization_id, activity.region_code, codes_of(activity.region_path))
    if may_confirm(principal, host):
        return of_this
    return and_(of_this, ServiceRecord.resident_id == principal.id)


def _paged(
    statement: Select[Any], name: str, status: str | None, cursor: str | None, limit: int
) -> Page[Any]:
    if status is not None:
        statement = statement.where(ServiceRecord.status == status)
    return fetch_page(statement, [_ID], name=name, cursor=cursor, limit=limit, descending=True)
