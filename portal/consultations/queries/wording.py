"""The texts of options: as they are, each version, and what residents would change."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import Row, Select, and_, func, select
from sqlalchemy.orm import aliased

from portal.accounts.models import User
from portal.consultations.models import (
    ConsultationOption,
    OptionAmendment,
    OptionProposal,
    OptionVersion,
)
from portal.consultations.rules.proposals import AmendmentStatus
from portal.core.database import db
from portal.core.errors import NotFound
from portal.core.pagination import DEFAULT_LIMIT, Page, fetch_page

AmendmentRow = Row[*tuple[Any, ...]]
"""All columns of an amendment, ``author_name``, and ``version``: the text's number now."""


def option(consultation_id: str, option_id: str) -> Row[*tuple[Any, ...]]:
    """``id, title, cost, version, text, proposal_id`` of an option (``text`` is empty where it has
    none); ``proposal_id`` is what it was made of.

    Raises:
        NotFound: the consultation has none of that id.
    """
    found = db.session.execute(
        select(
            ConsultationOption.id,
            ConsultationOption.title,
            ConsultationOption.cost,
            ConsultationOption.version,
            func.coalesce(OptionVersion.text, "").label("text"),
            OptionProposal.id.label("proposal_id"),
        )
        .outerjoin(OptionVersion, _as_it_is())
        .outerjoin(OptionProposal, OptionProposal.option_id == ConsultationOption.id)
        .where(
            ConsultationOption.id == option_id,
            ConsultationOption.consultation_id == consultation_id,
        )
    ).first()
    if found is None:
        raise NotFound
    return found


def texts_of(consultation_id: str) -> Mapping[str, str]:
    """The texts of a consultation's options as they are, by option; of those that have one."""
    rows = db.session.execute(
        select(ConsultationOption.id, OptionVersion.text)
        .join(OptionVersion, _as_it_is())
        .where(ConsultationOption.consultation_id == consultation_id)
    )
    return {row.id: row.text for row in rows}


def text_of(option_id: str, number: int) -> str:
    """One version's text; version 0 is empty.

    Raises:
        NotFound: there is no such version.
    """
    if number == 0:
        return ""
    text = db.session.execute(
        select(OptionVersion.text).where(
            OptionVersion.option_id == option_id, OptionVersion.number == number
        )
    ).scalar_one_or_none()
    if text is None:
        raise NotFound
    return text


def texts_at(option_id: str, numbers: Collection[int]) -> Mapping[int, str]:
    """Some versions' texts, by their numbers."""
    rows = db.session.execute(
        select(OptionVersion.number, OptionVersion.text).where(
            OptionVersion.option_id == option_id, OptionVersion.number.in_(numbers)
        )
    )
    return {row.number: row.text for row in rows}


def versions_page(
    option_id: str, *, cursor: str | None = None, limit: int = DEFAULT_LIMIT
) -> Page[Any]:
    """``number, why, created_at, author_id, author_name, proposer_id, proposer_name``, newest
    first; the proposer is whose change to a sentence it took up.

    Raises:
        Invalid: the cursor is not one of this list.
    """
    proposer = aliased(User)
    statement = (
        select(
            OptionVersion.number,
            OptionVersion.why,
            OptionVersion.created_at,
            OptionVersion.author_id,
            User.name.label("author_name"),
            OptionAmendment.author_id.label("proposer_id"),
            proposer.name.label("proposer_name"),
        )
        .join(User, User.id == OptionVersion.author_id)
        .outerjoin(
            OptionAmendment,
            and_(
                OptionAmendment.option_id == OptionVersion.option_id,
                OptionAmendment.made_version == OptionVersion.number,
            ),
        )
        .outerjoin(proposer, proposer.id == OptionAmendment.author_id)
        .where(OptionVersion.option_id == option_id)
    )
    return fetch_page(
        statement,
        [OptionVersion.__table__.c.number],
        name=f"versions:{option_id}",
        cursor=cursor,
        limit=limit,
        descending=True,
    )


def amendments_page(
    option_id: str,
    *,
    statuses: Collection[str] = (),
    cursor: str | None = None,
    limit: int = DEFAULT_LIMIT,
) -> Page[Any]:
    """Changes to sentences that were proposed, newest first; in some states, or all.

    Raises:
        Invalid: the cursor is not one of this list.
    """
    statement = _amendments().where(OptionAmendment.option_id == option_id)
    if statuses:
        statement = statement.where(OptionAmendment.status.in_(statuses))
    return fetch_page(
        statement,
        [OptionAmendment.__table__.c.id],
        name=f"amendments:{option_id}:{','.join(sorted(statuses))}",
        cursor=cursor,
        limit=limit,
        descending=True,
    )


def amendment(option_id: str, amendment_id: str) -> AmendmentRow:
    """One change that was proposed to an option's text.

    Raises:
        NotFound: there is none of that id.
    """
    found = db.session.execute(
        _amendments().where(
            OptionAmendment.id == amendment_id, OptionAmendment.option_id == option_id
        )
    ).first()
    if found is None:
        raise NotFound
    return found


def waiting_in(consultation_id: str) -> Mapping[str, int]:
    """How many changes wait for an answer, by option."""
    rows = db.session.execute(
        select(OptionAmendment.option_id, func.count().label("number"))
        .join(ConsultationOption, ConsultationOption.id == OptionAmendment.option_id)
        .where(
            ConsultationOption.consultation_id == consultation_id,
            OptionAmendment.status == AmendmentStatus.WAITING,
        )
        .group_by(OptionAmendment.option_id)
    )
    return {row.option_id: row.number for row in rows}


def has_amended(user_id: str) -> bool:
    """Whether somebody has proposed a change to a sentence."""
    found = select(OptionAmendment.id).where(OptionAmendment.author_id == user_id).limit(1)
    return db.session.execute(found).first() is not None


def _as_it_is() -> Any:
    return and_(
        OptionVersion.option_id == ConsultationOption.id,
        OptionVersion.number == ConsultationOption.version,
    )


def _amendments() -> Select[*tuple[Any, ...]]:
    return (
        select(
            *OptionAmendment.__table__.c,
            User.name.label("author_name"),
            ConsultationOption.version,
        )
        .join(User, User.id == OptionAmendment.author_id)
        .join(ConsultationOption, ConsultationOption.id == OptionAmendment.option_id)
    )
