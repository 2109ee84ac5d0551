"""Making a notice known, now or at a time, keeping it at the top, and taking it back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, update

from portal.core import audit, search
from portal.core.clock import clock, now, rfc3339
from portal.core.database import db
from portal.core.errors import Invalid, WrongState
from portal.core.i18n import lazy_gettext as _l
from portal.core.jobs import one_by_one
from portal.core.permissions import Principal
from portal.notices import queries
from portal.notices.models import Notice
from portal.notices.queries.notices import SEARCH_KIND
from portal.notices.rules import UNPUBLISHED, Audience, Status, is_over
from portal.notices.services.telling import begin_to_tell
from portal.notices.services.writing import check_day

_AT_ONCE = 100


def publish(actor: Principal, notice_id: str) -> None:
    """Make it known now.

    Raises:
        NotFound, Forbidden: it is not the actor's.
        Invalid: its last day is past.
        WrongState: it is published.
    """
    row = queries.managed(actor, notice_id)
    check_day("ends_on", row.ends_on)
    _publish(row.id, Notice.status.in_(UNPUBLISHED))
    audit.record(actor.id, "notice.published", "notice", row.id, region_code=row.region_code)


def schedule(actor: Principal, notice_id: str, publish_at: datetime) -> None:
    """Have it appear by itself at a time, which may be set anew until then.

    Raises:
        NotFound, Forbidden: it is not the actor's.
        Invalid: the time is past, or after its last day.
        WrongState: it is published.
    """
    row = queries.managed(actor, notice_id)
    if publish_at <= now():
        raise Invalid.field("publish_on", _l("This must lie ahead."))
    if is_over(row.ends_on, clock.day_of(publish_at)):
        raise Invalid.field("publish_on", _l("This is after its last day."))
    changed = db.session.connection().execute(
        update(Notice)
        .where(Notice.id == row.id, Notice.status.in_(UNPUBLISHED))
        .values(status=Status.SCHEDULED, publish_at=publish_at)
    )
    if not changed.rowcount:
        raise WrongState
    audit.record(
        actor.id,
        "notice.scheduled",
        "notice",
        row.id,
        region_code=row.region_code,
        publish_at=rfc3339(publish_at),
    )


def publish_due() -> int:
    """Make known what is to appear by now; returns how many."""

    def due(last: Row[Any] | None) -> Sequence[Row[Any]]:
        return queries.due(last, _AT_ONCE)

    return one_by_one(due, _appear)


def pin(actor: Principal, notice_id: str, until: date | None) -> None:
    """Keep a notice at the top through a day; None: no longer.

    Raises:
        NotFound, Forbidden: it is not the actor's.
        Invalid: the day is past.
        WrongState: it is withdrawn.
    """
    row = queries.managed(actor, notice_id)
    check_day("pinned_until", until)
    changed = db.session.connection().execute(
        update(Notice)
        .where(Notice.id == row.id, Notice.status != Status.WITHDRAWN)
        .values(pinned_until=until)
    )
    if not changed.rowcount:
        raise WrongState
    audit.record(
        actor.id,
        "notice.pinned",
        "notice",
        row.id,
        region_code=row.region_code,
        until=until.isoformat() if until else "",
    )


def withdraw(actor: Principal, notice_id: str, reason: str) -> None:
    """Take a notice back; it stays to be read among the earlier ones, with the reason.

    Raises:
        NotFound, Forbidden: it is not the actor's.
        WrongState: it is not published.
    """
    row = queries.managed(actor, notice_id)
    changed = db.session.connection().execute(
        update(Notice)
        .where(Notice.id == row.id, Notice.status == Status.PUBLISHED)
        .values(status=Status.WITHDRAWN, withdrawn_at=now(), withdrawn_reason=reason)
    )
    if not changed.rowcount:
        raise WrongState
    audit.record(actor.id, "notice.withdrawn", "notice", row.id, region_code=row.region_code)


def _appear(row: Row[Any]) -> int:
    try:
        _publish(row.id, Notice.status == Status.SCHEDULED, Notice.publish_at == row.publish_at)
    except WrongState:
        return 0  # somebody changed its time, or was faster
    return 1


def _publish(notice_id: str, *guards: Any) -> None:
    published = db.session.connection().execute(
        update(Notice)
        .where(Notice.id == notice_id, *guards)
        .values(status=Status.PUBLISHED, published_at=now())
    )
    if not published.rowcount:
        raise WrongState
    texts = queries.texts_of(notice_id).values()
    words = [part for each in texts for part in (each.title, each.summary, each.body)]
    search.index(SEARCH_KIND, notice_id, *words)
    begin_to_tell(notice_id, next(iter(Audience)))
