"""What stands in the way of closing an account, and what becomes of vouchers and shops."""

from __future__ import annotations

from collections.abc import Iterator

from portal.accounts.queries import alone_in, scopes_of
from portal.core import closing
from portal.core.closing import Fate, Obstacle
from portal.core.i18n import gettext as _
from portal.core.i18n import listed, ngettext
from portal.core.permissions import Role
from portal.core.unit_of_work import in_unit_of_work
from portal.market import queries
from portal.market.rules import MerchantStatus

OWNER, STAFF = Role.MERCHANT_OWNER, Role.MERCHANT_STAFF


def register() -> None:
    closing.register(obstacles=_obstacles, fates=_fates)


def _obstacles(user_id: str) -> Iterator[Obstacle]:
    """Of a verified shop: neighbours hold vouchers for it. One that never was goes along."""
    if in_unit_of_work():
        queries.hold_people_of(scopes_of(user_id, OWNER))
    for shop in queries.merchants_of(alone_in(user_id, OWNER)):
        if shop.status == MerchantStatus.VERIFIED:
            yield Obstacle(
                _(
                    "You are the only owner of %(shop)s. Make somebody else owner first, or ask "
                    "your committee to take the shop off the list.",
                    shop=shop.name,
                ),
                f"/my-shops/{shop.id}/staff",
            )


def _fates(user_id: str) -> Iterator[Fate]:
    if vouchers := queries.count_open_vouchers(user_id):
        yield Fate(
            ngettext(
                "%(num)s voucher that you have not used is cancelled.",
                "%(num)s vouchers that you have not used are cancelled.",
                vouchers,
            )
        )
    shops = queries.merchants_of({*scopes_of(user_id, OWNER), *scopes_of(user_id, STAFF)})
    if shops:
        names = listed(shop.name for shop in shops)
        yield Fate(_("You no longer work at %(shops)s.", shops=names))
