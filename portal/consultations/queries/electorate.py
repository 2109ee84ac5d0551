"""Those who may vote by the rule of a roll, before it is fixed."""

from __future__ import annotations

from datetime import date, datetime

from portal.accounts import queries as accounts
from portal.consultations.queries.consultations import ConsultationRow, belonging_of
from portal.core.clock import today


def electorate_of(row: ConsultationRow) -> list[tuple[str, str | None]]:
    """Those who might vote if the roll were fixed now, each once: the id, and the home in the
    region, None for who only works there."""
    born_by = years_before(today(), row.minimum_age) if row.minimum_age else None
    verified_before: datetime | None = row.verified_before
    return accounts.belonging_to(
        row.region_code, belonging_of(row), born_by=born_by, verified_before=verified_before
    )


def years_before(day: date, years: int) -> date:
    """The latest birthday of who is so many years old on a day."""
    year = day.year - years
    try:
        return day.replace(year=year)
    except ValueError:  # the 29th of February, and no such day that year
        return date(year, 2, 28)
