"""Questions to the committee in the JSON API."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from portal.core.access import current_principal, the_principal
from portal.core.clock import rfc3339, today
from portal.core.endpoint import ApiBlueprint
from portal.core.limits import REPORTS, limit
from portal.core.moderation_schemas import WhatIsWrong
from portal.core.permissions import Permission
from portal.core.summaries import region_of
from portal.supervision import queries, schemas, services
from portal.supervision.rules import Asked, is_overdue

api = ApiBlueprint("supervision", __name__, tag="Supervision")


@api.read(
    "/questions",
    permission=Permission.PUBLIC,
    query=schemas.QuestionsQuery,
    answer=schemas.Questions,
)
def list_questions(query: dict[str, Any]) -> dict[str, Any]:
    """What residents asked their committees about budgets, rules and decisions, with counts."""
    asked, region = query.pop("state", None), query.pop("region", None)
    page = queries.page(Asked(asked) if asked else None, region, **query)
    return {**page.as_json(_present), "counts": asdict(queries.counts(region))}


@api.read(
    "/questions/<id:question_id>",
    permission=Permission.PUBLIC,
    answer=schemas.Question,
)
def get_question(question_id: str) -> dict[str, Any]:
    """One question and its answer."""
    return _present(queries.one(question_id))


@api.write(
    "/questions",
    permission=Permission.SIGNED_IN,
    body=schemas.NewQuestion,
    answer=schemas.Question,
    status=201,
    statuses=(404,),
)
@limit(REPORTS)
def ask_question(body: dict[str, Any]) -> dict[str, Any]:
    """Put a question to the committee of one’s region, in public."""
    asked = services.ask(the_principal(), body["about"], body["of"], body["text"])
    return _present(queries.one(asked))


@api.write(
    "/questions/<id:question_id>/answer",
    permission=Permission.QUESTION_ANSWER,
    body=schemas.NewAnswer,
    answer=schemas.Question,
    refusals=("already_answered", "wrong_state"),
)
def answer_question(question_id: str, body: dict[str, Any]) -> dict[str, Any]:
    """Answer a question, once and in public; who asked is told."""
    services.answer(the_principal(), question_id, body["text"])
    return _present(queries.one(question_id))


@api.write(
    "/questions/<id:question_id>/flag",
    permission=Permission.SIGNED_IN,
    body=WhatIsWrong,
    answer=schemas.Question,
    refusals=("wrong_state",),
)
@limit(REPORTS)
def flag_question(question_id: str, body: dict[str, Any]) -> dict[str, Any]:
    """Ask the moderators to look at a question."""
    services.flag_question(the_principal(), question_id, body["reason"])
    return _present(queries.one(question_id))


@api.write(
    "/questions/<id:question_id>/hide",
    permission=Permission.COMMENT_MODERATE,
    body=WhatIsWrong,
    answer=schemas.Question,
    refusals=("wrong_state",),
)
def hide_question(question_id: str, body: dict[str, Any]) -> dict[str, Any]:
    """Hide a question; the reason is shown in its place. Not for the committee that is asked."""
    services.hide_question(the_principal(), question_id, body["reason"])
    return _present(queries.one(question_id))


@api.write(
    "/questions/<id:question_id>/show",
    permission=Permission.COMMENT_MODERATE,
    answer=schemas.Question,
    refusals=("wrong_state",),
)
def show_question(question_id: str) -> dict[str, Any]:
    """Show a hidden question again."""
    services.show_question(the_principal(), question_id)
    return _present(queries.one(question_id))


def _present(row: Any) -> dict[str, Any]:
    actor, answered = current_principal(), row.answered_at is not None
    hidden = row.hidden_at is not None
    theirs = actor is not None and actor.id == row.asked_by
    return {
        "id": row.id,
        "about": row.subject,
        "of": row.subject_id,
        "region": region_of(row),
        "text": row.text if theirs or not hidden else "",
        "author": {"id": row.asked_by, "name": row.author_name} if row.asked_by else None,
        "asked_at": rfc3339(row.asked_at),
        "due_on": row.due_on.isoformat(),
        "overdue": is_overdue(row.due_on, today(), answered=answered or hidden),
        "answer": row.answer if theirs or not hidden else None,
        "answered_at": rfc3339(row.answered_at) if answered else None,
        "hidden_reason": row.hidden_reason,
    }
