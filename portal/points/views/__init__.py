"""The pages of points and hours: a resident's own, and the desk's budgets, rules and books."""

from portal.points.views import books, budgets, gifts, own, public, rules
from portal.points.views.blueprint import blueprint

__all__ = ["blueprint", "books", "budgets", "gifts", "own", "public", "rules"]
