"""Opening a vote: the roll is frozen and hashed, the key is made."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import Any

from sqlalchemy import insert, update

from portal.consultations import envelopes, keys
from portal.consultations.board import roll_hash
from portal.consultations.errors import ProposalsUnanswered, RollTooSmall
from portal.consultations.models import BallotKey, Consultation, RollEntry
from portal.consultations.queries import consultations, proposals
from portal.consultations.queries.consultations import ConsultationRow
from portal.consultations.queries.electorate import electorate_of
from portal.consultations.queries.roll import SALT_BYTES, key_for
from portal.consultations.rules.life import FEWEST, Status
from portal.consultations.services.drafts import managed
from portal.consultations.services.versions import is_held_in_discussion
from portal.core import audit, outbox
from portal.core.clock import now
from portal.core.database import db
from portal.core.errors import WrongState
from portal.core.i18n import lazy_gettext as _l
from portal.core.permissions import Principal

AT_ONCE = 5_000
_BEFORE_ITS_END = _l("Voting opens after the discussion, and before its end.")


def open_voting(actor: Principal, consultation_id: str) -> tuple[str, ...] | None:
    """Freeze the roll, make the key, begin to take ballots.

    Returns:
        The trustees' shares, which are kept nowhere: this is the only time they are seen. None
        where the portal holds the key.

    Raises:
        NotFound, Forbidden: it is not the person's.
        WrongState: it is not being discussed, or its end has passed.
        RollTooSmall: too few may vote for a ballot to be secret.
        ProposalsUnanswered: the committee owes residents an answer.
    """
    return _open(managed(actor, consultation_id), actor.id)


def open_by_clock(row: ConsultationRow) -> None:
    """Open a vote whose time has come. With trustees it takes a person: their shares must be
    handed out.

    Raises:
        WrongState, RollTooSmall, ProposalsUnanswered: as in :func:`open_voting`.
    """
    _open(row, None)


def rows_of_roll(
    consultation_id: str, salt: bytes, people: Sequence[tuple[str, str | None]]
) -> list[dict[str, Any]]:
    """Rows of the roll for some people (id, and home if they live there), in the order of their
    keys."""
    rows = [
        {
            "consultation_id": consultation_id,
            "key": key_for(salt, resident_id),
            "resident_id": resident_id,
            "home_code": home_code,
            "fresh": False,
        }
        for resident_id, home_code in people
    ]
    return sorted(rows, key=lambda row: row["key"])


def _open(row: ConsultationRow, actor_id: str | None) -> tuple[str, ...] | None:
    if row.status != Status.DISCUSSION:
        raise WrongState
    if not is_held_in_discussion(row.id):  # from here on nobody changes the options
        raise WrongState(_BEFORE_ITS_END)
    if proposals.due(row.id, row.answer_threshold):
        raise ProposalsUnanswered
    salt = secrets.token_bytes(SALT_BYTES)
    roll = rows_of_roll(row.id, salt, electorate_of(row))
    if len(roll) < FEWEST:
        raise RollTooSmall.of(FEWEST)
    hash_ = roll_hash(entry["key"] for entry in roll)
    made = _make_key(row)
    _begin(row, salt, hash_, len(roll), made.public)
    for begin in range(0, len(roll), AT_ONCE):
        db.session.execute(insert(RollEntry), roll[begin : begin + AT_ONCE])
    _keep(row.id, made)
    audit.record(
        actor_id,
        "consultation.opened",
        "consultation",
        row.id,
        region_code=row.region_code,
        roll=len(roll),
        roll_hash=hash_,
    )
    outbox.emit("consultation.opened", consultation_id=row.id)
    return made.shares


def _begin(row: ConsultationRow, salt: bytes, hash_: str, size: int, public_key: bytes) -> None:
    present = now()
    begun = db.session.connection().execute(
        update(Consultation)
        .where(
            Consultation.id == row.id,
            Consultation.status == Status.DISCUSSION,
            Consultation.closes_at.is_(None) | (Consultation.closes_at > present),
        )
        .values(
            status=Status.OPEN,
            opened_at=present,
            opens_at=min(row.opens_at, present) if row.opens_at else present,
            roll_salt=salt,
            roll_size=size,
            roll_hash=hash_,
            opening_roll_hash=hash_,
            public_key=public_key,
            envelope_bytes=envelopes.size_for(consultations.terms_of(row)),
        )
    )
    if not begun.rowcount:
        raise WrongState(_BEFORE_ITS_END)


def _make_key(row: ConsultationRow) -> keys.Made:
    if row.trustees is None:
        return keys.make(row.id)
    return keys.make_for_trustees(row.id, row.trustees, row.trustees_needed)


def _keep(consultation_id: str, made: keys.Made) -> None:
    values = {
        "consultation_id": consultation_id,
        "sealed_private_key": made.sealed_private,
        "share_hashes": list(made.share_hashes) if made.share_hashes else None,
    }
    db.session.execute(insert(BallotKey), [values])
