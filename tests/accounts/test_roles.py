"""Roles are given and taken, hold for all below their region, and are gone at once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from portal.accounts import queries, services
from portal.accounts.errors import RoleDoesNotFit
from portal.accounts.models import RoleGrant, User
from portal.core.audit import AuditEvent
from portal.core.database import db
from portal.core.errors import Invalid, NotFound
from portal.core.permissions import Permission
from portal.core.unit_of_work import unit_of_work
from portal.regions import queries as regions
from tests.browsing import Browser
from tests.world import (
    CITY,
    COMMUNITY,
    DISTRICT,
    FAR_COMMUNITY,
    NEXT_COMMUNITY,
    STREET,
    make_user,
)


def principal_of(app: Any, login: str) -> Any:
    from portal.accounts.rules import SessionKind

    opened = services.sign_in(login, "correct horse battery", SessionKind.TOKEN)
    return app.extensions["portal_directory"].by_token(opened.secret)


def actions() -> list[str]:
    db.session.rollback()
    return list(db.session.execute(select(AuditEvent.action).order_by(AuditEvent.id)).scalars())


@pytest.mark.parametrize(
    ("scope", "below", "beside"),
    [
        (CITY, [DISTRICT, STREET, COMMUNITY, FAR_COMMUNITY], []),
        (STREET, [STREET, COMMUNITY, NEXT_COMMUNITY], [FAR_COMMUNITY, DISTRICT, CITY]),
        (COMMUNITY, [COMMUNITY], [NEXT_COMMUNITY, STREET]),
    ],
)
def test_a_role_holds_for_its_region_and_all_below(
    app: Any, world: Any, scope: str, below: list[str], beside: list[str]
) -> None:
    make_user("a@example.org", roles=[("committee", "region", scope)])
    actor = principal_of(app, "a@example.org")
    for code in below:
        assert actor.holds(Permission.RULE_SET, regions=regions.path_of(code)), code
    for code in beside:
        assert not actor.holds(Permission.RULE_SET, regions=regions.path_of(code)), code


def test_giving_twice_is_one_role_and_one_entry_in_the_log(app: Any, world: Any) -> None:
    user_id = make_user("a@example.org")
    with unit_of_work():
        first = services.grant_role(None, user_id, "committee", "region", COMMUNITY)
    with unit_of_work():
        second = services.grant_role(None, user_id, "committee", "region", COMMUNITY)
    assert first == second
    assert actions() == ["role.granted"]
    assert queries.holders_of("committee", "region", COMMUNITY) == [user_id]


def test_a_role_taken_is_gone_with_the_next_request(app: Any, world: Any, api: Any) -> None:
    user_id = make_user("a@example.org", roles=[("committee", "region", COMMUNITY)], home=None)
    mine = api.sign_in("a@example.org")
    assert mine.get("/me").json["roles"] != []
    with unit_of_work():
        assert services.revoke_role(None, user_id, "committee", "region", COMMUNITY)
    assert mine.get("/me").json["roles"] == []
    with unit_of_work():
        assert not services.revoke_role(None, user_id, "committee", "region", COMMUNITY)
        services.grant_role(None, user_id, "committee", "region", COMMUNITY)
    assert mine.get("/me").json["roles"] != []
    assert actions() == ["role.revoked", "role.granted"]


@pytest.mark.parametrize(
    ("role", "kind", "scope", "error"),
    [
        ("committee", "organization", COMMUNITY, RoleDoesNotFit),
        ("merchant_staff", "region", COMMUNITY, RoleDoesNotFit),
        ("resident", "region", COMMUNITY, RoleDoesNotFit),
        ("committee", "region", "999999", Invalid),
        ("king", "region", COMMUNITY, ValueError),
    ],
)
def test_what_does_not_fit_is_refused(
    app: Any, world: Any, role: str, kind: str, scope: str, error: type[Exception]
) -> None:
    user_id = make_user("a@example.org")
    with pytest.raises(error), unit_of_work():
        services.grant_role(None, user_id, role, kind, scope)


def test_nobody_gets_a_role_who_is_not_there(app: Any, world: Any) -> None:
    with pytest.raises(NotFound), unit_of_work():
        services.grant_role(None, "0" * 26, "committee", "region", COMMUNITY)


# --- the desk --------------------------------------------------------------------------------


@pytest.fixture
def admin(app: Any, browser: Browser) -> Browser:
    make_user("admin@example.org", "管理", roles=[("admin", "region", DISTRICT)], home=None)
    return browser.sign_in("admin@example.org")


def give(admin: Any, status: int = 200, **values: str) -> None:
    given = {"login": "a@example.org", "role": "committee", "scope_id": COMMUNITY, **values}
    data = {**given, "csrf_token": token_of(admin)}
    response = admin.client.post("/desk/roles/give", data=data)
    assert response.status_code == (303 if status == 200 else status), response.text


def token_of(admin: Any) -> str:
    admin.open("/desk/roles/give?role=committee")
    return str(admin.form("/desk/roles/give").values["csrf_token"])


def test_an_administrator_gives_and_takes_roles(admin: Any, api: Any) -> None:
    user_id = make_user("a@example.org", "王芳", home=None)
    give(admin)
    assert queries.holders_of("committee", "region", COMMUNITY) == [user_id]
    admin.open("/desk/roles")
    assert "王芳" in admin.text
    (revoke,) = [f.action for f in admin.forms if f.action.endswith("/revoke")]
    admin.send(revoke)
    db.session.rollback()
    assert queries.holders_of("committee", "region", COMMUNITY) == []
    assert actions() == ["role.granted", "role.revoked"]


@pytest.mark.parametrize(
    ("values", "status"),
    [
        ({"login": "nobody@example.org"}, 422),
        ({"login": "nonsense"}, 422),
        ({"scope_id": "999"}, 422),
        ({"scope_id": CITY}, 403),
        ({"role": "resident"}, 422),
        ({"role": "department_handler", "scope_id": "x"}, 422),
    ],
)
def test_outside_ones_own_part_of_the_city_nothing_is_given(
    admin: Any, values: dict[str, str], status: int
) -> None:
    make_user("a@example.org", home=None)
    give(admin, status=status, **values)
    assert db.session.execute(select(RoleGrant.role)).scalars().all() == ["admin"]


def test_a_role_above_ones_own_is_not_seen_or_taken(admin: Any) -> None:
    make_user("a@example.org", "王芳", roles=[("committee", "region", CITY)], home=None)
    admin.open("/desk/roles")
    assert "王芳" not in admin.text
    grant_id = db.session.execute(
        select(RoleGrant.id).where(RoleGrant.role == "committee")
    ).scalar_one()
    data = {"csrf_token": token_of(admin)}
    response = admin.client.post(f"/desk/roles/{grant_id}/revoke", data=data)
    assert response.status_code == 403


def test_an_administrator_does_not_lock_themselves_out(admin: Any) -> None:
    grant_id = db.session.execute(select(RoleGrant.id)).scalar_one()
    data = {"csrf_token": token_of(admin)}
    response = admin.client.post(f"/desk/roles/{grant_id}/revoke", data=data)
    assert response.status_code == 403


@pytest.mark.parametrize("role", ["committee", "finance", "auditor", "social_worker"])
def test_others_have_no_such_desk(browser: Any, role: str) -> None:
    make_user("a@example.org", roles=[(role, "region", CITY)])
    browser.sign_in("a@example.org").open("/desk/roles", status=404)


# --- from a shell ----------------------------------------------------------------------------


@pytest.fixture
def shell(app: Any, world: Any) -> Any:
    def run(*arguments: str, text: str | None = None) -> Any:
        db.session.rollback()
        result = app.test_cli_runner().invoke(args=list(arguments), input=text)
        db.session.rollback()
        return result

    return run


def test_the_first_account_is_made_from_a_shell(shell: Any, api: Any, tmp_path: Path) -> None:
    file = tmp_path / "password"
    file.write_text("demo-portal\n")
    made = shell(
        "users", "create", "--login", "A@Example.org", "--name", "甲", "--password-file", str(file)
    )
    assert made.exit_code == 0, made.output
    user = db.session.execute(select(User)).scalar_one()
    assert made.output.strip() == user.id
    granted = shell("roles", "grant", "a@example.org", "admin", f"region:{CITY}")
    assert granted.exit_code == 0, granted.output
    again = shell("roles", "grant", "a@example.org", "admin", f"region:{CITY}")
    assert again.exit_code == 0
    me = api.sign_in("a@example.org", "demo-portal").get("/me").json
    assert me["roles"] == [{"role": "admin", "scope": {"kind": "region", "id": CITY}}]
    assert actions() == ["user.created", "role.granted"]


def test_the_password_may_come_from_standard_input(shell: Any, api: Any) -> None:
    made = shell("users", "create", "--login", "13800138000", "--name", "甲", text="demo-portal\n")
    assert made.exit_code == 0, made.output
    api.sign_in("13800138000", "demo-portal")


@pytest.mark.parametrize(
    ("login", "name", "password", "says"),
    [
        ("nonsense", "甲", "demo-portal", "Write an e-mail address or a mobile number."),
        ("a@example.org", " ", "demo-portal", "Write the name by which people know you."),
        ("a@example.org", "甲", "short", "Use at least 8 characters."),
        ("b@example.org", "甲", "demo-portal", "There is an account"),
    ],
)
def test_a_shell_says_what_is_wrong(
    shell: Any, login: str, name: str, password: str, says: str
) -> None:
    make_user("b@example.org")
    result = shell("users", "create", "--login", login, "--name", name, text=password)
    assert result.exit_code == 1
    assert says in result.output


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("b@example.org", "admin", f"region:{CITY}"), "no account"),
        (("a@example.org", "admin", "1504"), "KIND:ID"),
        (("a@example.org", "admin", "planet:1504"), "KIND:ID"),
        (("a@example.org", "admin", "organization:1504"), "role for region:ID"),
        (("a@example.org", "admin", "region:9999"), "nothing with this code"),
        (("a@example.org", "king", "region:1504"), "king"),
    ],
)
def test_a_role_that_cannot_be_is_not_granted(
    shell: Any, arguments: tuple[str, ...], says: str
) -> None:
    make_user("a@example.org")
    result = shell("roles", "grant", *arguments)
    assert result.exit_code != 0
    assert says in result.output
    assert db.session.execute(select(RoleGrant.id)).first() is None
