"""Changes of a roll after opening: few, public, with a reason."""

from __future__ import annotations

from sqlalchemy import delete, insert, update

from portal.accounts import queries as accounts
from portal.consultations.board import roll_hash
from portal.consultations.errors import AlreadyVoted, NotOnRoll, NotOpen, RollTooSmall
from portal.consultations.models import Consultation, RollChange, RollEntry
from portal.consultations.queries.consultations import ConsultationRow, belonging_of
from portal.consultations.queries.roll import entry_of, key_for, keys_of
from portal.consultations.rules.life import FEWEST, Change, Status
from portal.consultations.services.counting import hold_uncounted
from portal.consultations.services.drafts import managed
from portal.consultations.services.opening import rows_of_roll
from portal.core import audit
from portal.core.clock import today
from portal.core.database import db
from portal.core.errors import Invalid
from portal.core.i18n import lazy_gettext as _l
from portal.core.ids import new_id
from portal.core.permissions import Principal
from portal.points.errors import UnknownMember


def change_roll(
    actor: Principal, consultation_id: str, change: Change, member_code: str, reason: str
) -> None:
    """Add somebody to a roll, or take somebody off it who has not voted.

    Raises:
        NotFound, Forbidden: it is not the person's.
        UnknownMember: the code belongs to nobody.
        NotOpen: voting is not open.
        Invalid: who is added is none of those whom the vote is for, or stands there already.
        NotOnRoll, AlreadyVoted: who is removed is not there, or has voted.
        RollTooSmall: too few would be left to hide among.
    """
    row = managed(actor, consultation_id)
    user_id = accounts.user_id_by_member_code(member_code)
    if user_id is None:
        raise UnknownMember
    if row.status != Status.OPEN:
        raise NotOpen
    hold_uncounted(row.id)
    if change is Change.ADDED:
        _add(row, user_id)
    else:
        _remove(row, user_id)
    key = key_for(row.roll_salt, user_id)
    _hash_again(row.id)
    values = {
        "id": new_id(),
        "consultation_id": row.id,
        "key": key,
        "change": change,
        "reason": reason,
        "changed_by": actor.id,
        "changed_on": today(),
    }
    db.session.execute(insert(RollChange), [values])
    audit.record(
        actor.id,
        "consultation.roll_changed",
        "consultation",
        row.id,
        region_code=row.region_code,
        change=change,
        reason=reason,
    )


def _add(row: ConsultationRow, user_id: str) -> None:
    belonging = accounts.belonging_to(row.region_code, belonging_of(row), only=user_id)
    if not belonging:
        detail = _l("Only those for whom the vote is, confirmed there, can be added.")
        raise Invalid.field("member_code", detail)
    if entry_of(row.id, user_id) is not None:
        raise Invalid.field("member_code", _l("This person stands on the roll already."))
    db.session.execute(insert(RollEntry), rows_of_roll(row.id, row.roll_salt, belonging))


def _remove(row: ConsultationRow, user_id: str) -> None:
    entry = RollEntry.key == key_for(row.roll_salt, user_id)
    gone = db.session.connection().execute(
        delete(RollEntry).where(
            RollEntry.consultation_id == row.id, entry, RollEntry.voted_on.is_(None)
        )
    )
    if not gone.rowcount:
        raise NotOnRoll if entry_of(row.id, user_id) is None else AlreadyVoted


def _hash_again(consultation_id: str) -> None:
    """Size and hash of the roll as it is now; its row is held."""
    keys = keys_of(consultation_id)
    if len(keys) < FEWEST:
        raise RollTooSmall.of(FEWEST)
    noted = db.session.connection().execute(
        update(Consultation)
        .where(Consultation.id == consultation_id, Consultation.sealed_at.is_(None))
        .values(roll_size=len(keys), roll_hash=roll_hash(keys))
    )
    if not noted.rowcount:
        raise NotOpen
