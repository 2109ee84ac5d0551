"""What stands in the way of closing an account, as far as roles for regions go."""

from __future__ import annotations

from collections.abc import Iterator

from portal.accounts import queries
from portal.core import closing
from portal.core.closing import Obstacle
from portal.core.i18n import gettext as _
from portal.core.permissions import Role
from portal.core.unit_of_work import in_unit_of_work
from portal.regions import queries as regions


def register() -> None:
    closing.register(obstacles=_obstacles)


def _obstacles(user_id: str) -> Iterator[Obstacle]:
    """A city without an administrator could give nobody a role any more."""
    if in_unit_of_work():
        regions.hold(queries.scopes_of(user_id, Role.ADMIN))
    names = regions.names_of(queries.alone_in(user_id, Role.ADMIN))
    for _code, name in sorted(names.items()):
        yield Obstacle(
            _(
                "You are the only administrator of %(region)s. Make somebody else administrator "
                "first.",
                region=name,
            ),
            "/desk/roles",
        )
