"""Activities: shifts, sign-ups, check-in, service records."""

from __future__ import annotations

from typing import Any


def init_app(_app: Any) -> None:
    """Tell the rooms below what they show of this one."""
    from portal.activities import providers  # needs the tables, which are loaded by now

    providers.register()
