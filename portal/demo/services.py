"""Building the demo district, once; adding residents to it later."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from portal.accounts import queries as accounts
from portal.accounts.addresses import read
from portal.consultations import count
from portal.core import jobs
from portal.core.clock import clock
from portal.core.permissions import Grant, Role, ScopeKind
from portal.core.unit_of_work import unit_of_work
from portal.demo.announcing import Notices
from portal.demo.casework import Casework
from portal.demo.cast import COMMUNITY, DOMAIN, RESIDENTS
from portal.demo.exchange import Exchange
from portal.demo.people import (
    NEIGHBOURS,
    People,
    add_residents,
    keys_of_residents,
    known_principal,
    plan_neighbours,
    plan_residents,
    plan_staff,
)
from portal.demo.programme import COMING_WEEKS, PAST_WEEKS
from portal.demo.settling import Town
from portal.demo.stage import Stage, Tell
from portal.demo.supervising import Questions
from portal.demo.voting import Consultations
from portal.demo.weeks import KEEN, Weeks
from portal.demo.working import plan_workplaces
from portal.points import checking
from portal.regions.services import import_divisions

SEED = 150402
DIVISIONS = Path(__file__).with_name("divisions.csv")
FOUNDED_BEFORE = timedelta(days=21)
BATCH = 250


def is_loaded() -> bool:
    """Whether the demo district stands."""
    return _exists("resident1")


def load(residents: int = RESIDENTS, tell: Tell = lambda *_: None) -> None:
    """Build the demo district as of now; where it stands already, add the residents it lacks.

    The whole past is one transaction: it is there or it is not.
    """
    with unit_of_work():
        import_divisions(DIVISIONS.read_bytes())
    if not is_loaded():
        with unit_of_work():
            _build(max(residents, 1), tell)
        count.sweep()
        jobs.run_until_quiet()
        checking.verify_and_keep()
    _add_missing(residents, tell)


def _build(residents: int, tell: Tell) -> None:
    stage = Stage(SEED, clock.now())
    monday = stage.today - timedelta(days=stage.today.weekday(), weeks=PAST_WEEKS)
    founded = stage.local(monday, 9) - FOUNDED_BEFORE
    keys = keys_of_residents(range(1, min(residents, RESIDENTS) + 1))
    neighbours = [f"neighbour{number}" for number in range(1, NEIGHBOURS + 1)]
    people = People(stage)
    town = Town(stage, people)
    plan_staff(stage, people, founded - timedelta(days=1))
    town.plan(founded)
    plan_residents(stage, people, keys, founded, founded + timedelta(days=9))
    plan_neighbours(stage, people, founded, founded + timedelta(days=9))
    settled = founded + timedelta(days=10)
    plan_workplaces(stage, settled, settled + timedelta(days=10), SEED)
    town.plan_members(keys[KEEN:], founded + timedelta(days=10))
    Weeks(stage, town, keys, neighbours).plan(monday, PAST_WEEKS, COMING_WEEKS)
    Exchange(stage, town, keys, neighbours).plan(monday, PAST_WEEKS)
    votes = Consultations(stage, SEED)
    votes.plan(founded)
    Questions(stage, votes).plan()
    Notices(stage, keys[:90]).plan()
    Casework(stage, people, SEED).plan(founded)
    stage.play(tell, "days lived through")


def _add_missing(residents: int, tell: Tell) -> None:
    missing = [key for key in keys_of_residents(range(1, residents + 1)) if not _exists(key)]
    for begin in range(0, len(missing), BATCH):
        with unit_of_work():
            stage = Stage(SEED, clock.now())
            grant = Grant(Role.SOCIAL_WORKER, ScopeKind.REGION, COMMUNITY)
            worker = known_principal("socialworker", grant)
            stage.people["socialworker"] = worker
            add_residents(People(stage), missing[begin : begin + BATCH])
        tell("residents", min(begin + BATCH, len(missing)), len(missing))


def _exists(key: str) -> bool:
    return accounts.user_id_by_address(read(f"{key}@{DOMAIN}")) is not None
