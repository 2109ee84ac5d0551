"""Organizations in the JSON API."""

from __future__ import annotations

from typing import Any

from portal.core.access import current_principal
from portal.core.endpoint import ApiBlueprint
from portal.core.permissions import Permission
from portal.core.summaries import region_of
from portal.organizations import queries
from portal.organizations.schemas import (
    OrganizationAnswer,
    OrganizationsAnswer,
    OrganizationsQuery,
)

api = ApiBlueprint("organizations", __name__, tag="Organizations and activities")


@api.read(
    "/organizations",
    permission=Permission.PUBLIC,
    query=OrganizationsQuery,
    answer=OrganizationsAnswer,
)
def list_organizations(query: dict[str, Any]) -> dict[str, Any]:
    """Verified organizations, by region and by words of their name or description."""
    return queries.page(**query).as_json(_present)


@api.read(
    "/organizations/<id:organization_id>",
    permission=Permission.PUBLIC,
    answer=OrganizationAnswer,
)
def get_organization(organization_id: str) -> dict[str, Any]:
    """One organization and how it is regarded."""
    return _present(queries.detail(organization_id, current_principal()))


def _present(row: Any) -> dict[str, Any]:
    return {
        "id": row.id,
        "name": row.name,
        "kind": row.kind,
        "region": region_of(row),
        "verified": row.status == "verified",
        "reputation": queries.Standing.of(row).as_json(),
    }
