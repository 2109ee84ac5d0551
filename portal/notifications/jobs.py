"""The work of notifications by the clock."""

from __future__ import annotations

from datetime import timedelta

from flask import current_app

from portal.config import Settings
from portal.core.jobs import job
from portal.notifications import services


@job("notifications.letters", every=timedelta(minutes=1))
def send_waiting() -> int:
    settings: Settings = current_app.settings  # type: ignore[attr-defined]
    return services.send_waiting(settings.public_url)
