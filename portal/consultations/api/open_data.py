"""Results and turnout as open data; what each member means stands in docs/open-data.md."""

from __future__ import annotations

from typing import Any

from portal.consultations.api.blueprint import api
from portal.consultations.api.consultations import money
from portal.consultations.api.outcome import counted
from portal.consultations.interchange import schemas
from portal.consultations.queries import cells, results
from portal.core.clock import rfc3339
from portal.core.permissions import Permission
from portal.core.summaries import region_of


@api.read(
    "/consultations/results",
    permission=Permission.PUBLIC,
    query=schemas.ResultsQuery,
    answer=schemas.VoteResults,
)
def list_results(query: dict[str, Any]) -> dict[str, Any]:
    """Counted votes of a region in numbers, newest first, as open data."""
    return results.page(**query).as_json(_in_numbers)


@api.read(
    "/consultations/<id:consultation_id>/results/options",
    permission=Permission.PUBLIC,
    answer=schemas.VoteResult,
    refusals=("not_closed",),
)
def get_result_in_numbers(consultation_id: str) -> dict[str, Any]:
    """One counted vote in numbers, as open data."""
    return _in_numbers(results.of_one(counted(consultation_id)))


@api.read(
    "/consultations/<id:consultation_id>/turnout",
    permission=Permission.PUBLIC,
    answer=schemas.Turnout,
    refusals=("not_closed",),
)
def get_turnout(consultation_id: str) -> dict[str, Any]:
    """The turnout by where people live, after the count; what would point at anybody is null."""
    areas = cells.areas_of(counted(consultation_id).id)
    return {
        "areas": [
            {
                "region": {"code": each.code, "name": each.name} if each.code else None,
                "roll": each.cell.size if each.cell else None,
                "voted": each.cell.voted if each.cell else None,
            }
            for each in areas
        ]
    }


def _in_numbers(result: results.Outcome) -> dict[str, Any]:
    row = result.row
    return {
        "id": row.id,
        "title": row.title,
        "region": region_of(row),
        "method": row.method,
        "status": row.status,
        "opened_at": rfc3339(row.opened_at),
        "closed_at": rfc3339(row.closed_at),
        "budget": money(row.budget),
        "roll": row.roll_size,
        "voted": result.turnout.voted,
        "voted_online": result.turnout.online,
        "voted_on_paper": result.turnout.paper,
        "blank": result.blank,
        "quorum": row.quorum,
        "quorum_met": result.quorum_met,
        "accepted": row.accepted,
        "head_hash": row.head_hash,
        "options": [
            {
                "option_id": each.option.id,
                "title": each.option.title,
                "cost": money(each.option.cost),
                "votes": each.votes,
                "chosen": each.chosen,
            }
            for each in result.options
        ],
    }
