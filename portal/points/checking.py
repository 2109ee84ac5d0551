"""Verifying the books, and keeping that it was done and with what result."""

from __future__ import annotations

from portal.core.unit_of_work import unit_of_work
from portal.points import services
from portal.points.verification import Report, verify


def verify_and_keep() -> Report:
    """Check both books and the audit log, and keep the result there."""
    report = verify()
    keep(report)
    return report


def keep(report: Report) -> None:
    """Keep the result of a check in the audit log, where the auditors' page reads it."""
    with unit_of_work():
        services.note_verification(report.checked, len(report.problems))
