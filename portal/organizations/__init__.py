"""Social organizations: registration, members, praise and the reputation that comes of it."""

from flask import Flask


def init_app(_app: Flask) -> None:
    """Make roles possible that hold for an organization, and say what leaving means for it."""
    from portal.accounts.scopes import register_scope  # the application loads rooms one by one
    from portal.core.permissions import ScopeKind
    from portal.organizations import closing
    from portal.organizations.queries import host, names_of, organizations_named

    def find(organization_id: str) -> tuple[str, str]:
        organization = host(organization_id)
        return organization.name, organization.region_code

    register_scope(ScopeKind.ORGANIZATION, find, names_of, organizations_named)
    closing.register()
