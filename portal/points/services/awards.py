"""Hours and points for confirmed service, and their correction."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from portal.points import ledger
from portal.points.ledger import Account, Earn, Kind, Move, Posting, Transfer, Unearn, accounts
from portal.points.queries.accounts import balances_of
from portal.points.queries.transactions import Award, standing_award
from portal.points.services.earnings import Earnings, ServiceCredit


def credit_service(
    credits: Sequence[ServiceCredit],  # noqa: A002
    actor_id: str | None,
) -> dict[str, int]:
    """Credit hours and points of confirmed records, all or none, in one call of the ledger.

    The points come from the activity's reserve while that covers them, else (and without an
    activity) from the region's budget. A record is credited once.

    Returns:
        The points of each record.

    Raises:
        BudgetExceeded: neither the reserve nor the budget covers them.
        PostingMismatch: a record was credited before, with something else.
    """
    served = [credit for credit in credits if credit.minutes > 0]
    earnings = Earnings(served)
    writer = _Writer(actor_id, 0, earnings, _Sources(served))
    ledger.post(*(writer.award(credit) for credit in served))
    return {credit.record_id: earnings.of(credit.record_id) for credit in credits}


def correct_service(credit: ServiceCredit, actor_id: str | None, version: int) -> int:
    """Take back what a record was credited by an opposite transaction, and credit it anew.

    Points that were spent already are booked as the region's shortfall, so that no balance falls
    below zero. The new points keep the dates of the old ones.

    Args:
        credit: as it should have been; 0 minutes only takes back.
        actor_id: who corrects.
        version: 1 for the first correction of a record, one more for each that follows.

    Returns:
        The new points.

    Raises:
        BudgetExceeded: the budget does not cover the new points.
    """
    before = standing_award(_award_key(credit.record_id, each) for each in range(version))
    served = [credit] if credit.minutes > 0 else []
    earnings = Earnings(served, before.transaction_id if before else None)
    writer = _Writer(actor_id, version, earnings, _Sources([credit]))
    undo = [writer.reversal(credit, before)] if before else []
    ledger.post(*undo, *(writer.award(each, before) for each in served))
    return earnings.of(credit.record_id)


def _award_key(record_id: str, version: int) -> str:
    return f"award:{record_id}:{version}"


class _Sources:
    """Which account pays: an activity's reserve while it covers a credit, else the budget.

    The balances are read without a lock and only choose; the ledger's guard decides.
    """

    def __init__(self, credited: Iterable[ServiceCredit]) -> None:
        reserves = {_reserve_of(each) for each in credited if each.activity_id}
        self._left = balances_of(reserves) if reserves else {}

    def draw(self, credit: ServiceCredit, points: int) -> Account:
        reserve = _reserve_of(credit)
        if self._left.get(reserve, 0) >= points:
            self._left[reserve] -= points
            return reserve
        return accounts.budget(credit.region_code)

    def give_back(self, source: Account, points: int) -> Account:
        """Where points go back: to the reserve they came from while the activity still has one,
        else to the budget, so that nothing is left on the reserve of a finished activity."""
        if self._left.get(source, 0) > 0:
            self._left[source] += points
            return source
        return accounts.budget(source.region_code)


def _reserve_of(credit: ServiceCredit) -> Account:
    return accounts.reserve(credit.activity_id or "", credit.region_code)


@dataclass(frozen=True)
class _Writer:
    """Makes the postings of one call."""

    actor_id: str | None
    version: int
    earnings: Earnings
    sources: _Sources

    def award(self, credit: ServiceCredit, before: Award | None = None) -> Posting:
        region = credit.region_code
        service, hours = accounts.service(region), accounts.hours(credit.resident_id, region)
        moves: list[Move] = [Transfer(source=service, target=hours, amount=credit.minutes)]
        points = self.earnings.of(credit.record_id)
        if points:
            old_day = before.expires_on if before else None
            earn = Earn(
                source=self.sources.draw(credit, points),
                target=accounts.wallet(credit.resident_id, region),
                amount=points,
                earned_at=before.earned_at if before else None,
                expires_on=old_day or self.earnings.expires_on(region),
            )
            moves.append(earn)
        return self._posting(Kind.AWARD, credit, moves, _award_key(credit.record_id, self.version))

    def reversal(self, credit: ServiceCredit, before: Award) -> Posting:
        region = credit.region_code
        service, hours = accounts.service(region), accounts.hours(credit.resident_id, region)
        moves: list[Move] = [Transfer(source=hours, target=service, amount=before.minutes)]
        if before.source:
            unearn = Unearn(
                source=accounts.wallet(credit.resident_id, region),
                target=self.sources.give_back(before.source, before.points),
                shortfall=accounts.shortfall(region),
                amount=before.points,
                of=before.transaction_id,
            )
            moves.append(unearn)
        key = f"correction:{credit.record_id}:{self.version}"
        return self._posting(Kind.CORRECTION, credit, moves, key, before.transaction_id)

    def _posting(
        self,
        kind: Kind,
        credit: ServiceCredit,
        moves: list[Move],
        key: str,
        reverses: str | None = None,
    ) -> Posting:
        return Posting(
            kind=kind,
            region_code=credit.region_code,
            moves=tuple(moves),
            memo=credit.memo,
            actor_id=self.actor_id,
            key=key,
            reverses=reverses,
            value_date=credit.day,
        )
