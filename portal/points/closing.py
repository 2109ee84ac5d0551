"""What becomes of points and hours when an account is closed."""

from __future__ import annotations

from collections.abc import Iterator

from portal.core import closing
from portal.core.closing import Fate
from portal.core.i18n import duration, ngettext, number
from portal.core.i18n import gettext as _
from portal.points import queries


def register() -> None:
    closing.register(fates=_fates)


def _fates(user_id: str) -> Iterator[Fate]:
    purse = queries.points_of(user_id)
    points = purse["balance"] + purse["held"]
    if points:
        yield Fate(
            ngettext(
                "You lose %(points)s point. It goes back to the budget it came from.",
                "You lose %(points)s points. They go back to the budgets they came from.",
                points,
                points=number(points),
            )
        )
    if minutes := queries.minutes_of(user_id):
        yield Fate(
            _(
                "Your service of %(hours)s stays counted, without your name: it was done for the "
                "community.",
                hours=duration(minutes),
            ),
            stays=True,
        )
    yield Fate(
        _(
            "The bookings of points and hours, with the messages of gifts, stay in the books, "
            "which nobody may change. Nothing there leads to you any more."
        ),
        stays=True,
    )
