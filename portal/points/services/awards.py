"""Hours and points for confirmed service, and their correction."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from portal.core.i18n import lazy_gettext as _l
from portal.points import ledger
from portal.points.errors import BudgetExceeded
from portal.points.ledger import Account, Earn, Kind, Move, Posting, Transfer, Unearn, accounts
from portal.points.queries.accounts import balances_of
from portal.points.queries.transactions import Credited, credited
from portal.points.services.earnings import Earnings, ServiceCredit

_BEYOND_SHARE = _l(
    "This takes a larger share of the community's free budget than is open to the organization."
)


def credit_service(
    credits: Sequence[ServiceCredit],  # noqa: A002
    actor_id: str | None,
    most_free: int | None = None,
) -> dict[str, int]:
    """Credit hours and points of confirmed records, all or none, in one call of the ledger.

    The points come from the activity's reserve while that covers them, else (and without an
    activity) from the region's budget, of which no more than ``most_free`` is taken if given. A
    record is credited once.

    Returns:
        The points of each record.

    Raises:
        BudgetExceeded: neither the reserve nor the budget covers them, or that would be too much.
        PostingMismatch: a record was credited before, with something else.
    """
    served = [credit for credit in credits if credit.minutes > 0]
    earnings = Earnings(served)
    writer = _Writer(actor_id, 0, _Sources(served, most_free))
    expiry = earnings.expires_on
    ledger.post(
        *(
            writer.award(each, earnings.of(each.record_id), None, expiry(each.region_code))
            for each in served
        )
    )
    return {credit.record_id: earnings.of(credit.record_id) for credit in credits}


def correct_service(
    credit: ServiceCredit, actor_id: str | None, version: int, most_free: int | None = None
) -> int:
    """Take back what a record was credited by an opposite transaction, and credit it anew.

    Of the points only what is still there can be taken back, and no more than that returns to the
    budget. The rest stays with the record: the new award pays what the record does not hold yet,
    so that it never costs more than its highest credit. The new points keep the dates of the old.

    Args:
        credit: as it should have been; 0 minutes only takes back.
        actor_id: who corrects.
        version: 1 for the first correction of a record, one more for each that follows.
        most_free: as in :func:`credit_service`.

    Returns:
        The points the record is worth now.

    Raises:
        BudgetExceeded: the budget does not cover the new points, or that would be too much.
    """
    before = credited(_keys(credit.record_id, version))
    served = [credit] if credit.minutes > 0 else []
    earnings = Earnings(served, before.transactions)
    points = earnings.of(credit.record_id)
    if before.standing or before.points > points:
        sources = _Sources([credit])
        ledger.post(*_Writer(actor_id, version, sources).reversal(credit, before, points))
    held = credited(_keys(credit.record_id, version + 1)).points
    if most_free is not None:
        most_free += before.points - held
    writer = _Writer(actor_id, version, _Sources([credit], most_free))
    last_day = before.expires_on or earnings.expires_on(credit.region_code)
    ledger.post(
        *(writer.award(each, max(points - held, 0), before.earned_at, last_day) for each in served)
    )
    return points


def _keys(record_id: str, versions: int) -> list[str]:
    """The keys of a record's transactions up to a version, which is not among them."""
    known = range(versions)
    return [key(record_id, each) for each in known for key in (_award_key, _correction_key)]


def _award_key(record_id: str, version: int) -> str:
    return f"award:{record_id}:{version}"


def _correction_key(record_id: str, version: int) -> str:
    return f"correction:{record_id}:{version}"


class _Sources:
    """Which account pays: an activity's reserve while it covers a credit, else the budget, of which
    no more than ``most_free`` is taken.

    The balances are read without a lock and only choose; the ledger's guard decides.
    """

    def __init__(self, credited: Iterable[ServiceCredit], most_free: int | None = None) -> None:
        reserves = {_reserve_of(each) for each in credited if each.activity_id}
        self._left = balances_of(reserves) if reserves else {}
        self._most_free = most_free

    def draw(self, credit: ServiceCredit, points: int) -> Account:
        """Who pays for a credit.

        Raises:
            BudgetExceeded: more of the free budget than may be taken.
        """
        reserve = _reserve_of(credit)
        if self._left.get(reserve, 0) >= points:
            self._left[reserve] -= points
            return reserve
        if self._most_free is not None:
            self._most_free -= points
            if self._most_free < 0:
                raise BudgetExceeded(_BEYOND_SHARE)
        return accounts.budget(credit.region_code)

    def give_back(self, source: Account) -> Account:
        """Where points go back: to the reserve they came from while the activity still has one,
        else to the budget, so that nothing is left on the reserve of a finished activity."""
        if self._left.get(source, 0) > 0:
            return source
        return accounts.budget(source.region_code)


def _reserve_of(credit: ServiceCredit) -> Account:
    return accounts.reserve(credit.activity_id or "", credit.region_code)


@dataclass(frozen=True)
class _Writer:
    """Makes the postings of one call."""

    actor_id: str | None
    version: int
    sources: _Sources

    def award(
        self, credit: ServiceCredit, points: int, earned_at: datetime | None, expires_on: date
    ) -> Posting:
        region = credit.region_code
        service, hours = accounts.service(region), accounts.hours(credit.resident_id, region)
        moves: list[Move] = [Transfer(source=service, target=hours, amount=credit.minutes)]
        if points:
            earn = Earn(
                source=self.sources.draw(credit, points),
                target=accounts.wallet(credit.resident_id, region),
                amount=points,
                earned_at=earned_at,
                expires_on=expires_on,
            )
            moves.append(earn)
        return self._posting(Kind.AWARD, credit, moves, _award_key(credit.record_id, self.version))

    def reversal(self, credit: ServiceCredit, before: Credited, points: int) -> list[Posting]:
        """Take back all that is left of what the record was credited; what its new ``points`` do
        not cover, from the wallet's other lots too."""
        region = credit.region_code
        service, hours = accounts.service(region), accounts.hours(credit.resident_id, region)
        moves: list[Move] = []
        if before.minutes:
            moves.append(Transfer(source=hours, target=service, amount=before.minutes))
        if before.source and before.points:
            unearn = Unearn(
                source=accounts.wallet(credit.resident_id, region),
                target=self.sources.give_back(before.source),
                amount=before.points,
                owed=max(before.points - points, 0),
                of=before.awards,
            )
            moves.append(unearn)
        key = _correction_key(credit.record_id, self.version)
        return [self._posting(Kind.CORRECTION, credit, moves, key, before.standing)]

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
