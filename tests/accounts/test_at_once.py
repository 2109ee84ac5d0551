"""What several do at the same moment has one outcome."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import func, select

from portal.accounts import services
from portal.accounts.models import RoleGrant, SignInFailure, User
from portal.core.database import db
from portal.core.errors import DomainError
from portal.core.unit_of_work import unit_of_work
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
    failures = db.session.execute(select(SignInFailure.failures)).scalar_one()
    assert failures == 5


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
