"""Consultations: deliberation, roll, secret ballots, the board, the tally, decision, follow-up."""

from __future__ import annotations

from typing import Any


def init_app(_app: Any) -> None:
    """Say what closing an account means for this room."""
    from portal.consultations import closing  # needs the tables, which are loaded by now

    closing.register()
