"""Talking a consultation through."""

from __future__ import annotations

from sqlalchemy import insert, update

from portal.consultations.models import Comment
from portal.consultations.policies import is_discussed, may_speak
from portal.consultations.queries import consultations, discussion
from portal.core.clock import now
from portal.core.closing import NOBODY
from portal.core.database import db
from portal.core.errors import Forbidden, Invalid, WrongState
from portal.core.i18n import lazy_gettext as _l
from portal.core.ids import new_id
from portal.core.permissions import Principal


def comment(actor: Principal, consultation_id: str, text: str, reply_to: str | None) -> str:
    """Say something, perhaps in reply to a comment; returns the new one's id.

    Raises:
        NotFound: the consultation is not for this person to see.
        Forbidden: only verified residents of the region speak, and those who answer for it.
        WrongState: it is not talked about (any more).
        Invalid: there is no such comment to reply to.
    """
    row = consultations.visible(actor, consultation_id)
    if not may_speak(actor, consultations.path_of(row)):
        raise Forbidden(_l("Verified residents of the region speak here."))
    if not is_discussed(row.status) or row.is_study:
        raise WrongState
    if reply_to is not None and not discussion.is_said_to(row.id, reply_to):
        raise Invalid.field("reply_to", _l("There is no such comment here."))
    comment_id = new_id()
    values = {
        "id": comment_id,
        "consultation_id": row.id,
        "author_id": actor.id,
        "text": text,
        "reply_to": reply_to,
        "created_at": now(),
    }
    db.session.execute(insert(Comment), [values])
    return comment_id


def forget_words_of(user_id: str) -> None:
    """Take out what somebody said whose account is closed; the thread keeps its place."""
    db.session.execute(update(Comment).where(Comment.author_id == user_id).values(text=NOBODY))
