"""Points and hours: the two books, their one write path, rules, budgets, lots and holds."""
