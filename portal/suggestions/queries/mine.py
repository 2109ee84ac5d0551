"""What a person has reported, supports, has written down for others, and is to judge."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from portal.core.clock import now
from portal.core.database import db
from portal.core.pagination import Page, fetch_page
from portal.core.permissions import Principal
from portal.suggestions.models import Suggestion, SuggestionSupporter
from portal.suggestions.queries.cases import CaseRow, columns
from portal.suggestions.queries.visibility import visible_to
from portal.suggestions.rules.machine import Status

MOST_TO_JUDGE = 20
MOST_MERGED = 20
_ID = Suggestion.__table__.c.id


def reported(person: Principal, *, cursor: str | None = None) -> Page[Any]:
    """What somebody has reported, the latest on top.

    Raises:
        Invalid: the cursor is not one of this list.
    """
    return fetch_page(
        columns().where(Suggestion.reported_by == person.id),
        (Suggestion.__table__.c.received_at, _ID),
        name="my-suggestions",
        cursor=cursor,
        descending=True,
    )


def supported(person: Principal, *, cursor: str | None = None) -> Page[Any]:
    """What somebody supports, the latest case on top.

    Raises:
        Invalid: the cursor is not one of this list.
    """
    wanted = select(SuggestionSupporter.suggestion_id).where(
        SuggestionSupporter.user_id == person.id
    )
    return fetch_page(
        columns().where(_ID.in_(wanted), visible_to(person)),
        (_ID,),
        name="supported-suggestions",
        cursor=cursor,
        descending=True,
    )


def written_down(person: Principal, *, cursor: str | None = None) -> Page[Any]:
    """What somebody has taken down for others, the latest on top.

    Raises:
        Invalid: the cursor is not one of this list.
    """
    return fetch_page(
        columns().where(Suggestion.filed_by == person.id),
        (_ID,),
        name="suggestions-for-others",
        cursor=cursor,
        descending=True,
    )


def to_judge(user_id: str, limit: int = MOST_TO_JUDGE) -> Sequence[CaseRow]:
    """The answers that wait for this person's judgement, those that end soonest first."""
    return db.session.execute(
        columns()
        .where(
            Suggestion.reported_by == user_id,
            Suggestion.status == Status.ANSWERED,
            Suggestion.judge_until >= now(),
        )
        .order_by(Suggestion.judge_until, _ID)
        .limit(limit)
    ).all()


def is_supporter(user_id: str, suggestion_id: str) -> bool:
    """Whether a person supports a case."""
    found = db.session.execute(
        select(SuggestionSupporter.user_id).where(
            SuggestionSupporter.user_id == user_id,
            SuggestionSupporter.suggestion_id == suggestion_id,
        )
    )
    return found.first() is not None


def merged_into(person: Principal | None, suggestion_id: str) -> Sequence[CaseRow]:
    """Some of the cases that were put together with one, as far as the person may see them."""
    return db.session.execute(
        columns()
        .where(Suggestion.merged_into == suggestion_id, visible_to(person))
        .order_by(_ID)
        .limit(MOST_MERGED)
    ).all()
