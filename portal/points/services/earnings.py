"""What records of service earn: the rules of their regions, multipliers and caps."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import text

from portal.core.clock import clock, today
from portal.core.database import db, on_sqlite
from portal.points.queries.rules import rules_for
from portal.points.queries.transactions import earned_by_day
from portal.points.rules import RuleSet, capped, points_for


@dataclass(frozen=True)
class ServiceCredit:
    """What one record of service brings its resident.

    ``conditions`` are those of the rules' multipliers (``heat``, ``skill``); night is found out
    from the times. ``memo`` is what the resident reads in the statement. ``unpaid``: hours alone,
    for an account that is closed.
    """

    record_id: str
    resident_id: str
    region_code: str
    activity_id: str | None
    category: str | None
    started_at: datetime
    minutes: int
    conditions: frozenset[str] = frozenset()
    memo: str = ""
    unpaid: bool = False

    @property
    def day(self) -> date:
        """The day of service, in the portal's time zone."""
        return clock.day_of(self.started_at)


class Earnings:
    """The points of some records. For caps, what the transactions ``without`` gave does not
    count."""

    def __init__(self, served: Sequence[ServiceCredit], without: Collection[str] = ()) -> None:
        self._rules: dict[tuple[str, date], RuleSet] = {}
        self._without = without
        self._earned: dict[tuple[str, date], int] = {}
        paid = [each for each in served if not each.unpaid]
        self._points = {each.record_id: self._full(each) for each in paid}
        self._apply_caps([each for each in paid if self._has_cap(each)])

    def of(self, record_id: str) -> int:
        """The points of a record; 0 if it was not among those served."""
        return self._points.get(record_id, 0)

    def expires_on(self, region_code: str) -> date:
        """The last day of points that are credited today."""
        return self._rules_for(region_code, today()).expires_on(today())

    def _rules_for(self, region_code: str, day: date) -> RuleSet:
        if (region_code, day) not in self._rules:
            self._rules[region_code, day] = rules_for(region_code, day)
        return self._rules[region_code, day]

    def _full(self, credit: ServiceCredit) -> int:
        begin = credit.started_at.astimezone(clock.zone)
        rules = self._rules_for(credit.region_code, credit.day)
        return points_for(rules, credit.category, begin, credit.minutes, credit.conditions)

    def _has_cap(self, credit: ServiceCredit) -> bool:
        rules = self._rules_for(credit.region_code, credit.day)
        return rules.cap_day is not None or rules.cap_month is not None

    def _apply_caps(self, limited: Sequence[ServiceCredit]) -> None:
        if not limited:
            return
        residents = {each.resident_id for each in limited}
        _one_at_a_time(residents)
        days = [each.day for each in limited]
        first, last = min(days).replace(day=1), _last_of_month(max(days))
        self._earned = earned_by_day(residents, first, last, self._without)
        for credit in sorted(limited, key=lambda each: (each.started_at, each.record_id)):
            self._cap(credit)

    def _cap(self, credit: ServiceCredit) -> None:
        who, day = credit.resident_id, credit.day
        in_month = sum(
            points
            for (resident, each), points in self._earned.items()
            if resident == who and (each.year, each.month) == (day.year, day.month)
        )
        on_day = self._earned.get((who, day), 0)
        rules = self._rules_for(credit.region_code, day)
        points = capped(self._points[credit.record_id], rules, on_day, in_month)
        self._points[credit.record_id] = points
        self._earned[who, day] = on_day + points


def _last_of_month(day: date) -> date:
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


def _one_at_a_time(residents: Iterable[str]) -> None:
    """Until the end of the transaction nobody else earns under a cap for these residents: two at
    once would each see the same room under it. (SQLite has one writer anyway.)"""
    if not on_sqlite():
        db.session.execute(
            text(
                "SELECT pg_advisory_xact_lock(hashtextextended(who, 7226003))"
                " FROM (SELECT unnest(CAST(:residents AS text[])) AS who ORDER BY 1) AS listed"
            ),
            {"residents": sorted(residents)},
        )
