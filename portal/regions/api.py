"""Regions, for everybody."""

from __future__ import annotations

from typing import Any

from portal.core.endpoint import ApiBlueprint
from portal.core.permissions import Permission
from portal.regions import queries, schemas

api = ApiBlueprint("regions", __name__, tag="Regions")


@api.read(
    "/regions",
    permission=Permission.PUBLIC,
    query=schemas.RegionsQuery,
    answer=schemas.RegionList,
)
def list_regions(query: dict[str, Any]) -> dict[str, Any]:
    """Regions: the direct children of one, or all below it of one level."""
    return queries.page(**query).as_json(_item)


@api.read("/regions/<region:code>", permission=Permission.PUBLIC, answer=schemas.RegionDetail)
def read_region(code: str) -> dict[str, Any]:
    """One region, and what it belongs to, city first."""
    *above, itself = queries.lineage(code)
    ancestors = [{"code": each.code, "name": each.name, "level": each.level} for each in above]
    return {**_item(itself), "ancestors": ancestors}


def _item(row: Any) -> dict[str, Any]:
    return {
        "code": row.code,
        "name": row.name,
        "level": row.level,
        "parent_code": row.parent_code,
    }
