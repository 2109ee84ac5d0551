"""The roll: its keys for everybody, its changes, its people for auditors."""

from __future__ import annotations

from typing import Any

from portal.consultations import schemas, services
from portal.consultations.api.blueprint import api
from portal.consultations.errors import NotOpen
from portal.consultations.policies import may_audit_roll
from portal.consultations.queries import consultations, roll
from portal.consultations.queries.consultations import ConsultationRow
from portal.consultations.rules.life import Change
from portal.core.access import current_principal, the_principal
from portal.core.errors import NotFound
from portal.core.permissions import Permission
from portal.core.schema import PageQuery


@api.read(
    "/consultations/<id:consultation_id>/roll",
    permission=Permission.PUBLIC,
    answer=schemas.Roll,
    refusals=("not_open",),
)
def get_roll(consultation_id: str) -> dict[str, Any]:
    """The keys of all who may vote, from opening on, and one’s own among them."""
    principal = current_principal()
    row = _opened(consultation_id)
    mine = roll.entry_of(row.id, principal.id) if principal else None
    return {
        "size": row.roll_size,
        "hash": row.roll_hash,
        "keys": roll.keys_of(row.id),
        "mine": mine.key if mine else None,
    }


@api.read(
    "/consultations/<id:consultation_id>/roll/changes",
    permission=Permission.PUBLIC,
    answer=schemas.RollChanges,
    refusals=("not_open",),
)
def list_roll_changes(consultation_id: str) -> dict[str, Any]:
    """Every change of the roll after opening, with its reason."""
    row = _opened(consultation_id)
    return {
        "opening_hash": row.opening_roll_hash,
        "items": [
            {
                "change": each.change,
                "reason": each.reason,
                "changed_on": each.changed_on.isoformat(),
            }
            for each in roll.changes_of(row.id)
        ],
    }


@api.write(
    "/consultations/<id:consultation_id>/roll/changes",
    permission=Permission.CONSULTATION_MANAGE,
    body=schemas.NewRollChange,
    answer=schemas.RollChanges,
    status=201,
    refusals=("unknown_member", "not_open", "not_on_roll", "already_voted", "roll_too_small"),
)
def change_roll(consultation_id: str, body: dict[str, Any]) -> dict[str, Any]:
    """Add somebody to the roll, or take somebody off it who has not voted."""
    change = Change(body["change"])
    services.change_roll(
        the_principal(), consultation_id, change, body["member_code"], body["reason"]
    )
    return list_roll_changes(consultation_id)


@api.read(
    "/consultations/<id:consultation_id>/roll/people",
    permission=Permission.ROLL_AUDIT,
    query=PageQuery,
    answer=schemas.AuditedRoll,
    refusals=("not_open",),
)
def audit_roll(consultation_id: str, query: dict[str, Any]) -> dict[str, Any]:
    """Who stands behind the keys of a roll, for auditors; never who has voted."""
    principal = the_principal()
    row = _opened(consultation_id)
    path = consultations.path_of(row)
    principal.require_that(Permission.ROLL_AUDIT, may_audit_roll(principal, path))
    page = roll.people_page(row.id, **query)
    return {
        "salt": row.roll_salt.hex(),
        **page.as_json(
            lambda each: {"key": each.key, "resident": {"id": each.id, "name": each.name}}
        ),
    }


def _opened(consultation_id: str) -> ConsultationRow:
    """A consultation that has a roll.

    Raises:
        NotFound: it is not for the caller, or a vote for study, which has none.
        NotOpen: it has not been opened.
    """
    row = consultations.visible(current_principal(), consultation_id)
    if row.is_study:
        raise NotFound
    if row.opened_at is None:
        raise NotOpen
    return row
