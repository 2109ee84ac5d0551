"""The district's offices, as the stories of suggestions need them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from portal.core.database import db
from portal.core.permissions import Grant, Principal, Role, ScopeKind
from portal.core.unit_of_work import unit_of_work
from portal.suggestions import services
from portal.suggestions.models import Suggestion
from portal.suggestions.queries.verification import faults
from portal.suggestions.services.catalogue import Category
from tests import world
from tests.world import CITY, COMMUNITY, DISTRICT, make_user, principal

LAMPS, QUARRELS = "street_lamp", "quarrel"
WORKING_DAYS = 5


@dataclass(frozen=True)
class Office:
    """People who do something about suggestions, and where they work."""

    roads: str
    lights: str
    parks: str
    admin: Principal
    dispatcher: Principal
    supervisor: Principal
    resident: Principal
    neighbour: Principal
    stranger: Principal
    of_roads: Principal
    of_lights: Principal
    of_parks: Principal

    @property
    def departments(self) -> dict[str, Principal]:
        return {self.roads: self.of_roads, self.lights: self.of_lights, self.parks: self.of_parks}


def set_up() -> Office:
    """Three departments, two categories, and everybody who works with them."""
    admin = _staff(Role.ADMIN, CITY)
    roads, lights, parks = (_department(admin, name) for name in ("市政处", "路灯所", "园林处"))
    with unit_of_work():
        services.define_category(admin, Category(LAMPS, "路灯", WORKING_DAYS, lights))
        services.define_category(admin, Category(QUARRELS, "邻里纠纷", 10, anonymous_allowed=False))
    return Office(
        roads, lights, parks, admin,
        _staff(Role.DISPATCHER, DISTRICT), _staff(Role.SUPERVISOR, DISTRICT),
        _resident("resident"), _resident("neighbour"), _resident("stranger"),
        *(_handler(f"h{n}", each) for n, each in enumerate((roads, lights, parks))),
    )  # fmt: skip


def report(actor: Principal, **more: Any) -> str:
    """Report a lamp that is out; returns the case's id."""
    values = {
        "category": LAMPS,
        "title": "路灯不亮",
        "description": "三号楼前的路灯坏了一周。",
        "region_code": COMMUNITY,
        **more,
    }
    with unit_of_work():
        return services.receive(actor, services.Report(**values)).id


def do(deed: Any, actor: Principal, suggestion_id: str, *values: Any) -> None:
    """One deed in a unit of work of its own."""
    with unit_of_work():
        deed(actor, suggestion_id, *values)


def accepted(office: Office, **more: Any) -> str:
    """A case that the lamps' department has accepted."""
    case = report(office.resident, **more)
    do(services.dispatch, office.dispatcher, case, office.lights)
    do(services.accept, office.of_lights, case)
    return case


def row_of(suggestion_id: str) -> Any:
    return db.session.execute(select(Suggestion).where(Suggestion.id == suggestion_id)).scalar_one()


def state(suggestion_id: str) -> tuple[Any, ...]:
    """All that deeds change."""
    columns = Suggestion.__table__.c
    db.session.rollback()
    return tuple(db.session.execute(select(*columns).where(columns.id == suggestion_id)).one())


def assert_true_to_events() -> None:
    db.session.rollback()
    assert list(faults()) == []


def shanghai(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+08:00")


def _staff(role: Role, scope: str) -> Principal:
    user_id = world.make_staff(role, scope=scope)
    return principal(user_id, Grant(role, ScopeKind.REGION, scope))


def _handler(name: str, department: str) -> Principal:
    grant = Grant(Role.DEPARTMENT_HANDLER, ScopeKind.DEPARTMENT, department)
    user_id = make_user(
        f"{name}@example.org", roles=[(grant.role, grant.kind, department)], home=None
    )
    return principal(user_id, grant)


def _resident(name: str) -> Principal:
    return principal(make_user(f"{name}@example.org"))


def _department(admin: Principal, name: str) -> str:
    with unit_of_work():
        return services.open_department(admin, DISTRICT, name)
