"""Questions that the committee must answer by a day."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import insert, update

from portal.consultations.errors import NotForYou
from portal.consultations.models import DiscussionQuestion
from portal.consultations.policies import may_ask
from portal.consultations.queries import asking, consultations
from portal.consultations.rules.asking import due_on
from portal.consultations.rules.life import Status
from portal.consultations.services.discussion import hold, write
from portal.consultations.services.moderating import address_of
from portal.consultations.services.responsible import those_responsible
from portal.core import audit, outbox
from portal.core.clock import clock, now, today
from portal.core.database import db
from portal.core.errors import WrongState
from portal.core.i18n import lazy_gettext as _l
from portal.core.permissions import Permission, Principal
from portal.regions.rules import codes_of


def ask(actor: Principal, consultation_id: str, text: str) -> str:
    """Put a question that the committee must answer, and is told of; returns the id of the comment
    it is.

    Raises:
        NotFound: the consultation is not for this person to see.
        Forbidden: it is not for the actor.
        WrongState: the discussion has not begun, or is over.
    """
    row = consultations.visible(actor, consultation_id)
    if not may_ask(actor, consultations.circle_of(row)):
        raise NotForYou
    hold(row.id, Status.DISCUSSION)
    comment_id = write(actor, row, text)
    opens_on = clock.day_of(row.opens_at) if row.opens_at else None
    due = due_on(today(), opens_on)
    values = {
        "comment_id": comment_id,
        "consultation_id": row.id,
        "region_code": row.region_code,
        "due_on": due,
    }
    db.session.execute(insert(DiscussionQuestion), [values])
    _tell_responsible("consultation.question_asked", row, comment_id, due)
    return comment_id


def answer(actor: Principal, comment_id: str, text: str) -> None:
    """Answer a question for the committee, once and publicly; who asked is told.

    Raises:
        NotFound: there is no such question.
        Forbidden: the actor does not answer for its region.
        WrongState: it is answered, or hidden.
    """
    row = asking.one(comment_id)
    actor.require(Permission.CONSULTATION_MANAGE, regions=codes_of(row.region_path))
    if row.hidden_at is not None:
        raise WrongState(_l("It is hidden: nobody waits for an answer."))
    values = {"answer": text, "answered_at": now(), "answered_by": actor.id}
    _change(comment_id, DiscussionQuestion.answered_at.is_(None), values)
    audit.record(
        actor.id, "comment.answered", "comment", row.id, region_code=row.region_code,
        consultation_id=row.consultation_id, due_on=row.due_on.isoformat(),
    )  # fmt: skip
    told = {"title": row.title}
    _tell(row.author_id, "consultation.question_answered", told, address_of(row))


def remind_of(row: Any) -> int:
    """Tell those responsible for a question that its day has passed; 0 if they were told before,
    or it was answered meanwhile."""
    guard = DiscussionQuestion.reminded_at.is_(None) & DiscussionQuestion.answered_at.is_(None)
    try:
        _change(row.comment_id, guard, {"reminded_at": now()})
    except WrongState:
        return 0
    _tell_responsible("consultation.question_overdue", row, row.comment_id, row.due_on)
    return 1


def _tell_responsible(kind: str, row: Any, comment_id: str, due: date) -> None:
    params = {"title": row.title, "due_on": due.isoformat()}
    for person in those_responsible(codes_of(row.region_path)):
        _tell(person, kind, params, f"/desk/discussion/questions/{comment_id}")


def _change(comment_id: str, guard: Any, values: dict[str, Any]) -> None:
    statement = update(DiscussionQuestion).where(DiscussionQuestion.comment_id == comment_id, guard)
    if not db.session.connection().execute(statement.values(**values)).rowcount:
        raise WrongState


def _tell(user_id: str, kind: str, params: dict[str, str], url: str) -> None:
    outbox.emit("notify", user_id=user_id, kind=kind, params=params, url=url)
