"""Who may see and change what in the market. Templates ask here too."""

from __future__ import annotations

from collections.abc import Iterable

from portal.core.permissions import Permission, Principal, ScopeKind
from portal.market.rules import MerchantStatus, OfferStatus


def owned(actor: Principal | None) -> tuple[str, ...]:
    """The merchants that a person owns."""
    return actor.scopes(Permission.MERCHANT_MANAGE, ScopeKind.MERCHANT) if actor else ()


def staffed(actor: Principal | None) -> tuple[str, ...]:
    """The merchants at whose till a person stands, owned ones included."""
    return actor.scopes(Permission.VOUCHER_REDEEM, ScopeKind.MERCHANT) if actor else ()


def sees_merchant(
    actor: Principal | None, merchant_id: str, status: str, regions: Iterable[str]
) -> bool:
    """Verified merchants are public; the others are for their people and their committee."""
    if status == MerchantStatus.VERIFIED:
        return True
    if actor is None:
        return False
    return merchant_id in staffed(actor) or actor.holds(Permission.MERCHANT_VERIFY, regions=regions)


def sees_unpublished(
    actor: Principal | None, merchant_id: str, status: str, regions: Iterable[str]
) -> bool:
    """An offer that is not on the board is for its owner, and in review for the committee."""
    if actor is None:
        return False
    reviews = status == OfferStatus.IN_REVIEW and actor.holds(
        Permission.OFFER_REVIEW, regions=regions
    )
    return merchant_id in owned(actor) or reviews


def owns(actor: Principal | None, merchant_id: str) -> bool:
    return merchant_id in owned(actor)
