"""A committee keeps the grids of its community: adds, names, dedicates and retires them."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from portal.core.audit import AuditEvent
from portal.core.database import db
from portal.core.unit_of_work import unit_of_work
from portal.regions import queries, services
from portal.regions.models import Region
from portal.regions.rules import is_grid_code_of, next_grid_code
from tests.browsing import Browser
from tests.world import CITY, COMMUNITY, FAR_COMMUNITY, NEXT_COMMUNITY, make_staff

FIRST, SECOND = f"{COMMUNITY}001", f"{COMMUNITY}002"
NEW, LIST = "/desk/grids/new", "/desk/grids"


@pytest.fixture
def committee(app: Any, world: Any) -> Browser:
    make_staff("committee")
    return Browser(app.test_client()).sign_in("committee@example.org")


def grids_as_imported(*codes: str) -> None:
    lines = [f"{code},第{code[-3:]}网格,grid,{code[:12]}" for code in codes]
    with unit_of_work():
        services.import_divisions("\n".join(["code,name,level,parent_code", *lines]).encode())


def row(code: str) -> Any:
    db.session.rollback()
    return db.session.execute(
        select(Region.name, Region.grid_kind, Region.path, Region.retired_at).where(
            Region.code == code
        )
    ).first()


def deeds() -> list[tuple[str, str | None]]:
    events = db.session.execute(
        select(AuditEvent.action, AuditEvent.region_code)
        .where(AuditEvent.action.startswith("grid."))
        .order_by(AuditEvent.id)
    )
    return [(each.action, each.region_code) for each in events]


def test_a_grid_is_added_under_the_next_free_number(committee: Browser) -> None:
    committee.open(LIST)
    assert "红山郡社区" in committee.text
    for code, name, kind in (
        (FIRST, "东院网格", "general"),
        (SECOND, "红山集市专属网格", "dedicated"),
    ):
        committee.open(f"{NEW}?community={COMMUNITY}")
        assert committee.form(NEW).values["code"] == code
        committee.send(NEW, name=name, kind=kind)
        assert committee.address == f"{LIST}?community={COMMUNITY}"
        assert name in committee.text
    made = row(SECOND)
    assert (made.grid_kind, made.path) == (
        "dedicated",
        f"/1504/150402/150402010/{COMMUNITY}/{SECOND}/",
    )
    assert deeds() == [("grid.created", COMMUNITY)] * 2


@pytest.mark.parametrize(
    "code",
    [
        FIRST, f"{NEXT_COMMUNITY}005", f"{COMMUNITY}000", f"{COMMUNITY}01", "x" * 15, COMMUNITY,
        f"{COMMUNITY}0１x",
    ],
)  # fmt: skip
def test_a_code_that_is_taken_or_anothers_is_refused(committee: Browser, code: str) -> None:
    grids_as_imported(FIRST)
    committee.open(f"{NEW}?community={COMMUNITY}")
    committee.send(NEW, status=422, name="新网格", kind="general", code=code)
    assert "新网格" not in [each.name for each in queries.grids_of(COMMUNITY)]
    assert deeds() == []


def test_full_width_digits_and_spaces_are_understood(committee: Browser) -> None:
    committee.open(f"{NEW}?community={COMMUNITY}")
    committee.send(NEW, name="新网格", kind="general", code=f"{COMMUNITY} ０１７")
    assert row(f"{COMMUNITY}017").name == "新网格"


@pytest.mark.parametrize("name", ["", " \u3000", "字" * 101, "坏\u202e名"])
def test_a_name_that_is_none_is_refused(committee: Browser, name: str) -> None:
    committee.open(f"{NEW}?community={COMMUNITY}")
    committee.send(NEW, status=422, name=name, kind="general")
    assert row(FIRST) is None


def test_an_imported_grid_is_dedicated_and_renamed(committee: Browser) -> None:
    grids_as_imported(FIRST)
    address = f"{LIST}/{FIRST}"
    committee.open(LIST)
    assert f"{FIRST} · General grid" in committee.text
    committee.open(address)
    committee.send(address, name="红山集市", kind="dedicated")
    assert f"{FIRST} · Dedicated grid" in committee.text
    assert set(deeds()) == {("grid.renamed", COMMUNITY), ("grid.kind_changed", COMMUNITY)}
    committee.open(address)
    committee.send(address)  # nothing changed, nothing noted
    assert len(deeds()) == 2
    grids_as_imported(FIRST)  # the file says nothing of kinds
    assert row(FIRST).grid_kind == "dedicated"


def test_a_retired_grid_is_offered_no_more_and_keeps_its_name(committee: Browser, api: Any) -> None:
    grids_as_imported(FIRST, SECOND)
    address = f"{LIST}/{FIRST}"
    committee.open(address)
    committee.send(f"{address}/retire")
    assert "The grid is retired." in committee.text
    assert [each.code for each in queries.children_of(COMMUNITY)] == [SECOND]
    listed = api.get(f"/regions?parent={COMMUNITY}").json["items"]
    assert [each["code"] for each in listed] == [SECOND]
    assert api.get(f"/regions/{FIRST}").json["name"] == "第001网格"
    grids_as_imported(FIRST)
    assert row(FIRST).retired_at is not None  # the file brings nothing back
    committee.open(f"{NEW}?community={COMMUNITY}")
    assert committee.form(NEW).values["code"] == f"{COMMUNITY}003"  # its number stays its own
    committee.open(address)
    committee.send(f"{address}/restore")
    assert [each.code for each in queries.children_of(COMMUNITY)] == [FIRST, SECOND]
    assert [action for action, _region in deeds()] == ["grid.retired", "grid.restored"]


def test_a_larger_regions_keeper_chooses_a_community(app: Any, world: Any) -> None:
    make_staff("admin", scope=CITY)
    grids_as_imported(f"{FAR_COMMUNITY}001")
    admin = Browser(app.test_client()).sign_in("admin@example.org")
    admin.open(LIST)
    assert "Which community?" in admin.text
    admin.open(f"{LIST}?community={FAR_COMMUNITY}")
    assert "第001网格" in admin.text


@pytest.mark.parametrize(
    "page",
    [
        f"{LIST}?community={FAR_COMMUNITY}",
        f"{NEW}?community={FAR_COMMUNITY}",
        f"{LIST}/{FAR_COMMUNITY}001",
        f"{LIST}/{COMMUNITY}",
        f"{LIST}/{FIRST}",
        f"{LIST}?community=999999999999",
    ],
)
def test_what_is_elsewhere_or_no_grid_is_not_there(committee: Browser, page: str) -> None:
    grids_as_imported(f"{FAR_COMMUNITY}001")
    committee.open(page, status=404)


def test_another_communitys_grid_is_not_touched(committee: Browser) -> None:
    far = f"{FAR_COMMUNITY}001"
    grids_as_imported(far)
    committee.open(LIST)
    token = committee.form("/preferences").values["csrf_token"]
    data = {"csrf_token": token, "name": "我的", "kind": "dedicated", "code": f"{FAR_COMMUNITY}002"}
    for address in (
        f"{LIST}/{far}",
        f"{LIST}/{far}/retire",
        f"{LIST}/{far}/restore",
        f"{NEW}?community={FAR_COMMUNITY}",
    ):
        assert committee.client.post(address, data=data).status_code == 404, address
    assert (row(far).name, row(far).grid_kind, row(far).retired_at) == (
        "第001网格",
        "general",
        None,
    )


@pytest.mark.parametrize("role", ["social_worker", "finance", "auditor", "grid_worker"])
def test_others_have_no_such_desk(app: Any, world: Any, role: str) -> None:
    make_staff(role)
    browser = Browser(app.test_client()).sign_in(f"{role}@example.org")
    browser.open(LIST, status=404)


def test_the_database_lets_nothing_but_grids_retire(app: Any, world: Any) -> None:
    from sqlalchemy import update
    from sqlalchemy.exc import IntegrityError

    from portal.core.clock import now

    with pytest.raises(IntegrityError), unit_of_work():
        db.session.execute(update(Region).where(Region.code == COMMUNITY).values(retired_at=now()))


def test_numbers_of_grids() -> None:
    assert next_grid_code(COMMUNITY, {FIRST, f"{COMMUNITY}003"}) == SECOND
    every = {f"{COMMUNITY}{number:03d}" for number in range(1, 1000)}
    assert next_grid_code(COMMUNITY, every) is None
    assert is_grid_code_of(f"{COMMUNITY}999", COMMUNITY)
    assert not is_grid_code_of(f"{COMMUNITY}9999", COMMUNITY)
