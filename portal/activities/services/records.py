"""Deciding about service: confirm, reject, correct, dispute.

Whatever a decision credits or takes back happens in the same transaction, by one call of the
ledger. A guarded update of the record's status decides which of two decisions is the first.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Row, case, insert, select, update

from portal.activities import policies
from portal.activities.errors import NotConfirmed, NotPending
from portal.activities.models import RecordDispute, ServiceRecord, Shift
from portal.activities.queries import activities, records
from portal.activities.rules import (
    RECORD_TRANSITIONS,
    Deed,
    RecordStatus,
)
from portal.activities.services.crediting import credit, credit_anew
from portal.activities.services.minutes import check_of_record, check_of_shift
from portal.activities.services.publicity import end_of_publicity, publicity_days
from portal.core import audit, outbox
from portal.core.clock import now
from portal.core.database import db
from portal.core.errors import Forbidden, WrongState
from portal.core.i18n import lazy_gettext as _l
from portal.core.ids import new_id
from portal.core.permissions import Permission, Principal


@dataclass(frozen=True)
class Confirmed:
    """How many records a confirming decided, and the points it credited."""

    records: int
    points: int


def confirm_record(
    actor: Principal, record_id: str, minutes: int | None = None, reason: str | None = None
) -> None:
    """Confirm one record, with other minutes if given; or uphold a credited one that is disputed.

    A record whose person forgot to check out is confirmed with minutes, once its shift is over.

    Raises:
        NotFound, Forbidden: it is not this person's to see, or to decide; nobody decides their own.
        NotPending: it does not wait for confirming.
        LongerThanShift: a record of a shift cannot be longer than the shift.
        BudgetExceeded: the reserve (or what of the region's budget is open to the host) holds less
            than it earns.
    """
    row = _to_decide(actor, record_id)
    if _upheld(actor, row, minutes):
        return
    if minutes is not None:
        check_of_record(row, minutes)
        _close_forgotten({row.id: minutes}, (ServiceRecord.id == row.id,))
    given = {} if minutes is None else {row.id: minutes}
    only = (ServiceRecord.id == row.id, ServiceRecord.credited_minutes.is_(None))
    days = 0 if records.was_objected_to(row.id) else publicity_days(row.region_code)
    if not _confirm(actor, row.region_code, only, _Change(given, reason), days).records:
        raise NotPending
    _answer_disputes(actor, row.id, "confirmed")


def confirm_shift(
    actor: Principal,
    shift_id: str,
    minutes: Mapping[str, int] | None = None,
    reason: str | None = None,
) -> Confirmed:
    """Confirm all pending records of a shift but one's own, in one go.

    Args:
        minutes: other minutes for some records, by their ids; after the shift's end also for
            those whose person forgot to check out.
        reason: why minutes were changed; it stands on those records.

    Raises:
        NotFound, Forbidden, Invalid, BudgetExceeded: as in :func:`confirm_record`.
    """
    shift, activity = activities.visible_shift(actor, shift_id)
    host = activities.host_of(activity)
    actor.require_that(Permission.RECORD_CONFIRM, policies.may_confirm(actor, host))
    given = dict(minutes or {})
    for value in given.values():
        check_of_shift(shift.starts_at, shift.ends_at, value)
    of_shift = (ServiceRecord.shift_id == shift.id, ServiceRecord.resident_id != actor.id)
    _close_forgotten(given, of_shift)
    pending = (*of_shift, ServiceRecord.status == RecordStatus.PENDING)
    days = publicity_days(shift.region_code)
    done = _confirm(actor, shift.region_code, pending, _Change(given, reason), days)
    if done.records:
        audit.record(
            actor.id, "shift.confirmed", "shift", shift.id, region_code=shift.region_code,
            records=done.records, points=done.points,
        )  # fmt: skip
    return done


def reject_record(actor: Principal, record_id: str, reason: str) -> None:
    """Refuse a record; what a disputed one was credited is taken back.

    Raises:
        NotPending: it is decided already.
    """
    row = _to_decide(actor, record_id)
    _move(
        row.id,
        Deed.REJECT,
        NotPending,
        reason=reason,
        announced_until=None,
        decided_by=actor.id,
        decided_at=now(),
    )
    if row.credited_minutes is not None:
        credit_anew(actor, row, 0)
    _answer_disputes(actor, row.id, "rejected")
    _note(actor, "record.rejected", row, reason=reason)
    _tell(row, "record.rejected", reason=reason)


def correct_record(actor: Principal, record_id: str, minutes: int, reason: str) -> None:
    """Set the minutes of a credited record right: the ledger reverses it and credits it anew.

    Raises:
        NotConfirmed: nothing was credited for it.
        Invalid, BudgetExceeded: as in :func:`confirm_record`.
    """
    row = _to_decide(actor, record_id)
    if row.credited_minutes is None:
        raise NotConfirmed
    check_of_record(row, minutes)
    _move(
        row.id,
        Deed.CORRECT,
        NotConfirmed,
        minutes=minutes,
        reason=reason,
        decided_by=actor.id,
        decided_at=now(),
    )
    gained = credit_anew(actor, row, minutes)
    _answer_disputes(actor, row.id, "corrected")
    _note(actor, "record.corrected", row, minutes=minutes, points=gained, reason=reason)
    _tell(row, "record.corrected", minutes=minutes, points=gained, reason=reason)


def dispute_record(actor: Principal, record_id: str, reason: str) -> None:
    """Say that a record is wrong: one's own at any time, a neighbour's while it is announced.

    Raises:
        NotFound, Forbidden: it is not this person's to see, or to dispute.
        WrongState: it is open or disputed already.
    """
    row = records.visible(actor, record_id)
    host = records.host_of(row)
    allowed = policies.may_dispute(actor, host, row.resident_id, row.status)
    actor.require_that(Permission.SIGNED_IN, allowed)
    _move(row.id, Deed.DISPUTE, WrongState, announced_until=None)
    dispute = {
        "id": new_id(),
        "record_id": row.id,
        "raised_by": actor.id,
        "reason": reason,
        "status_before": row.status,
        "raised_at": now(),
    }
    db.session.execute(insert(RecordDispute), [dispute])
    _note(actor, "record.disputed", row)
    outbox.emit("record.disputed", record_id=row.id)


# --- deciding -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Change:
    """Other minutes for some records, and why."""

    minutes: Mapping[str, int]
    reason: str | None

    def values(self) -> dict[str, Any]:
        if not self.minutes:
            return {}
        changed = ServiceRecord.id.in_(list(self.minutes))
        return {
            "minutes": case(
                dict(self.minutes), value=ServiceRecord.id, else_=ServiceRecord.minutes
            ),
            "reason": case((changed, self.reason), else_=ServiceRecord.reason),
        }


def _to_decide(actor: Principal, record_id: str) -> Row[Any]:
    row = records.visible(actor, record_id)
    host = records.host_of(row)
    actor.require_that(Permission.RECORD_CONFIRM, policies.may_confirm(actor, host))
    if row.resident_id == actor.id:
        raise Forbidden(_l("Nobody decides about their own service. Ask a colleague."))
    return row


def _upheld(actor: Principal, row: Row[Any], minutes: int | None) -> bool:
    """Whether this was a dispute about a credited record, which now stands as it was."""
    if row.status != RecordStatus.DISPUTED or row.credited_minutes is None:
        return False
    if not row.credited_minutes or minutes not in (None, row.credited_minutes):
        raise NotPending(_l("This record is credited: correct it instead."))
    _move(row.id, Deed.UPHOLD, NotPending, decided_by=actor.id, decided_at=now())
    _answer_disputes(actor, row.id, "upheld")
    _note(actor, "record.upheld", row)
    _tell(row, "record.upheld")
    return True


def _close_forgotten(given: Mapping[str, int], only: Sequence[ColumnElement[bool]]) -> None:
    """End the open records of shifts that are over, for which the host has given minutes."""
    if not given:
        return
    over = select(Shift.id).where(Shift.ends_at <= now())
    way = RECORD_TRANSITIONS[Deed.CHECK_OUT]
    db.session.execute(
        update(ServiceRecord)
        .where(
            *only,
            ServiceRecord.id.in_(list(given)),
            ServiceRecord.status.in_(way.sources),
            ServiceRecord.shift_id.in_(over),
        )
        .values(
            status=way.target,
            checked_out_at=select(Shift.ends_at)
            .where(Shift.id == ServiceRecord.shift_id)
            .scalar_subquery(),
        )
        .execution_options(synchronize_session=False)
    )


def _confirm(
    actor: Principal,
    region_code: str,
    only: Sequence[ColumnElement[bool]],
    change: _Change,
    days: int,
) -> Confirmed:
    """Confirm the waiting records among some; with a publicity period they are announced first."""
    way = RECORD_TRANSITIONS[Deed.ANNOUNCE if days else Deed.CONFIRM]
    values: dict[str, Any] = {"decided_by": actor.id, "decided_at": now(), **change.values()}
    if days:
        values["announced_until"] = end_of_publicity(days)
    else:
        values["credited_minutes"] = values.get("minutes", ServiceRecord.minutes)
    decided = (
        db.session.connection()
        .execute(
            update(ServiceRecord)
            .where(*only, ServiceRecord.status.in_(way.sources))
            .values(status=way.target, **values)
            .returning(*ServiceRecord.__table__.c)
        )
        .all()
    )
    if not decided:
        return Confirmed(0, 0)
    gained = 0 if days else credit(decided, actor.id)
    if minutes := {row.id: row.minutes for row in decided if row.id in change.minutes}:
        audit.record(
            actor.id, "records.minutes_set", "service_record", decided[0].id,
            region_code=region_code, reason=change.reason, minutes=minutes,
        )  # fmt: skip
    outbox.emit(
        "records.announced" if days else "records.credited", ids=[row.id for row in decided]
    )
    return Confirmed(len(decided), gained)


# --- small steps ----------------------------------------------------------------------------------


def _move(
    record_id: str, deed: Deed, refusal: type[WrongState | NotPending | NotConfirmed], **values: Any
) -> None:
    way = RECORD_TRANSITIONS[deed]
    moved = db.session.connection().execute(
        update(ServiceRecord)
        .where(ServiceRecord.id == record_id, ServiceRecord.status.in_(way.sources))
        .values(status=way.target, **values)
    )
    if not moved.rowcount:
        raise refusal


def _answer_disputes(actor: Principal, record_id: str, outcome: str) -> None:
    db.session.execute(
        update(RecordDispute)
        .where(RecordDispute.record_id == record_id, RecordDispute.answered_at.is_(None))
        .values(outcome=outcome, answered_by=actor.id, answered_at=now())
    )


def _note(actor: Principal, action: str, row: Row[Any], **facts: Any) -> None:
    audit.record(actor.id, action, "service_record", row.id, region_code=row.region_code, **facts)


def _tell(row: Row[Any], kind: str, **params: Any) -> None:
    outbox.emit(
        "notify",
        user_id=row.resident_id,
        kind=kind,
        params={"title": row.title, **params},
        url=f"/service-records/{row.id}",
    )
