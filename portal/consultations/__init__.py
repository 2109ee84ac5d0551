"""Consultations: deliberation, roll, secret ballots, the board, the tally, decision, follow-up."""

from __future__ import annotations

from typing import Any


def init_app(_app: Any) -> None:
    """Tell the rooms below what they show of this one, and what it asks of them."""
    from portal.consultations import providers  # needs the tables, which are loaded by now

    providers.register()
