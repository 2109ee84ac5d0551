"""Stirring the urn: what was written together is written anew, mixed with others.

A mark on the roll and its envelope come in one transaction, which the database's own columns tell.
Stirring writes all that came since, once there are enough to hide among, in one transaction of its
own and under new numbers.
"""

from __future__ import annotations

import secrets

from sqlalchemy import delete, insert, or_, select, update

from portal.consultations.models import SLOT_BYTES, Consultation, RollEntry, UrnEnvelope
from portal.consultations.queries.roll import fresh_envelopes
from portal.consultations.rules.life import FEWEST, Status
from portal.core.clock import now
from portal.core.database import db

_mixes = secrets.SystemRandom()


def stir(consultation_id: str, *, fewest: int = FEWEST) -> int:
    """Write the new envelopes and the roll's new marks anew; returns how many envelopes, 0 where
    they are too few yet or voting has ended."""
    if not _held_still(consultation_id) or fresh_envelopes(consultation_id) < fewest:
        return 0
    taken = db.session.execute(
        delete(UrnEnvelope)
        .where(UrnEnvelope.consultation_id == consultation_id, UrnEnvelope.fresh)
        .returning(UrnEnvelope.envelope)
    )
    envelopes = list(taken.scalars())
    _mixes.shuffle(envelopes)
    rows = [
        {
            "consultation_id": consultation_id,
            "slot": secrets.token_bytes(SLOT_BYTES),
            "envelope": envelope,
            "fresh": False,
        }
        for envelope in envelopes
    ]
    db.session.execute(insert(UrnEnvelope), rows)
    db.session.execute(
        update(RollEntry)
        .where(RollEntry.consultation_id == consultation_id, RollEntry.fresh)
        .values(fresh=False)
    )
    return len(rows)


def _held_still(consultation_id: str) -> bool:
    """Let nobody cast meanwhile: a mark and its envelope are stirred together or not at all."""
    held = (
        select(Consultation.id)
        .where(
            Consultation.id == consultation_id,
            Consultation.status == Status.OPEN,
            Consultation.sealed_at.is_(None),
            or_(Consultation.closes_at.is_(None), Consultation.closes_at > now()),
        )
        .with_for_update(key_share=True)
    )
    return db.session.execute(held).first() is not None
