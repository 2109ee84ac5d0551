"""Who closes their account leaves nothing of themselves behind but what the books need."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from portal.accounts import services
from portal.accounts.addresses import Address
from portal.accounts.errors import StillNeeded
from portal.accounts.models import AccessSession, RoleGrant, User
from portal.accounts.services import closing as closing_services
from portal.core.audit import AuditEvent
from portal.core.database import db
from portal.core.errors import Unauthenticated
from portal.core.messages import Channel, send
from portal.core.unit_of_work import unit_of_work
from portal.market.models import Merchant
from portal.market.rules import Category
from portal.market.services import MerchantData, register_merchant
from tests import world as people
from tests.accounts.leaving import (
    ADDRESS,
    EMAIL,
    NAME,
    PHONE,
    WORKPLACE,
    close,
    close_and_tell,
    everything_written,
)
from tests.market import town
from tests.organizations import neighbours
from tests.organizations.neighbours import principal
from tests.world import CITY, COMMUNITY, NEXT_COMMUNITY, PASSWORD, make_user

# --- the person -------------------------------------------------------------------------------


def test_nothing_of_the_person_is_left_in_any_table(person: str, api: Any) -> None:
    signed_in = api.sign_in(EMAIL)
    actor = principal(person)
    with unit_of_work():
        services.update_profile(actor, NAME, date(1951, 3, 14))
        services.claim_home(actor, NEXT_COMMUNITY, ADDRESS)
        services.claim_work(actor, NEXT_COMMUNITY, WORKPLACE, date(2011, 4, 5))
        send(Channel.EMAIL, EMAIL, "Hello", f"Dear {NAME}")
    services.request_address(actor, Address(Channel.EMAIL, "x@example.org"), PASSWORD, "en")
    code = db.session.execute(select(User.member_code).where(User.id == person)).scalar_one()
    close_and_tell(person)
    traces = (
        NAME,
        "欧阳",
        EMAIL,
        PHONE,
        "1951-03-14",
        ADDRESS,
        WORKPLACE,
        "2011-04-05",
        code,
        "x@example.org",
    )
    found = {
        (table, trace)
        for table, value in everything_written()
        for trace in traces
        if trace in value
    }
    assert found == set()
    assert signed_in.get("/me").status_code == 401
    assert not db.session.execute(
        select(AccessSession.id).where(AccessSession.user_id == person)
    ).all()


def test_roles_end_and_the_log_says_so(world: Any) -> None:
    user_id = make_user("a@example.org", roles=[("committee", "region", COMMUNITY)])
    close(user_id)
    db.session.rollback()
    active = select(RoleGrant.id).where(RoleGrant.user_id == user_id)
    assert not db.session.execute(active.where(RoleGrant.revoked_at.is_(None))).all()
    events = db.session.execute(
        select(AuditEvent.action, AuditEvent.region_code).order_by(AuditEvent.id)
    ).all()
    assert [tuple(each) for each in events] == [
        ("role.revoked", COMMUNITY),
        ("account.closed", None),
    ]


def test_an_account_is_closed_once(person: str) -> None:
    actor = principal(person)
    services.close_account(actor, PASSWORD)
    with pytest.raises(Unauthenticated), unit_of_work():
        closing_services._close(actor.id)


# --- who is still needed ----------------------------------------------------------------------


def test_the_last_manager_stays_until_there_is_another(world: Any) -> None:
    group, manager = neighbours.organization(name="绿叶志愿队")
    with pytest.raises(StillNeeded) as refused:
        close(manager)
    (error,) = refused.value.errors
    assert "绿叶志愿队" in str(error.detail)
    db.session.rollback()
    assert db.session.get_one(User, manager).closed_at is None
    neighbours.join(group, make_user("next@example.org"), "organization_manager")
    close(manager)


def test_the_last_owner_of_a_verified_shop_stays_until_there_is_another(world: Any) -> None:
    shop = town.make_shop("红山小馆")
    owner = holder("merchant_owner", shop)
    with pytest.raises(StillNeeded) as refused:
        close(owner)
    assert "红山小馆" in str(refused.value.errors[0].detail)
    db.session.rollback()
    make_user("second@example.org", roles=[("merchant_owner", "merchant", shop)])
    close(owner)
    close(holder("merchant_staff", shop))  # who only works there may always go


def holder(role: str, scope_id: str) -> str:
    return db.session.execute(
        select(RoleGrant.user_id).where(RoleGrant.role == role, RoleGrant.scope_id == scope_id)
    ).scalar_one()


def test_a_shop_that_was_never_verified_goes_along(person: str) -> None:
    actor = principal(person)
    shop = MerchantData(
        name="锦绣小摊", category=Category.FOOD, region_code=COMMUNITY, phone="0476-8222222"
    )
    with unit_of_work():
        register_merchant(actor, shop)
    close_and_tell(person)
    row = db.session.execute(select(Merchant.status, Merchant.phone)).one()
    assert tuple(row) == ("declined", None)


def test_the_last_administrator_stays_until_there_is_another(world: Any) -> None:
    admin = people.make_staff("admin", scope=CITY)
    with pytest.raises(StillNeeded):
        close(admin)
    db.session.rollback()
    people.make_staff("admin", "other@example.org", CITY)
    close(admin)


def test_the_page_says_what_to_do_first(browser: Any) -> None:
    neighbours.organization("boss@example.org", name="绿叶志愿队")
    browser.sign_in("boss@example.org").open("/me/close")
    assert "You are the only manager of 绿叶志愿队." in browser.text
    assert "password" not in {name for form in browser.forms for name in form.names}
    token = browser.form("/preferences").values["csrf_token"]
    data = {"password": PASSWORD, "csrf_token": token}
    answer = browser.client.post("/me/close", data=data, headers={"Accept-Language": "en"})
    assert answer.status_code == 422
    assert "You are the only manager of 绿叶志愿队." in answer.text


# --- the page ---------------------------------------------------------------------------------


def test_the_page_says_what_goes_and_what_stays(browser: Any, api: Any) -> None:
    shop = town.make_shop()
    offer_id = town.publish(api.sign_in("owner@example.org"), shop, points=10)
    user_id = make_user("a@example.org", "王芳")
    town.give_points(user_id, 1247)
    town.take(api.sign_in("a@example.org"), offer_id)
    browser.sign_in("a@example.org").open("/me/close")
    assert "You lose 1,247 points." in browser.text
    assert "1 voucher that you have not used is cancelled." in browser.text
    browser.send("/me/close", password=PASSWORD)
    assert browser.address == "/login"
    assert "Your account is closed." in browser.text
