"""Casting a ballot: one guarded transaction, of which nothing leads to what was chosen.

What is slow or may refuse (judging, drawing, sealing) comes before it: :func:`prepare` needs no
transaction. No audit row, no message, no stored answer is written; refusals name places, never
choices.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field

from sqlalchemy import and_, insert, or_, select, update

from portal.consultations import envelopes
from portal.consultations.board import Ballot
from portal.consultations.errors import (
    AlreadyVoted,
    NotOnRoll,
    NotOpen,
    ballot_refused,
)
from portal.consultations.models import SLOT_BYTES, Consultation, RollEntry, UrnEnvelope
from portal.consultations.queries import consultations
from portal.consultations.queries.consultations import ConsultationRow
from portal.consultations.queries.roll import key_for
from portal.consultations.rules import receipts
from portal.consultations.rules.ballots import Choices, problems
from portal.consultations.rules.life import Status, Way
from portal.core.clock import now, today
from portal.core.database import db
from portal.core.errors import Invalid
from portal.core.i18n import lazy_gettext as _l
from portal.core.permissions import Principal

_draws = secrets.SystemRandom()


@dataclass(frozen=True)
class Sealed:
    """A ballot ready to be cast: whose key on which roll, the envelope, and the receipt."""

    consultation_id: str
    key: str
    receipt: str
    envelope: bytes = field(repr=False)


def prepare(
    actor: Principal, consultation_id: str, choices: Choices, receipt: str | None
) -> Sealed:
    """Judge a ballot and seal it. ``receipt`` is the voter's own; without one it is drawn here.

    Raises:
        NotFound: the consultation is not for this person to see.
        NotOpen: no ballots are taken now.
        Invalid: the ballot breaks the method's rule, or the receipt is none.
    """
    row = consultations.visible(actor, consultation_id)
    if not is_taking_ballots(row):
        raise NotOpen
    terms = consultations.terms_of(row)
    if found := problems(terms, choices):
        raise ballot_refused(found)
    ballot = Ballot(_own_or_drawn(receipt), tuple(choices))
    envelope = envelopes.seal(terms, row.public_key, row.envelope_bytes, ballot)
    return Sealed(row.id, key_for(row.roll_salt, actor.id), ballot.receipt, envelope)


def cast(ballot: Sealed) -> None:
    """Put a sealed ballot into the urn and mark the roll, both or neither.

    Raises:
        NotOpen: voting has closed meanwhile.
        NotOnRoll, AlreadyVoted: the person may not, or no longer.
    """
    hold_open(ballot.consultation_id)
    mark(ballot.consultation_id, ballot.key, Way.ONLINE)
    row = {
        "consultation_id": ballot.consultation_id,
        "slot": secrets.token_bytes(SLOT_BYTES),
        "envelope": ballot.envelope,
        "fresh": True,
    }
    db.session.execute(insert(UrnEnvelope), [row])


def is_taking_ballots(row: ConsultationRow) -> bool:
    """Whether voting is open, as far as a look without a lock can tell."""
    if row.status != Status.OPEN or row.sealed_at is not None:
        return False
    return row.closes_at is None or bool(row.closes_at > now())


def hold_open(consultation_id: str) -> None:
    """Keep a vote from closing until this transaction ends: closing waits for it. (A weaker lock
    would let the closing pass; SQLite has one writer anyway.)

    Raises:
        NotOpen: no ballots are taken any more.
    """
    still_open = and_(
        Consultation.id == consultation_id,
        Consultation.status == Status.OPEN,
        Consultation.sealed_at.is_(None),
        or_(Consultation.closes_at.is_(None), Consultation.closes_at > now()),
    )
    held = select(Consultation.id).where(still_open).with_for_update(read=True)
    if db.session.execute(held).first() is None:
        raise NotOpen


def mark(consultation_id: str, key: str, way: Way, *, marked_by: str | None = None) -> None:
    """Turn a row of the roll to voted. One row can be turned once, by whichever way.

    Raises:
        NotOnRoll, AlreadyVoted: there is no such row, or it is turned already.
    """
    entry = and_(RollEntry.consultation_id == consultation_id, RollEntry.key == key)
    marked = db.session.connection().execute(
        update(RollEntry)
        .where(entry, RollEntry.voted_on.is_(None))
        .values(voted_on=today(), way=way, marked_by=marked_by, fresh=True)
    )
    if marked.rowcount:
        return
    there = db.session.execute(select(RollEntry.key).where(entry)).first()
    raise AlreadyVoted if there else NotOnRoll


def _own_or_drawn(receipt: str | None) -> str:
    if receipt is None:
        return receipts.draw(_draws)
    try:
        return receipts.as_given(receipt)
    except ValueError:
        detail = _l("A receipt is 26 characters: digits and letters without I, L, O and U.")
        raise Invalid.field("receipt", detail) from None
