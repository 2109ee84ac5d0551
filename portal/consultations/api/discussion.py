"""Talking through: comments, what is helpful, what is hidden, questions to the committee."""

from __future__ import annotations

from typing import Any

from portal.consultations import schemas, services
from portal.consultations.api.blueprint import api
from portal.consultations.queries import asking, consultations, discussion
from portal.consultations.queries.discussion import CommentRow, Order
from portal.consultations.rules.asking import is_overdue, is_waiting
from portal.core.access import current_principal, the_principal
from portal.core.clock import rfc3339, today
from portal.core.limits import REPORTS, limit
from portal.core.moderation_schemas import WhatIsWrong
from portal.core.permissions import Permission
from portal.core.schema import PageQuery

COMMENTS = "/consultations/<id:consultation_id>/comments"
COMMENT = f"{COMMENTS}/<id:comment_id>"
QUESTIONS = "/consultations/<id:consultation_id>/questions"


@api.read(
    COMMENTS, permission=Permission.PUBLIC, query=schemas.CommentsQuery, answer=schemas.Comments
)
def list_comments(consultation_id: str, query: dict[str, Any]) -> dict[str, Any]:
    """What people say, oldest first or what most find helpful first; reply_to names the comment
    that is replied to.
    """
    row = consultations.visible(current_principal(), consultation_id)
    order = Order(query.pop("sort"))
    return discussion.page(row.id, order=order, **query).as_json(_comment)


@api.write(
    COMMENTS,
    permission=Permission.SIGNED_IN,
    body=schemas.NewComment,
    answer=schemas.Comment,
    status=201,
    refusals=("wrong_state",),
)
def comment_on_consultation(consultation_id: str, body: dict[str, Any]) -> dict[str, Any]:
    """Say something: verified residents of the region, and those who answer for it."""
    said = services.comment(the_principal(), consultation_id, body["text"], body["reply_to"])
    return _comment(discussion.one(consultation_id, said))


@api.write(
    f"{COMMENT}/helpful",
    permission=Permission.SIGNED_IN,
    answer=schemas.Comment,
    refusals=("wrong_state",),
)
def mark_comment_helpful(consultation_id: str, comment_id: str) -> dict[str, Any]:
    """Find a comment helpful, once; never one’s own."""
    services.mark_helpful(the_principal(), consultation_id, comment_id)
    return _comment(discussion.one(consultation_id, comment_id))


@api.write(
    f"{COMMENT}/helpful",
    method="DELETE",
    permission=Permission.SIGNED_IN,
    refusals=("wrong_state",),
)
def unmark_comment(consultation_id: str, comment_id: str) -> None:
    """Take back that one finds a comment helpful."""
    services.take_back_mark(the_principal(), consultation_id, comment_id)


@api.write(
    f"{COMMENT}/flag",
    permission=Permission.SIGNED_IN,
    body=WhatIsWrong,
    answer=schemas.Comment,
    refusals=("wrong_state",),
)
@limit(REPORTS)
def flag_comment(consultation_id: str, comment_id: str, body: dict[str, Any]) -> dict[str, Any]:
    """Ask the moderators to look at a comment."""
    services.flag_comment(the_principal(), consultation_id, comment_id, body["reason"])
    return _comment(discussion.one(consultation_id, comment_id))


@api.write(
    f"{COMMENT}/hide",
    permission=Permission.COMMENT_MODERATE,
    body=WhatIsWrong,
    answer=schemas.Comment,
    refusals=("wrong_state",),
)
def hide_comment(consultation_id: str, comment_id: str, body: dict[str, Any]) -> dict[str, Any]:
    """Hide a comment; the reason is shown in its place, and its author is told."""
    discussion.one(consultation_id, comment_id)
    services.hide_comment(the_principal(), comment_id, body["reason"])
    return _comment(discussion.one(consultation_id, comment_id))


@api.write(
    f"{COMMENT}/show",
    permission=Permission.COMMENT_MODERATE,
    answer=schemas.Comment,
    refusals=("wrong_state",),
)
def show_comment(consultation_id: str, comment_id: str) -> dict[str, Any]:
    """Show a hidden comment again."""
    discussion.one(consultation_id, comment_id)
    services.show_comment(the_principal(), comment_id)
    return _comment(discussion.one(consultation_id, comment_id))


@api.read(QUESTIONS, permission=Permission.PUBLIC, query=PageQuery, answer=schemas.Comments)
def list_questions(consultation_id: str, query: dict[str, Any]) -> dict[str, Any]:
    """The comments that the committee must answer, newest first."""
    row = consultations.visible(current_principal(), consultation_id)
    return asking.page(row.id, **query).as_json(_comment)


@api.write(
    QUESTIONS,
    permission=Permission.SIGNED_IN,
    body=schemas.NewWords,
    answer=schemas.Comment,
    status=201,
    refusals=("wrong_state",),
)
def ask_committee(consultation_id: str, body: dict[str, Any]) -> dict[str, Any]:
    """Put a question that the committee must answer by a day: verified residents, before voting
    opens.
    """
    asked = services.ask(the_principal(), consultation_id, body["text"])
    return _comment(discussion.one(consultation_id, asked))


@api.write(
    f"{QUESTIONS}/<id:comment_id>/answer",
    permission=Permission.CONSULTATION_MANAGE,
    body=schemas.NewWords,
    answer=schemas.Comment,
    refusals=("wrong_state",),
)
def answer_question(consultation_id: str, comment_id: str, body: dict[str, Any]) -> dict[str, Any]:
    """Answer a question for the committee, once; who asked is told."""
    discussion.one(consultation_id, comment_id)
    services.answer(the_principal(), comment_id, body["text"])
    return _comment(discussion.one(consultation_id, comment_id))


# --- as the API writes it -------------------------------------------------------------------------


def _comment(row: CommentRow) -> dict[str, Any]:
    actor = current_principal()
    hidden = row.hidden_at is not None and (actor is None or actor.id != row.author_id)
    return {
        "id": row.id,
        "author": {"id": row.author_id, "name": row.author_name},
        "text": "" if hidden else row.text,
        "reply_to": row.reply_to,
        "created_at": rfc3339(row.created_at),
        "helpful": row.helpful,
        "hidden_reason": row.hidden_reason,
        "question": _question(row),
    }


def _question(row: CommentRow) -> dict[str, Any] | None:
    if row.due_on is None:
        return None
    waits = is_waiting(
        answered=row.answered_at is not None,
        hidden=row.hidden_at is not None,
        status=row.vote_status,
    )
    return {
        "due_on": row.due_on.isoformat(),
        "overdue": waits and is_overdue(row.due_on, today()),
        "answer": row.answer,
        "answered_at": rfc3339(row.answered_at) if row.answered_at else None,
    }
