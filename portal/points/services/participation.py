"""Points for having taken part in something: the same for everybody who did."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from portal.points import ledger
from portal.points.ledger import Earn, Kind, Posting, accounts
from portal.points.queries.rules import rules_for


@dataclass(frozen=True)
class Part:
    """Who took part; ``key`` tells this person's part from the others of the same event."""

    key: str
    resident_id: str


@dataclass(frozen=True, kw_only=True)
class Event:
    """What was taken part in: its id, its region (whose budget pays), its day, and what stands in
    the statement of each who did."""

    id: str
    region_code: str
    day: date
    memo: str


def credit_parts(event: Event, parts: Sequence[Part], points: int) -> None:
    """Give everybody the same points out of the region's budget, all or none, each once.

    Raises:
        BudgetExceeded: the region's budget does not cover them.
        PostingMismatch: somebody was credited before, with something else.
    """
    expires_on = rules_for(event.region_code, event.day).expires_on(event.day)
    ledger.post(
        *(
            Posting(
                kind=Kind.AWARD,
                region_code=event.region_code,
                moves=(
                    Earn(
                        source=accounts.budget(event.region_code),
                        target=accounts.wallet(part.resident_id, event.region_code),
                        amount=points,
                        expires_on=expires_on,
                    ),
                ),
                memo=event.memo,
                actor_id=None,
                key=f"part:{event.id}:{part.key}",
                value_date=event.day,
            )
            for part in parts
        )
    )
