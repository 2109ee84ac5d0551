"""Votes of others, taken in from files for study."""

from __future__ import annotations

from typing import Any

from portal.consultations import schemas, services
from portal.consultations.api.blueprint import api
from portal.consultations.api.consultations import present_one, present_page
from portal.consultations.interchange.schemas import NewStudy
from portal.consultations.queries import consultations
from portal.consultations.rules.ballots import Method
from portal.core.access import the_principal
from portal.core.permissions import Permission
from portal.core.schema import PageQuery
from portal.core.unit_of_work import unit_of_work


@api.read(
    "/consultations/studies",
    permission=Permission.VOTE_STUDY,
    anywhere=True,
    query=PageQuery,
    answer=schemas.Consultations,
)
def list_studies(query: dict[str, Any]) -> dict[str, Any]:
    """Votes of others that were taken in for study, newest first; they are in no other list."""
    return present_page(consultations.studies(the_principal(), **query))


@api.write(
    "/consultations/studies",
    permission=Permission.VOTE_STUDY,
    body=NewStudy,
    answer=schemas.Consultation,
    status=201,
    transaction=False,
)
def import_study(body: dict[str, Any]) -> dict[str, Any]:
    """Take in a Pabulib file and count its votes; at once with board and results, for study."""
    plan = services.StudyPlan(
        content=body["file"].encode(),
        method=Method(body["method"]),
        region_code=body["region_code"],
        title=body["title"].strip(),
    )
    counted = services.count_study(the_principal(), plan)
    with unit_of_work():
        study_id = services.keep_study(counted)
    return present_one(study_id)
