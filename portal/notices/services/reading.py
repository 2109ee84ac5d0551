"""What readers do with a notice: open it, and say that they have read it."""

from __future__ import annotations

from sqlalchemy import ColumnElement, delete, update

from portal.core.clock import now
from portal.core.database import db
from portal.core.errors import WrongState
from portal.core.permissions import Principal
from portal.notices import queries
from portal.notices.errors import NotConcerned
from portal.notices.models import NoticeReach, NoticeReader
from portal.notices.queries.notices import NoticeRow
from portal.notices.rules import FIRST_LOCALE, Audience, Status
from portal.notices.services.telling import count_told, is_new_reader
from portal.regions.rules import codes_of


def note_opened(actor: Principal, notice_id: str) -> None:
    """Note that somebody whom it concerns has opened a published notice; of others nothing is
    kept. Who became a resident after it was published counts as told by opening it."""
    row = queries.readable(actor, notice_id, FIRST_LOCALE)
    if row.status == Status.PUBLISHED:
        _join(actor, row)
        _mark(actor, row.id, "opened", NoticeReader.opened_at.is_(None), opened_at=now())


def confirm(actor: Principal, notice_id: str) -> None:
    """Say that one has read it; saying it again changes nothing.

    Raises:
        NotFound: there is no such notice for this person.
        WrongState: nobody is asked to, or it is withdrawn.
        NotConcerned: it is for others.
    """
    row = queries.readable(actor, notice_id, FIRST_LOCALE)
    if row.status != Status.PUBLISHED or not row.confirm:
        raise WrongState
    note_opened(actor, row.id)
    if queries.reader(row.id, actor.id) is None:
        raise NotConcerned
    _mark(actor, row.id, "confirmed", NoticeReader.confirmed_at.is_(None), confirmed_at=now())


def forget(user_id: str) -> None:
    """Delete of which notices somebody was told; the sums stay."""
    db.session.execute(delete(NoticeReader).where(NoticeReader.user_id == user_id))


def _join(actor: Principal, row: NoticeRow) -> None:
    home = actor.home_region
    concerned = (
        Audience.RESIDENTS in row.audiences
        and actor.verified
        and codes_of(row.region_path)[-1] in actor.home_path
    )
    if concerned and home is not None and is_new_reader(row.id, actor.id, home):
        count_told(row.id, {home: 1})


def _mark(
    actor: Principal, notice_id: str, column: str, guard: ColumnElement[bool], **values: object
) -> None:
    """Turn a reader's mark, and count it, once."""
    region = db.session.connection().execute(
        update(NoticeReader)
        .where(NoticeReader.notice_id == notice_id, NoticeReader.user_id == actor.id, guard)
        .values(**values)
        .returning(NoticeReader.region_code)
    )
    if (counted_in := region.scalar_one_or_none()) is not None:
        summed = getattr(NoticeReach, column)
        db.session.execute(
            update(NoticeReach)
            .where(NoticeReach.notice_id == notice_id, NoticeReach.region_code == counted_in)
            .values({summed: summed + 1})
        )
