"""Votes in the formats of others: Pabulib's ``.pb`` for budgets, ``.blt`` for ranked ballots."""
