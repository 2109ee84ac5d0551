"""Supervision: residents ask the committee about budgets, rules and decisions, in public."""

from __future__ import annotations

from typing import Any


def init_app(_app: Any) -> None:
    """Tell the rooms below what becomes of questions when an account is closed."""
    from portal.supervision import closing  # needs the tables, which are loaded by now

    closing.register()
