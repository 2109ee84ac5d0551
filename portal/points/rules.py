"""What service earns: the rules of a region, and exact arithmetic over them.

A rule is a value for a key, decided by a region from a day on. For each key the nearest region
upward that decided counts, and of its decisions the latest that is in effect. Everything is
computed with fractions and rounded down once, at the end.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from typing import Any

from portal.core.errors import Invalid
from portal.core.i18n import lazy_gettext as _l

MOST_PER_HOUR = 1_000
MOST_CAP = 1_000_000
LARGEST_FACTOR = 10
MOST_YEARS = 20
MOST_DAYS = 60

_CLOCK = re.compile(r"^([01]\d|2[0-3]):[0-5]\d$", re.ASCII)
_FACTOR = re.compile(r"^\d{1,2}(\.\d{1,2})?$", re.ASCII)
_CATEGORY = re.compile(r"^[a-z][a-z0-9_]{0,39}$", re.ASCII)


@dataclass(frozen=True)
class RuleKind:
    """One key that can be decided.

    ``check`` gives a value in its lasting form or raises :class:`Invalid`; ``default`` counts where
    no region has decided (None: there is no such limit or multiplier). ``unit`` tells how it is
    asked and shown: ``points``, ``days``, ``years`` (whole numbers), ``factor`` or ``night``.
    ``by_category`` lets a key be decided for one category as well (``points_per_hour.culture``).
    """

    key: str
    label: Any
    unit: str
    check: Callable[[Any], Any]
    default: Any = None
    by_category: bool = False


_kinds: dict[str, RuleKind] = {}
_categories: dict[str, Any] = {}


def register_rule(kind: RuleKind) -> None:
    """Make a key known, also one of another room."""
    _kinds[kind.key] = kind


def known_rules() -> list[RuleKind]:
    """All keys that can be decided, in the order of registration."""
    return list(_kinds.values())


def name_categories(names: Mapping[str, Any]) -> None:
    """Tell which categories of service there are, and their names (the room of activities does)."""
    _categories.update(names)


def known_categories() -> Mapping[str, Any]:
    """The categories of service by their codes."""
    return _categories


def kind_of(key: str) -> RuleKind:
    """What a key is, with or without a category behind it.

    Raises:
        Invalid: there is no such key.
    """
    base, _, category = key.rpartition(".")
    kind = _kinds.get(key) or _kinds.get(base)
    of_category = kind is not None and kind.key != key
    if kind is None or (of_category and not (kind.by_category and _CATEGORY.match(category))):
        raise Invalid.field("key", _l("There is no such rule."))
    return kind


def label_of(key: str) -> str:
    """What a key is called, with its category if it has one.

    Raises:
        Invalid: there is no such key.
    """
    kind = kind_of(key)
    if key == kind.key:
        return str(kind.label)
    category = key.rpartition(".")[2]
    return f"{kind.label}: {known_categories().get(category, category)}"


def checked_value(key: str, value: Any) -> Any:
    """A decision's value in its lasting form; None takes over from above again.

    Raises:
        Invalid: the key is unknown, or the value is none that it can have.
    """
    kind = kind_of(key)
    return None if value is None else kind.check(value)


# --- the rules of one region on one day ---------------------------------------------------------


@dataclass(frozen=True)
class Decision:
    """One row of the rules: what a region decided for a key, from when on; ``source_id`` is the
    vote that it came of."""

    region_code: str
    key: str
    value: Any
    effective_from: date
    source_id: str | None = None


@dataclass(frozen=True)
class RuleSet:
    """The rules in effect for a region on a day. ``decided`` names where each comes from."""

    region_code: str
    day: date
    decided: Mapping[str, Decision] = field(default_factory=dict)

    def value(self, key: str) -> Any:
        """What counts for a key; its default where nobody decided."""
        decision = self.decided.get(key)
        return kind_of(key).default if decision is None else decision.value

    def points_per_hour(self, category: str | None) -> int:
        """Whole points for an hour of service of a category."""
        decision = self.decided.get(f"points_per_hour.{category}")
        return int(self.value("points_per_hour") if decision is None else decision.value)

    def factor(self, condition: str) -> Fraction:
        """The multiplier of a condition (``heat``, ``skill``); 1 where there is none."""
        return Fraction(self.value(f"multiplier.{condition}") or 1)

    @property
    def night(self) -> Night | None:
        """The hours of night and their multiplier."""
        value = self.value("multiplier.night")
        if value is None:
            return None
        start, end = time.fromisoformat(value["from"]), time.fromisoformat(value["to"])
        return Night(start, end, Fraction(value["factor"]))

    @property
    def cap_day(self) -> int | None:
        """The most points a resident earns for one day of service."""
        return None if (cap := self.value("cap.day")) is None else int(cap)

    @property
    def cap_month(self) -> int | None:
        """The most points a resident earns for the days of service of one month."""
        return None if (cap := self.value("cap.month")) is None else int(cap)

    @property
    def publicity_days(self) -> int:
        """How many days a confirmed record is shown before it is credited."""
        return int(self.value("publicity.days"))

    def expires_on(self, earned_on: date) -> date:
        """The last day on which points earned on a day can be spent."""
        return date(earned_on.year + int(self.value("expiry.years")), 12, 31)


@dataclass(frozen=True)
class Night:
    """From ``start`` until ``end``, perhaps over midnight, minutes count ``factor`` times."""

    start: time
    end: time
    factor: Fraction

    def minutes_within(self, begin: datetime, end: datetime) -> Fraction:
        """How many minutes from ``begin`` to ``end`` (aware) are night, in ``begin``'s zone.

        A night in which clocks are changed is as long as it really is.
        """
        zone, total = begin.tzinfo, timedelta()
        since, until = begin.astimezone(UTC), end.astimezone(UTC)
        day = begin.date() - timedelta(days=1)  # a night that began the evening before
        last = day if self.start < self.end else day + timedelta(days=1)
        while (opens := datetime.combine(day, self.start, zone).astimezone(UTC)) < until:
            closes = datetime.combine(last, self.end, zone).astimezone(UTC)
            total += max(timedelta(), min(until, closes) - max(since, opens))
            day, last = day + timedelta(days=1), last + timedelta(days=1)
        return Fraction(total // timedelta(microseconds=1), 60_000_000)


def effective(path: Sequence[str], day: date, decisions: Iterable[Decision]) -> RuleSet:
    """The rules of a region on a day.

    Args:
        path: the codes from the city down to the region, itself last.
        day: the day they are asked for.
        decisions: those of these regions, older ones before later ones; others do not count.
    """
    latest: dict[tuple[str, str], Decision] = {}
    for each in decisions:
        before = latest.get((each.region_code, each.key))
        if each.effective_from <= day and not (
            before and before.effective_from > each.effective_from
        ):
            latest[each.region_code, each.key] = each
    decided: dict[str, Decision] = {}
    for code in path:  # the nearest one last, so that it wins
        own = (each for (region, _), each in latest.items() if region == code)
        decided.update({each.key: each for each in own if each.value is not None})
    return RuleSet(path[-1], day, decided)


# --- what a service earns -------------------------------------------------------------------------


def points_for(
    rules: RuleSet,
    category: str | None,
    begin: datetime,
    minutes: int,
    conditions: frozenset[str] = frozenset(),
) -> int:
    """``floor(minutes × points per hour × multipliers / 60)``, caps not yet considered.

    Args:
        rules: of the region served, on the day of service.
        category: of the activity.
        begin: when the service began, in the portal's time zone.
        minutes: of service.
        conditions: what it was done under (``heat``, ``skill``); minutes at night are found out
            from the times, and each of them counts by the night's factor.
    """
    counted = Fraction(minutes)
    night = rules.night
    if night is not None:
        end = begin.astimezone(UTC) + timedelta(minutes=minutes)
        dark = night.minutes_within(begin, end)
        counted += dark * (night.factor - 1)
    for condition in conditions:
        counted *= rules.factor(condition)
    return int(counted * rules.points_per_hour(category) / 60)


def capped(points: int, rules: RuleSet, earned_on_day: int, earned_in_month: int) -> int:
    """How many of ``points`` are left under the caps, given what was earned before."""
    for cap, earned in ((rules.cap_day, earned_on_day), (rules.cap_month, earned_in_month)):
        if cap is not None:
            points = min(points, max(0, cap - earned))
    return points


# --- the keys that points knows by itself ---------------------------------------------------------


def whole(least: int, most: int) -> Callable[[Any], int]:
    """A check for whole numbers of a range."""

    def check(value: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            raise Invalid.field(
                "value",
                _l(
                    "Please give a whole number from %(least)s to %(most)s.", least=least, most=most
                ),
            )
        return value

    return check


def _factor(value: Any) -> str:
    text = "" if isinstance(value, bool) else str(value)
    if not _FACTOR.match(text) or not 0 < Fraction(text) <= LARGEST_FACTOR:
        raise Invalid.field(
            "value", _l("Please give a factor up to %(most)s, like 1.5.", most=LARGEST_FACTOR)
        )
    return text


def _night(value: Any) -> dict[str, str]:
    if not isinstance(value, Mapping) or set(value) != {"from", "to", "factor"}:
        raise Invalid.field("value", _l("Please give the night's beginning, end and factor."))
    for name in ("from", "to"):
        if not _CLOCK.match(str(value[name])):
            raise Invalid.field("value", _l("Please give times like 22:00."))
    if value["from"] == value["to"]:
        raise Invalid.field("value", _l("The night must begin and end at different times."))
    return {"from": value["from"], "to": value["to"], "factor": _factor(value["factor"])}


for _kind in (
    RuleKind(
        "points_per_hour",
        _l("Points per hour"),
        "points",
        whole(0, MOST_PER_HOUR),
        default=10,
        by_category=True,
    ),
    RuleKind("multiplier.night", _l("Multiplier at night"), "night", _night),
    RuleKind("multiplier.heat", _l("Multiplier in great heat"), "factor", _factor),
    RuleKind("multiplier.skill", _l("Multiplier for special skills"), "factor", _factor),
    RuleKind("cap.day", _l("Most points of a resident per day"), "points", whole(0, MOST_CAP)),
    RuleKind("cap.month", _l("Most points of a resident per month"), "points", whole(0, MOST_CAP)),
    RuleKind(
        "expiry.years",
        _l("Years after the year of earning until points expire"),
        "years",
        whole(0, MOST_YEARS),
        default=2,
    ),
    RuleKind(
        "publicity.days",
        _l("Days a confirmed record is shown before it counts"),
        "days",
        whole(0, MOST_DAYS),
        default=0,
    ),
):
    register_rule(_kind)
