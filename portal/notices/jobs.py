"""The work of notices by the clock."""

from __future__ import annotations

from datetime import timedelta

from portal.core.jobs import job
from portal.notices import services


@job("notices.publish", every=timedelta(minutes=1))
def publish_due() -> int:
    return services.publish_due()
