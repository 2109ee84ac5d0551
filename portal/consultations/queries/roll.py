"""The roll: who may vote, how many have, and what was changed after opening."""

from __future__ import annotations

import hmac
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from sqlalchemy import Row, func, select

from portal.accounts.models import User
from portal.consultations.models import RollChange, RollEntry, UrnEnvelope
from portal.consultations.rules.life import Way
from portal.core.database import db
from portal.core.pagination import Page, fetch_page

SALT_BYTES = 32


@dataclass(frozen=True)
class Turnout:
    """How many have voted, by which way."""

    online: int = 0
    paper: int = 0

    @property
    def voted(self) -> int:
        return self.online + self.paper


def key_for(salt: bytes, user_id: str) -> str:
    """A person's key on a roll: HMAC-SHA-256 of the id under the roll's salt, in hexadecimal."""
    return hmac.new(salt, user_id.encode(), sha256).hexdigest()


def keys_of(consultation_id: str) -> list[str]:
    """All keys of a roll, sorted."""
    rows = db.session.execute(
        select(RollEntry.key)
        .where(RollEntry.consultation_id == consultation_id)
        .order_by(RollEntry.key)
    )
    return list(rows.scalars())


def entry_of(consultation_id: str, user_id: str) -> Row[*tuple[Any, ...]] | None:
    """``key, voted_on, way`` of a person on a roll; None if they are not on it."""
    return db.session.execute(
        select(RollEntry.key, RollEntry.voted_on, RollEntry.way).where(
            RollEntry.consultation_id == consultation_id, RollEntry.resident_id == user_id
        )
    ).first()


def turnout_of(consultation_ids: Collection[str]) -> Mapping[str, Turnout]:
    """The turnout of some consultations, counted on their rolls by one statement."""
    ways: dict[str, Counter[str]] = defaultdict(Counter)
    rows = db.session.execute(
        select(RollEntry.consultation_id, RollEntry.way, func.count().label("voted"))
        .where(RollEntry.consultation_id.in_(consultation_ids), RollEntry.voted_on.is_not(None))
        .group_by(RollEntry.consultation_id, RollEntry.way)
    )
    for row in rows:
        ways[row.consultation_id][row.way] = row.voted
    return {
        each: Turnout(online=ways[each][Way.ONLINE], paper=ways[each][Way.PAPER])
        for each in consultation_ids
    }


def voted_in_each(rows: Collection[Row[*tuple[Any, ...]]]) -> Mapping[str, Turnout]:
    """The turnout of some consultations by their ids; a vote for study has ballots, and no
    roll."""
    counted = turnout_of([row.id for row in rows if not row.is_study])
    return {row.id: Turnout(online=row.roll_size) for row in rows if row.is_study} | {**counted}


def voted_in(row: Row[*tuple[Any, ...]]) -> Turnout:
    """The same for one."""
    return voted_in_each([row])[row.id]


def count_of(user_id: str) -> int:
    """On how many rolls a person stands."""
    return db.session.execute(
        select(func.count()).select_from(RollEntry).where(RollEntry.resident_id == user_id)
    ).scalar_one()


def people_after(
    consultation_id: str, key: str, limit: int, *, silent: bool = False
) -> Sequence[Row[*tuple[Any, ...]]]:
    """``key, resident_id`` of those on a roll, by their keys, from after one on; of those alone
    who have not voted if ``silent``."""
    statement = select(RollEntry.key, RollEntry.resident_id).where(
        RollEntry.consultation_id == consultation_id, RollEntry.key > key
    )
    if silent:
        statement = statement.where(RollEntry.voted_on.is_(None))
    return db.session.execute(statement.order_by(RollEntry.key).limit(limit)).all()


def voters_after(consultation_id: str, key: str, limit: int) -> Sequence[Row[*tuple[Any, ...]]]:
    """``key, resident_id`` of those who have voted, by their keys, from after one on."""
    return db.session.execute(
        select(RollEntry.key, RollEntry.resident_id)
        .where(
            RollEntry.consultation_id == consultation_id,
            RollEntry.voted_on.is_not(None),
            RollEntry.key > key,
        )
        .order_by(RollEntry.key)
        .limit(limit)
    ).all()


def fresh_envelopes(consultation_id: str) -> int:
    """How many envelopes came since the last stirring."""
    return db.session.execute(
        select(func.count())
        .select_from(UrnEnvelope)
        .where(UrnEnvelope.consultation_id == consultation_id, UrnEnvelope.fresh)
    ).scalar_one()


def changes_of(consultation_id: str) -> Sequence[Row[*tuple[Any, ...]]]:
    """``change, reason, changed_on`` of every change after opening, in their order."""
    return db.session.execute(
        select(RollChange.change, RollChange.reason, RollChange.changed_on)
        .where(RollChange.consultation_id == consultation_id)
        .order_by(RollChange.id)
    ).all()


def people_page(consultation_id: str, *, cursor: str | None = None, limit: int = 20) -> Page[Any]:
    """``key, id, name`` of those on a roll, by their keys; for auditors.

    Raises:
        Invalid: the cursor is not one of this list.
    """
    statement = (
        select(RollEntry.key, User.id, User.name)
        .join(User, User.id == RollEntry.resident_id)
        .where(RollEntry.consultation_id == consultation_id)
    )
    return fetch_page(
        statement, [RollEntry.key], name=f"roll:{consultation_id}", cursor=cursor, limit=limit
    )
