"""The lists of the desk in one table: who has each, and that it shows nothing of elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import insert

from portal.accounts import services as accounts
from portal.activities.models import Activity
from portal.core.clock import now
from portal.core.database import db
from portal.core.ids import new_id
from portal.core.permissions import Grant, Role, ScopeKind
from portal.core.unit_of_work import unit_of_work
from portal.market import services as market
from portal.market.rules import Category
from tests import world
from tests.browsing import Browser
from tests.organizations import neighbours

pytestmark = pytest.mark.usefixtures("world")

STAFF = ("social_worker", "committee", "finance", "auditor", "admin")
ELSEWHERE = (world.NEXT_COMMUNITY, world.OTHER_STREET)


def claim() -> str:
    """Somebody says that they live in the community; the name by which they stand in a list."""
    name = f"周{new_id()[-6:]}"
    person = world.principal(world.make_user(f"{new_id()}@example.org", name, home=None))
    with unit_of_work():
        accounts.claim_home(person, world.COMMUNITY, "3号楼 501")
    return name


def workplace() -> str:
    """Somebody is confirmed to work in the community; their name."""
    name = f"周{new_id()[-6:]}"
    person = world.principal(world.make_user(f"{new_id()}@example.org", name, home=None))
    grant = Grant(Role.SOCIAL_WORKER, ScopeKind.REGION, world.COMMUNITY)
    judge = world.principal(world.make_user(f"{new_id()}@example.org"), grant)
    with unit_of_work():
        claim_id = accounts.claim_work(person, world.COMMUNITY, "便民超市", date(2019, 5, 1))
        accounts.verify_claim(judge, claim_id)
    return name


def organization() -> str:
    return neighbours.register(f"{new_id()}@example.org")[0]


def merchant() -> str:
    owner = world.principal(world.make_user(f"{new_id()}@example.org"))
    data = market.MerchantData(
        name="红山豆腐坊", category=Category.FOOD, region_code=world.COMMUNITY
    )
    with unit_of_work():
        return market.register_merchant(owner, data)


def activity() -> str:
    starts_at = now() + timedelta(days=1)
    row = {
        "id": new_id(),
        "title": "清扫公园",
        "description": "",
        "category": "environment",
        "region_code": world.COMMUNITY,
        "decision": "in_review",
        "first_starts_at": starts_at,
        "last_ends_at": starts_at + timedelta(hours=2),
        "created_by": world.make_user(f"{new_id()}@example.org"),
        "created_at": now(),
    }
    with unit_of_work():
        db.session.execute(insert(Activity), [row])
    return str(row["id"])


@dataclass(frozen=True)
class DeskList:
    """A list, who has it, and how something of one community comes to stand in it: ``makes`` gives
    words that are then read there, and nowhere else."""

    address: str
    has_it: tuple[str, ...]
    makes: Callable[[], str] | None = None

    def __str__(self) -> str:
        return self.address


_CONFIRM = ("social_worker", "committee")
LISTS = (
    DeskList("/desk", STAFF),
    DeskList("/desk/residents", _CONFIRM, claim),
    DeskList("/desk/residents/people", _CONFIRM, claim),
    DeskList("/desk/residents/people?q=周", _CONFIRM, claim),
    DeskList("/desk/residents/workplaces", _CONFIRM, workplace),
    DeskList("/desk/organizations", ("committee",), organization),
    DeskList("/desk/organizations/all", ("committee",), organization),
    DeskList("/desk/organizations/all?q=红山&status=pending", ("committee",), organization),
    DeskList("/desk/merchants", ("committee",), merchant),
    DeskList("/desk/merchants/all", ("committee",), merchant),
    DeskList("/desk/merchants/all?q=红山&status=pending", ("committee",), merchant),
    DeskList("/desk/offers", ("committee",)),
    DeskList("/desk/activities", _CONFIRM, activity),
    DeskList("/desk/praise", _CONFIRM),
    DeskList("/desk/grids", ("committee", "admin")),
    DeskList("/desk/budgets", ("committee", "finance")),
    DeskList("/desk/rules", ("committee",)),
    DeskList("/desk/ledger", ("finance", "auditor")),
    DeskList("/desk/audit", ("committee", "auditor", "admin"), merchant),
    DeskList("/desk/roles", ("admin",)),
)
ONES = [
    pytest.param(each, role, id=f"{each}-{role}")
    for each in LISTS
    if each.makes
    for role in each.has_it
]


def sits(app: Any, role: str, scope: str = world.COMMUNITY) -> Browser:
    login = f"{new_id()}@example.org"
    world.make_staff(role, login, scope)
    return Browser(app.test_client()).sign_in(login)


@pytest.mark.parametrize("role", STAFF)
def test_who_has_a_list_and_who_has_no_such_page(app: Any, role: str) -> None:
    worker = sits(app, role)
    for each in LISTS:
        worker.open(each.address, status=200 if role in each.has_it else 404)


def test_without_a_role_of_the_desk_there_is_none(app: Any) -> None:
    world.make_user("resident@example.org")
    resident = Browser(app.test_client()).sign_in("resident@example.org")
    for each in LISTS:
        resident.open(each.address, status=404)


@pytest.mark.parametrize(("list_", "role"), ONES)
def test_a_list_shows_what_is_here_and_nothing_of_elsewhere(
    app: Any, list_: DeskList, role: str
) -> None:
    assert list_.makes
    thing = list_.makes()
    here = sits(app, role)
    here.open(list_.address)
    assert thing in here.page.text
    for scope in ELSEWHERE:
        there = sits(app, role, scope)
        there.open(list_.address)
        assert thing not in there.page.text, scope
