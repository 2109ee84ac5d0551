"""How many reports came from where, week by week: what early warning looks at."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import func, select

from portal.core.clock import clock, today
from portal.core.database import db
from portal.core.permissions import Permission, Principal
from portal.regions.models import Region
from portal.regions.queries import names_of, where_holding
from portal.regions.rules import Level, code_lengths, spoken_name
from portal.suggestions.models import Suggestion
from portal.suggestions.queries import departments
from portal.suggestions.rules.machine import Status
from portal.suggestions.rules.warnings import PAST_WEEKS, Unusual, Weeks, warnings

WEEK = 7


@dataclass(frozen=True)
class Warned:
    """A warning with its words. ``since``: the first of the seven days."""

    unusual: Unusual
    category_name: str
    region_name: str
    since: date


def early_warnings(actor: Principal) -> list[Warned]:
    """Where, of what somebody supervises, this week departs from its own past; the most unusual
    first. Rejected reports are not counted; merged ones are: somebody was troubled."""
    day = today()
    found = warnings(_weeks(actor, day))
    names = names_of(each.weeks.region_code for each in found)
    categories = departments.category_names({each.weeks.category for each in found})
    return [
        Warned(
            each,
            categories.get(each.weeks.category, each.weeks.category),
            spoken_name(names.get(each.weeks.region_code, each.weeks.region_code)),
            day - timedelta(days=WEEK - 1),
        )
        for each in found
    ]


def _weeks(actor: Principal, day: date) -> Iterator[Weeks]:
    """Of each category and place the counts of its weeks; a community's are those of its grids and
    its own."""
    counts: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0] * (PAST_WEEKS + 1))
    for category, region_code, received_on, reports in _reports(actor, day):
        week = (day - received_on).days // WEEK
        for code in _places(region_code):
            counts[category, code][week] += reports
    for (category, code), weeks in counts.items():
        yield Weeks(category, code, weeks[0], tuple(weeks[1:]))


def _places(region_code: str) -> Iterable[str]:
    return {region_code, region_code[: code_lengths(Level.COMMUNITY)[0]]}


def _reports(actor: Principal, day: date) -> Iterator[tuple[str, str, date, int]]:
    first = day - timedelta(days=WEEK * (PAST_WEEKS + 1) - 1)
    rows = db.session.execute(
        select(
            Suggestion.category_code,
            Suggestion.region_code,
            Suggestion.received_on,
            func.count().label("reports"),
        )
        .join(Region, Region.code == Suggestion.region_code)
        .where(
            where_holding(actor, Permission.SUGGESTION_SUPERVISE),
            Suggestion.received_at >= clock.start_of(first),
            Suggestion.received_on <= day,
            Suggestion.status != Status.REJECTED,
        )
        .group_by(Suggestion.category_code, Suggestion.region_code, Suggestion.received_on)
    )
    for row in rows:
        yield row.category_code, row.region_code, row.received_on, row.reports
