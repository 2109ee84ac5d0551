"""Questions that somebody objects to: flagged, hidden with a reason, shown again."""

from __future__ import annotations

from portal.core import audit, moderation, outbox
from portal.core.errors import Forbidden
from portal.core.i18n import lazy_gettext as _l
from portal.core.permissions import Principal
from portal.supervision import queries
from portal.supervision.models import SupervisionFlag, SupervisionQuestion
from portal.supervision.queries import QuestionRow
from portal.supervision.services.asking import quoted


def flag_question(actor: Principal, question_id: str, reason: str) -> None:
    """Ask the moderators to look at a question, once.

    Raises:
        NotFound: there is no such question.
        WrongState: it is hidden already.
    """
    row = queries.one(question_id)
    values = {"question_id": row.id, "user_id": actor.id, "reason": reason}
    moderation.object_to(SupervisionQuestion, row.id, SupervisionFlag, **values)


def hide_question(actor: Principal, question_id: str, reason: str) -> None:
    """Hide a question: the reason stands in its place, and its author is told.

    Raises:
        NotFound: there is no such question.
        Forbidden: the actor does not moderate in its region, is asked by it, or wrote it.
        WrongState: it is hidden already.
    """
    row = _judged(actor, question_id)
    moderation.hide(SupervisionQuestion, row.id, actor, reason)
    _note(actor, "question.hidden", row, reason=reason)
    _tell_author(row, "question.hidden", reason=reason)


def show_question(actor: Principal, question_id: str) -> None:
    """Show a hidden question again; its author is told.

    Raises:
        NotFound, Forbidden: as in :func:`hide_question`.
        WrongState: it is not hidden.
    """
    row = _judged(actor, question_id)
    moderation.show(SupervisionQuestion, row.id)
    _note(actor, "question.shown", row)
    _tell_author(row, "question.shown")


def keep_question(actor: Principal, question_id: str) -> None:
    """Look at what was flagged and leave it as it is.

    Raises:
        NotFound, Forbidden: as in :func:`hide_question`.
        WrongState: nobody has flagged it (any more).
    """
    row = _judged(actor, question_id)
    moderation.keep(SupervisionQuestion, row.id)
    _note(actor, "question.kept", row)


def _judged(actor: Principal, question_id: str) -> QuestionRow:
    row = queries.to_moderate(actor, question_id)
    if row.asked_by == actor.id:
        raise Forbidden(_l("Somebody else judges what you wrote."))
    return row


def _note(actor: Principal, action: str, row: QuestionRow, **facts: str) -> None:
    audit.record(
        actor.id, action, "question", row.id, region_code=row.region_code,
        subject=f"{row.subject}:{row.subject_id}", **facts,
    )  # fmt: skip


def _tell_author(row: QuestionRow, kind: str, **params: str) -> None:
    if row.asked_by is None:
        return
    outbox.emit(
        "notify",
        user_id=row.asked_by,
        kind=kind,
        params={"question": quoted(row.text), **params},
        url=f"/questions/{row.id}",
    )
