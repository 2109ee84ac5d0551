"""Points, hours and budgets in the JSON API."""

from __future__ import annotations

from typing import Any

from portal.core.access import the_principal
from portal.core.clock import rfc3339
from portal.core.endpoint import ApiBlueprint
from portal.core.limits import CODES, limit
from portal.core.permissions import Permission
from portal.core.schema import PageQuery
from portal.points import pending, queries, schemas, services, upkeep
from portal.points.queries.lines import lines_of
from portal.regions.queries import path_of

api = ApiBlueprint("points", __name__, tag="Points and hours")


@api.read("/me/points", permission=Permission.SIGNED_IN, answer=schemas.PointsAnswer)
def read_points() -> dict[str, Any]:
    """What one can spend, what is held, and what expires when."""
    actor = the_principal()
    upkeep.settle(actor.id)
    points = queries.points_of(actor.id)
    expiring = [
        {"amount": each["amount"], "expires_on": each["expires_on"].isoformat()}
        for each in points["expiring"]
    ]
    return {**points, "expiring": expiring}


@api.read(
    "/me/points/entries",
    permission=Permission.SIGNED_IN,
    query=PageQuery,
    answer=schemas.EntriesAnswer,
)
def list_entries(query: dict[str, Any]) -> dict[str, Any]:
    """Every change of one's points, newest first."""
    actor = the_principal()
    upkeep.settle(actor.id)
    return queries.point_entries(actor.id, **query).as_json(_present_entry)


@api.write(
    "/me/points/gifts",
    permission=Permission.SIGNED_IN,
    body=schemas.Gift,
    answer=schemas.GiftAnswer,
    status=201,
    refusals=("insufficient_points", "unknown_member"),
    statuses=(404,),
)
@limit(CODES)
def give_points(body: dict[str, Any]) -> dict[str, Any]:
    """Give points to who shows their member code; they keep their dates."""
    transaction_id = services.give_points(
        the_principal(), body["to_member"], body["amount"], body["message"]
    )
    return {"transaction_id": transaction_id}


@api.read("/me/hours", permission=Permission.SIGNED_IN, answer=schemas.HoursAnswer)
def read_hours() -> dict[str, Any]:
    """One's minutes of service, confirmed and waiting to be."""
    actor = the_principal()
    return {
        "minutes_confirmed": queries.minutes_of(actor.id),
        "minutes_pending": pending.minutes(actor.id),
    }


@api.read(
    "/regions/<region:region_code>/budget",
    permission=Permission.PUBLIC,
    answer=schemas.BudgetAnswer,
)
def read_budget(region_code: str) -> dict[str, Any]:
    """A region's points: free, held by activities, got from above, given below and to residents."""
    return queries.budget_of(region_code).as_json()


@api.write(
    "/regions/<region:region_code>/budgets",
    permission=Permission.BUDGET_ALLOCATE,
    body=schemas.Allocation,
    answer=schemas.AllocationAnswer,
    status=201,
    refusals=("budget_exceeded",),
)
def allocate_budget(region_code: str, body: dict[str, Any]) -> dict[str, Any]:
    """Give a region points out of its parent's budget; a city's are made anew."""
    done = services.allocate_budget(the_principal(), region_code, **body)
    return {"transaction_id": done.transaction_id, "balance": done.balance}


@api.read(
    "/regions/<region:region_code>/budget-lines",
    permission=Permission.PUBLIC,
    query=PageQuery,
    answer=schemas.BudgetLines,
)
def list_budget_lines(region_code: str, query: dict[str, Any]) -> dict[str, Any]:
    """What points a region was given and for what, newest first."""
    path_of(region_code)
    return lines_of(region_code, **query).as_json(
        lambda row: {
            "id": row.id,
            "amount": row.amount,
            "memo": row.memo,
            "created_at": rfc3339(row.created_at),
        }
    )


def _present_entry(row: Any) -> dict[str, Any]:
    return {
        "id": f"{row.transaction_id}-{row.position}",
        "transaction_id": row.transaction_id,
        "kind": row.kind,
        "amount": row.amount,
        "memo": row.memo,
        "created_at": rfc3339(row.created_at),
    }
