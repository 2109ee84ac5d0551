"""Work of activities that is done by the clock."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta

from portal.activities.services import publicity as publicity_period
from portal.activities.services import upkeep
from portal.core.jobs import job
from portal.core.unit_of_work import unit_of_work
from portal.points.errors import BudgetExceeded

log = logging.getLogger(__name__)


def _in_batches(step: Callable[[], int]) -> int:
    """Repeat a step, each time in a transaction of its own, until it finds nothing more."""
    total = 0
    while True:
        with unit_of_work():
            done = step()
        total += done
        if not done:
            return total


@job("activities.begin_and_end", every=timedelta(seconds=20))
def begin_and_end() -> int:
    steps = (upkeep.begin_due, upkeep.finish_due, upkeep.move_next_starts)
    return sum(_in_batches(step) for step in steps)


@job("activities.absences", every=timedelta(minutes=1))
def absences() -> int:
    return _in_batches(upkeep.note_absences)


@job("activities.release", every=timedelta(minutes=1))
def release() -> int:
    return _in_batches(upkeep.release_due)


@job("activities.publicity", every=timedelta(minutes=1))
def publicity() -> int:
    """Credit what was announced long enough. What the budget does not hold is tried again a day
    later, so that it does not keep the rest from being credited."""

    total = 0
    while True:
        try:
            return total + _in_batches(publicity_period.settle_announced)
        except BudgetExceeded:
            with unit_of_work():
                total += publicity_period.postpone_announced()
            log.warning("announced records not credited: the budget is not enough")
