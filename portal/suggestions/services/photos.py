"""Showing how it looks: pictures of the report, and of the work.

Files are kept by the door (``portal.suggestions.uploads``) before, and deleted after what is done
here has been committed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, delete, insert, select, update

from portal.core import audit, outbox
from portal.core.database import db
from portal.core.errors import Forbidden, NotFound, WrongState
from portal.core.i18n import lazy_gettext as _l
from portal.core.ids import new_id
from portal.core.permissions import Principal
from portal.suggestions.errors import EnoughPhotos
from portal.suggestions.models import Suggestion, SuggestionPart, SuggestionPhoto
from portal.suggestions.queries import cases
from portal.suggestions.queries.visibility import departments_of
from portal.suggestions.rules.machine import By, Status
from portal.suggestions.rules.photos import (
    REPORT,
    REPORT_GROWS,
    TAKEN_BACK,
    WORK_GROWS,
    free_slots,
    series_of_work,
)
from portal.suggestions.services.recording import instant

DROPPED = "suggestion.photos_dropped"
"""In the outbox: ``names`` of files that nothing leads to any more."""


@dataclass(frozen=True)
class _Series:
    """To which pictures of a case a person may add."""

    case: Row[Any]
    name: str
    by: By
    department_id: str | None
    user_id: str | None

    @property
    def grows(self) -> frozenset[Status]:
        return WORK_GROWS if self.by is By.HANDLER else REPORT_GROWS


def admit(actor: Principal, suggestion_id: str) -> None:
    """Look whether a person may show pictures of a case, before any of them is read.

    Raises:
        NotFound: there is no case that the person may see.
        Forbidden: others reported it, and other departments have it.
        WrongState: it is over, or not with the department.
        EnoughPhotos: there are six already.
    """
    series = _series(actor, suggestion_id)
    if Status(series.case.status) not in series.grows:
        raise WrongState
    if not free_slots(_taken(series)):
        raise EnoughPhotos


def add_photos(actor: Principal, suggestion_id: str, names: Sequence[str]) -> list[str]:
    """Put kept pictures to a case, all or none; returns their ids. From who reported it they belong
    to the report, from departments to their work.

    Raises:
        NotFound, Forbidden, WrongState: as in :func:`admit`.
        EnoughPhotos: that would be more than six.
    """
    series = _series(actor, suggestion_id)
    _hold(series)
    slots = free_slots(_taken(series))
    if len(slots) < len(names):
        raise EnoughPhotos
    rows = [_row(series, name, slot) for name, slot in zip(names, slots, strict=False)]
    db.session.execute(insert(SuggestionPhoto), rows)
    _note(series, "suggestion.photos_added", len(rows))
    return [str(row["id"]) for row in rows]


def remove_photo(actor: Principal, suggestion_id: str, photo_id: str) -> None:
    """Take back a picture that one has sent: of the report until it is dispatched, of the work
    until it is answered.

    Raises:
        NotFound: there is no such picture, or the case is not for the person's eyes.
        Forbidden: others have sent it.
        WrongState: somebody works with it by now.
    """
    series = _series(actor, suggestion_id)
    photo = _photo(series, photo_id)
    if photo.series != series.name:
        raise Forbidden(_l("Others have sent this picture."))
    _hold(series, TAKEN_BACK if series.by is not By.HANDLER else WORK_GROWS)
    _drop([photo_id])
    _note(series, "suggestion.photo_removed", 1)


def drop_photos_of_reports(suggestion_ids: Sequence[str]) -> None:
    """Erase what who reported some cases has shown. Any number of times."""
    photo = SuggestionPhoto.__table__.c
    ids = db.session.execute(
        select(photo.id).where(photo.suggestion_id.in_(suggestion_ids), photo.series == REPORT)
    ).scalars()
    _drop(list(ids))


def _series(actor: Principal, suggestion_id: str) -> _Series:
    """Raises:
    NotFound, Forbidden: the case is not for this person, or not theirs.
    """
    row = cases.visible(actor, suggestion_id)
    department = _department_of(actor, row)
    if department is not None:
        name = series_of_work(department, row.reopenings)
        return _Series(row, name, By.HANDLER, department, actor.id)
    if row.filed_by == actor.id:
        return _Series(row, REPORT, By.SOCIAL_WORKER, None, actor.id)
    if row.reported_by == actor.id:
        return _Series(row, REPORT, By.RESIDENT, None, None)
    raise Forbidden(_l("Only who reported this and who works on it add pictures."))


def _department_of(actor: Principal, row: Row[Any]) -> str | None:
    """The person's department that leads the case, or was called to it."""
    mine = departments_of(actor)
    if row.department_id in mine:
        return str(row.department_id)
    if not mine:
        return None
    part = SuggestionPart.__table__.c
    return db.session.execute(
        select(part.department_id)
        .where(part.suggestion_id == row.id, part.department_id.in_(mine))
        .order_by(part.department_id)
        .limit(1)
    ).scalar_one_or_none()


def _hold(series: _Series, while_in: frozenset[Status] | None = None) -> None:
    """Take the case's row in one of these states: who adds as well comes before or after."""
    row, states = series.case, while_in or series.grows
    held = db.session.connection().execute(
        update(Suggestion)
        .where(
            Suggestion.id == row.id,
            Suggestion.status.in_(states),
            Suggestion.position == row.position,
        )
        .values(position=Suggestion.position)
    )
    if not held.rowcount:
        raise WrongState


def _taken(series: _Series) -> list[int]:
    photo = SuggestionPhoto.__table__.c
    return list(
        db.session.execute(
            select(photo.slot).where(
                photo.suggestion_id == series.case.id, photo.series == series.name
            )
        ).scalars()
    )


def _row(series: _Series, name: str, slot: int) -> dict[str, Any]:
    return {
        "id": new_id(),
        "suggestion_id": series.case.id,
        "region_code": series.case.region_code,
        "series": series.name,
        "slot": slot,
        "position": series.case.position,
        "by_role": series.by,
        "department_id": series.department_id,
        "added_by": series.user_id,
        "name": name,
        "added_at": instant(),
    }


def _photo(series: _Series, photo_id: str) -> Row[Any]:
    photo = SuggestionPhoto.__table__.c
    row = db.session.execute(
        select(photo.series).where(photo.id == photo_id, photo.suggestion_id == series.case.id)
    ).first()
    if row is None:
        raise NotFound
    return row


def _drop(photo_ids: Sequence[str]) -> None:
    """The rows go now, the files once that is certain."""
    if not photo_ids:
        return
    names = db.session.execute(
        delete(SuggestionPhoto)
        .where(SuggestionPhoto.id.in_(photo_ids))
        .returning(SuggestionPhoto.name)
    ).scalars()
    if gone := sorted(names):
        outbox.emit(DROPPED, names=gone)


def _note(series: _Series, action: str, photos: int) -> None:
    if series.user_id is not None:
        audit.record(
            series.user_id, action, "suggestion", series.case.id,
            region_code=series.case.region_code, photos=photos,
        )  # fmt: skip
