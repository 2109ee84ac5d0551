"""What stands in the way of closing an account, and what becomes of memberships and praise."""

from __future__ import annotations

from collections.abc import Iterator

from portal.accounts.queries import alone_in, scopes_of
from portal.core import closing
from portal.core.closing import Fate, Obstacle
from portal.core.i18n import gettext as _
from portal.core.i18n import listed, ngettext
from portal.core.permissions import Role
from portal.core.unit_of_work import in_unit_of_work
from portal.organizations import queries

MANAGER, MEMBER = Role.ORGANIZATION_MANAGER, Role.ORGANIZATION_MEMBER


def register() -> None:
    closing.register(obstacles=_obstacles, fates=_fates)


def _obstacles(user_id: str) -> Iterator[Obstacle]:
    if in_unit_of_work():
        queries.hold_people_of(scopes_of(user_id, MANAGER))
    for organization_id in alone_in(user_id, MANAGER):
        yield Obstacle(
            _(
                "You are the only manager of %(organization)s. Invite somebody else as manager "
                "first, or ask your committee to name one.",
                organization=queries.summary(organization_id)["name"],
            ),
            f"/organizations/{organization_id}/people",
        )


def _fates(user_id: str) -> Iterator[Fate]:
    joined = queries.summaries({*scopes_of(user_id, MANAGER), *scopes_of(user_id, MEMBER)})
    if joined:
        names = listed(sorted(each["name"] for each in joined.values()))
        yield Fate(_("You leave %(organizations)s.", organizations=names))
    if praised := queries.count_praise_by(user_id):
        yield Fate(
            ngettext(
                "Your praise stays, without your name.",
                "Your %(num)s praises stay, without your name.",
                praised,
            ),
            stays=True,
        )
