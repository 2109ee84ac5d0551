"""The write path on SQLite: prepared statements, step by step as the functions on PostgreSQL go.

SQLite has one writer at a time (the unit of work begins IMMEDIATE), so nothing need be locked;
debits are guarded all the same. A refusal leaves the transaction to be rolled back.
"""

from portal.points.ledger.sqlite.batch import post
from portal.points.ledger.sqlite.holds import hold, void

__all__ = ["hold", "post", "void"]
