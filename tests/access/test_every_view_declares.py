"""A view that does not say whom it is for is not answered, and there is none."""

from __future__ import annotations

from flask.testing import FlaskClient

from portal.app import Portal
from portal.core.access import requirement_of
from portal.core.permissions import ROLE_PERMISSIONS, Permission

NEEDS_NO_ROLE = {Permission.PUBLIC, Permission.SIGNED_IN, Permission.VERIFIED_RESIDENT}

PUBLIC_WRITES = {
    # What a stranger may send, and why: signing in and up, how pages look; a receipt to be looked
    # up, which must not stand in an address.
    "accounts.login",
    "accounts.register",
    "accounts.confirm_registration",
    "accounts.forgotten",
    "accounts.reset",
    "accounts.preferences",
    "consultations.find_receipt",
    "accounts_api.create_token",
    # Other systems, which are known by a key.
    "open311.post_request",
}


def test_every_view_declares_a_permission(app: Portal) -> None:
    silent = [name for name, view in app.view_functions.items() if requirement_of(view) is None]
    assert silent == []


def test_every_permission_of_a_view_belongs_to_a_role(app: Portal) -> None:
    held = {permission for given in ROLE_PERMISSIONS.values() for permission in given}
    asked = {requirement_of(view).permission for view in app.view_functions.values()}  # type: ignore[union-attr]
    assert asked - held - NEEDS_NO_ROLE == set()


def test_a_view_without_a_permission_does_not_answer(app: Portal, client: FlaskClient) -> None:
    def careless() -> str:
        return "everybody's secrets"

    before = app.view_functions["core.alive"]
    app.view_functions["core.alive"] = careless
    try:
        answer = client.get("/healthz")
    finally:
        app.view_functions["core.alive"] = before
    assert answer.status_code == 404
    assert "secrets" not in answer.text


def test_what_strangers_may_write_is_listed(app: Portal) -> None:
    written = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if (rule.methods or set()) & {"POST", "PUT", "PATCH", "DELETE"}
        and requirement_of(app.view_functions[rule.endpoint]).permission  # type: ignore[union-attr]
        is Permission.PUBLIC
    }
    assert written == PUBLIC_WRITES
