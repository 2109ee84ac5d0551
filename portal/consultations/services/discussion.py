"""Talking a consultation through: saying something, finding it helpful."""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete, insert, select, update

from portal.consultations.errors import NotForYou
from portal.consultations.models import (
    Comment,
    CommentFlag,
    CommentMark,
    Consultation,
    DiscussionQuestion,
)
from portal.consultations.policies import is_discussed, may_speak
from portal.consultations.queries import consultations, discussion
from portal.consultations.queries.consultations import ConsultationRow
from portal.consultations.rules.life import Status
from portal.core.clock import now
from portal.core.closing import NOBODY
from portal.core.database import db
from portal.core.errors import Forbidden, Invalid, NotFound, WrongState
from portal.core.i18n import lazy_gettext as _l
from portal.core.ids import new_id
from portal.core.inserts import insert_new
from portal.core.permissions import Principal


def comment(actor: Principal, consultation_id: str, text: str, reply_to: str | None) -> str:
    """Say something, perhaps in reply to a comment; returns the new one's id.

    Raises:
        NotFound: the consultation is not for this person to see.
        Forbidden: only those whom it is for speak, and those who answer for its region.
        WrongState: it is not talked about (any more).
        Invalid: there is no such comment to reply to.
    """
    row = _spoken_to(actor, consultation_id)
    thread_id = None if reply_to is None else _thread_of(row.id, reply_to)
    return write(actor, row, text, reply_to, thread_id)


def write(
    actor: Principal,
    row: ConsultationRow,
    text: str,
    reply_to: str | None = None,
    thread_id: str | None = None,
) -> str:
    """Write a comment down; whether it may be said was asked before. Returns its id."""
    comment_id = new_id()
    values = {
        "id": comment_id,
        "consultation_id": row.id,
        "region_code": row.region_code,
        "author_id": actor.id,
        "text": text,
        "reply_to": reply_to,
        "thread_id": thread_id or comment_id,
        "created_at": now(),
    }
    db.session.execute(insert(Comment), [values])
    return comment_id


def hold(consultation_id: str, *states: Status) -> None:
    """Keep a consultation in one of some states until the transaction ends.

    Raises:
        WrongState: it is in none of them (any more).
    """
    held = select(Consultation.id).where(
        Consultation.id == consultation_id, Consultation.status.in_(states)
    )
    if db.session.execute(held.with_for_update()).first() is None:
        raise WrongState


def mark_helpful(actor: Principal, consultation_id: str, comment_id: str) -> None:
    """Find a comment helpful; a second time changes nothing.

    Raises:
        NotFound: there is no such comment here.
        Forbidden: it is one's own, or only others speak here.
        WrongState: it is hidden, or the consultation is not talked about (any more).
    """
    row = _spoken_to(actor, consultation_id)
    said = discussion.one(row.id, comment_id)
    if said.author_id == actor.id:
        raise Forbidden(_l("Others say whether what you wrote is helpful."))
    if insert_new(CommentMark, comment_id=said.id, user_id=actor.id):
        _count(said.id, Comment.hidden_at.is_(None), +1)


def take_back_mark(actor: Principal, consultation_id: str, comment_id: str) -> None:
    """No longer find a comment helpful; a second time changes nothing.

    Raises:
        NotFound: there is no such comment here.
        Forbidden: only others speak here.
        WrongState: the consultation is not talked about (any more).
    """
    said = discussion.one(_spoken_to(actor, consultation_id).id, comment_id)
    gone = db.session.connection().execute(
        delete(CommentMark).where(
            CommentMark.comment_id == said.id, CommentMark.user_id == actor.id
        )
    )
    if gone.rowcount:
        _count(said.id, Comment.helpful > 0, -1)


def forget_words_of(user_id: str) -> None:
    """Take out what somebody said whose account is closed; the thread keeps its place, and marks
    and answers stay. What nobody can read any more waits for no answer."""
    said = select(Comment.id).where(Comment.author_id == user_id)
    db.session.execute(
        delete(DiscussionQuestion).where(
            DiscussionQuestion.comment_id.in_(said), DiscussionQuestion.answered_at.is_(None)
        )
    )
    theirs = update(Comment).where(Comment.author_id == user_id)
    db.session.execute(theirs.values(text=NOBODY))
    flags = update(CommentFlag).where(CommentFlag.user_id == user_id)
    db.session.execute(flags.values(reason=NOBODY))


def _spoken_to(actor: Principal, consultation_id: str) -> ConsultationRow:
    row = consultations.visible(actor, consultation_id)
    if not may_speak(actor, consultations.circle_of(row)):
        raise NotForYou
    if not is_discussed(row.status) or row.is_study:
        raise WrongState
    return row


def _thread_of(consultation_id: str, comment_id: str) -> str:
    try:
        return str(discussion.one(consultation_id, comment_id).thread_id)
    except NotFound as error:
        raise Invalid.field("reply_to", _l("There is no such comment here.")) from error


def _count(comment_id: str, guard: Any, change: int) -> None:
    statement = update(Comment).where(Comment.id == comment_id, guard)
    counted = statement.values(helpful=Comment.helpful + change)
    if not db.session.connection().execute(counted).rowcount:
        raise WrongState
