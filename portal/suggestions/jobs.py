"""The work of suggestions by the clock."""

from __future__ import annotations

from datetime import timedelta

from portal.core.jobs import job
from portal.core.unit_of_work import unit_of_work
from portal.suggestions import begun, services, uploads


@job("suggestions.remind", every=timedelta(minutes=5))
def remind() -> int:
    return services.remind_of_due()


@job("suggestions.escalate", every=timedelta(minutes=1))
def escalate() -> int:
    return services.escalate_overdue()


@job("suggestions.close", every=timedelta(minutes=5))
def close_silent() -> int:
    return services.close_silent()


@job("suggestions.forget_begun", every=timedelta(hours=1))
def forget_begun() -> int:
    return begun.forget_old()


@job("suggestions.contacts", every=timedelta(hours=1))
def erase_contacts() -> int:
    with unit_of_work():
        return services.erase_contacts()


@job("suggestions.photos", every=timedelta(days=1))
def forget_unused_photos() -> int:
    with unit_of_work():
        return uploads.forget_unused()
