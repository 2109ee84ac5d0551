"""The door: who is let in, what a refusal looks like, and what every answer carries."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Blueprint, Response
from flask.testing import FlaskClient

from portal.app import Portal, create_app
from portal.config import Settings
from portal.core import audit, schema
from portal.core.access import requires, the_principal
from portal.core.database import db
from portal.core.endpoint import ApiBlueprint, endpoints
from portal.core.once import once
from portal.core.permissions import Permission
from portal.core.unit_of_work import unit_of_work
from tests import world as people
from tests.conftest import ApiClient, CheckedClient


class Amount(schema.Input):
    amount = schema.Whole(least=1, most=100, required=True)
    note = schema.Text(longest=20)


def pages_to_read() -> Blueprint:
    """Views of every kind, as a careless or careful colleague would write them."""
    pages = Blueprint("probe", __name__)

    @pages.get("/probe/undeclared")
    def undeclared() -> str:
        return "secret"

    @pages.get("/probe/public")
    @requires(Permission.PUBLIC)
    def public() -> str:
        return "hello"

    @pages.get("/probe/mine")
    @requires(Permission.SIGNED_IN)
    def mine() -> str:
        return the_principal().name

    @pages.get("/probe/desk")
    @requires(Permission.AUDIT_READ, anywhere=True)
    def desk() -> str:
        return "desk"

    @pages.get("/probe/broken")
    @requires(Permission.PUBLIC)
    def broken() -> Response:
        raise ValueError("a secret in a message")

    return pages


def pages_to_post() -> Blueprint:
    pages = Blueprint("probe_posts", __name__)

    @pages.post("/probe/form")
    @requires(Permission.SIGNED_IN)
    def form() -> str:
        def work() -> str:
            audit.record(the_principal().id, "probe.done", "probe", "1")
            return f"/probe/{audit.count_events()}"

        return once(work)

    @pages.post("/probe/forgetful")
    @requires(Permission.RULE_SET)
    def forgetful() -> str:
        with unit_of_work():
            audit.record(None, "probe.done", "probe", "1")
        return "done without asking"

    return pages


def deeds() -> ApiBlueprint:
    api = ApiBlueprint("probe", __name__, tag="Probe")

    @api.write(
        "/probe/deeds", permission=Permission.SIGNED_IN, body=Amount, answer=Amount, status=201
    )
    def deed(body: dict[str, Any]) -> dict[str, int]:
        audit.record(the_principal().id, "probe.done", "probe", str(body["amount"]))
        return {"amount": audit.count_events()}

    @api.write("/probe/bare", permission=Permission.SIGNED_IN, answer=Amount, status=201)
    def bare() -> dict[str, int]:
        audit.record(the_principal().id, "probe.done", "probe", "1")
        return {"amount": audit.count_events()}

    return api


class ProbeClient(CheckedClient):
    """These views are in no document, so their answers are held against none."""

    checks = ()


@pytest.fixture(scope="module")
def probe(settings: Settings, application: Portal) -> Portal:
    known = list(endpoints)
    app = create_app(settings, TESTING=True, PROPAGATE_EXCEPTIONS=False)
    app.test_client_class = ProbeClient
    for blueprint in (pages_to_read(), pages_to_post(), deeds()):
        app.register_blueprint(blueprint)
    endpoints[:] = known  # the document describes the portal, not these
    return app


@pytest.fixture
def browser(probe: Portal, database: None) -> Iterator[FlaskClient]:
    with probe.app_context():
        people.build_regions()
        people.make_user("a@example.org", name="Anna")
    yield probe.test_client()
    with probe.app_context():
        db.session.remove()
        db.engine.dispose()  # the next test gets another file under the same name


@pytest.fixture
def caller(browser: FlaskClient) -> ApiClient:
    return ApiClient(browser)


def sign_in(browser: FlaskClient) -> None:
    token = token_of(browser, "/login")
    browser.post(
        "/login",
        data={"login": "a@example.org", "password": people.PASSWORD, "csrf_token": token},
    )


def token_of(browser: FlaskClient, page: str) -> str:
    text = browser.get(page).text
    return text.split('name="csrf_token" value="')[1].split('"')[0]


def test_a_view_that_declares_nothing_does_not_answer(browser: FlaskClient) -> None:
    answer = browser.get("/probe/undeclared")
    assert answer.status_code == 404
    assert "secret" not in answer.text


def test_a_stranger_is_asked_to_sign_in_and_comes_back(browser: FlaskClient) -> None:
    assert browser.get("/probe/public").text == "hello"
    answer = browser.get("/probe/mine?x=1")
    assert answer.status_code == 302
    assert answer.location == "/login?next=/probe/mine?x%3D1"


def test_who_holds_nothing_finds_no_desk(browser: FlaskClient) -> None:
    sign_in(browser)
    assert browser.get("/probe/mine").text == "Anna"
    assert browser.get("/probe/desk").status_code == 404


def test_a_form_without_its_token_changes_nothing(browser: FlaskClient) -> None:
    sign_in(browser)
    before = events(browser)
    assert browser.post("/probe/form").status_code == 403
    assert events(browser) == before


def test_a_form_sent_twice_has_one_effect(browser: FlaskClient) -> None:
    sign_in(browser)
    sent = {"csrf_token": token_of_session(browser), "form_key": "one"}
    first = browser.post("/probe/form", data=sent).text
    again = browser.post("/probe/form", data=sent).text
    other = browser.post("/probe/form", data={**sent, "form_key": "two"}).text

    assert first == again
    assert other != first


def token_of_session(browser: FlaskClient) -> str:
    """The form token a page would carry, for a page that has no form."""
    from flask_wtf.csrf import generate_csrf

    with browser.session_transaction() as kept:
        values = dict(kept)
    with browser.application.test_request_context():
        from flask import session

        session.update(values)
        token = generate_csrf()
        fresh = dict(session)
    with browser.session_transaction() as kept:
        kept.update(fresh)
    return str(token)


def test_a_deed_whose_permission_was_never_asked_is_not_kept(browser: FlaskClient) -> None:
    sign_in(browser)
    before = events(browser)
    answer = browser.post("/probe/forgetful", data={"csrf_token": token_of_session(browser)})
    assert answer.status_code == 500
    assert events(browser) == before


def events(browser: FlaskClient) -> int:
    with browser.application.app_context():
        return audit.count_events()


def test_an_address_with_a_nul_is_refused_before_the_database_hears_of_it(
    browser: FlaskClient,
) -> None:
    assert browser.get("/regions/choose?q=%00").status_code == 400
    assert browser.get("/probe/public?x=1&x=%00").status_code == 400


def test_an_unexpected_error_says_nothing_of_itself(browser: FlaskClient) -> None:
    answer = browser.get("/probe/broken")
    assert answer.status_code == 500
    assert "a secret" not in answer.text
    assert answer.headers["X-Request-ID"] in answer.text


def test_every_page_carries_its_guards(browser: FlaskClient) -> None:
    headers = browser.get("/probe/public").headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe-inline" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Request-ID"]


def test_a_given_request_id_is_kept_if_it_is_one(browser: FlaskClient) -> None:
    kept = browser.get("/healthz", headers={"X-Request-ID": "abcdef-123456"}).headers
    replaced = browser.get("/healthz", headers={"X-Request-ID": "<script>"}).headers
    assert kept["X-Request-ID"] == "abcdef-123456"
    assert replaced["X-Request-ID"] != "<script>"


# --- the API ----------------------------------------------------------------------------------


def test_a_stranger_gets_a_problem_document(caller: ApiClient) -> None:
    answer = caller.post("/probe/deeds", {"amount": 1})
    assert answer.status_code == 401
    assert answer.content_type == "application/problem+json"
    assert answer.json["code"] == "unauthenticated"


def test_a_cookie_alone_may_not_act_on_the_api(browser: FlaskClient) -> None:
    sign_in(browser)
    deed = {"amount": 1}
    assert browser.post("/api/v1/probe/deeds", json=deed).status_code == 401
    token = token_of_session(browser)
    allowed = browser.post("/api/v1/probe/deeds", json=deed, headers={"X-CSRFToken": token})
    assert allowed.status_code == 201


@pytest.mark.parametrize(
    ("data", "kind", "status", "code"),
    [
        (b"{", "application/json", 400, "malformed"),
        (b"\xff", "application/json", 400, "malformed"),
        (b'{"amount": NaN}', "application/json", 400, "malformed"),
        (b"[" * 100_000, "application/json", 400, "malformed"),
        (b"amount=1", "application/x-www-form-urlencoded", 415, "unsupported_media_type"),
        (b"[]", "application/json", 422, "invalid"),
        (b"{}", "application/json", 422, "invalid"),
        (b'{"amount": 1, "more": 2}', "application/json", 422, "invalid"),
        (b'{"amount": 1e999}', "application/json", 422, "invalid"),
        (b'{"amount": "' + b"x" * 1_000_001 + b'"}', "application/json", 413, "too_large"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_own_status(
    caller: ApiClient, data: bytes, kind: str, status: int, code: str
) -> None:
    signed_in = caller.sign_in("a@example.org")
    answer = signed_in.request("POST", "/probe/deeds", data=data, headers={"Content-Type": kind})
    assert (answer.status_code, answer.json["code"]) == (status, code)


def test_a_refusal_speaks_the_callers_language_and_keeps_its_code(caller: ApiClient) -> None:
    wanted = [
        ("en", "Not found"),
        ("zh-CN,zh;q=0.9", None),
        ("fr, en;q=0.5", "Not found"),
    ]
    for language, title in wanted:
        answer = caller.get("/nothing-here", headers={"Accept-Language": language})
        assert answer.json["code"] == "not_found"
        if title:
            assert answer.json["title"] == title


def test_an_unknown_method_names_the_known_ones(caller: ApiClient) -> None:
    answer = caller.request("DELETE", "/probe/deeds")
    assert answer.status_code == 405
    assert "POST" in answer.headers["Allow"]


def test_a_token_that_is_not_good_is_no_stranger(caller: ApiClient) -> None:
    caller.token = "made-up"
    assert caller.get("/me").status_code == 401


def test_one_key_one_deed_one_answer(caller: ApiClient) -> None:
    me = caller.sign_in("a@example.org")
    first = me.post("/probe/deeds", {"amount": 5}, key="k1")
    again = me.post("/probe/deeds", {"amount": 5}, key="k1")
    other = me.post("/probe/deeds", {"amount": 5}, key="k2")

    assert first.status_code == again.status_code == 201
    assert first.json == again.json
    assert again.headers["Idempotency-Replayed"] == "true"
    assert "Idempotency-Replayed" not in first.headers
    assert other.json != first.json


@pytest.mark.parametrize(
    "spelling",
    [
        '{"amount":5,"note":"x"}',
        '{ "note": "x",\n  "amount": 5 }',
        '{"note": "\\u0078", "\\u0061mount": 5}',
    ],
)
def test_the_same_body_may_be_written_differently(caller: ApiClient, spelling: str) -> None:
    """The order of names and the blanks between them say nothing (RFC 8259)."""
    me = caller.sign_in("a@example.org")
    first = me.post("/probe/deeds", {"amount": 5, "note": "x"}, key="k1")
    kind = {"Content-Type": "application/json"}
    again = me.request("POST", "/probe/deeds", data=spelling, headers=kind, key="k1")
    assert (again.status_code, again.json) == (201, first.json)
    assert again.headers["Idempotency-Replayed"] == "true"


def test_no_body_and_an_empty_one_are_the_same(caller: ApiClient) -> None:
    me = caller.sign_in("a@example.org")
    first = me.post("/probe/bare", key="k1")
    again = me.post("/probe/bare", {}, key="k1")
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.headers["Idempotency-Replayed"] == "true"


def test_a_key_with_another_body_is_a_mismatch(caller: ApiClient) -> None:
    me = caller.sign_in("a@example.org")
    me.post("/probe/deeds", {"amount": 5}, key="k1")
    answer = me.post("/probe/deeds", {"amount": 6}, key="k1")
    assert (answer.status_code, answer.json["code"]) == (409, "idempotency_mismatch")


def test_a_refusal_is_not_stored(caller: ApiClient) -> None:
    me = caller.sign_in("a@example.org")
    assert me.post("/probe/deeds", {"amount": 0}, key="k1").status_code == 422
    assert me.post("/probe/deeds", {"amount": 1}, key="k1").status_code == 201


@pytest.mark.parametrize("key", ["", "x" * 256])
def test_a_key_that_is_none_is_refused(caller: ApiClient, key: str) -> None:
    me = caller.sign_in("a@example.org")
    assert me.post("/probe/deeds", {"amount": 1}, key=key).status_code == 422


def test_keys_of_two_callers_are_two_keys(browser: FlaskClient, caller: ApiClient) -> None:
    with browser.application.app_context():
        people.make_user("b@example.org", name="Bao")
    first = caller.sign_in("a@example.org").post("/probe/deeds", {"amount": 5}, key="k")
    second = caller.sign_in("b@example.org").post("/probe/deeds", {"amount": 5}, key="k")
    assert "Idempotency-Replayed" not in second.headers
    assert first.json != second.json


def test_a_form_as_long_as_a_shelf_of_books_is_refused(browser: FlaskClient) -> None:
    """Before it is read: else a stranger could fill the server's memory through any form."""
    plain = "application/x-www-form-urlencoded"
    answer = browser.post("/login", data=b"login=" + b"x" * 1_100_000, content_type=plain)
    assert answer.status_code == 413
