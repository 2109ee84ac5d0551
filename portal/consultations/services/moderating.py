"""Comments that somebody objects to: flagged, hidden with a reason, shown again."""

from __future__ import annotations

from portal.consultations.models import Comment, CommentFlag
from portal.consultations.queries import consultations, discussion
from portal.consultations.queries.discussion import CommentRow
from portal.core import audit, moderation, outbox
from portal.core.errors import Forbidden
from portal.core.i18n import lazy_gettext as _l
from portal.core.permissions import Principal


def flag_comment(actor: Principal, consultation_id: str, comment_id: str, reason: str) -> None:
    """Ask the moderators to look at a comment, once.

    Raises:
        NotFound: there is no such comment for this person to see.
        WrongState: it is hidden already.
    """
    row = consultations.visible(actor, consultation_id)
    said = discussion.one(row.id, comment_id)
    values = {"comment_id": said.id, "user_id": actor.id, "reason": reason}
    moderation.object_to(Comment, said.id, CommentFlag, **values)


def hide_comment(actor: Principal, comment_id: str, reason: str) -> None:
    """Hide a comment: the reason stands in its place, and its author is told.

    Raises:
        NotFound: there is no such comment.
        Forbidden: the actor does not moderate in its region, or wrote it.
        WrongState: it is hidden already.
    """
    row = _judged(actor, comment_id)
    moderation.hide(Comment, comment_id, actor, reason)
    _note(actor, "comment.hidden", row, reason=reason)
    _tell_author(row, "consultation.comment_hidden", reason=reason)


def show_comment(actor: Principal, comment_id: str) -> None:
    """Show a hidden comment again; its author is told.

    Raises:
        NotFound: there is no such comment.
        Forbidden: the actor does not moderate in its region, or wrote it.
        WrongState: it is not hidden.
    """
    row = _judged(actor, comment_id)
    moderation.show(Comment, comment_id)
    _note(actor, "comment.shown", row)
    _tell_author(row, "consultation.comment_shown")


def keep_comment(actor: Principal, comment_id: str) -> None:
    """Look at what was flagged and leave it as it is.

    Raises:
        NotFound: there is no such comment.
        Forbidden: the actor does not moderate in its region, or wrote it.
        WrongState: nobody has flagged it (any more).
    """
    row = _judged(actor, comment_id)
    moderation.keep(Comment, comment_id)
    _note(actor, "comment.kept", row)


def _judged(actor: Principal, comment_id: str) -> CommentRow:
    row = discussion.to_moderate(actor, comment_id)
    if row.author_id == actor.id:
        raise Forbidden(_l("Somebody else judges what you wrote."))
    return row


def _note(actor: Principal, action: str, row: CommentRow, **facts: str) -> None:
    audit.record(
        actor.id, action, "comment", row.id, region_code=row.region_code,
        consultation_id=row.consultation_id, **facts,
    )  # fmt: skip


def _tell_author(row: CommentRow, kind: str, **params: str) -> None:
    outbox.emit(
        "notify",
        user_id=row.author_id,
        kind=kind,
        params={"title": row.title, **params},
        url=address_of(row),
    )


def address_of(row: CommentRow) -> str:
    """The page of a comment's thread, at the comment."""
    return f"/consultations/{row.consultation_id}/comments/{row.thread_id}#comment-{row.id}"
