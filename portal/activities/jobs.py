"""Work of activities that is done by the clock."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from portal.activities.services import publicity as publicity_period
from portal.activities.services import reports, upkeep
from portal.activities.uploads import evidence_folder
from portal.core.errors import InProgress
from portal.core.jobs import Unfinished, job, one_by_one
from portal.core.unit_of_work import unit_of_work
from portal.core.uploads import forget_picture
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


@job("activities.absences", every=timedelta(minutes=1))
def absences() -> int:
    return _in_batches(upkeep.note_absences)


@job("activities.release", every=timedelta(minutes=1))
def release() -> int:
    return one_by_one(upkeep.due_releases, upkeep.release)


@job("activities.evidence", every=timedelta(hours=1))
def evidence() -> int:
    """Delete the photos of records that were decided long ago.

    Raises:
        Unfinished: some could not be deleted; the others were.
    """
    return one_by_one(reports.old_evidence, _forget)


def _forget(photo: Any) -> int:
    """The file goes before the row is gone for good: should this be tried again, a file that is
    gone stays gone."""
    forgotten = reports.forget_evidence(photo.id)
    forget_picture(evidence_folder(), photo.name)
    return forgotten


@job("activities.publicity", every=timedelta(minutes=1))
def publicity() -> int:
    """Credit what was announced long enough; returns how many records. What the budget does not
    hold, and what cannot be credited for another reason, is tried again a day later, so that it
    does not keep the rest from being credited.

    Raises:
        Unfinished: some failed for another reason than the budget.
    """
    done = failed = 0
    while True:
        try:
            with unit_of_work():
                settled = publicity_period.settle_announced()
        except InProgress:
            raise
        except BudgetExceeded:
            log.warning("announced records not credited: the budget is not enough")
            _postpone()
            continue
        except Exception:
            log.exception("announced records not credited")
            failed += 1
            _postpone()
            continue
        done += settled
        if not settled:
            break
    if failed:
        raise Unfinished(done, failed)
    return done


def _postpone() -> None:
    with unit_of_work():
        publicity_period.postpone_announced()
