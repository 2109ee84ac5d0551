"""Asking the committee in public, and answering."""

from __future__ import annotations

from typing import NoReturn

from sqlalchemy import insert, update

from portal.core import audit, outbox
from portal.core.clock import now, today
from portal.core.closing import NOBODY
from portal.core.database import db
from portal.core.errors import Forbidden, WrongState
from portal.core.i18n import lazy_gettext as _l
from portal.core.ids import new_id
from portal.core.permissions import Permission, Principal
from portal.regions.rules import codes_of
from portal.supervision import queries
from portal.supervision.errors import AlreadyAnswered
from portal.supervision.models import SupervisionFlag, SupervisionQuestion
from portal.supervision.policies import may_answer, may_ask
from portal.supervision.rules import due_on

QUOTED = 60
"""Characters of a question by which its author is reminded of it."""


def ask(actor: Principal, subject: str, subject_id: str, text: str) -> str:
    """Put a question to the committee; returns its id.

    Raises:
        NotFound: there is no such thing to ask about.
        Forbidden: only confirmed residents of the region ask.
    """
    thing = queries.found(subject, subject_id)
    if not may_ask(actor, thing.path):
        raise Forbidden(_l("Confirmed residents of the region ask here."))
    question_id = new_id()
    question = {
        "id": question_id,
        "region_code": thing.region_code,
        "subject": thing.subject,
        "subject_id": thing.id,
        "text": text,
        "asked_by": actor.id,
        "asked_at": now(),
        "due_on": due_on(today()),
    }
    db.session.execute(insert(SupervisionQuestion), [question])
    audit.record(
        actor.id,
        "question.asked",
        "question",
        question_id,
        region_code=thing.region_code,
        subject=f"{thing.subject}:{thing.id}",
    )
    return question_id


def answer(actor: Principal, question_id: str, text: str) -> None:
    """Answer a question, once and in public. Who asked is told.

    Raises:
        NotFound: there is no such question.
        Forbidden: the actor is not of the region's committee.
        AlreadyAnswered: somebody has answered it.
        WrongState: it is hidden.
    """
    row = queries.one(question_id)
    actor.require_that(Permission.QUESTION_ANSWER, may_answer(actor, codes_of(row.region_path)))
    answered = db.session.connection().execute(
        update(SupervisionQuestion)
        .where(
            SupervisionQuestion.id == row.id,
            SupervisionQuestion.answered_at.is_(None),
            SupervisionQuestion.hidden_at.is_(None),
        )
        .values(answer=text, answered_at=now(), answered_by=actor.id)
    )
    if not answered.rowcount:
        _refuse_answer(row.id)
    audit.record(
        actor.id,
        "question.answered",
        "question",
        row.id,
        region_code=row.region_code,
        subject=f"{row.subject}:{row.subject_id}",
    )
    if row.asked_by is not None:
        outbox.emit(
            "notify",
            user_id=row.asked_by,
            kind="question.answered",
            params={"question": quoted(row.text)},
            url=f"/questions/{row.id}",
        )


def forget_author(user_id: str) -> None:
    """Take a name off its questions; they stay, with their answers. What the person said against
    others goes."""
    flags = update(SupervisionFlag).where(SupervisionFlag.user_id == user_id)
    db.session.execute(flags.values(reason=NOBODY))
    db.session.execute(
        update(SupervisionQuestion)
        .where(SupervisionQuestion.asked_by == user_id)
        .values(asked_by=None)
    )


def _refuse_answer(question_id: str) -> NoReturn:
    """Say why a question takes no answer, as it is now."""
    if queries.one(question_id).answered_at is not None:
        raise AlreadyAnswered
    raise WrongState(_l("It is hidden: nobody waits for an answer."))


def quoted(text: str) -> str:
    """A question in a line, so far as its author knows it again."""
    line = " ".join(text.split())
    return line if len(line) <= QUOTED else f"{line[:QUOTED]}…"
