"""What is kept of those who check the books, and of the checks."""

from __future__ import annotations

from portal.core import audit
from portal.core.permissions import Permission, Principal, ScopeKind
from portal.points.queries.book import BookFilter
from portal.points.queries.totals import VERIFIED


def note_person_read(actor: Principal, user_id: str, region_code: str) -> None:
    """That somebody looked for the bookings of one resident."""
    audit.record(actor.id, "ledger.person_read", "user", user_id, region_code=region_code)


def note_download(actor: Principal, wanted: BookFilter, bookings: int) -> None:
    """That somebody took bookings away in a file, and how many."""
    own = actor.scopes(Permission.LEDGER_READ, ScopeKind.REGION)
    region = wanted.region or own[0]
    audit.record(
        actor.id, "ledger.downloaded", "region", region, region_code=region, bookings=bookings
    )


def note_verification(checked: dict[str, int], problems: int) -> None:
    """That the books were verified, and with what result."""
    audit.record(
        None,
        VERIFIED,
        "ledger",
        "books",
        problems=problems,
        transactions=checked["transactions"],
        entries=checked["entries"],
    )
