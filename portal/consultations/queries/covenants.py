"""Covenants: the wording of a region, each version, and the decision that adopted it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, Select, select

from portal.consultations.models import Consultation, CovenantVersion
from portal.core.database import db
from portal.core.errors import NotFound
from portal.core.pagination import DEFAULT_LIMIT, Page, fetch_page

VersionRow = Row[*tuple[Any, ...]]
"""All columns of a version, and ``decision_title, decided_at`` of what adopted it."""


def latest(region_code: str) -> VersionRow | None:
    """A region's covenant as it holds; None where it has none."""
    return db.session.execute(
        _columns()
        .where(CovenantVersion.region_code == region_code)
        .order_by(CovenantVersion.number.desc())
        .limit(1)
    ).first()


def version(region_code: str, number: int) -> VersionRow:
    """One version of a region's covenant.

    Raises:
        NotFound: there is none of that number.
    """
    found = db.session.execute(
        _columns().where(
            CovenantVersion.region_code == region_code, CovenantVersion.number == number
        )
    ).first()
    if found is None:
        raise NotFound
    return found


def versions_page(
    region_code: str, *, cursor: str | None = None, limit: int = DEFAULT_LIMIT
) -> Page[Any]:
    """All versions of a region's covenant, newest first.

    Raises:
        Invalid: the cursor is not one of this list.
    """
    return fetch_page(
        _columns().where(CovenantVersion.region_code == region_code),
        [CovenantVersion.__table__.c.number],
        name=f"covenant:{region_code}",
        cursor=cursor,
        limit=limit,
        descending=True,
    )


def adopted_by(consultation_id: str) -> VersionRow | None:
    """The version that a decision brought; None where it brought none."""
    return db.session.execute(
        _columns().where(CovenantVersion.consultation_id == consultation_id)
    ).first()


def is_there(region_code: str) -> bool:
    """Whether a region has a covenant."""
    found = select(CovenantVersion.number).where(CovenantVersion.region_code == region_code)
    return db.session.execute(found.limit(1)).first() is not None


def _columns() -> Select[*tuple[Any, ...]]:
    return select(
        *CovenantVersion.__table__.c,
        Consultation.title.label("decision_title"),
        Consultation.decided_at,
    ).outerjoin(Consultation, Consultation.id == CovenantVersion.consultation_id)
