"""Somebody says where they work; the community's staff confirm it or not; it ends when they say."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import func, select

from portal.accounts import services
from portal.accounts.errors import ClaimWaiting
from portal.accounts.models import PlaceClaim, User
from portal.accounts.queries import belonging_to, claims_of
from portal.accounts.rules import Belonging
from portal.core.audit import AuditEvent
from portal.core.clock import today
from portal.core.database import db
from portal.core.errors import Forbidden, Invalid, NotFound
from portal.core.outbox import OutboxMessage
from portal.core.permissions import Grant, Principal, Role, ScopeKind
from portal.core.unit_of_work import unit_of_work
from tests.at_once import all_at_once
from tests.browsing import Browser
from tests.notifications.contract import check_emitted
from tests.world import (
    COMMUNITY,
    FAR_COMMUNITY,
    NEXT_COMMUNITY,
    STREET,
    make_staff,
    make_user,
    principal,
)

LOGIN, SHOP = "a@example.org", "便民超市，南门底商 3 号"
SINCE = date(2019, 5, 1)


@pytest.fixture
def worker(world: Any) -> Principal:
    """Somebody who lives in the next community and works in this one."""
    return principal(make_user(LOGIN, "王芳", home=NEXT_COMMUNITY))


@pytest.fixture
def staff(world: Any) -> Principal:
    user_id = make_staff("social_worker")
    return principal(user_id, Grant(Role.SOCIAL_WORKER, ScopeKind.REGION, COMMUNITY))


def claimed(actor: Principal, community: str = COMMUNITY) -> str:
    with unit_of_work():
        return services.claim_work(actor, community, SHOP, SINCE)


def confirmed(actor: Principal, staff: Principal, community: str = COMMUNITY) -> str:
    claim_id = claimed(actor, community)
    with unit_of_work():
        services.verify_claim(staff, claim_id)
    return claim_id


def workplace(user_id: str) -> str | None:
    db.session.rollback()
    row = db.session.execute(
        select(User.work_region_code, User.work_verified_at).where(User.id == user_id)
    ).one()
    code: str | None = row.work_region_code
    assert (code is None) == (row.work_verified_at is None)
    return code


def state(claim_id: str) -> str:
    db.session.rollback()
    return db.session.execute(
        select(PlaceClaim.state).where(PlaceClaim.id == claim_id)
    ).scalar_one()


def working_here(region_code: str = COMMUNITY) -> list[tuple[str, str | None]]:
    db.session.rollback()
    return belonging_to(region_code, {Belonging.WORK})


def told() -> list[tuple[str, str, str]]:
    db.session.rollback()
    rows = db.session.execute(
        select(OutboxMessage.payload).where(OutboxMessage.kind == "notify")
    ).scalars()
    found = [(row["kind"], row["user_id"], row["url"]) for row in rows]
    check_emitted()
    return found


def test_a_workplace_counts_once_the_community_has_confirmed_it(
    worker: Principal, staff: Principal
) -> None:
    claim_id = claimed(worker)
    assert workplace(worker.id) is None
    assert working_here() == []
    with unit_of_work():
        services.verify_claim(staff, claim_id)
    assert workplace(worker.id) == COMMUNITY
    assert working_here() == [(worker.id, None)]
    assert working_here(STREET) == [(worker.id, None)]
    assert working_here(NEXT_COMMUNITY) == []
    assert told() == [("work.verified", worker.id, "/me/work")]
    deeds = db.session.execute(
        select(AuditEvent.action, AuditEvent.object_id)
        .where(AuditEvent.action.like("work.%"))
        .order_by(AuditEvent.action)
    ).all()
    assert deeds == [("work.claimed", claim_id), ("work.verified", worker.id)]


def test_the_home_stays_what_it_is(worker: Principal, staff: Principal, api: Any) -> None:
    confirmed(worker, staff)
    me = api.sign_in(LOGIN).get("/me").json
    assert (me["home_region"]["code"], me["verified"]) == (NEXT_COMMUNITY, True)


def test_a_home_and_a_workplace_may_be_asked_for_at_the_same_time(worker: Principal) -> None:
    with unit_of_work():
        services.claim_home(worker, COMMUNITY, "3 号楼 501")
    claimed(worker)
    with pytest.raises(ClaimWaiting):
        claimed(worker, FAR_COMMUNITY)


def test_one_workplace_at_a_time_however_many_ask(app: Any, worker: Principal) -> None:
    places = (COMMUNITY, NEXT_COMMUNITY) * 4
    deeds = [partial(services.claim_work, worker, place, SHOP, SINCE) for place in places]
    assert all_at_once(app, deeds).count(ClaimWaiting.code) == 7
    count = select(func.count()).select_from(PlaceClaim)
    assert db.session.execute(count).scalar_one() == 1


def test_a_new_workplace_ends_the_former_one_when_it_is_confirmed(
    worker: Principal, staff: Principal
) -> None:
    first = confirmed(worker, staff)
    elsewhere = make_staff("committee", "next@example.org", NEXT_COMMUNITY)
    second = claimed(worker, NEXT_COMMUNITY)
    assert (state(first), workplace(worker.id)) == ("verified", COMMUNITY)
    grant = Grant(Role.COMMITTEE, ScopeKind.REGION, NEXT_COMMUNITY)
    with unit_of_work():
        services.verify_claim(principal(elsewhere, grant), second)
    assert (state(first), state(second)) == ("ended", "verified")
    assert workplace(worker.id) == NEXT_COMMUNITY
    assert working_here() == []


def test_it_ends_when_the_person_says_so(worker: Principal, staff: Principal) -> None:
    claim_id = confirmed(worker, staff)
    stranger = principal(make_user("b@example.org"))
    with pytest.raises(NotFound), unit_of_work():
        services.end_work(stranger, claim_id)
    with unit_of_work():
        services.end_work(worker, claim_id)
    assert (state(claim_id), workplace(worker.id)) == ("ended", None)
    assert working_here() == []
    with pytest.raises(NotFound), unit_of_work():
        services.end_work(worker, claim_id)


def test_a_home_is_not_ended_like_a_workplace(worker: Principal, staff: Principal) -> None:
    with unit_of_work():
        home = services.claim_home(worker, COMMUNITY, "3 号楼 501")
        services.verify_claim(staff, home)
    with pytest.raises(NotFound), unit_of_work():
        services.end_work(worker, home)
    assert state(home) == "verified"


def test_what_is_declined_tells_why_and_changes_no_home(
    worker: Principal, staff: Principal
) -> None:
    claim_id = claimed(worker)
    with unit_of_work():
        services.decline_claim(staff, claim_id, "超市不认识这个人。")
    assert workplace(worker.id) is None
    (claim,) = claims_of(worker.id, Belonging.WORK)
    assert (claim.state, claim.reason) == ("declined", "超市不认识这个人。")
    assert claims_of(worker.id, Belonging.HOME) == []
    assert told() == [("work.declined", worker.id, "/me/work")]
    home = db.session.execute(select(User.home_region_code).where(User.id == worker.id))
    assert home.scalar_one() == NEXT_COMMUNITY


def test_nobody_confirms_their_own_workplace(world: Any) -> None:
    grant = Grant(Role.COMMITTEE, ScopeKind.REGION, COMMUNITY)
    actor = principal(make_staff("committee"), grant)
    claim_id = claimed(actor)
    with pytest.raises(Forbidden), unit_of_work():
        services.verify_claim(actor, claim_id)
    assert state(claim_id) == "waiting"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"region_code": STREET}, "region_code"),
        ({"region_code": "999999999999"}, "region_code"),
        ({"address": " "}, "address"),
        ({"address": "店" * 121}, "address"),
        ({"since": "tomorrow"}, "since"),
    ],
)
def test_what_is_no_workplace_is_refused(worker: Principal, change: Any, field: str) -> None:
    values = {"region_code": COMMUNITY, "address": SHOP, "since": SINCE, **change}
    if values["since"] == "tomorrow":
        values["since"] = today() + timedelta(days=1)
    with pytest.raises(Invalid) as refused, unit_of_work():
        services.claim_work(worker, **values)
    assert [error.field for error in refused.value.errors] == [field]
    assert claims_of(worker.id) == []


# --- pages ----------------------------------------------------------------------------------------


def desk(app: Any) -> Browser:
    make_staff("committee", "committee@example.org", COMMUNITY)
    return Browser(app.test_client()).sign_in("committee@example.org")


def asked(app: Any) -> Browser:
    make_user(LOGIN, "王芳", home=NEXT_COMMUNITY)
    browser = Browser(app.test_client()).sign_in(LOGIN)
    browser.open(f"/me/work?community={COMMUNITY}")
    browser.send("/me/work", address=SHOP, since="2019-05-01")
    return browser


def the_claim() -> Any:
    (claim,) = claims_of(
        db.session.execute(select(User.id).where(User.email == LOGIN)).scalar_one()
    )
    return claim


def test_from_the_claim_to_its_end_by_pages(app: Any, world: Any) -> None:
    browser, committee = asked(app), desk(app)
    browser.open("/me/work")
    assert "Waiting for your community" in browser.text
    claim = the_claim()
    committee.open("/desk/residents")
    assert f"works in 红山郡社区 · {SHOP}" in committee.text
    committee.open(f"/desk/residents/{claim.id}")
    assert SHOP in committee.text
    assert "1 May 2019" in committee.text
    committee.send(f"/desk/residents/{claim.id}/verify")

    browser.open("/me/work")
    assert "Confirmed by your community" in browser.text
    browser.send(f"/me/work/{claim.id}/end")
    assert "you do not work there any more" in browser.text
    assert "Confirmed by your community" not in browser.text
    committee.open(f"/desk/residents/{claim.id}")
    assert "Works there no more" in committee.text


def test_a_claim_is_withdrawn_where_it_was_made(app: Any, world: Any) -> None:
    browser = asked(app)
    browser.open("/me/work")
    claim = the_claim()
    browser.send(f"/me/claims/{claim.id}/withdraw")
    assert browser.address == "/me/work"
    assert state(claim.id) == "withdrawn"


def test_a_stranger_withdraws_nothing(app: Any, world: Any) -> None:
    asked(app)
    claim = the_claim()
    make_user("b@example.org")
    other = Browser(app.test_client()).sign_in("b@example.org")
    token = other.form("/preferences").values["csrf_token"]
    for deed in (f"/me/claims/{claim.id}/withdraw", f"/me/work/{claim.id}/end"):
        assert other.client.post(deed, data={"csrf_token": token}).status_code == 404
    assert state(claim.id) == "waiting"


def test_the_reason_for_declining_is_shown(app: Any, world: Any) -> None:
    browser, committee = asked(app), desk(app)
    claim = the_claim()
    committee.open(f"/desk/residents/{claim.id}")
    committee.send(f"/desk/residents/{claim.id}/decline", reason="No such shop.")
    browser.open("/me/work")
    assert "No such shop." in browser.text


def test_what_is_kept_of_it_stands_in_ones_own_file(app: Any, world: Any) -> None:
    browser = asked(app)
    (claim,) = browser.client.get("/me/data").json["place_claims"]
    assert (claim["kind"], claim["address"], claim["since"]) == ("work", SHOP, "2019-05-01")


def test_staff_find_who_works_here_and_nobody_else(app: Any, world: Any, staff: Principal) -> None:
    here = principal(make_user("here@example.org", "王芳", home=NEXT_COMMUNITY))
    confirmed(here, staff)
    claimed(principal(make_user("waits@example.org", "李强", home=NEXT_COMMUNITY)))
    left = principal(make_user("left@example.org", "赵敏", home=NEXT_COMMUNITY))
    gone = confirmed(left, staff)
    with unit_of_work():
        services.end_work(left, gone)
    committee = desk(app)
    committee.open("/desk/residents/workplaces")
    assert "王芳" in committee.text
    assert SHOP not in committee.text  # a list shows no doors
    for other in ("李强", "赵敏"):
        assert other not in committee.text
    make_staff("committee", "next@example.org", NEXT_COMMUNITY)
    elsewhere = Browser(app.test_client()).sign_in("next@example.org")
    elsewhere.open("/desk/residents/workplaces")
    assert "Nobody works here yet" in elsewhere.text


def test_a_claimed_workplace_is_not_taken_for_a_claimed_home(app: Any, world: Any) -> None:
    person = principal(make_user(LOGIN, "王芳", home=None))
    claimed(person)
    browser = Browser(app.test_client()).sign_in(LOGIN)
    browser.open("/")
    assert "Say where you live" in browser.text
    assert "is checking your address" not in browser.text


def test_the_log_says_where_a_claim_was_taken_back_and_ended(
    worker: Principal, staff: Principal
) -> None:
    claim_id = claimed(worker)
    with unit_of_work():
        services.withdraw_claim(worker, claim_id)
    claim_id = confirmed(worker, staff)
    with unit_of_work():
        services.end_work(worker, claim_id)
    logged = select(AuditEvent.action, AuditEvent.region_code).where(
        AuditEvent.action.in_(("work.withdrawn", "work.ended"))
    )
    assert set(db.session.execute(logged).all()) == {
        ("work.withdrawn", COMMUNITY),
        ("work.ended", COMMUNITY),
    }
