"""An administrator sets up departments, categories, rules and working days by pages."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from portal.core.audit import AuditEvent
from portal.core.database import db
from portal.suggestions import services
from portal.suggestions.models import Department, DispatchRule, WorkingDay
from portal.suggestions.queries import departments
from tests import world
from tests.suggestions.district import LAMPS, Office, accepted, do
from tests.suggestions.pages.conftest import Opens
from tests.world import CITY, COMMUNITY, DISTRICT, FAR_COMMUNITY

SETUP = "/desk/setup"


def test_a_department_is_added_renamed_and_closed(office: Office, opens: Opens) -> None:
    browser = opens("admin")
    browser.open(f"{SETUP}/departments/new")
    assert "Choose a region" in browser.text
    browser.open(f"{SETUP}/departments/new?region={DISTRICT}")
    browser.send(f"{SETUP}/departments/new", name="", status=422)
    browser.send(f"{SETUP}/departments/new", name="环卫中心")
    made = db.session.execute(
        select(Department.id).where(Department.name == "环卫中心")
    ).scalar_one()
    browser.open(f"{SETUP}/departments/{made}")
    browser.send(f"{SETUP}/departments/{made}", name="环境卫生中心")
    assert "环境卫生中心" in browser.text
    browser.open(f"{SETUP}/departments/{made}")
    browser.send(f"{SETUP}/departments/{made}/close")
    assert "takes no more cases" in browser.text
    assert not departments.at_work([made])
    assert {"department.renamed", "department.closed"} <= _deeds()


def test_a_department_with_cases_is_not_closed(office: Office, opens: Opens) -> None:
    case = accepted(office)
    browser = opens("admin")
    browser.open(f"{SETUP}/departments/{office.lights}")
    browser.send(f"{SETUP}/departments/{office.lights}/close")
    assert "still has cases to do" in browser.text
    assert departments.at_work([office.lights])
    do(services.close, office.supervisor, case, "并入")
    browser.open(f"{SETUP}/departments/{office.lights}")
    browser.send(f"{SETUP}/departments/{office.lights}/close")
    assert not departments.at_work([office.lights])


def test_a_category_is_added_changed_and_retired(office: Office, opens: Opens) -> None:
    browser = opens("admin")
    browser.open(f"{SETUP}/categories/new")
    values: dict[str, Any] = {
        "name": "供热",
        "due_working_days": "3",
        "department_id": office.roads,
    }
    browser.send(f"{SETUP}/categories/new", code="Heat!", **values, status=422)
    bad = "degrees | number | optional"
    browser.send(f"{SETUP}/categories/new", code="heat", attributes=bad, **values, status=422)
    assert "Line 1 needs four or five parts" in browser.text
    good = "degrees | number | required | 屋里几度"
    browser.send(f"{SETUP}/categories/new", code="heat", attributes=good, **values)
    row = departments.category("heat")
    assert row is not None
    assert (row.name, row.due_working_days, row.department_id) == ("供热", 3, office.roads)
    assert row.attributes[0]["code"] == "degrees"
    page = browser.open(f"{SETUP}/category?code=heat").text
    assert good in page
    browser.send(
        f"{SETUP}/category", name="供热供水", due_working_days="4", department_id="",
        attributes=good,
    )  # fmt: skip
    assert "供热供水" in browser.text
    browser.open(f"{SETUP}/category?code=heat")
    browser.send(f"{SETUP}/category/retire")
    assert departments.category("heat") is None
    assert "category.retired" in _deeds()
    browser.open(f"{SETUP}/category?code=nothing", status=404)


def test_a_region_names_its_own_department(office: Office, opens: Opens) -> None:
    browser = opens("admin")
    address = f"{SETUP}/category/responsible"
    browser.open(f"{address}?code={LAMPS}")
    assert "No region has its own department" in browser.text
    browser.open(f"{address}?code={LAMPS}&region={COMMUNITY}")
    browser.send(address, department_id=office.parks)
    assert "园林处" in browser.text
    path = (CITY, DISTRICT, COMMUNITY)
    assert departments.responsible_for(LAMPS, path) == office.parks


def test_rules_are_added_and_taken_back(office: Office, opens: Opens) -> None:
    browser = opens("admin")
    browser.open(f"{SETUP}/rules")
    assert "No rules yet" in browser.text
    browser.open(f"{SETUP}/rules/new?region={DISTRICT}")
    browser.send(f"{SETUP}/rules/new", department_id="", status=422)
    browser.open(f"{SETUP}/rules/new?region={DISTRICT}")
    browser.send(
        f"{SETUP}/rules/new", category=LAMPS, words=" 电线   变压器 ", department_id=office.roads
    )
    assert "words: 电线 变压器" in browser.text
    rule = db.session.execute(select(DispatchRule.id)).scalar_one()
    browser.send(f"{SETUP}/rules/{rule}/remove")
    assert "No rules yet" in browser.text
    assert {"dispatch_rule.added", "dispatch_rule.removed"} <= _deeds()


def test_days_are_entered_and_taken_back(office: Office, opens: Opens) -> None:
    browser = opens("admin")
    browser.open(f"{SETUP}/working-days")
    browser.send(f"{SETUP}/working-days", day="2031-01-02", note="", is_worked="no", status=422)
    browser.send(f"{SETUP}/working-days", day="2031-01-02", note="元旦", is_worked="no")
    assert "元旦" in browser.text
    assert db.session.execute(select(WorkingDay.is_worked)).scalar_one() is False
    browser.send(f"{SETUP}/working-days/forget")
    assert "No days entered" in browser.text


@pytest.mark.parametrize("who", ["dispatcher", "supervisor", "h1", "resident"])
def test_nobody_else_sets_anything_up(office: Office, opens: Opens, who: str) -> None:
    browser = opens(who)
    for page in ("", "/departments/new", "/categories", "/categories/new", "/rules",
                 "/rules/new", "/working-days", f"/departments/{office.lights}"):  # fmt: skip
        browser.open(f"{SETUP}{page}", status=404)


def test_an_administrator_elsewhere_changes_nothing_here(office: Office, opens: Opens) -> None:
    world.make_staff("admin", "far@example.org", scope=FAR_COMMUNITY)
    browser = opens("far")
    browser.open(SETUP)
    assert "路灯所" not in browser.text
    browser.open(f"{SETUP}/departments/{office.lights}", status=404)
    browser.open(f"{SETUP}/departments/new?region={DISTRICT}")
    browser.send(f"{SETUP}/departments/new", name="新局", status=403)


def _deeds() -> set[str]:
    return set(db.session.execute(select(AuditEvent.action)).scalars())
