"""Who follows what was promised after a vote: who took part, and whoever wants to.

That somebody took part is what the roll says and nothing else; no ballot is asked. What is kept of
a person is their own word that they follow, or no longer do.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, Select, and_, func, or_, select

from portal.accounts.models import User
from portal.consultations.models import (
    Comment,
    Commitment,
    CommitmentChange,
    Consultation,
    ConsultationFollowing,
    RollEntry,
)
from portal.core.database import db


def follows(consultation_id: str, user_id: str) -> bool:
    """Whether a person follows: by their own word, or because they took part."""
    word = db.session.execute(
        select(ConsultationFollowing.follows).where(
            ConsultationFollowing.consultation_id == consultation_id,
            ConsultationFollowing.user_id == user_id,
        )
    ).scalar_one_or_none()
    if word is not None:
        return bool(word)
    voted = _voted(consultation_id).where(RollEntry.resident_id == user_id)
    spoke = _spoke(consultation_id).where(Comment.author_id == user_id)
    return any(db.session.execute(each.limit(1)).first() for each in (voted, spoke))


def voters_after(consultation_id: str, key: str, limit: int) -> Sequence[tuple[str, str]]:
    """Those whom the roll says have voted and who follow, by their keys, from after one on: what
    to go on after, and who it is."""
    rows = db.session.execute(
        select(RollEntry.key, RollEntry.resident_id)
        .where(
            RollEntry.consultation_id == consultation_id,
            RollEntry.voted_on.is_not(None),
            RollEntry.key > key,
            RollEntry.resident_id.not_in(_said(consultation_id, follows=False)),
        )
        .order_by(RollEntry.key)
        .limit(limit)
    )
    return [(row.key, row.resident_id) for row in rows]


def others_after(consultation_id: str, user_id: str, limit: int) -> Sequence[tuple[str, str]]:
    """Those who follow and are not among the voters: who spoke, and who wants to; by their ids."""
    rows = db.session.execute(
        select(User.id)
        .where(
            User.id > user_id,
            or_(
                User.id.in_(_spoke(consultation_id)),
                User.id.in_(_said(consultation_id, follows=True)),
            ),
            User.id.not_in(_said(consultation_id, follows=False)),
            User.id.not_in(_voted(consultation_id)),
        )
        .order_by(User.id)
        .limit(limit)
    )
    return [(row.id, row.id) for row in rows]


def change_to_tell(change_id: str) -> Row[*tuple[Any, ...]] | None:
    """``id, kind, text, due_on``, and of its commitment ``commitment_id, title, state`` and
    ``consultation_id``."""
    return db.session.execute(
        select(
            CommitmentChange.id,
            CommitmentChange.kind,
            CommitmentChange.text,
            CommitmentChange.due_on,
            Commitment.id.label("commitment_id"),
            Commitment.title,
            Commitment.consultation_id,
            Consultation.title.label("vote_title"),
        )
        .join(Commitment, Commitment.id == CommitmentChange.commitment_id)
        .join(Consultation, Consultation.id == Commitment.consultation_id)
        .where(CommitmentChange.id == change_id)
    ).first()


def count_of(user_id: str) -> int:
    """Of how many votes a person has said whether they follow them."""
    return db.session.execute(
        select(func.count())
        .select_from(ConsultationFollowing)
        .where(ConsultationFollowing.user_id == user_id)
    ).scalar_one()


def _said(consultation_id: str, *, follows: bool) -> Select[Any]:
    return select(ConsultationFollowing.user_id).where(
        and_(
            ConsultationFollowing.consultation_id == consultation_id,
            ConsultationFollowing.follows.is_(follows),
        )
    )


def _voted(consultation_id: str) -> Select[Any]:
    return select(RollEntry.resident_id).where(
        RollEntry.consultation_id == consultation_id, RollEntry.voted_on.is_not(None)
    )


def _spoke(consultation_id: str) -> Select[Any]:
    return select(Comment.author_id).where(Comment.consultation_id == consultation_id)
