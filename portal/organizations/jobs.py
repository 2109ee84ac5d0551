"""What organizations do by the clock."""

from __future__ import annotations

from datetime import timedelta

from portal.core.jobs import job
from portal.organizations import services


@job("reputation.fade", every=timedelta(minutes=10))
def fade() -> int:
    """Once a day praise is a day older."""
    return services.refresh_stale()
