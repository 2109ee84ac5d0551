"""Suggestions: what is wrong or could be better, dispatched, supervised, answered and judged."""

from flask import Flask


def init_app(_app: Flask) -> None:
    """Make roles possible that hold for a department, and say what leaving means for cases."""
    from portal.accounts.scopes import register_scope  # the application loads rooms one by one
    from portal.core.permissions import ScopeKind
    from portal.suggestions import closing
    from portal.suggestions.queries import departments

    register_scope(
        ScopeKind.DEPARTMENT, departments.scope_of, departments.names_of, departments.found
    )
    closing.register()
