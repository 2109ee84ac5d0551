"""What several do at the same moment has one outcome."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import func, select, update

from portal.accounts import services
from portal.accounts.models import RoleGrant, SignInFailure, User
from portal.accounts.queries import holders_of
from portal.core import outbox
from portal.core.clock import now
from portal.core.database import db
from portal.core.errors import DomainError
from portal.core.outbox import OutboxMessage
from portal.core.unit_of_work import unit_of_work
from portal.points.queries import budget_of, points_of
from portal.points.verification import verify
from tests.market.town import books_agree, give_points, make_shop, publish, take
from tests.organizations import neighbours
from tests.world import COMMUNITY, PASSWORD, make_user

LOGIN = "a@example.org"
WRONG = "wrong horse battery"


def at_once(app: Any, deeds: list[Any]) -> list[Any]:
    """Run all, each in a thread with a context of its own; results or refusals' codes."""

    def run(deed: Any) -> Any:
        with app.app_context():
            try:
                return deed()
            except DomainError as error:
                return error.code

    with ThreadPoolExecutor(len(deeds)) as threads:
        return list(threads.map(run, deeds))


@pytest.mark.parallel
def test_guesses_sent_at_once_get_no_further_than_one_after_the_other(app: Any, world: Any) -> None:
    make_user(LOGIN)
    clients = [app.test_client() for _ in range(30)]

    def guess(client: Any) -> Any:
        return lambda: client.post("/api/v1/tokens", json={"login": LOGIN, "password": WRONG}).json[
            "code"
        ]

    said = at_once(app, [guess(client) for client in clients])
    assert set(said) <= {"invalid_credentials", "locked", "in_progress"}
    db.session.rollback()
    failures = select(SignInFailure.failures).where(SignInFailure.network != "")
    assert db.session.execute(failures).scalar_one() == 5


@pytest.mark.parallel
def test_many_sign_ins_of_one_person_at_once_all_succeed(app: Any, world: Any) -> None:
    make_user(LOGIN)

    def sign_in() -> str:
        client = app.test_client()
        body = {"login": LOGIN, "password": PASSWORD}
        return str(client.post("/api/v1/tokens", json=body).status_code)

    assert at_once(app, [sign_in] * 16) == ["201"] * 16


@pytest.mark.parallel
def test_one_address_makes_one_account(app: Any, world: Any) -> None:
    from portal.accounts.addresses import read

    def create() -> str:
        with unit_of_work():
            return services.create_user(read(LOGIN), "甲", None)

    said = at_once(app, [create] * 12)
    assert said.count("login_taken") == 11
    assert db.session.execute(select(func.count()).select_from(User)).scalar_one() == 1


@pytest.mark.parallel
def test_one_role_given_at_once_is_one_role(app: Any, world: Any) -> None:
    user_id = make_user(LOGIN)

    def give() -> str:
        with unit_of_work():
            return services.grant_role(None, user_id, "committee", "region", COMMUNITY)

    assert len(set(at_once(app, [give] * 12))) == 1
    assert db.session.execute(select(func.count()).select_from(RoleGrant)).scalar_one() == 1


@pytest.mark.parallel
def test_a_code_opens_once(app: Any, world: Any) -> None:
    from portal.accounts.addresses import read
    from portal.accounts.rules import CodePurpose
    from portal.accounts.services import codes
    from portal.core.messages import OutgoingMessage

    with unit_of_work():
        code_id = codes.issue(CodePurpose.REGISTER, read("new@example.org"), locale="en")
    body = db.session.execute(select(OutgoingMessage.body)).scalar_one()
    code = body.split("Your code is ")[1][:6]
    db.session.rollback()

    def register() -> str:
        opened = services.register(
            code_id, code, name="甲", password=PASSWORD, purposes=["service"], locale="en"
        )
        return opened.user_id

    said = at_once(app, [register] * 8)
    db.session.rollback()
    made = db.session.execute(select(User.id)).scalars().all()
    assert len(made) == 1
    assert [each for each in said if each in made] == made
    assert set(said) <= {*made, "code_expired", "wrong_code"}


@pytest.mark.parallel
@pytest.mark.parametrize(
    ("role", "kind"),
    [
        ("organization_manager", "organization"),
        ("merchant_owner", "merchant"),
        ("admin", "region"),
    ],
)
def test_of_the_last_two_who_leave_at_once_one_stays(
    app: Any, world: Any, role: str, kind: str
) -> None:
    scope = COMMUNITY
    if kind == "organization":
        scope, first = neighbours.organization()
        second = make_user("second@example.org", roles=[(role, kind, scope)])
    else:
        if kind == "merchant":
            scope = make_shop(owner="0@example.org")
        first, second = (
            make_user(f"{n}@example.com", roles=[(role, kind, scope)]) for n in range(2)
        )
        with unit_of_work():  # the shop's maker is no third
            db.session.execute(
                update(RoleGrant)
                .where(RoleGrant.role == role, RoleGrant.user_id.not_in((first, second)))
                .values(revoked_at=now())
            )
    deeds = [partial(services.close_account, neighbours.principal(who), PASSWORD)
             for who in (first, second)]  # fmt: skip
    db.session.rollback()
    said = at_once(app, deeds)
    assert sorted(said, key=str) == [None, "still_needed"]
    db.session.rollback()
    assert len(holders_of(role, kind, scope)) == 1


@pytest.mark.parallel
def test_an_account_closed_twice_at_once_is_closed_once(app: Any, world: Any) -> None:
    actor = neighbours.principal(make_user(LOGIN))
    db.session.rollback()
    said = at_once(app, [partial(services.close_account, actor, PASSWORD)] * 6)
    assert said.count(None) == 1
    db.session.rollback()
    told = select(func.count()).select_from(OutboxMessage)
    assert db.session.execute(told.where(OutboxMessage.kind == "account.closed")).scalar_one() == 2


@pytest.mark.parallel
def test_a_closed_accounts_vouchers_are_cancelled_by_many_workers_once(
    app: Any, world: Any, api: Any
) -> None:
    shop = make_shop()
    offer_id = publish(api.sign_in("owner@example.org"), shop, points=10, stock=20)
    user_id = make_user(LOGIN)
    give_points(user_id, 95)
    resident = api.sign_in(LOGIN)
    for _ in range(8):
        take(resident, offer_id)
    services.close_account(neighbours.principal(user_id), PASSWORD)
    db.session.rollback()
    at_once(app, [outbox.deliver_due] * 8)
    for _ in range(20):  # what gave way to another worker comes again
        with unit_of_work():
            db.session.execute(
                update(OutboxMessage)
                .where(OutboxMessage.available_at.is_not(None))
                .values(available_at=datetime.now(UTC) - timedelta(seconds=1))
            )
        if not outbox.deliver_due():
            break
    db.session.rollback()
    assert points_of(user_id) == {"balance": 0, "held": 0, "expiring": []}
    assert budget_of(COMMUNITY).balance == 95
    assert verify().ok
    db.session.rollback()
    books_agree(offer_id)
