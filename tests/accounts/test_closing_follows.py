"""What follows in the other rooms when an account is closed: once, however often it is told."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from sqlalchemy import func, insert, select, update

from portal.activities.models import EvidencePhoto, ServiceRecord, Signup
from portal.core import jobs, outbox
from portal.core.clock import today
from portal.core.database import db
from portal.core.permissions import Role
from portal.core.unit_of_work import unit_of_work
from portal.market.models import Voucher
from portal.market.services import issue_voucher
from portal.notifications.models import Notification
from portal.organizations import services as organizations
from portal.organizations.models import Organization, OrganizationInvitation, Praise
from portal.points import queries as points
from portal.points import services as ledger
from portal.points.ledger import Earn, Kind, Posting, Transfer, accounts, post
from portal.points.models import LedgerTransaction
from tests.accounts.leaving import (
    PHONE,
    again,
    books_are_in_order,
    close,
    close_and_tell,
    told,
)
from tests.activities import stage
from tests.market import town
from tests.organizations import neighbours
from tests.organizations.neighbours import principal
from tests.world import COMMUNITY, NEXT_COMMUNITY, make_user

# --- places -----------------------------------------------------------------------------------


def test_the_place_goes_to_who_waits_and_they_are_told(api: Any, world: Any, at: Any) -> None:
    at(stage.NOON)
    activity = stage.publish(api, shifts=[stage.shift(capacity=1)])
    leaver, waiter = activity.resident("leaver"), activity.resident("waiter")
    for each in (leaver, waiter):
        each.post(f"/shifts/{activity.shift_id}/signups")
    leaving = leaver.get("/me").json["id"]
    close(leaving)
    assert stage.places(activity.shift_id) == (1, 1)  # not before the outbox is delivered
    told()
    again(leaving)
    assert stage.places(activity.shift_id) == (1, 0)
    staying = waiter.get("/me").json["id"]
    states = {
        row.resident_id: row.status
        for row in db.session.execute(select(Signup.resident_id, Signup.status))
    }
    assert states == {leaving: "cancelled", staying: "confirmed"}
    kinds = db.session.execute(
        select(Notification.kind).where(Notification.user_id == staying)
    ).scalars()
    assert list(kinds).count("signup.promoted") == 1


def test_who_only_waited_leaves_the_queue(api: Any, world: Any, at: Any) -> None:
    at(stage.NOON)
    activity = stage.publish(api, shifts=[stage.shift(capacity=1)])
    first, second = activity.resident("first"), activity.resident("second")
    for each in (first, second):
        each.post(f"/shifts/{activity.shift_id}/signups")
    close_and_tell(second.get("/me").json["id"])
    assert stage.places(activity.shift_id) == (1, 0)


# --- points, vouchers, hours ------------------------------------------------------------------


def test_vouchers_are_cancelled_and_points_return_to_the_budget(api: Any, world: Any) -> None:
    shop = town.make_shop()
    owner = api.sign_in("owner@example.org")
    offer_id = town.publish(owner, shop, points=10, stock=5, per_resident_limit=3)
    user_id = make_user("a@example.org", "王芳")
    town.give_points(user_id, 47)
    resident = api.sign_in("a@example.org")
    town.take(resident, offer_id)
    town.take(resident, offer_id)
    before = points.budget_of(COMMUNITY).balance
    close_and_tell(user_id)
    assert points.points_of(user_id) == {"balance": 0, "held": 0, "expiring": []}
    assert points.budget_of(COMMUNITY).balance == before + 47
    assert set(db.session.execute(select(Voucher.status)).scalars()) == {"cancelled"}
    town.books_agree(offer_id)
    books_are_in_order()
    written = db.session.execute(select(func.count()).select_from(LedgerTransaction)).scalar_one()
    again(user_id)
    assert points.budget_of(COMMUNITY).balance == before + 47
    count = select(func.count()).select_from(LedgerTransaction)
    assert db.session.execute(count).scalar_one() == written
    books_are_in_order()


def test_points_of_several_regions_go_back_to_each(world: Any) -> None:
    user_id = make_user("a@example.org")
    for code, amount in ((COMMUNITY, 30), (NEXT_COMMUNITY, 12)):
        budget = accounts.budget(code)
        made = Transfer(source=accounts.received(code), target=budget, amount=amount)
        earn = Earn(
            source=budget,
            target=accounts.wallet(user_id, COMMUNITY),
            amount=amount,
            expires_on=today() + timedelta(days=90),
        )
        with unit_of_work():
            post(Posting(kind=Kind.ISSUE, region_code=code, moves=(made,)))
            post(Posting(kind=Kind.AWARD, region_code=code, moves=(earn,)))
    close_and_tell(user_id)
    assert points.budget_of(COMMUNITY).balance == 30
    assert points.budget_of(NEXT_COMMUNITY).balance == 12
    assert points.budget_of(COMMUNITY).awarded == 0
    books_are_in_order()


def test_points_that_expired_meanwhile_expire(world: Any, at: Any) -> None:
    at(town.NOON)
    user_id = make_user("a@example.org")
    town.give_points(user_id, 20, expires_in=1)
    at(town.NOON + timedelta(days=3))
    close_and_tell(user_id)
    assert points.budget_of(COMMUNITY).balance == 0
    kinds = db.session.execute(select(LedgerTransaction.kind)).scalars()
    assert sorted(kinds) == ["award", "expiry", "issue"]
    books_are_in_order()


def test_what_was_under_way_when_the_account_was_closed_is_caught(api: Any, world: Any) -> None:
    """A gift was on its way and a voucher being made: the second telling finds both."""
    shop = town.make_shop()
    offer_id = town.publish(api.sign_in("owner@example.org"), shop, points=10)
    user_id = make_user("a@example.org")
    late = principal(user_id)
    close(user_id)
    jobs.run_until_quiet()
    town.give_points(user_id, 25)
    with unit_of_work():
        issue_voucher(late, offer_id)
    told()
    assert points.points_of(user_id) == {"balance": 0, "held": 0, "expiring": []}
    assert points.budget_of(COMMUNITY).balance == 25
    books_are_in_order()


def test_a_listener_that_fails_is_asked_again(world: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """As after a worker that died in the middle: nothing is half done, and all is done once."""
    user_id = make_user("a@example.org")
    town.give_points(user_id, 25)
    real = ledger.return_points
    fallen: list[str] = []

    def falls_once(who: str) -> int:
        moved = real(who)
        if not fallen:
            fallen.append(who)
            raise OSError("the machine went down")
        return moved

    monkeypatch.setattr(ledger, "return_points", falls_once)
    close(user_id)
    with pytest.raises(jobs.JobsFailed):
        jobs.run_until_quiet()
    db.session.rollback()
    assert fallen == [user_id]
    assert points.points_of(user_id)["balance"] == 25  # rolled back as a whole
    told()
    assert points.points_of(user_id)["balance"] == 0
    assert points.budget_of(COMMUNITY).balance == 25
    books_are_in_order()


# --- service ----------------------------------------------------------------------------------


@pytest.fixture
def served(api: Any, world: Any, at: Any) -> Any:
    """A resident who has served two hours; the host has not decided yet."""
    at(stage.NOON)
    activity = stage.publish(api)
    make_user("servant@example.org", "刘服务")
    servant = api.sign_in("servant@example.org")
    servant.post(f"/shifts/{activity.shift_id}/signups")
    at(stage.START)
    checked = servant.post("/checkins", {"code": activity.code()})
    assert checked.status_code == 201, checked.text
    at(stage.END)
    servant.post("/checkouts", {"code": activity.code()})
    at(stage.END + timedelta(hours=1))
    user_id = servant.get("/me").json["id"]
    record_id = db.session.execute(select(ServiceRecord.id)).scalar_one()
    db.session.rollback()
    return activity, user_id, record_id


def test_undecided_service_stays_and_brings_hours_without_points(served: Any) -> None:
    activity, user_id, record_id = served
    before = points.budget_of(COMMUNITY)
    close_and_tell(user_id)
    shown = activity.host.get(f"/service-records/{record_id}").json
    assert "刘服务" not in str(shown)
    answer = activity.host.post(f"/service-records/{record_id}/confirm", {})
    assert answer.status_code == 200, answer.text
    assert answer.json["points"] == 0
    assert points.minutes_of(user_id) == 120
    assert points.points_of(user_id)["balance"] == 0
    assert points.budget_of(COMMUNITY).awarded == before.awarded
    books_are_in_order()


def test_hours_of_who_has_left_stay_and_are_not_changed_any_more(served: Any) -> None:
    activity, user_id, record_id = served
    assert activity.host.post(f"/service-records/{record_id}/confirm", {}).status_code == 200
    assert points.points_of(user_id)["balance"] > 0
    close_and_tell(user_id)
    assert points.minutes_of(user_id) == 120
    assert points.points_of(user_id)["balance"] == 0
    body = {"minutes": 30, "reason": "zu lang"}
    answer = activity.host.post(f"/service-records/{record_id}/correct", body)
    assert (answer.status_code, answer.json["code"]) == (409, "wrong_state")
    assert points.minutes_of(user_id) == 120
    books_are_in_order()


def test_what_was_written_and_photographed_of_service_is_deleted(served: Any, app: Any) -> None:
    _activity, user_id, record_id = served
    folder = Path(app.instance_path) / "uploads" / "evidence"
    folder.mkdir(parents=True, exist_ok=True)
    picture = BytesIO()
    Image.new("RGB", (8, 8)).save(picture, "WEBP")
    (folder / "a1b2.webp").write_bytes(picture.getvalue())
    with unit_of_work():
        db.session.execute(
            update(ServiceRecord).values(description="和欧阳一起", reason="他迟到了")
        )
        photo = {"id": "p" * 26, "record_id": record_id, "name": "a1b2.webp",
                 "added_at": stage.END}  # fmt: skip
        db.session.execute(insert(EvidencePhoto), [photo])
    close_and_tell(user_id)
    again(user_id)
    row = db.session.execute(select(ServiceRecord.description, ServiceRecord.reason)).one()
    assert tuple(row) == (None, None)
    assert not (folder / "a1b2.webp").exists()
    assert not db.session.execute(select(EvidencePhoto.id)).all()


# --- organizations, praise, messages ----------------------------------------------------------


def test_praise_stays_without_a_name(person: str, client: Any) -> None:
    group, _manager = neighbours.organization(name="绿叶志愿队")
    neighbours.praise(group, person, comment="很贴心")
    close_and_tell(person)
    page = client.get(f"/organizations/{group}", headers={"Accept-Language": "en"}).text
    assert "很贴心" in page
    assert "—**" not in page
    assert "欧" not in page
    assert db.session.execute(select(func.count()).select_from(Praise)).scalar_one() == 1


def test_invitations_and_applications_end(person: str) -> None:
    group, manager = neighbours.organization("boss@example.org", name="绿叶志愿队")
    boss, invited = principal(manager), principal(person)
    with unit_of_work():
        organizations.invite(boss, group, invited.member_code, Role.ORGANIZATION_MEMBER)
        mine = organizations.register(invited, neighbours.application(name="锦绣队", contact=PHONE))
    close_and_tell(person)
    state = db.session.execute(select(OrganizationInvitation.state)).scalar_one()
    assert state == "withdrawn"
    row = db.session.execute(
        select(Organization.status, Organization.contact).where(Organization.id == mine)
    ).one()
    assert tuple(row) == ("declined", "—")


def test_nobody_is_told_anything_any_more(person: str) -> None:
    def tell() -> None:
        with unit_of_work():
            outbox.emit(
                "notify",
                user_id=person,
                kind="points.gift_received",
                params={"points": 5, "message": "谢谢欧阳"},
                url="/me/points",
            )

    tell()
    jobs.run_until_quiet()
    tell()  # on its way when the account is closed
    close_and_tell(person)
    tell()
    told()
    assert not db.session.execute(select(Notification.id)).all()
