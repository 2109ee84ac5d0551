"""Pictures of cases, within what somebody may see of the cases."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, func, select

from portal.core.database import db
from portal.core.errors import NotFound
from portal.core.permissions import Principal
from portal.regions.models import Region
from portal.suggestions.models import Suggestion, SuggestionEvent, SuggestionPhoto
from portal.suggestions.queries.visibility import visible_to
from portal.suggestions.rules.machine import By, Event

PhotoRow = Row[*tuple[Any, ...]]


def photos_of(suggestion_ids: Collection[str]) -> Mapping[str, Sequence[PhotoRow]]:
    """``id, suggestion_id, position, by_role, department_id, series, name, added_at`` of the
    pictures of some cases, first ones first
    and those of the report before the work, by one statement. Whoever asks has read the cases
    within what may be seen."""
    photo = SuggestionPhoto.__table__.c
    rows = db.session.execute(
        select(
            photo.id, photo.suggestion_id, photo.position, photo.by_role, photo.department_id,
            photo.series, photo.name, photo.added_at,
        )
        .where(photo.suggestion_id.in_(suggestion_ids))
        .order_by(
            photo.suggestion_id,
            photo.position,
            photo.department_id.is_not(None),
            photo.department_id,
            photo.slot,
        )
    )  # fmt: skip
    found: dict[str, list[PhotoRow]] = defaultdict(list)
    for row in rows:
        found[row.suggestion_id].append(row)
    return found


def visible(principal: Principal | None, suggestion_id: str, photo_id: str) -> PhotoRow:
    """``name`` of a picture's file and the ``visibility`` of its case.

    Raises:
        NotFound: there is none, or the case is not for this person's eyes.
    """
    row = db.session.execute(
        select(SuggestionPhoto.name, Suggestion.visibility)
        .join(Suggestion, Suggestion.id == SuggestionPhoto.suggestion_id)
        .join(Region, Region.code == Suggestion.region_code)
        .where(
            SuggestionPhoto.id == photo_id,
            SuggestionPhoto.suggestion_id == suggestion_id,
            visible_to(principal),
        )
    ).first()
    if row is None:
        raise NotFound
    return row


def names_among(names: Collection[str]) -> set[str]:
    """Those of some files that a case has."""
    photo = SuggestionPhoto.__table__.c
    return set(db.session.execute(select(photo.name).where(photo.name.in_(names))).scalars())


def work_is_shown(suggestion_id: str) -> ColumnElement[bool]:
    """Whether a department has shown something since the last answer: as a condition, so that an
    answer can be guarded by it."""
    answered = (
        select(func.coalesce(func.max(SuggestionEvent.position), 0))
        .where(
            SuggestionEvent.suggestion_id == suggestion_id,
            SuggestionEvent.event == Event.ANSWERED,
        )
        .scalar_subquery()
    )
    return (
        select(SuggestionPhoto.id)
        .where(
            SuggestionPhoto.suggestion_id == suggestion_id,
            SuggestionPhoto.by_role == By.HANDLER,
            SuggestionPhoto.position > answered,
        )
        .exists()
    )
