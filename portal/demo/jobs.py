"""What the demo does by the clock."""

from __future__ import annotations

from datetime import timedelta

from flask import current_app

from portal.config import Settings
from portal.core.jobs import job
from portal.demo.walk import keep_walkable


@job("demo.keep_walkable", every=timedelta(minutes=5))
def walk() -> int:
    """On the embedded default the walk of README.md stays open as long as the portal runs. Where
    others bring a database of their own, nothing happens that they did not ask for."""
    settings: Settings = current_app.settings  # type: ignore[attr-defined]
    return keep_walkable() if settings.demo and settings.embedded else 0
