"""What can be read of points, hours, budgets and rules."""

from portal.points.queries.budgets import budget_of, budgets_of_children
from portal.points.queries.rules import (
    RuleBook,
    decisions_of,
    expected_points,
    points_per_hour,
    rules_for,
)
from portal.points.queries.wallets import (
    expired_wallets,
    has_expired_lots,
    hour_entries,
    lots_of,
    minutes_of,
    point_entries,
    points_of,
    statement,
    untold_expiries,
)

__all__ = [
    "RuleBook",
    "budget_of",
    "budgets_of_children",
    "decisions_of",
    "expected_points",
    "expired_wallets",
    "has_expired_lots",
    "hour_entries",
    "lots_of",
    "minutes_of",
    "point_entries",
    "points_of",
    "points_per_hour",
    "rules_for",
    "statement",
    "untold_expiries",
]
