"""Points and hours: the two books, their one write path, rules, budgets, lots and holds."""

from flask import Flask


def init_app(_app: Flask) -> None:
    """Say what becomes of points and hours when an account is closed."""
    from portal.points import closing  # the application loads rooms one by one

    closing.register()
