"""The market: merchants, offers, vouchers and their redemption at the till."""

from flask import Flask


def init_app(_app: Flask) -> None:
    """Make roles possible that hold for a merchant, and say what leaving means for it."""
    from portal.accounts.scopes import register_scope  # the application loads rooms one by one
    from portal.core.permissions import ScopeKind
    from portal.market import closing
    from portal.market.queries import names_of, scope_of

    register_scope(ScopeKind.MERCHANT, scope_of, names_of)
    closing.register()
