"""Hours reported afterwards, with pictures to show for them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, insert, select

from portal.activities.models import EvidencePhoto, ServiceRecord
from portal.activities.queries import records
from portal.activities.rules import (
    EVIDENCE_KEPT,
    LONGEST_RECORD,
    UNDECIDED_RECORDS,
    Category,
    RecordStatus,
)
from portal.core.clock import now
from portal.core.database import db
from portal.core.errors import FieldError, Forbidden, Invalid, NotFound, WrongState
from portal.core.i18n import lazy_gettext as _l
from portal.core.ids import new_id
from portal.core.permissions import Principal
from portal.organizations import queries as organizations
from portal.regions.queries import path_of

OLDEST = timedelta(days=180)
MOST_PHOTOS = 6
BATCH = 100


@dataclass(frozen=True)
class Report:
    """What a resident says to have done: for an organization, or for the community of a region."""

    organization_id: str | None
    region_code: str | None
    title: str
    started_at: datetime
    minutes: int
    description: str
    category: str = Category.OTHER


def report_service(actor: Principal, report: Report) -> str:
    """Report service that was done without a sign-up; it waits for the host. Returns its id.

    Raises:
        Invalid: it names no host or two, or lies in the future or too far back.
    """
    _check(report)
    row = {
        "id": new_id(),
        "organization_id": report.organization_id,
        "region_code": _region_served(report),
        "resident_id": actor.id,
        "title": report.title,
        "description": report.description,
        "category": report.category,
        "started_at": report.started_at,
        "minutes": report.minutes,
        "status": RecordStatus.PENDING,
        "points": 0,
        "version": 0,
        "created_at": now(),
    }
    db.session.execute(insert(ServiceRecord), [row])
    return str(row["id"])


def add_evidence(actor: Principal, record_id: str, name: str) -> None:
    """Put a kept picture to one's own report.

    Raises:
        NotFound, Forbidden: it is not one's own record.
        WrongState: it is decided already.
        Invalid: there are enough pictures.
    """
    row = records.visible(actor, record_id)
    if row.resident_id != actor.id:
        raise Forbidden
    if row.status not in UNDECIDED_RECORDS:
        raise WrongState
    count = db.session.execute(
        select(func.count()).where(EvidencePhoto.record_id == row.id)
    ).scalar_one()
    if count >= MOST_PHOTOS:
        raise Invalid.field("photos", _l("%(most)s photos are enough.", most=MOST_PHOTOS))
    photo = {"id": new_id(), "record_id": row.id, "name": name, "added_at": now()}
    db.session.execute(insert(EvidencePhoto), [photo])


def remove_evidence(actor: Principal, record_id: str, photo_id: str) -> str:
    """Take a picture back that one has sent; returns its name, to be deleted from the folder.

    Raises:
        NotFound, Forbidden: it is not one's own.
        WrongState: the record is decided already, by what the picture shows.
    """
    row = records.visible(actor, record_id)
    if row.resident_id != actor.id:
        raise Forbidden
    if row.status not in UNDECIDED_RECORDS:
        raise WrongState
    name = db.session.execute(
        delete(EvidencePhoto)
        .where(EvidencePhoto.id == photo_id, EvidencePhoto.record_id == row.id)
        .returning(EvidencePhoto.name)
    ).scalar_one_or_none()
    if name is None:
        raise NotFound
    return str(name)


def old_evidence(last: Any = None) -> Sequence[Any]:
    """Some pictures of records that were decided long ago, by ``id``, after the given one (None:
    the first), with the ``name`` of their files."""
    statement = (
        select(EvidencePhoto.id, EvidencePhoto.name)
        .join(ServiceRecord, ServiceRecord.id == EvidencePhoto.record_id)
        .where(
            ServiceRecord.status.not_in(UNDECIDED_RECORDS),
            ServiceRecord.decided_at < now() - EVIDENCE_KEPT,
        )
        .order_by(EvidencePhoto.id)
        .limit(BATCH)
    )
    if last is not None:
        statement = statement.where(EvidencePhoto.id > last.id)
    return db.session.execute(statement).all()


def forget_evidence(photo_id: str) -> int:
    """Take out one of those pictures; 1 if it was there. Its file is the caller's."""
    gone = db.session.connection().execute(
        delete(EvidencePhoto).where(EvidencePhoto.id == photo_id)
    )
    return int(gone.rowcount)


def _check(report: Report) -> None:
    problems = []
    if (report.organization_id is None) == (report.region_code is None):
        problems.append(
            FieldError("organization_id", _l("Name an organization or a community, not both."))
        )
    if not 1 <= report.minutes <= LONGEST_RECORD:
        problems.append(FieldError("minutes", _l("Give minutes of at most one day.")))
    elif report.started_at + timedelta(minutes=report.minutes) > now():
        problems.append(FieldError("started_at", _l("Report hours after they were served.")))
    elif report.started_at < now() - OLDEST:
        problems.append(FieldError("started_at", _l("This is too long ago to be reported.")))
    if problems:
        raise Invalid(errors=problems)


def _region_served(report: Report) -> str:
    if report.organization_id is not None:
        try:
            organization = organizations.host(report.organization_id)
        except NotFound as error:
            raise Invalid.field("organization_id", _l("There is no such organization.")) from error
        if not organization.verified:
            raise Invalid.field("organization_id", _l("This organization is not verified yet."))
        return organization.region_code
    code = report.region_code or ""
    try:
        path_of(code)
    except NotFound as error:
        raise Invalid.field("region_code", _l("There is no such region.")) from error
    return code
