"""What is forgotten when its time is over."""

from __future__ import annotations

from datetime import timedelta

from portal.accounts import services
from portal.core.jobs import job
from portal.core.unit_of_work import unit_of_work


@job("accounts.forget", every=timedelta(hours=1))
def forget() -> int:
    """Codes, ended sessions and old failures: what nobody needs any more is not kept."""
    with unit_of_work():
        return services.forget_what_is_over()
