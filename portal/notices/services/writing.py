"""Writing a notice, before anybody else sees it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import delete, insert, update

from portal.core import audit
from portal.core.clock import now, today
from portal.core.database import db
from portal.core.errors import Invalid, WrongState
from portal.core.i18n import lazy_gettext as _l
from portal.core.ids import new_id
from portal.core.permissions import Permission, Principal
from portal.notices import queries
from portal.notices.models import Notice, NoticeText
from portal.notices.rules import FIRST_LOCALE, UNPUBLISHED, Audience, Status
from portal.regions.queries import level_of, path_of

LONGEST_PIN = timedelta(days=366)


@dataclass(frozen=True)
class Words:
    """A notice in one language."""

    title: str
    summary: str
    body: str


@dataclass(frozen=True)
class NoticePlan:
    """What is to be made known. ``texts`` by locale, the first one among them; days are inclusive;
    ``confirm``: readers are asked to say that they have read it; ``urgent``: it comes by e-mail to
    everybody."""

    region_code: str
    audiences: tuple[Audience, ...]
    texts: Mapping[str, Words]
    document_number: str = ""
    urgent: bool = False
    confirm: bool = False
    pinned_until: date | None = None
    ends_on: date | None = None


def create(actor: Principal, plan: NoticePlan) -> str:
    """Write a draft; returns its id.

    Raises:
        NotFound: there is no such region.
        Forbidden: the actor is not of its committee.
        Invalid: nobody is told, it has no words in Chinese, or a day is past.
    """
    actor.require(Permission.NOTICE_MANAGE, regions=path_of(plan.region_code))
    if level_of(plan.region_code) == "grid":
        raise Invalid.field("region_code", _l("A notice is for a community at least."))
    _check(plan)
    notice_id = new_id()
    row = {
        "id": notice_id,
        "status": Status.DRAFT,
        "region_code": plan.region_code,
        "created_by": actor.id,
        "created_at": now(),
        **_columns(plan),
    }
    db.session.execute(insert(Notice), [row])
    _write_texts(notice_id, plan.texts)
    audit.record(
        actor.id, "notice.written", "notice", notice_id, region_code=plan.region_code
    )  # fmt: skip
    return notice_id


def change(actor: Principal, notice_id: str, plan: NoticePlan) -> None:
    """Write a draft anew; a time set for it stays. Its region cannot be changed.

    Raises:
        NotFound, Forbidden, Invalid: as in :func:`create`.
        WrongState: it is published.
    """
    row = queries.managed(actor, notice_id)
    _check(plan)
    changed = db.session.connection().execute(
        update(Notice)
        .where(Notice.id == row.id, Notice.status.in_(UNPUBLISHED))
        .values(**_columns(plan))
    )
    if not changed.rowcount:
        raise WrongState
    db.session.execute(delete(NoticeText).where(NoticeText.notice_id == row.id))
    _write_texts(row.id, plan.texts)
    audit.record(actor.id, "notice.changed", "notice", row.id, region_code=row.region_code)


def copy(actor: Principal, notice_id: str) -> str:
    """Write a new draft with the words of a notice; returns its id.

    Raises:
        NotFound, Forbidden: it is not the actor's.
    """
    row = queries.managed(actor, notice_id)
    texts = {
        locale: Words(each.title, each.summary, each.body)
        for locale, each in queries.texts_of(row.id).items()
    }
    audiences = tuple(Audience(each) for each in row.audiences)
    plan = NoticePlan(
        row.region_code, audiences, texts, row.document_number, row.urgent, row.confirm
    )
    return create(actor, plan)


def delete_draft(actor: Principal, notice_id: str) -> None:
    """Throw away what was not published.

    Raises:
        NotFound, Forbidden: it is not the actor's.
        WrongState: it is published.
    """
    row = queries.managed(actor, notice_id)
    if row.status not in UNPUBLISHED:
        raise WrongState
    db.session.execute(delete(NoticeText).where(NoticeText.notice_id == row.id))
    gone = db.session.connection().execute(
        delete(Notice).where(Notice.id == row.id, Notice.status.in_(UNPUBLISHED))
    )
    if not gone.rowcount:
        raise WrongState
    audit.record(actor.id, "notice.deleted", "notice", row.id, region_code=row.region_code)


def _columns(plan: NoticePlan) -> dict[str, object]:
    return {
        "audiences": [str(each) for each in plan.audiences],
        "document_number": plan.document_number,
        "urgent": plan.urgent,
        "confirm": plan.confirm,
        "pinned_until": plan.pinned_until,
        "ends_on": plan.ends_on,
    }


def _check(plan: NoticePlan) -> None:
    if not plan.audiences:
        raise Invalid.field("audiences", _l("Choose whom it concerns."))
    if FIRST_LOCALE not in plan.texts:
        raise Invalid.field("title", _l("Please write it in Chinese; other languages may follow."))
    for name in ("pinned_until", "ends_on"):
        check_day(name, getattr(plan, name))


def check_day(name: str, day: date | None) -> None:
    """A day until which something stands lies ahead, and not further than a year.

    Raises:
        Invalid: it does not.
    """
    if day is None:
        return
    if day < today():
        raise Invalid.field(name, _l("This day is past."))
    if name == "pinned_until" and day > today() + LONGEST_PIN:
        raise Invalid.field(name, _l("At most a year ahead."))


def _write_texts(notice_id: str, texts: Mapping[str, Words]) -> None:
    rows = [
        {
            "notice_id": notice_id,
            "locale": locale,
            "title": each.title,
            "summary": each.summary,
            "body": each.body,
        }
        for locale, each in texts.items()
    ]
    db.session.execute(insert(NoticeText), rows)
