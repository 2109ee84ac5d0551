"""Roles and kinds of scopes as people call them."""

from __future__ import annotations

from typing import Any

from portal.core.i18n import lazy_gettext as _l
from portal.core.permissions import ROLE_PERMISSIONS, Role, ScopeKind

ROLES: dict[Role, Any] = {
    Role.RESIDENT: _l("Resident"),
    Role.ORGANIZATION_MANAGER: _l("Organization manager"),
    Role.ORGANIZATION_MEMBER: _l("Organization member"),
    Role.MERCHANT_OWNER: _l("Shop owner"),
    Role.MERCHANT_STAFF: _l("Shop staff"),
    Role.SOCIAL_WORKER: _l("Social worker"),
    Role.COMMITTEE: _l("Committee"),
    Role.GRID_WORKER: _l("Grid worker"),
    Role.DISPATCHER: _l("Dispatcher"),
    Role.DEPARTMENT_HANDLER: _l("Department handler"),
    Role.SUPERVISOR: _l("Supervisor"),
    Role.MEDIATOR: _l("Mediator"),
    Role.FINANCE: _l("Finance"),
    Role.AUDITOR: _l("Auditor"),
    Role.ADMIN: _l("Administrator"),
}

OFFERED_ROLES: tuple[Role, ...] = tuple(
    role for role in Role if ROLE_PERMISSIONS[role] or role is Role.ORGANIZATION_MEMBER
)
"""The roles that open some page; the others wait for their rooms."""

SCOPE_KINDS: dict[ScopeKind, Any] = {
    ScopeKind.REGION: _l("Region"),
    ScopeKind.ORGANIZATION: _l("Organization"),
    ScopeKind.MERCHANT: _l("Merchant"),
    ScopeKind.DEPARTMENT: _l("Department"),
}
