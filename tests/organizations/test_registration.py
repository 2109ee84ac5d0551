"""An organization applies; the committee of its community verifies or declines it."""

from __future__ import annotations

from functools import partial

import pytest
from sqlalchemy import select

from portal.accounts.models import RoleGrant
from portal.core.audit import AuditEvent
from portal.core.database import db
from portal.core.errors import Forbidden, Invalid, NotFound, WrongState
from portal.core.outbox import OutboxMessage
from portal.core.unit_of_work import unit_of_work
from portal.organizations import queries, services
from portal.organizations.errors import AlreadyRegistered, OwnApplication
from tests import world
from tests.organizations.neighbours import (
    CREDIT_CODE,
    application,
    committee,
    organization,
    principal,
    register,
)

pytestmark = pytest.mark.usefixtures("world")


def status_of(organization_id: str, viewer: object) -> str:
    return str(queries.detail(organization_id, viewer).status)  # type: ignore[arg-type]


def told(kind: str) -> list[dict[str, object]]:
    rows = db.session.execute(
        select(OutboxMessage.payload)
        .where(OutboxMessage.kind == "notify")
        .order_by(OutboxMessage.id)
    ).scalars()
    return [each for each in rows if each["kind"] == kind]


def test_verified_it_is_public_searchable_managed_and_its_founder_is_told() -> None:
    organization_id, founder = organization()
    assert [row.id for row in queries.page(q="志愿").items] == [organization_id]
    assert [row.id for row in queries.page(q="老人").items] == [organization_id]
    assert [row.id for row in queries.page(region=world.DISTRICT).items] == [organization_id]
    assert queries.page(region=world.NEXT_COMMUNITY).items == []
    assert [(row.user_id, row.role) for row in queries.members(organization_id)] == [
        (founder, "organization_manager")
    ]
    host = queries.host(organization_id)
    assert (host.verified, host.level, host.region_code) == (True, 1, world.COMMUNITY)
    assert [(each["user_id"], each["params"]) for each in told("organization.verified")] == [
        (founder, {"organization": "红山志愿服务队"})
    ]


def test_before_that_only_the_applicant_and_the_committee_see_it() -> None:
    organization_id, founder = register()
    assert queries.page().items == []
    assert status_of(organization_id, principal(founder)) == "pending"
    assert status_of(organization_id, committee()) == "pending"
    assert status_of(organization_id, committee(world.CITY)) == "pending"
    stranger = principal(world.make_user("stranger@example.org"))
    for viewer in (None, stranger, committee(world.NEXT_COMMUNITY)):
        with pytest.raises(NotFound):
            queries.detail(organization_id, viewer)
    elsewhere = committee(world.NEXT_COMMUNITY)
    with pytest.raises(NotFound), unit_of_work():
        services.verify(elsewhere, organization_id)
    grants = db.session.execute(
        select(RoleGrant).where(RoleGrant.scope_id == organization_id)
    ).all()
    assert grants == []


def test_the_queue_holds_what_waits_in_ones_own_regions() -> None:
    first, _ = register("one@example.org")
    second, _ = register("two@example.org")
    register("far@example.org", region_code=world.FAR_COMMUNITY)
    judge = committee()
    assert [r.id for r in queries.waiting_for_verification(judge).items] == [first, second]
    with unit_of_work():
        services.verify(judge, first)
    assert [r.id for r in queries.waiting_for_verification(judge).items] == [second]
    assert len(queries.waiting_for_verification(committee(world.CITY)).items) == 2


def test_declined_with_a_reason_corrected_and_verified() -> None:
    organization_id, founder = register()
    judge = committee()
    with unit_of_work():
        services.decline(judge, organization_id, "请写清楚服务内容")
    row = queries.detail(organization_id, principal(founder))
    assert (row.status, row.decline_reason) == ("declined", "请写清楚服务内容")
    assert told("organization.declined")[0]["params"] == {
        "organization": "红山志愿服务队",
        "reason": "请写清楚服务内容",
    }
    actor = principal(founder)
    with unit_of_work():
        services.apply_again(actor, organization_id, application(description="每周陪老人聊天"))
    row = queries.detail(organization_id, actor)
    assert (row.status, row.decline_reason) == ("pending", None)
    with unit_of_work():
        services.verify(judge, organization_id)
    assert [r.id for r in queries.page(q="聊天").items] == [organization_id]


def test_a_decision_is_made_once() -> None:
    organization_id, founder = organization()
    judge = committee()
    with pytest.raises(WrongState), unit_of_work():
        services.verify(judge, organization_id)
    with pytest.raises(WrongState), unit_of_work():
        services.decline(judge, organization_id, "太晚")
    actor = principal(founder)
    with pytest.raises(WrongState), unit_of_work():
        services.apply_again(actor, organization_id, application(name="别的名字"))


def test_nobody_corrects_somebody_elses_application_or_decides_without_the_right() -> None:
    organization_id, founder = register()
    other = principal(world.make_user("other@example.org"))
    with pytest.raises(NotFound), unit_of_work():
        services.apply_again(other, organization_id, application())
    own = principal(founder)
    with pytest.raises(Forbidden), unit_of_work():
        services.verify(own, organization_id)
    worker = principal(world.make_staff("social_worker"))
    with pytest.raises(NotFound), unit_of_work():
        services.verify(worker, organization_id)


def test_a_member_of_the_committee_does_not_verify_their_own() -> None:
    judge = committee()
    with unit_of_work():
        organization_id = services.register(judge, application())

    def decline() -> None:
        services.decline(judge, organization_id, "x")

    for decide in (partial(services.verify, judge, organization_id), decline):
        with pytest.raises(OwnApplication), unit_of_work():
            decide()
    assert status_of(organization_id, judge) == "pending"


def test_a_registered_organization_needs_a_right_code_of_its_own() -> None:
    with pytest.raises(Invalid):
        register("wrong@example.org", kind="registered", credit_code="53150402MJX000001A")
    first, _ = register("right@example.org", kind="registered", credit_code=CREDIT_CODE)
    with pytest.raises(AlreadyRegistered):
        register("twin@example.org", kind="registered", credit_code=CREDIT_CODE.lower())
    judge = committee()
    with unit_of_work():
        services.decline(judge, first, "代码不是你们的")
    second, _ = register("owner@example.org", kind="registered", credit_code=CREDIT_CODE)
    assert second != first


def test_a_declined_twin_cannot_take_the_code_back() -> None:
    first, impostor = register("a@example.org", kind="registered", credit_code=CREDIT_CODE)
    judge = committee()
    with unit_of_work():
        services.decline(judge, first, "不是你们的")
    register("b@example.org", kind="registered", credit_code=CREDIT_CODE)
    actor = principal(impostor)
    again = application(kind="registered", credit_code=CREDIT_CODE)
    with pytest.raises(AlreadyRegistered), unit_of_work():
        services.apply_again(actor, first, again)
    assert status_of(first, actor) == "declined"


@pytest.mark.parametrize("code", [world.CITY, "99"])
def test_it_serves_a_community_a_street_or_a_district(code: str) -> None:
    with pytest.raises(Invalid) as refused:
        register(region_code=code)
    assert [each.field for each in refused.value.errors] == ["region_code"]


def test_managers_tend_the_page_and_others_do_not() -> None:
    organization_id, founder = organization()
    manager = principal(founder)
    with unit_of_work():
        services.update_page(manager, organization_id, "新的介绍：书法", "电话 1")
    assert [r.id for r in queries.page(q="书法").items] == [organization_id]
    assert queries.page(q="老人").items == []
    stranger = principal(world.make_user("stranger@example.org"))
    with pytest.raises(Forbidden), unit_of_work():
        services.update_page(stranger, organization_id, "假的", "假的")


def test_what_staff_decide_stands_in_the_audit_log() -> None:
    organization()
    actions = db.session.execute(
        select(AuditEvent.action).where(AuditEvent.object_kind == "organization")
    ).scalars()
    assert sorted(actions) == ["organization.applied", "organization.verified"]
