"""Covenants: read in each of their versions, entered once, changed by decisions."""

from __future__ import annotations

from typing import Any

from portal.consultations import schemas, services
from portal.consultations.api.blueprint import api
from portal.consultations.queries import consultations, covenants
from portal.core.access import the_principal
from portal.core.clock import rfc3339
from portal.core.errors import NotFound
from portal.core.permissions import Permission
from portal.core.schema import PageQuery
from portal.regions.queries import summary

COVENANT = "/regions/<region:code>/covenant"


@api.read(
    COVENANT, permission=Permission.PUBLIC, query=schemas.VersionQuery, answer=schemas.Covenant
)
def get_covenant(code: str, query: dict[str, Any]) -> dict[str, Any]:
    """A region’s covenant, as it holds or as it was in a version."""
    return _covenant(code, query.get("version"))


@api.read(
    f"{COVENANT}/versions",
    permission=Permission.PUBLIC,
    query=PageQuery,
    answer=schemas.CovenantVersions,
)
def list_covenant_versions(code: str, query: dict[str, Any]) -> dict[str, Any]:
    """Every wording that a covenant has had, newest first, with the decision that adopted it."""
    summary(code)
    return covenants.versions_page(code, **query).as_json(_version)


@api.write(
    COVENANT,
    permission=Permission.CONSULTATION_MANAGE,
    body=schemas.NewCovenant,
    answer=schemas.Covenant,
    status=201,
    refusals=("wrong_state",),
)
def enter_covenant(code: str, body: dict[str, Any]) -> dict[str, Any]:
    """Write down a covenant as it was before the portal; later only decisions change it."""
    services.enter_covenant(the_principal(), code, body["text"], body["adopted_on"])
    return _covenant(code, None)


@api.write(
    "/consultations/<id:consultation_id>/adopt-covenant",
    permission=Permission.CONSULTATION_MANAGE,
    answer=schemas.Covenant,
    refusals=("wrong_state", "nothing_to_adopt"),
)
def adopt_covenant(consultation_id: str) -> dict[str, Any]:
    """Let the wording that won a vote, and was accepted, become the region’s covenant."""
    actor = the_principal()
    number = services.adopt_covenant(actor, consultation_id)
    return _covenant(consultations.visible(actor, consultation_id).region_code, number)


# --- as the API writes it -------------------------------------------------------------------------


def _covenant(code: str, number: int | None) -> dict[str, Any]:
    region = summary(code)
    row = covenants.latest(code) if number is None else covenants.version(code, number)
    if row is None:
        raise NotFound
    return {"region": region, **_version(row)}


def _version(row: Any) -> dict[str, Any]:
    return {
        "number": row.number,
        "text": row.text,
        "adopted_on": row.adopted_on.isoformat(),
        "decision": _decision(row),
    }


def _decision(row: Any) -> dict[str, Any] | None:
    if row.consultation_id is None:
        return None
    return {
        "consultation_id": row.consultation_id,
        "title": row.decision_title,
        "decided_at": rfc3339(row.decided_at),
    }
