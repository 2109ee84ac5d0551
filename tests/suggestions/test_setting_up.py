"""Departments, categories and working days, as an administrator sets them up; numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import Any

import pytest
from sqlalchemy import select

from portal.accounts.scopes import find_scope, scopes_found
from portal.core.audit import AuditEvent
from portal.core.database import db
from portal.core.errors import Forbidden, Invalid, NotFound
from portal.core.permissions import Grant, Principal, Role, ScopeKind
from portal.core.unit_of_work import unit_of_work
from portal.suggestions import services
from portal.suggestions.queries import departments
from portal.suggestions.services.catalogue import Category
from tests.conftest import ApiClient
from tests.suggestions.district import LAMPS, Office, report, row_of, shanghai
from tests.world import CITY, COMMUNITY, DISTRICT, FAR_COMMUNITY, make_staff, principal


@pytest.fixture
def of_one_community(office: Office) -> Principal:
    user_id = make_staff("admin", "small@example.org", COMMUNITY)
    return principal(user_id, Grant(Role.ADMIN, ScopeKind.REGION, COMMUNITY))


def test_an_administrator_sets_up_his_own_part_alone(
    office: Office, of_one_community: Principal
) -> None:
    with unit_of_work():
        services.open_department(of_one_community, COMMUNITY, "物业")
    for region in (FAR_COMMUNITY, DISTRICT, CITY):
        with pytest.raises(Forbidden), unit_of_work():
            services.open_department(of_one_community, region, "不行")
        with pytest.raises(Forbidden), unit_of_work():
            services.name_responsible(of_one_community, LAMPS, region, office.parks)
    with pytest.raises(Forbidden), unit_of_work():
        services.define_category(office.dispatcher, Category("x", "x", 3))
    with pytest.raises(Forbidden), unit_of_work():
        services.enter_working_day(office.dispatcher, date(2027, 1, 1), "元旦", is_worked=False)


def test_what_is_not_there_is_named(office: Office) -> None:
    nobody = "0" * 26
    with pytest.raises(Invalid), unit_of_work():
        services.define_category(office.admin, Category("x", "x", 3, nobody))
    with pytest.raises(Invalid), unit_of_work():
        services.name_responsible(office.admin, "nothing", DISTRICT, office.parks)
    with pytest.raises(Invalid), unit_of_work():
        services.name_responsible(office.admin, LAMPS, DISTRICT, nobody)
    with pytest.raises(NotFound), unit_of_work():
        services.open_department(office.admin, "99", "哪里")


def test_a_category_that_changes_leaves_the_dates_of_its_cases(
    office: Office, at: Callable[[datetime], None]
) -> None:
    at(shanghai("2026-11-20T10:00"))
    before = report(office.resident)
    with unit_of_work():
        services.define_category(office.admin, Category(LAMPS, "路灯照明", 1, office.roads))
    after = report(office.resident)
    assert row_of(before).due_at == shanghai("2026-11-27T23:59:59")
    assert row_of(after).due_at == shanghai("2026-11-23T23:59:59")
    category = departments.category(LAMPS)
    assert category is not None
    assert (category.name, category.department_id) == ("路灯照明", office.roads)


def test_entered_days_count_where_the_official_calendar_ends(
    office: Office, at: Callable[[datetime], None]
) -> None:
    at(shanghai("2027-02-05T10:00"))  # a Friday
    for day, is_worked in ((7, True), (8, False), (8, False), (9, False)):
        with unit_of_work():
            services.enter_working_day(
                office.admin, date(2027, 2, day), "春节", is_worked=is_worked
            )
    assert row_of(report(office.resident)).due_at == shanghai("2027-02-15T23:59:59")


def test_setting_up_is_in_the_audit_log(office: Office) -> None:
    with unit_of_work():
        services.name_responsible(office.admin, LAMPS, DISTRICT, office.parks)
    actions = db.session.execute(select(AuditEvent.action).order_by(AuditEvent.id)).scalars()
    assert list(actions) == [
        *["department.opened"] * 3,
        *["category.defined"] * 2,
        "category.given",
    ]


def test_a_number_that_is_taken_is_drawn_again(
    office: Office, monkeypatch: pytest.MonkeyPatch, at: Callable[[datetime], None]
) -> None:
    drawn: Iterator[int] = iter([7, 7, 7, 123456])
    monkeypatch.setattr("secrets.randbelow", lambda _most: next(drawn))
    at(shanghai("2026-11-20T00:30"))
    numbers = [row_of(report(office.resident)).number for _ in range(2)]
    assert numbers == ["20261120-000007", "20261120-123456"]


def test_a_role_holds_for_a_department(office: Office, api: ApiClient) -> None:
    roles: Any = api.sign_in("h1@example.org").get("/me").json["roles"]
    assert roles == [
        {"role": "department_handler", "scope": {"kind": "department", "id": office.lights}}
    ]


def test_departments_are_found_by_name_where_one_gives_roles(
    office: Office, of_one_community: Principal
) -> None:
    def found(actor: Principal, q: str) -> list[tuple[str, str]]:
        return [(each.name, each.where) for each in scopes_found(actor, ScopeKind.DEPARTMENT, q)]

    assert found(office.admin, "路灯") == [("路灯所", "红山区")]
    assert len(found(office.admin, "")) == 3
    assert found(office.admin, "%") == []
    assert found(of_one_community, "") == []
    assert find_scope(ScopeKind.DEPARTMENT, office.parks).name == "园林处"
