"""A later end of an open vote."""

from __future__ import annotations

from typing import Any

from marshmallow import fields

from portal.consultations import services
from portal.consultations.api.blueprint import api
from portal.consultations.queries import consultations
from portal.consultations.queries.extensions import extensions_of
from portal.core.access import current_principal, the_principal
from portal.core.clock import rfc3339
from portal.core.permissions import Permission
from portal.core.schema import Input, Instant, Text


class NewClosing(Input):
    closes_at = Instant(required=True)
    reason = Text(shortest=1, longest=500, required=True)


class LaterEnd(Input):
    was_at = Instant(required=True)
    closes_at = Instant(required=True)
    reason = Text(longest=500, required=True)
    made_at = Instant(required=True)


class LaterEnds(Input):
    items = fields.List(fields.Nested(LaterEnd), required=True)


@api.write(
    "/consultations/<id:consultation_id>/extend",
    permission=Permission.CONSULTATION_MANAGE,
    body=NewClosing,
    answer=LaterEnds,
    refusals=("wrong_state",),
)
def extend_consultation(consultation_id: str, body: dict[str, Any]) -> dict[str, Any]:
    """Let an open vote go on for longer than was fixed; everybody on its roll is told."""
    services.extend(the_principal(), consultation_id, body["closes_at"], body["reason"])
    return _all(consultation_id)


@api.read(
    "/consultations/<id:consultation_id>/extensions",
    permission=Permission.PUBLIC,
    answer=LaterEnds,
)
def list_extensions(consultation_id: str) -> dict[str, Any]:
    """Every later end of a vote, with its reason."""
    return _all(consultations.visible(current_principal(), consultation_id).id)


def _all(consultation_id: str) -> dict[str, Any]:
    return {
        "items": [
            {
                "was_at": rfc3339(each.was_at),
                "closes_at": rfc3339(each.closes_at),
                "reason": each.reason,
                "made_at": rfc3339(each.made_at),
            }
            for each in extensions_of(consultation_id)
        ]
    }
