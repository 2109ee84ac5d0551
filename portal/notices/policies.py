"""Who writes notices: pure functions, for services and templates alike."""

from __future__ import annotations

from portal.core.permissions import Permission, Principal


def may_manage(principal: Principal | None, path: tuple[str, ...]) -> bool:
    """The committee of the region or of one above."""
    return principal is not None and principal.holds(Permission.NOTICE_MANAGE, regions=path)
