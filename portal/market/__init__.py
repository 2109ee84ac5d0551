"""The market: merchants, offers, vouchers and their redemption at the till."""

from flask import Flask


def init_app(_app: Flask) -> None:
    """Make roles possible that hold for a merchant, and say what leaving means for it."""
    from portal.accounts.scopes import register_scope  # the application loads rooms one by one
    from portal.core.permissions import ScopeKind
    from portal.market import closing
    from portal.market.queries import merchants_named, names_of, scope_of
    from portal.market.views.placing import landmarks
    from portal.points import owners
    from portal.points.owners import OwnerKind
    from portal.regions.landmarks import register_provider

    register_scope(ScopeKind.MERCHANT, scope_of, names_of, merchants_named)
    owners.register("merchant", OwnerKind(names_of, "market.merchant", "merchant_id"))
    register_provider(landmarks)
    closing.register()
